"""A stretch of a network between whoever asks and real servers, as bad as a test wants it."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from mailcow_dns_tui.lookup.question import Endpoint

Fate = Callable[[bytes], Iterable[tuple[float, bytes]]]
"""What arrives of a packet, each after so many seconds; nothing where it is lost."""

Route = tuple[Endpoint, Endpoint]
"""Where it is asked, and the server behind."""


def untouched(packet: bytes) -> Iterator[tuple[float, bytes]]:
    yield 0.0, packet


def late(seconds: float) -> Fate:
    return lambda packet: [(seconds, packet)]


def lossy(share: float, seed: int = 1) -> Fate:
    """Each packet is lost with this probability."""
    chance = random.Random(seed)
    return lambda packet: [] if chance.random() < share else [(0.0, packet)]


@contextmanager
def relay(
    routes: Sequence[Route],
    answers: Fate,
    questions: Fate = untouched,
    elsewhere: str | None = None,
) -> Iterator[None]:
    """Pass on over UDP and TCP, in a thread of its own; over TCP nothing is lost.

    Args:
        answers: what becomes of what the servers say; over TCP it is only late.
        questions: over UDP, the same of what they are asked.
        elsewhere: the address from which answers over UDP come in place of the server's.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    fronts = [_Front(each, answers, questions, elsewhere) for _, each in routes]
    try:
        for (at, _), front in zip(routes, fronts, strict=True):
            asyncio.run_coroutine_threadsafe(front.open(at), loop).result()
        yield
    finally:
        for front in fronts:
            asyncio.run_coroutine_threadsafe(front.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Front(asyncio.DatagramProtocol):
    def __init__(
        self, behind: Endpoint, answers: Fate, questions: Fate, elsewhere: str | None
    ) -> None:
        self._behind = behind
        self._answers = answers
        self._questions = questions
        self._elsewhere = elsewhere
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, at: Endpoint) -> None:
        loop = asyncio.get_running_loop()
        local = at.address, at.port
        self._front, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=local)
        self._tcp = await asyncio.start_server(self._stream, *local)
        self._back = self._front
        if self._elsewhere is not None:
            there = self._elsewhere, 0
            self._back, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, local_addr=there
            )

    async def close(self) -> None:
        self._front.close()
        self._back.close()
        self._tcp.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = asyncio.get_running_loop().create_task(self._pass_on(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, question: bytes, client: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        for seconds, packet in self._questions(question):
            await asyncio.sleep(seconds)
            came = loop.create_future()
            remote = self._behind.address, self._behind.port
            up, _ = await loop.create_datagram_endpoint(partial(_Back, came), remote_addr=remote)
            try:
                up.sendto(packet)
                answer = await asyncio.wait_for(came, 10)
            except (TimeoutError, OSError):
                continue
            finally:
                up.close()
            for after, piece in self._answers(answer):
                await asyncio.sleep(after)
                self._back.sendto(piece, client)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(
            self._behind.address, self._behind.port
        )
        try:
            length = await reader.readexactly(2)
            up_writer.write(length + await reader.readexactly(int.from_bytes(length)))
            whole = await up_reader.readexactly(int.from_bytes(await up_reader.readexactly(2)))
            for after, piece in self._answers(whole) or [(0.0, whole)]:
                await asyncio.sleep(after)
                writer.write(len(piece).to_bytes(2) + piece)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            up_writer.close()
            writer.close()


class _Back(asyncio.DatagramProtocol):
    def __init__(self, came: "asyncio.Future[bytes]") -> None:
        self._came = came

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._came.done():
            self._came.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self._came.done():
            self._came.set_exception(exc)

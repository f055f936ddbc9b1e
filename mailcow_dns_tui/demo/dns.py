"""The sockets of the embedded DNS: UDP and TCP on loopback addresses."""

import asyncio
import errno
import itertools
import socket
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from mailcow_dns_tui.demo import world

ATTEMPTS = 20
"""At finding a port that is free everywhere, where the kernel chose one for the first socket."""

Sockets = dict[str, tuple[socket.socket, socket.socket]]
"""For each address, UDP and TCP."""


@dataclass(frozen=True)
class DemoDns:
    """The running DNS.

    Attributes:
        port: of all its addresses, UDP and TCP: that of the resolver, and the one at which the
            zones' name servers are to be asked.
        complete: whether each name server has an address of its own. Where the system has only
            127.0.0.1, all of them are healthy and the same.
    """

    port: int
    complete: bool

    @property
    def resolver(self) -> tuple[str, int]:
        """Address and port."""
        return world.RESOLVER, self.port

    @staticmethod
    @asynccontextmanager
    async def start(latency: float = 0.0) -> AsyncIterator["DemoDns"]:
        """Serve the example until the context is left; each reply waits `latency` seconds."""
        complete = _has_further_addresses()
        responders = world.parts() if complete else world.parts_on_one_address()
        sockets = _bound(responders)
        async with AsyncExitStack() as stack:
            for sock in itertools.chain.from_iterable(sockets.values()):
                stack.callback(sock.close)
            for address, (udp, tcp) in sockets.items():
                respond = responders[address]
                stack.enter_context(_datagrams(respond, latency, udp))
                await stack.enter_async_context(_connections(respond, latency, tcp))
            yield DemoDns(sockets[world.RESOLVER][0].getsockname()[1], complete)


def _has_further_addresses() -> bool:
    """Whether 127.0.0.2 can be used at once, as on Linux; other systems need it configured."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.2", 0))
        except OSError:
            return False
    return True


def _bound(addresses: Iterable[str]) -> Sockets:
    """UDP and TCP sockets with one port on all addresses, chosen by the kernel."""
    for _ in range(ATTEMPTS):
        with ExitStack() as opened:
            try:
                sockets = _bind(addresses, opened)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                opened.pop_all()
                return sockets
    raise OSError(errno.EADDRINUSE, "no port is free on all loopback addresses")


def _bind(addresses: Iterable[str], opened: ExitStack) -> Sockets:
    port, sockets = 0, {}
    for address in addresses:
        udp, tcp = (
            opened.enter_context(socket.socket(socket.AF_INET, kind))
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        )
        udp.bind((address, port))
        port = udp.getsockname()[1]
        tcp.bind((address, port))
        sockets[address] = (udp, tcp)
    return sockets


@contextmanager
def _datagrams(respond: world.Respond, latency: float, sock: socket.socket) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def send(reply: bytes, asker: tuple[str, int]) -> None:
        with suppress(OSError):  # the demo may have ended meanwhile
            sock.sendto(reply, asker)

    def receive() -> None:
        with suppress(OSError):  # a datagram may get lost
            packet, asker = sock.recvfrom(world.TCP_PAYLOAD)
            reply = respond(packet, world.PAYLOAD)
            if reply is not None:
                loop.call_later(latency, send, reply, asker)

    sock.setblocking(False)
    loop.add_reader(sock, receive)
    try:
        yield
    finally:
        loop.remove_reader(sock)


class _Streams:
    """The connections over TCP, any number of questions in each (RFC 7766 6.2.1)."""

    def __init__(self, respond: world.Respond, latency: float) -> None:
        self._respond, self._latency = respond, latency
        self._open: dict[asyncio.StreamWriter, asyncio.Event] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        done = self._open[writer] = asyncio.Event()
        try:
            while True:
                await self._serve_one(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()
        finally:
            del self._open[writer]
            done.set()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2))
        reply = self._respond(await reader.readexactly(length), world.TCP_PAYLOAD)
        if reply is not None:
            framed = len(reply).to_bytes(2) + reply
            asyncio.get_running_loop().call_later(self._latency, _write, writer, framed)

    async def close(self) -> None:
        for writer, done in tuple(self._open.items()):
            writer.transport.abort()
            await done.wait()


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)


@asynccontextmanager
async def _connections(
    respond: world.Respond, latency: float, sock: socket.socket
) -> AsyncIterator[None]:
    streams = _Streams(respond, latency)
    server = await asyncio.start_server(streams.serve, sock=sock)
    try:
        yield
    finally:
        server.close()
        await streams.close()
        await server.wait_closed()

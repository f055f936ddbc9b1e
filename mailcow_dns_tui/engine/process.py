"""A worker process, and what goes between it and the wizard: pickles, each after its length."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import socket
import sys
from asyncio import Queue, StreamReader, StreamWriter, Task
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Concatenate, Generic, ParamSpec, Self, TypeVar

CLOSED = "The process of the checks was ended."


class WorkerDiedError(RuntimeError):
    """The worker process ended before it answered, as where a machine is short of memory."""


R = TypeVar("R")
T = TypeVar("T")
P = ParamSpec("P")


class WorkerProcess(Generic[R]):
    """Calls methods of an object that lives in another process, which the first call starts.

    Two threads of one process share its interpreter: a check of two hundred domains would hold up
    every key. All that goes there and comes back is pickled.

    Args:
        make: makes the object over there.
    """

    def __init__(self, make: Callable[[], R]) -> None:
        self._make = make
        self._starting = asyncio.Lock()
        self._connection: Connection | None = None
        self._is_closed = False

    async def call(
        self,
        method: Callable[Concatenate[R, P], Coroutine[Any, Any, T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Its result; whoever is cancelled while waiting cancels it.

        Raises:
            WorkerError: the method raised.
            WorkerDiedError: the process ended, and once more when it was started again.
        """
        try:
            return await self._result(method, args, kwargs)
        except WorkerDiedError:
            # A machine that is short of memory ends a process now and then.
            return await self._result(method, args, kwargs)

    async def _result(
        self,
        method: Callable[..., Coroutine[Any, Any, T]],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> T:
        connection = await self._open()
        results: list[T] = [item async for item in connection.ask(method, args, kwargs)]
        return results[-1]

    async def stream(
        self,
        method: Callable[Concatenate[R, P], AsyncGenerator[T, None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> AsyncGenerator[T, None]:
        """What a generator gives; whoever leaves before its end cancels it.

        Raises:
            WorkerError: the method raised.
            WorkerDiedError: the process ended; what was given can't be taken back, so that it is
                for the caller to begin anew.
        """
        connection = await self._open()
        async with aclosing(connection.ask(method, args, kwargs)) as given:
            async for item in given:
                yield item

    async def _open(self) -> Connection:
        async with self._starting:
            if self._is_closed:
                raise WorkerDiedError(CLOSED)
            if self._connection is not None and self._connection.is_gone:
                await self._connection.close()
                self._connection = None
            self._connection = self._connection or await Connection.start(self._make)
            return self._connection

    async def close(self) -> None:
        """End the process; none is started any more."""
        self._is_closed = True
        async with self._starting:
            if self._connection is not None:
                await self._connection.close()


LENGTH = 4
"""Bytes of the length, the most significant first."""


@dataclass(frozen=True)
class Call:
    """A call of a method of the object over there; its answers bear the same number."""

    number: int
    method: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class Cancelled:
    """Nobody waits for the answer to this call any more."""

    number: int


@dataclass(frozen=True)
class Progress:
    """The result of a coroutine, or one of a generator's."""

    number: int
    item: Any


@dataclass(frozen=True)
class Done:
    """Nothing more is given."""

    number: int


@dataclass(frozen=True)
class Failed:
    """An exception was raised; a traceback can't be pickled, so its text comes."""

    number: int
    trace: str


def packed(message: object) -> bytes:
    """A message as it is sent; `receive` reads it."""
    data = pickle.dumps(message)
    return len(data).to_bytes(LENGTH) + data


async def receive(reader: asyncio.StreamReader) -> Any:
    """The next message; None where the other side is gone."""
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH))
        data = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return pickle.loads(data)  # noqa: S301 - from a process that this one has started


BOOT = """
import sys
descriptor, *sys.path = sys.argv[1:]
from mailcow_dns_tui.engine.worker import run
run(int(descriptor))
"""
KEPT = 4000
"""Characters of what the process wrote at its end."""


class WorkerError(RuntimeError):
    """Something unexpected happened over there; the text is its traceback."""


class Connection:
    """Sends calls and hands out what comes back for each.

    Args:
        errors: where the process writes what nobody caught: the screen belongs to the wizard.
    """

    def __init__(
        self, process: Process, reader: StreamReader, writer: StreamWriter, errors: IO[bytes]
    ) -> None:
        self._process = process
        self._writer = writer
        self._errors = errors
        self._unreadable = ""
        self._numbers = itertools.count()
        self._asked: dict[int, Queue[Progress | Done | Failed | None]] = {}
        self._receiving = asyncio.create_task(self._receive(reader))
        self._receiving.add_done_callback(self._end)

    @classmethod
    async def start(cls, make: Callable[[], object]) -> Self:
        """Start a process that imports from where this one does, and nothing from elsewhere.

        Raises:
            WorkerDiedError: there is no memory for it, or no other means.
        """
        try:
            return await cls._started(make)
        except OSError as error:
            why = error.strerror or error
            raise WorkerDiedError(f"The process of the checks can't be started: {why}.") from error

    @classmethod
    async def _started(cls, make: Callable[[], object]) -> Self:
        here, there = socket.socketpair()
        with ExitStack() as opened, there:
            opened.callback(here.close)
            errors = opened.enter_context(TemporaryFile())
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-c", BOOT, str(there.fileno()), *sys.path),
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=errors,
                pass_fds=[there.fileno()],
                # Ctrl+C in the terminal is not meant for it. In a session of its own, Linux would
                # not weigh its low priority against the wizard's.
                process_group=0,
            )
            opened.pop_all()
        reader, writer = await asyncio.open_connection(sock=here)
        writer.write(packed(make))
        return cls(process, reader, writer, errors)

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended, or what it says can't be read."""
        return self._receiving.done()

    async def ask(
        self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> AsyncGenerator[Any, None]:
        """What the method gives; whoever leaves before its end cancels it.

        Raises:
            WorkerError: the method raised.
            WorkerDiedError: the process has ended.
        """
        number = next(self._numbers)
        self._asked[number] = Queue()
        self._writer.write(packed(Call(number, method, args, kwargs)))
        try:
            while not isinstance(message := await self._next(number), Done):
                yield message.item
        finally:
            del self._asked[number]
            if not self._writer.is_closing():
                self._writer.write(packed(Cancelled(number)))

    async def _next(self, number: int) -> Progress | Done:
        message = None if self.is_gone else await self._asked[number].get()
        if message is None:
            raise WorkerDiedError(await self._last_words())
        if isinstance(message, Failed):
            raise WorkerError(message.trace)
        return message

    async def _last_words(self) -> str:
        code = await self._process.wait()
        if self._errors.closed:
            return CLOSED
        if self._unreadable:
            return f"What the process of the checks says can't be read: {self._unreadable}."
        self._errors.seek(0)
        wrote = self._errors.read().decode(errors="replace")[-KEPT:]
        return f"The process of the checks has ended (exit code {code}). {wrote}".strip()

    async def _receive(self, reader: StreamReader) -> None:
        while (message := await receive(reader)) is not None:
            if message.number in self._asked:
                self._asked[message.number].put_nowait(message)
            # A burst of messages must not hold up a key.
            await asyncio.sleep(0)

    def _end(self, receiving: Task[None]) -> None:
        """Tell all who wait that nothing more will come."""
        error = None if receiving.cancelled() else receiving.exception()
        if error is not None:
            self._unreadable = f"{type(error).__name__}: {error}"
            self._kill()
        for queue in self._asked.values():
            queue.put_nowait(None)

    def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def close(self) -> None:
        """End the process at once; it keeps nothing that would have to be saved."""
        self._receiving.cancel()
        self._kill()
        await self._process.wait()
        self._writer.close()
        self._errors.close()
        await asyncio.wait([self._receiving])

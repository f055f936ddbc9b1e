"""A process that answers calls, and the line to it."""

from __future__ import annotations

import asyncio
import itertools
import socket
import sys
from asyncio import Queue, StreamReader, StreamWriter, Task
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any, Self

from mailcow_dns_tui.wizard.apart_message import (
    Asked,
    Done,
    Dropped,
    Failed,
    Given,
    packed,
    receive,
)
from mailcow_dns_tui.wizard.gone import CLOSED, GoneError

BOOT = """
import sys
descriptor, *sys.path = sys.argv[1:]
from mailcow_dns_tui.wizard.apart_service import run
run(int(descriptor))
"""
KEPT = 4000
"""Characters of what the process wrote at its end."""


class ApartError(RuntimeError):
    """Something unexpected happened over there; the text is its traceback."""


class Line:
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
        self._asked: dict[int, Queue[Given | Done | Failed | None]] = {}
        self._receiving = asyncio.create_task(self._receive(reader))
        self._receiving.add_done_callback(self._end)

    @classmethod
    async def start(cls, make: Callable[[], object]) -> Self:
        """Start a process that imports from where this one does, and nothing from elsewhere.

        Raises:
            GoneError: there is no memory for it, or no other means.
        """
        try:
            return await cls._started(make)
        except OSError as error:
            why = error.strerror or error
            raise GoneError(f"The process of the checks can't be started: {why}.") from error

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
        return self._receiving.done()

    async def ask(
        self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> AsyncGenerator[Any, None]:
        """What the method gives; whoever leaves before its end cancels it.

        Raises:
            ApartError: the method raised.
            GoneError: the process has ended.
        """
        number = next(self._numbers)
        self._asked[number] = Queue()
        self._writer.write(packed(Asked(number, method, args, kwargs)))
        try:
            while not isinstance(message := await self._next(number), Done):
                yield message.item
        finally:
            del self._asked[number]
            if not self._writer.is_closing():
                self._writer.write(packed(Dropped(number)))

    async def _next(self, number: int) -> Given | Done:
        message = None if self.is_gone else await self._asked[number].get()
        if message is None:
            raise GoneError(await self._last_words())
        if isinstance(message, Failed):
            raise ApartError(message.trace)
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

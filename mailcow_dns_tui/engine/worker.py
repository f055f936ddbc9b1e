"""What runs in the worker process: it answers calls of one object's methods."""

from __future__ import annotations

import asyncio
import os
import socket
from asyncio import StreamWriter, Task
from collections.abc import AsyncGenerator
from contextlib import aclosing
from traceback import format_exception
from typing import Any

from mailcow_dns_tui.engine.process import Call, Done, Failed, Progress, packed, receive
from mailcow_dns_tui.gc_tuning import collect_less_often

BEHIND_THE_SCREEN = 10
"""How much less urgent than a key, where there are not processors enough for both."""


def run(descriptor: int) -> None:
    """Serve an object until the other end of this socket is closed.

    The first message makes the object; all others are calls of its methods.
    """
    os.nice(BEHIND_THE_SCREEN)
    collect_less_often()
    asyncio.run(_serve(socket.socket(fileno=descriptor)))


async def _serve(connection: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    make = await receive(reader)
    service = _Service(make(), writer)
    while (message := await receive(reader)) is not None:
        service.take(message)


class _Service:
    """Answers each call in a task of its own, so that none waits for another."""

    def __init__(self, served: object, writer: StreamWriter) -> None:
        self._served = served
        self._writer = writer
        self._tasks: dict[int, Task[None]] = {}

    def take(self, message: Any) -> None:
        if isinstance(message, Call):
            task = asyncio.create_task(self._answer(message))
            self._tasks[message.number] = task
            task.add_done_callback(lambda done: self._end(message.number, done))
        elif message.number in self._tasks:
            self._tasks[message.number].cancel()

    async def _answer(self, asked: Call) -> None:
        answer = asked.method(self._served, *asked.args, **asked.kwargs)
        if isinstance(answer, AsyncGenerator):
            async with aclosing(answer) as items:
                async for item in items:
                    await self._give(asked.number, item)
        else:
            await self._give(asked.number, await answer)

    async def _give(self, number: int, item: object) -> None:
        self._writer.write(packed(Progress(number, item)))
        await self._writer.drain()

    def _end(self, number: int, task: Task[None]) -> None:
        del self._tasks[number]
        if task.cancelled():
            return
        error = task.exception()
        trace = "".join(format_exception(error)) if error else ""
        self._writer.write(packed(Failed(number, trace) if error else Done(number)))

"""A loop of its own for work that would hold up the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 0.25
"""Seconds that what was cancelled has to end; whoever quits does not wait for a whole check."""


class Apart:
    """Runs coroutines in a thread, which begins with the first of them.

    Whatever belongs to a loop, such as a socket, must be used by what runs in here only.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="apart", daemon=True)

    def _begin(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        if not self._thread.is_alive():
            self._thread.start()
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self._loop))

    async def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Its result; whoever is cancelled while waiting cancels it."""
        return await self._begin(coroutine)

    async def stream(self, source: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """What a generator gives, which runs over there."""
        queue: asyncio.Queue[tuple[T, ...]] = asyncio.Queue()
        here = asyncio.get_running_loop()

        async def pump() -> None:
            try:
                async with aclosing(source):
                    async for item in source:
                        here.call_soon_threadsafe(queue.put_nowait, (item,))
            finally:
                here.call_soon_threadsafe(queue.put_nowait, ())

        running = self._begin(pump())
        try:
            while items := await queue.get():
                yield items[0]
            await running
        finally:
            running.cancel()

    async def close(self, last: Coroutine[Any, Any, None] | None = None) -> None:
        """Cancel what is under way, do a last thing, and end the thread.

        What takes too long over there is left to the end of the process.
        """
        if self._thread.is_alive():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.call(_cancel_others(last)), PATIENCE)
            self._loop.call_soon_threadsafe(self._loop.stop)
            await asyncio.to_thread(self._thread.join, PATIENCE)
        elif last is not None:
            await last
        if not self._loop.is_running():
            self._loop.close()


async def _cancel_others(last: Coroutine[Any, Any, None] | None) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=PATIENCE)
    if last is not None:
        await last

"""A process of its own for work that would hold up the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from mailcow_dns_tui.wizard.gone import CLOSED, GoneError

if TYPE_CHECKING:
    from mailcow_dns_tui.wizard.apart_line import Line

R = TypeVar("R")
T = TypeVar("T")
P = ParamSpec("P")


class Apart(Generic[R]):
    """Calls methods of an object that lives in another process, which the first call starts.

    Two threads of one process share its interpreter: a check of two hundred domains would hold up
    every key. All that goes there and comes back is pickled.

    Args:
        make: makes the object over there.
    """

    def __init__(self, make: Callable[[], R]) -> None:
        self._make = make
        self._starting = asyncio.Lock()
        self._line: Line | None = None
        self._is_closed = False

    async def call(
        self,
        method: Callable[Concatenate[R, P], Coroutine[Any, Any, T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Its result; whoever is cancelled while waiting cancels it.

        Raises:
            ApartError: the method raised.
            GoneError: the process ended, and once more when it was started again.
        """
        try:
            return await self._result(method, args, kwargs)
        except GoneError:
            # A machine that is short of memory ends a process now and then.
            return await self._result(method, args, kwargs)

    async def _result(
        self,
        method: Callable[..., Coroutine[Any, Any, T]],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> T:
        line = await self._open()
        results: list[T] = [item async for item in line.ask(method, args, kwargs)]
        return results[-1]

    async def stream(
        self,
        method: Callable[Concatenate[R, P], AsyncGenerator[T, None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> AsyncGenerator[T, None]:
        """What a generator gives; whoever leaves before its end cancels it.

        Raises:
            ApartError: the method raised.
            GoneError: the process ended; what was given can't be taken back, so that it is for
                the caller to begin anew.
        """
        line = await self._open()
        async with aclosing(line.ask(method, args, kwargs)) as given:
            async for item in given:
                yield item

    async def _open(self) -> Line:
        from mailcow_dns_tui.wizard.apart_line import Line

        async with self._starting:
            if self._is_closed:
                raise GoneError(CLOSED)
            if self._line is not None and self._line.is_gone:
                await self._line.close()
                self._line = None
            self._line = self._line or await Line.start(self._make)
            return self._line

    async def close(self) -> None:
        """End the process; none is started any more."""
        self._is_closed = True
        async with self._starting:
            if self._line is not None:
                await self._line.close()

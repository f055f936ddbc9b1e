"""The time that a run may take."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_ENDS: ContextVar[float] = ContextVar("on the clock of the event loop")

PER_ZONE = 0.5
"""Seconds: a run over hundreds of zones is not late after those that few are allowed."""


def time_limit(zones: int, least: float) -> float:
    """Seconds that a run over so many zones may take."""
    return max(least, PER_ZONE * zones)


def time_is_over() -> Callable[[], bool]:
    """Tells, from wherever it is called, whether the time of who asks for this now has passed.

    An event loop that has much to do ends what is late only after that; so whatever may take long
    looks here before it begins.
    """
    ends, loop = _ENDS.get(math.inf), asyncio.get_running_loop()
    return lambda: loop.time() >= ends


class Deadline:
    """A number of seconds, counted from the first thing that is awaited within it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._when: float | None = None

    async def within(self, begin: Callable[[], Awaitable[T]], late: T) -> T:
        """What `begin` comes to, or `late` once the time is over; then it is not even begun."""
        now = asyncio.get_running_loop().time()
        if self._when is None:
            self._when = now + self._seconds
        if now >= self._when:
            return late
        before = _ENDS.set(min(self._when, _ENDS.get(math.inf)))
        try:
            async with asyncio.timeout_at(self._when):
                return await begin()
        except TimeoutError:
            return late
        finally:
            _ENDS.reset(before)

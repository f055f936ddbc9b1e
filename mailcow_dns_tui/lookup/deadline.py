"""The time that a run may take."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PER_ZONE = 0.5
"""Seconds: a run over hundreds of zones is not late after those that few are allowed."""


def time_limit(zones: int, least: float) -> float:
    """Seconds that a run over so many zones may take."""
    return max(least, PER_ZONE * zones)


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
        try:
            async with asyncio.timeout_at(self._when):
                return await begin()
        except TimeoutError:
            return late

"""Work that runs at the same time: begun once for all who want it, and bounded in time."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Mapping,
)
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mailcow_dns_tui.model.bounds import LEAST_TIME_LIMIT

K = TypeVar("K")
T = TypeVar("T")
Begin = Callable[[], Coroutine[Any, Any, T]]


async def as_completed(jobs: Iterable[Awaitable[T]]) -> AsyncGenerator[T, None]:
    """The result of each job, as soon as it is there; closing this early cancels the rest."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


STALE = 0.25
"""A share of the most that is remembered: where so many were begun since, what is wanted again is
put behind all others, as the last to be forgotten."""


@dataclass(eq=False)
class _Work(Generic[T]):
    task: asyncio.Task[T]
    turn: int
    """How many had been begun when it was put behind all others."""
    waiting: int = 0
    """How many want the result and don't have it."""
    ended: float = math.inf
    """On the monotonic clock."""


class SingleFlight(Generic[K, T]):
    """Runs a job once for each key: all who want its result wait for the same run.

    Whoever is cancelled while waiting leaves the work to the others; the last one stops it. What
    `keep` turns down is begun again the next time.

    Args:
        keep: which results to remember.
        most: how many; then those that nobody has wanted for the longest time are forgotten.
    """

    def __init__(self, keep: Callable[[T], bool], most: int | None = None) -> None:
        self._keep = keep
        self._most = most
        self._works: dict[K, _Work[T]] = {}
        self._turn = 0
        self._made = time.monotonic()

    async def get(self, key: K, begin: Begin[T]) -> T:
        """The result, once it is there; `begin` is called only where nobody has begun."""
        known = self.known(key)
        if known is not None:
            return known
        with self.begun(key, begin) as task:
            return await asyncio.shield(task)

    @contextmanager
    def begun(self, key: K, begin: Begin[T]) -> Generator[asyncio.Task[T], None, None]:
        """The job, which goes on for as long as anybody is in such a context."""
        work = self._joined(key, begin)
        try:
            yield work.task
        finally:
            self._leave(key, work)

    async def get_all(self, wanted: Mapping[K, Begin[T]], seconds: float) -> Mapping[K, T]:
        """The results that are there within so many seconds; where none is left, none begins."""
        if seconds <= 0:
            return {}
        works = {key: self._joined(key, begin) for key, begin in wanted.items()}
        try:
            if under_way := [work.task for work in works.values() if not work.task.done()]:
                await asyncio.wait(under_way, timeout=seconds)
            return {key: work.task.result() for key, work in works.items() if work.task.done()}
        finally:
            for key, work in works.items():
                self._leave(key, work)

    def _joined(self, key: K, begin: Begin[T]) -> _Work[T]:
        work = self._works.get(key) or self._begun(key, begin)
        self._touch(key, work)
        work.waiting += 1
        return work

    def _leave(self, key: K, work: _Work[T]) -> None:
        work.waiting -= 1
        if not work.waiting and not work.task.done():
            # At once: who wants it next must not wait for what is being stopped.
            self._forget(key, work)
            work.task.cancel()

    def _touch(self, key: K, work: _Work[T]) -> None:
        # Keys are slow to hash: what is wanted all the time is not put behind the others each time.
        if self._most is not None and self._turn - work.turn > self._most * STALE:
            work.turn = self._turn
            self._works[key] = self._works.pop(key)

    def _begun(self, key: K, begin: Begin[T]) -> _Work[T]:
        self._turn += 1
        work = self._works[key] = _Work(asyncio.create_task(begin()), self._turn)
        work.task.add_done_callback(lambda task: self._done(key, work))
        return work

    @property
    def is_used(self) -> bool:
        """Whether anything is remembered, or under way."""
        return bool(self._works)

    def known(self, key: K) -> T | None:
        """The result, where there is one already."""
        work = self._works.get(key)
        if work is None or not work.task.done() or work.task.cancelled():
            return None
        self._touch(key, work)
        return work.task.result()

    def _done(self, key: K, work: _Work[T]) -> None:
        task, work.ended = work.task, time.monotonic()
        if task.cancelled() or task.exception() is not None or not self._keep(task.result()):
            self._forget(key, work)
        elif self._most is not None and len(self._works) > self._most:
            oldest = next(key for key, work in self._works.items() if work.task.done())
            del self._works[oldest]

    def _forget(self, key: K, work: _Work[T]) -> None:
        if self._works.get(key) is work:
            del self._works[key]

    def forget(self, age: float) -> None:
        """Drop the results that are older than so many seconds."""
        oldest = time.monotonic() - age
        self._works = {key: work for key, work in self._works.items() if work.ended >= oldest}

    def take(self, newer: SingleFlight[K, T]) -> None:
        """Take over all results of another one that are newer than this, and than what it has."""
        for key, work in newer._works.items():
            mine = self._works.get(key)
            if work.task.done() and work.ended > (mine.ended if mine else self._made):
                self._works[key] = work

    async def close(self) -> None:
        """Stop what is under way."""
        tasks = [work.task for work in self._works.values() if not work.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


_ENDS: ContextVar[float] = ContextVar("on the clock of the event loop")

PER_ZONE = 0.75
"""Seconds. Where name servers take 0.8 s for each answer, a zone takes 0.7 beside others."""


def time_limit(zones: int) -> float:
    """Seconds that a run over so many zones may take."""
    return LEAST_TIME_LIMIT + PER_ZONE * zones


def time_is_over() -> Callable[[], bool]:
    """Gives a function that tells whether the deadline under which this is called has passed.

    An event loop that has much to do ends what is late only after that; so whatever may take long
    looks here before it begins.
    """
    ends, loop = _ENDS.get(math.inf), asyncio.get_running_loop()
    return lambda: loop.time() >= ends


class Deadline:
    """A number of seconds, counted from the first thing that is awaited within it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._when = math.inf

    async def within(self, begin: Callable[[], Awaitable[T]], on_timeout: T) -> T:
        """What `begin` comes to, or `on_timeout` once the time is over: then nothing is begun."""
        if self._left() <= 0:
            return on_timeout
        before = _ENDS.set(min(self._when, _ENDS.get(math.inf)))
        try:
            async with asyncio.timeout_at(self._when):
                return await begin()
        except TimeoutError:
            return on_timeout
        finally:
            _ENDS.reset(before)

    async def of_all(
        self, flight: SingleFlight[K, T], wanted: Mapping[K, Begin[T]]
    ) -> Mapping[K, T]:
        """As many of these results as come in time; once it is over, nothing is begun."""
        left = self._left()
        before = _ENDS.set(min(self._when, _ENDS.get(math.inf)))
        try:
            return await flight.get_all(wanted, left)
        finally:
            _ENDS.reset(before)

    def _left(self) -> float:
        now = asyncio.get_running_loop().time()
        if self._when == math.inf:
            self._when = now + self._seconds
        return self._when - now

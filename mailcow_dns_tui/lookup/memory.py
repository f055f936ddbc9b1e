"""What was asked already, shared by the runs that may rely on it."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from dns.name import Name

from mailcow_dns_tui.lookup.delegation import NameServer, Sides, Zone
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import Said
from mailcow_dns_tui.lookup.reply import Heard
from mailcow_dns_tui.lookup.server import ResolverAddress
from mailcow_dns_tui.lookup.smtp import Place
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.policy_page import PolicyPage

K = TypeVar("K")
T = TypeVar("T")


@dataclass(eq=False)
class _Work(Generic[T]):
    task: asyncio.Task[T]
    waiting: int = 0
    """How many want the result and don't have it."""
    ended: float = math.inf
    """On the monotonic clock."""


class Once(Generic[K, T]):
    """Results by key; what is under way is awaited by all who want it, and begun once.

    Whoever is cancelled while waiting leaves the work to the others; the last one stops it. What
    `keep` turns down is begun anew the next time.
    """

    def __init__(self, keep: Callable[[T], bool]) -> None:
        self._keep = keep
        self._works: dict[K, _Work[T]] = {}

    async def get(self, key: K, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        work = self._works.get(key) or self._begun(key, begin)
        work.waiting += 1
        try:
            return await asyncio.shield(work.task)
        finally:
            work.waiting -= 1
            if not work.waiting and not work.task.done():
                # At once: who wants it next must not wait for what is being stopped.
                self._forget(key, work)
                work.task.cancel()

    def _begun(self, key: K, begin: Callable[[], Coroutine[Any, Any, T]]) -> _Work[T]:
        work = self._works[key] = _Work(asyncio.create_task(begin()))
        work.task.add_done_callback(lambda task: self._done(key, work))
        return work

    def known(self, key: K) -> T | None:
        """The result, where there is one already."""
        work = self._works.get(key)
        if work is None or not work.task.done() or work.task.cancelled():
            return None
        return work.task.result()

    def _done(self, key: K, work: _Work[T]) -> None:
        task, work.ended = work.task, time.monotonic()
        if task.cancelled() or task.exception() is not None or not self._keep(task.result()):
            self._forget(key, work)

    def _forget(self, key: K, work: _Work[T]) -> None:
        if self._works.get(key) is work:
            del self._works[key]

    def forget(self, age: float) -> None:
        """Begin anew the next time what has been known for longer than so many seconds."""
        oldest = time.monotonic() - age
        self._works = {key: work for key, work in self._works.items() if work.ended >= oldest}

    def take(self, newer: "Once[K, T]") -> None:
        """Know what another one has come to know, in place of what this one knew."""
        self._works |= {key: work for key, work in newer._works.items() if work.task.done()}

    async def close(self) -> None:
        """Stop what is under way."""
        tasks = [work.task for work in self._works.values() if not work.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Memory:
    """Answers and zone cuts, remembered for as long as this object lives; failures are not.

    Attributes:
        zones: by the way down to it: the apexes from the highest to the zone's own.
        said: by name server, the zone it was asked as a server of, and question.
        recursed: by resolver and question.
        cuts: zones that a name server referred to, by apex.
        sides: by apex; also None for what could not be compared, or each question would wait.
        policies: MTA-STS policies by mail domain.
        chains: what mail servers present, by host and addresses; also that none can be reached,
            or each look at the records would wait for it.
    """

    def __init__(self) -> None:
        self.zones = Once[tuple[Name, ...], Zone](lambda zone: bool(zone.servers))
        self.said = Once[tuple[NameServer, Name, Question], Said](_says_something)
        self.recursed = Once[tuple[ResolverAddress, Question], Heard](_was_heard)
        self.cuts = Once[Name, Zone](lambda zone: bool(zone.servers))
        self.sides = Once[Name, Sides | None](lambda sides: True)
        self.policies = Once[Name, PolicyPage](_is_theirs)
        self.chains = Once[Place, Presented](lambda presented: True)

    def with_zones_only(self) -> "Memory":
        """One that knows where to ask, and not what was answered."""
        memory = Memory()
        memory.zones, memory.cuts, memory.sides = self.zones, self.cuts, self.sides
        return memory

    def forget(self, age: float) -> None:
        """Ask again the next time what has been known for longer than so many seconds."""
        for table in self._tables:
            table.forget(age)

    def take(self, newer: "Memory") -> None:
        """Know what another one has come to know, in place of what this one knew."""
        for table, of_newer in zip(self._tables, newer._tables, strict=True):
            table.take(of_newer)

    async def close(self) -> None:
        """Stop what is under way."""
        for table in self._tables:
            await table.close()

    @property
    def _tables(self) -> tuple[Once[Any, Any], ...]:
        asked = self.said, self.recursed, self.policies, self.chains
        return self.zones, self.cuts, self.sides, *asked


def _says_something(said: Said) -> bool:
    return not isinstance(said, Answer) or said.failure is None


def _was_heard(heard: Heard) -> bool:
    return heard.failure is None


def _is_theirs(page: PolicyPage) -> bool:
    return page.failure is None or not page.failure.could_be_here

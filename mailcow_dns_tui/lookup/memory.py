"""What was asked already, shared by the runs that may rely on it."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar

from dns.name import Name

from mailcow_dns_tui.lookup.delegation import NameServer, Sides, Zone
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import Said
from mailcow_dns_tui.lookup.reply import Heard
from mailcow_dns_tui.lookup.server import ResolverAddress
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.policy_page import PolicyPage

K = TypeVar("K")
T = TypeVar("T")


class Once(Generic[K, T]):
    """Results by key; what is under way is awaited by all who want it, and begun once.

    Whoever is cancelled while waiting leaves the work to the others. What `keep` turns down is
    begun anew the next time.
    """

    def __init__(self, keep: Callable[[T], bool]) -> None:
        self._keep = keep
        self._tasks: dict[K, asyncio.Task[T]] = {}

    async def get(self, key: K, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(begin())
            task.add_done_callback(partial(self._done, key))
        return await asyncio.shield(task)

    def known(self, key: K) -> T | None:
        """The result, where there is one already."""
        task = self._tasks.get(key)
        if task is None or not task.done() or task.cancelled():
            return None
        return task.result()

    def _done(self, key: K, task: asyncio.Task[T]) -> None:
        if task.cancelled() or task.exception() is not None or not self._keep(task.result()):
            del self._tasks[key]

    async def close(self) -> None:
        """Stop what is under way."""
        tasks = [task for task in self._tasks.values() if not task.done()]
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
    """

    def __init__(self) -> None:
        self.zones = Once[tuple[Name, ...], Zone](lambda zone: bool(zone.servers))
        self.said = Once[tuple[NameServer, Name, Question], Said](_says_something)
        self.recursed = Once[tuple[ResolverAddress, Question], Heard](_was_heard)
        self.cuts = Once[Name, Zone](lambda zone: bool(zone.servers))
        self.sides = Once[Name, Sides | None](lambda sides: True)
        self.policies = Once[Name, PolicyPage](_is_theirs)

    def with_zones_only(self) -> "Memory":
        """One that knows where to ask, and not what was answered."""
        memory = Memory()
        memory.zones, memory.cuts, memory.sides = self.zones, self.cuts, self.sides
        return memory

    async def close(self) -> None:
        """Stop what is under way."""
        tables = self.zones, self.said, self.recursed, self.cuts, self.sides, self.policies
        for table in tables:
            await table.close()


def _says_something(said: Said) -> bool:
    return not isinstance(said, Answer) or said.failure is None


def _was_heard(heard: Heard) -> bool:
    return heard.failure is None


def _is_theirs(page: PolicyPage) -> bool:
    return page.failure is None or not page.failure.could_be_here

"""Examiners for tests of the wizard."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from dns.name import Name

from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, judge, missing
from mailcow_dns_tui.topics.run import plan
from mailcow_dns_tui.wizard.gone import GoneError

NS1 = Source("ns1.example.net.", "192.0.2.53")
Answering = Callable[[Record], Answer]


def published(record: Record) -> Answer:
    return Answer(NS1, rdatas=(record.rdata,), ttl=300, authoritative=True)


def absent(record: Record) -> Answer:
    return Answer(NS1, ttl=300, authoritative=True)


def silent(record: Record) -> Answer:
    return Answer(NS1, failure=Failure.TIMEOUT)


def published_or_not(record: Record, answer: Answer) -> Verdict:
    return as_wanted(record) if answer.found else missing(record)


class Answers:
    """Judges each wanted record by an answer made for it; remembers what it was asked.

    Attributes:
        zone: the one that all names are found in.
    """

    def __init__(self, answering: Answering = published, zone: Name | None = None) -> None:
        self.answering = answering
        self.zone = zone
        self.asked: list[tuple[Setup, bool]] = []
        self.there = Published()

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        self.asked.append((setup, anew))
        for record in plan(setup):
            yield [self.judged(record)]

    def judged(self, record: Record) -> Finding:
        lookup = Lookup(record.owner, record.rdtype, (self.answering(record),), zone=self.zone)
        return judge(record, lookup, published_or_not)

    async def examine_topic(
        self, setup: Setup, topic: str, domain: Name | None
    ) -> Sequence[Finding]:
        found = [f async for findings in self.examine(setup, anew=True) for f in findings]
        return [f for f in found if (f.topic, f.domain) == (topic, domain)]

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        return {}

    async def published(self, setup: Setup) -> Published:
        return self.there


class Held(Answers):
    """Answers nothing before it is released."""

    def __init__(self, answering: Answering = published) -> None:
        super().__init__(answering)
        self.release = asyncio.Event()

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        await self.release.wait()
        async for findings in super().examine(setup, anew=anew):
            yield findings


class Stuck(Answers):
    """Tells all that it finds at once, and waits for ever for the rest, until it is well."""

    is_well = False

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().examine(setup, anew=anew):
            yield findings
        if not self.is_well:
            await asyncio.Event().wait()


class WithoutMemory(Answers):
    """Its process is ended by every call of one method, until there is memory again."""

    def __init__(self, method: str, answering: Answering = published) -> None:
        super().__init__(answering)
        self.ends_at = method

    def _reach(self, method: str) -> None:
        if method == self.ends_at:
            raise GoneError("The process of the checks has ended (exit code -9).")

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().examine(setup, anew=anew):
            yield findings
            self._reach("examine")

    async def examine_topic(
        self, setup: Setup, topic: str, domain: Name | None
    ) -> Sequence[Finding]:
        self._reach("examine_topic")
        return await super().examine_topic(setup, topic, domain)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        self._reach("policies")
        return await super().policies(setup, domains)

    async def published(self, setup: Setup) -> Published:
        self._reach("published")
        return await super().published(setup)

"""Engines for tests of the wizard, which ask nobody."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.engine.local import nothing_read
from mailcow_dns_tui.engine.process import WorkerDiedError
from mailcow_dns_tui.mailcow.known import SourceResult
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.propagation import Observation, Vantage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, judge, missing
from mailcow_dns_tui.topics.registry import plan

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


@lru_cache(1000)
def judged_by(record: Record, answer: Answer, zone: Name | None) -> Finding:
    """The guide has the same records checked again and again."""
    lookup = Lookup(record.owner, record.rdtype, (answer,), zone=zone)
    return judge(record, lookup, published_or_not)


class Answers:
    """Judges each wanted record by an answer made for it; remembers what it was asked.

    It sees nobody who has a record, and there is no mailcow.

    Attributes:
        zone: the one that all names are found in.
        checks: the setup of each check, and whether it was to be a fresh one.
    """

    is_example = True

    def __init__(self, answering: Answering = published, zone: Name | None = None) -> None:
        self.answering = answering
        self.zone = zone
        self.checks: list[tuple[Setup, bool]] = []
        self.there = PublishedAnswers()

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        self.checks.append((setup, fresh))
        for record in plan(setup):
            yield [self.judged(record)]

    def judged(self, record: Record) -> Finding:
        return judged_by(record, self.answering(record), self.zone)

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        found = [f async for findings in self.check(setup, fresh=True) for f in findings]
        return [f for f in found if (f.topic, f.domain) == (topic, domain)]

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        return Lookup(name, rdtype, ())

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        return {}

    async def published(self, setup: Setup) -> PublishedAnswers:
        return self.there

    def now(self) -> datetime:
        return datetime.now().astimezone()

    async def resolvers(self) -> Sequence[Vantage]:
        return ()

    async def propagation(
        self, setup: Setup, record: Record, caches: Sequence[Vantage], *, anyway: bool
    ) -> AsyncGenerator[Observation, None]:
        nothing: tuple[Observation, ...] = ()
        for observation in nothing:
            yield observation

    def read_mailcow(self, setup: Setup, access: Access) -> AsyncGenerator[SourceResult, None]:
        return nothing_read(access)

    async def close(self) -> None:
        pass


class Held(Answers):
    """Answers nothing before it is released."""

    def __init__(self, answering: Answering = published) -> None:
        super().__init__(answering)
        self.release = asyncio.Event()

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        await self.release.wait()
        async for findings in super().check(setup, fresh=fresh):
            yield findings


class Stuck(Answers):
    """Tells all that it finds at once, and waits for ever for the rest, until it is well."""

    is_well = False

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().check(setup, fresh=fresh):
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
            raise WorkerDiedError("The process of the checks has ended (exit code -9).")

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in super().check(setup, fresh=fresh):
            yield findings
            self._reach("check")

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        self._reach("check_topic")
        return await super().check_topic(setup, topic, domain)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        self._reach("policies")
        return await super().policies(setup, domains)

    async def published(self, setup: Setup) -> PublishedAnswers:
        self._reach("published")
        return await super().published(setup)

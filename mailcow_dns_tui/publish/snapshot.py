"""What the name servers have, as the guide sees it; and whether all of them have a change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.plan import Guiding, policies_to_fetch
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.dmarc_stage import staged
from mailcow_dns_tui.model.finding import Finding, muted
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.publish.changes import Change
from mailcow_dns_tui.topics.context import same
from mailcow_dns_tui.topics.registry import plan, with_days

PAUSE = 2.0
"""Seconds from one look at the name servers to the next, while a change comes to all of them."""


class QueryEngine(Protocol):
    """Who asks the network; an engine does."""

    def now(self) -> datetime:
        """The time of day, where the user lives."""
        ...

    def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        """Look up and judge everything."""
        ...

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        """The MTA-STS policies that are served for mail domains now."""
        ...

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        """What each name server has of an RRset in one of the setup's zones, asked anew."""
        ...


@dataclass(frozen=True)
class Snapshot:
    """All that is known at one moment.

    Attributes:
        setup: the plan, with what is to be remembered of this look.
        state: of the guide: the steps that are left, and until when somebody remembers what was.
        asked: when it was begun to ask, on the monotonic clock.
    """

    setup: Setup
    records: tuple[Record, ...]
    report: Report
    state: GuideState
    clock: datetime
    asked: float


class Observer:
    """Looks again and again; only what is new is worked out."""

    def __init__(self, setup: Setup, engine: QueryEngine) -> None:
        self._engine = engine
        self._guiding = Guiding()
        self._setup = staged(setup, engine.now().date())
        self._state = GuideState.from_place(setup.guide)

    async def observe(self) -> Snapshot:
        """Ask everything anew."""
        asked = time.monotonic()
        findings = await self._findings()
        today = self._engine.now().date()
        before = self._setup
        self._setup = staged(with_days(before, findings, today), today)
        if not self._setup.is_same_plan(before):
            findings = await self._findings()
        return await self._judged(findings, asked)

    async def _findings(self) -> list[Finding]:
        async with aclosing(self._engine.check(self._setup, fresh=True)) as judged:
            found = [finding async for findings in judged for finding in findings]
        return list(muted(found, self._setup.mutes))

    async def _judged(self, findings: Sequence[Finding], asked: float) -> Snapshot:
        setup, records = self._setup, plan(self._setup)
        report = Report().with_records(records).with_findings(findings)
        report = report.at_end_of_check(findings, ())
        standing, clock = tuple(report.standing), self._engine.now()
        due = policies_to_fetch(records, standing)
        pages = await self._engine.policies(setup, due) if due else {}
        steps = self._guiding.steps(setup, records, standing, clock, pages)
        self._state = self._state.looked(steps, report, clock)
        place = replace(setup.guide, left=self._state.left, moves=self._state.moves)
        self._setup = replace(setup, guide=place)
        return Snapshot(self._setup, records, report, self._state, clock, asked)


async def lacking(
    changes: Iterable[Change], setup: Setup, engine: QueryEngine
) -> tuple[Source, ...]:
    """The name servers that do not show these changes yet."""
    asked = list(changes)
    asking = (engine.ask_servers(setup, *change.key) for change in asked)
    lookups = await asyncio.gather(*asking)
    behind = (
        answer.source
        for change, lookup in zip(asked, lookups, strict=True)
        for answer in lookup.answered
        if not shows(answer, change)
    )
    return tuple(dict.fromkeys(behind))


async def waits(
    asked: Callable[[], Awaitable[Sequence[Source]]],
    late: set[Source],
    patience: float,
    pause: float = PAUSE,
) -> AsyncGenerator[tuple[Source, ...], None]:
    """The name servers that are waited for, again and again until none lacks anything.

    Args:
        asked: those that lack it now.
        late: those that are not waited for any more; to which come those that take too long.
        patience: that time, in seconds.
        pause: seconds from one look to the next.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while behind := tuple(server for server in await asked() if server not in late):
        yield behind
        if loop.time() >= end:
            late |= {*behind}
            return
        await asyncio.sleep(pause)


def shows(answer: Answer, change: Change) -> bool:
    """Whether somebody who answers so has a change."""
    before, after = change.before, change.after
    if after is None:
        gone = before.rdatas if before else ()
        return not any(same(each, other) for each in gone for other in answer.rdatas)
    is_there = not answer.aliases and _agree(answer, change)
    if before is None or {*before.rdatas} != {*after.rdatas}:
        return is_there
    return is_there and answer.ttl <= after.ttl


def _agree(answer: Answer, change: Change) -> bool:
    """Whether each datum of one is in the other; a TXT may be cut at other places."""
    wanted = change.after.rdatas if change.after else ()
    return len(answer.rdatas) == len(wanted) and all(
        any(same(each, other) for other in answer.rdatas) for each in wanted
    )

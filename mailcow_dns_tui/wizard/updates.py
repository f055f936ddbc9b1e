"""How what is planned and what is found become one report, in whatever order they come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from dns.name import Name

    About = tuple[str, Name | None]
    """A topic of the server (None) or of a mail domain."""


ReportChange = Callable[[Report], Report]


class PendingUpdates:
    """Keeps all that becomes known while records are planned, for the time when they are."""

    def __init__(self) -> None:
        self._is_planning = False
        self._changes: list[ReportChange] = []

    def begin(self) -> None:
        """Records are being planned; they may be so anew, before the last plan was made."""
        self._is_planning = True

    def note(self, change: ReportChange) -> None:
        """Keep a change, where records are being planned."""
        if self._is_planning:
            self._changes.append(change)

    def end(self, report: Report, records: Iterable[Record]) -> Report:
        """With the records that were planned, and all that was noted, in order."""
        report = report.with_records(records)
        for change in self._changes:
            report = change(report)
        self._is_planning, self._changes = False, []
        return report


class ResultOrder:
    """Knows when each topic was asked about last, on the monotonic clock.

    A check may wait long for a server, and a look at one of its topics overtake it.
    """

    def __init__(self) -> None:
        self._asked: dict[About, float] = {}

    def counts(self, topic: str, domain: Name | None, asked: float) -> bool:
        """Whether nothing is known that was asked later; if so, nothing older counts any more."""
        about = topic, domain
        if asked < self._asked.get(about, asked):
            return False
        self._asked[about] = asked
        return True

    def after(self, asked: float) -> frozenset[About]:
        """What was asked about later."""
        return frozenset(about for about, last in self._asked.items() if last > asked)


SLICE = 0.005
"""Seconds that planning may hold up the screen at a time."""
PAUSE_BETWEEN_SLICES = 0.003
PAUSE_AFTER_TYPING = 0.1
"""Whoever types on makes worthless what was planned so far."""


async def planned(setup: Setup) -> tuple[Record, ...]:
    """The records that a setup wants, the server's first; others get their turn meanwhile."""
    records: list[Record] = []
    if not setup.zones:
        # The topics take long to load, and a start without a plan needs none.
        return ()
    plan_parts = await asyncio.to_thread(_loaded)
    began = time.monotonic()
    for wanted in plan_parts(setup):
        for record in wanted:
            # It is remembered, and takes longer than all else that is done with a record.
            hash(record)
        records += wanted
        if time.monotonic() - began > SLICE:
            await asyncio.sleep(PAUSE_BETWEEN_SLICES)
            began = time.monotonic()
    return tuple(records)


def _loaded() -> Callable[[Setup], Iterator[tuple[Record, ...]]]:
    """In a thread: the first key need not wait for it."""
    from mailcow_dns_tui.topics.registry import plan_parts

    return plan_parts

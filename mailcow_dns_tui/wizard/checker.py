"""Keeps checking in the background while the user types."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import var
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker

from mailcow_dns_tui.guide.asking import PAUSES
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.going_on import going_on
from mailcow_dns_tui.wizard.gone import GoneError
from mailcow_dns_tui.wizard.messages import CheckEnded, Compared, Judged, LookedAgain, SoughtEnough
from mailcow_dns_tui.wizard.pasted import is_there

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.wizard.newest import About

PAUSE_AT_START = 0.8
"""The first screen is drawn in this time; loading the network's modules would hold it up."""
PAUSE_AFTER_TYPING = 0.6
PAUSE_BETWEEN_SHOWINGS = 0.1
LEAST_REST = 1.0
AGAIN = "Ctrl+R checks again."


class Checker(Widget):
    """Draws nothing; starts a check when the setup has rested a moment, and tells what it found.

    A new check ends the one before it, so no late answer to an old question arrives. With a pace
    in seconds it goes on checking, each time anew.
    """

    DEFAULT_CSS = "Checker { display: none; }"

    setup: var[Setup] = var(Setup(), init=False)
    pace: var[float] = var(0.0, init=False)

    def __init__(self, examiner: Examiner, setup: Setup) -> None:
        super().__init__()
        self.set_reactive(Checker.setup, setup)
        self._examiner = examiner
        self._began = 0.0
        self._found: list[Finding] = []
        self._showing: Timer | None = None
        self._next: Timer | None = None
        self._sought: dict[About, set[Record]] = {}
        self._seekers: dict[About, Worker[None]] = {}

    def on_mount(self) -> None:
        self.call_after_refresh(self._check_first)

    def _check_first(self) -> None:
        self.check(self.setup, pause=PAUSE_AT_START)

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        if not setup.is_same_plan(before):
            self.check(setup, pause=PAUSE_AFTER_TYPING)

    def watch_pace(self, pace: float) -> None:
        if pace:
            self.check_again()
        elif self._next is not None:
            self._next.stop()

    def check_again(self) -> None:
        self.check(self.setup, pause=0, anew=True)

    # Without a description, Textual writes out the whole setup.
    @work(exclusive=True, group="check", description="check")
    async def check(self, setup: Setup, *, pause: float, anew: bool = False) -> None:
        self._begin_anew()
        await asyncio.sleep(pause)
        began = self._began = time.monotonic()
        with going_on(self, AGAIN):
            found = await self._found_by(setup, anew=anew)
            # What has ended may be looked up in the report.
            self._show()
            self.post_message(CheckEnded(setup, found, began))
            self.post_message(Compared(await self._examiner.published(setup)))
        if self.pace:
            rest = max(LEAST_REST, began + self.pace - time.monotonic())
            self._next = self.set_timer(rest, self.check_again)

    def _begin_anew(self) -> None:
        """Leave nothing of the check before: a record's findings are of one check."""
        for timer in (self._next, self._showing):
            if timer is not None:
                timer.stop()
        self._found, self._showing = [], None

    async def _found_by(self, setup: Setup, *, anew: bool) -> list[Finding]:
        """All findings, from the beginning again where the process ended in the middle."""
        try:
            return await self._all_found(setup, anew=anew)
        except GoneError:
            # A machine that is short of memory ends a process now and then.
            self._begin_anew()
            return await self._all_found(setup, anew=anew)

    async def _all_found(self, setup: Setup, *, anew: bool) -> list[Finding]:
        found: list[Finding] = []
        async with aclosing(self._examiner.examine(setup, anew=anew)) as judged:
            async for findings in judged:
                found += findings
                self._keep(findings)
        return found

    def seek(self, record: Record) -> None:
        """Look for one record, gently, until it is there, or for long enough."""
        about = record.topic, record.domain
        self._sought.setdefault(about, set()).add(record)
        if about in self._seekers:
            self._seekers[about].cancel()
        self._seekers[about] = self._seek(*about)

    @work(group="seek")
    async def _seek(self, topic: str, domain: Name | None) -> None:
        """Look for all records of one topic together; another one begins the pauses anew."""
        sought = self._sought[topic, domain]
        for pause in PAUSES:
            await asyncio.sleep(pause)
            with going_on(self, AGAIN):
                asked = time.monotonic()
                findings = await self._examiner.examine_topic(self.setup, topic, domain)
                self.post_message(LookedAgain(topic, domain, findings, asked))
                self._end_seeking(sought, {r for r in sought if is_there(r, findings)})
            if not sought:
                break
        self._end_seeking(sought, sought)
        del self._sought[topic, domain]

    def _end_seeking(self, sought: set[Record], ended: set[Record]) -> None:
        for record in ended:
            self.post_message(SoughtEnough(record))
        sought -= ended

    def _keep(self, findings: Sequence[Finding]) -> None:
        """Gather what arrives together, so that a burst of answers is drawn once."""
        self._found.extend(findings)
        if self._showing is None:
            self._showing = self.set_timer(PAUSE_BETWEEN_SHOWINGS, self._show)

    def _show(self) -> None:
        if self._showing is not None:
            self._showing.stop()
        found, self._found, self._showing = self._found, [], None
        if found:
            self.post_message(Judged(found, self._began))

"""Checks in the background while the user types, and searches for records just pasted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from itertools import chain, repeat
from typing import TYPE_CHECKING

from textual import work
from textual.reactive import var
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker

from mailcow_dns_tui.engine.process import WorkerDiedError
from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import is_live
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard import messages
from mailcow_dns_tui.wizard.watch import UNWATCHED, WatchState

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.wizard.updates import About


PAUSES = (3, 3, 5, 5, 10, 10, 15, 15, 30, 30)
LONGEST_PAUSE = 60


def pauses() -> Iterator[int]:
    """Seconds to wait before each question, without end; begun anew whenever the user acts."""
    return chain(PAUSES, repeat(LONGEST_PAUSE))


@contextmanager
def notify_if_worker_died(asking: Widget, again: str) -> Iterator[None]:
    """Leave the block where nothing could be asked, with a sentence why.

    Args:
        asking: where it is shown.
        again: a sentence on how to ask again.
    """
    try:
        yield
    except WorkerDiedError as error:
        asking.notify(f"{error} {again}", severity="error", timeout=20, markup=False)


PAUSE_AT_START = 0.8
"""The first screen is drawn in this time; loading the network's modules would hold it up."""
PAUSE_AFTER_TYPING = 0.6
PAUSE_BETWEEN_SHOWINGS = 0.1
SHOWN = 5_000
"""Domains a second whose counts are added up anew: with more, keys would have to wait for it."""
LEAST_REST = 1.0
AGAIN = "Ctrl+R checks again."


class Checker(Widget):
    """Invisible; checks in the background, a moment after the last change of the setup.

    A new check cancels the one before it, so no late answer to an old question arrives. With an
    interval of the watch above 0 it checks again every so many seconds, without the cache.
    """

    DEFAULT_CSS = "Checker { display: none; }"

    setup: var[Setup] = var(Setup(), init=False)
    watched: var[WatchState] = var(UNWATCHED, init=False)

    def __init__(self, engine: Engine, setup: Setup) -> None:
        super().__init__()
        self.set_reactive(Checker.setup, setup)
        self._engine = engine
        self._began = 0.0
        self._found: list[Finding] = []
        self._showing: Timer | None = None
        self._next: Timer | None = None
        self._searched: dict[About, set[Record]] = {}
        self._searches: dict[About, Worker[None]] = {}

    def on_mount(self) -> None:
        self.call_after_refresh(self._check_first)

    def _check_first(self) -> None:
        self.check(self.setup, pause=PAUSE_AT_START)

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        """Check again once the typing pauses; what is no part of the plan changes nothing."""
        if not setup.is_same_plan(before):
            self.check(setup, pause=PAUSE_AFTER_TYPING)

    def watch_watched(self, before: WatchState, watched: WatchState) -> None:
        """Begin to check at intervals, or stop; another interval counts from now on."""
        if watched.interval == before.interval:
            return
        if watched.interval:
            self.check_again()
        elif self._next is not None:
            self._next.stop()

    def check_again(self) -> None:
        """Check at once, without the cache."""
        self.check(self.setup, pause=0, fresh=True)

    # Without a description, Textual writes out the whole setup.
    @work(exclusive=True, group="check", description="check")
    async def check(self, setup: Setup, *, pause: float, fresh: bool = False) -> None:
        """Check a setup after a pause, in place of the check that is under way."""
        self._begin_anew()
        await asyncio.sleep(pause)
        began = self._began = time.monotonic()
        with notify_if_worker_died(self, AGAIN):
            found = await self._found_by(setup, fresh=fresh)
            # What has ended may be looked up in the report.
            self._show()
            self.post_message(messages.CheckEnded(setup, found, began))
            self.post_message(messages.PublishedAnswersRead(await self._engine.published(setup)))
        if self.watched.interval:
            rest = max(LEAST_REST, began + self.watched.interval - time.monotonic())
            self._next = self.set_timer(rest, self.check_again)

    def _begin_anew(self) -> None:
        """Leave nothing of the check before: a record's findings are of one check."""
        for timer in (self._next, self._showing):
            if timer is not None:
                timer.stop()
        self._found, self._showing = [], None

    async def _found_by(self, setup: Setup, *, fresh: bool) -> list[Finding]:
        """All findings, from the beginning again where the process ended in the middle."""
        try:
            return await self._all_found(setup, fresh=fresh)
        except WorkerDiedError:
            # A machine that is short of memory ends a process now and then.
            self._begin_anew()
            return await self._all_found(setup, fresh=fresh)

    async def _all_found(self, setup: Setup, *, fresh: bool) -> list[Finding]:
        found: list[Finding] = []
        async with aclosing(self._engine.check(setup, fresh=fresh)) as judged:
            async for findings in judged:
                found += findings
                self._keep(findings)
        return found

    def search(self, record: Record) -> None:
        """Look for one record, gently, until it is there, or for long enough."""
        about = record.topic, record.domain
        self._searched.setdefault(about, set()).add(record)
        if about in self._searches:
            self._searches[about].cancel()
        self._searches[about] = self._search(*about)

    @work(group="search")
    async def _search(self, topic: str, domain: Name | None) -> None:
        """Look for all records of one topic together; another one begins the pauses anew."""
        searched = self._searched[topic, domain]
        for pause in PAUSES:
            await asyncio.sleep(pause)
            with notify_if_worker_died(self, AGAIN):
                asked = time.monotonic()
                findings = await self._engine.check_topic(self.setup, topic, domain)
                self.post_message(messages.TopicChecked(topic, domain, findings, asked))
                self._end_search(searched, {r for r in searched if is_live(r, findings)})
            if not searched:
                break
        self._end_search(searched, searched)
        del self._searched[topic, domain]

    def _end_search(self, searched: set[Record], ended: set[Record]) -> None:
        for record in ended:
            self.post_message(messages.SearchEnded(record))
        searched -= ended

    def _keep(self, findings: Sequence[Finding]) -> None:
        """Gather what arrives together, so that a burst of answers is drawn once."""
        self._found.extend(findings)
        if self._showing is None:
            pause = max(PAUSE_BETWEEN_SHOWINGS, len(self.setup.domains) / SHOWN)
            self._showing = self.set_timer(pause, self._show)

    def _show(self) -> None:
        if self._showing is not None:
            self._showing.stop()
        found, self._found, self._showing = self._found, [], None
        if found:
            self.post_message(messages.FindingsArrived(found, self._began))

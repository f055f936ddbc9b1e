"""Asks about what the guide waits for, again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from dns.name import Name
from textual import work
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget
from textual.worker import Worker

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.guide.old_provider import spf_left
from mailcow_dns_tui.guide.plan import policies_to_fetch
from mailcow_dns_tui.guide.progress import news
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.checker import notify_if_worker_died
from mailcow_dns_tui.wizard.messages import CheckRequested, TopicChecked

MOST_ASKED = 40
"""Topics of domains in one look; of hundreds of domains the others have their turn in the next."""
Pauses = Callable[[], Iterator[float]]
AGAIN = "r asks again."


class GuideLooker(Widget):
    """Draws nothing; asks gently about the steps of the guide until nothing is waited for."""

    DEFAULT_CSS = "GuideLooker { display: none; }"

    setup: var[Setup] = var(Setup(), init=False)
    report: var[Report] = var(Report(), init=False)
    state: var[GuideState] = var(GuideState(), init=False)

    @dataclass
    class Looked(Message):
        """It was looked at just now."""

        at: datetime

    @dataclass
    class PoliciesRead(Message):
        """MTA-STS policies were fetched that nobody looks for yet."""

        pages: Mapping[Name, PolicyPage]

    @dataclass
    class AskedAnew(Message):
        """Everything was asked anew; what came of it, in a sentence."""

        said: str

    def __init__(self, engine: Engine, pauses: Pauses) -> None:
        super().__init__()
        self._engine = engine
        self._pauses = pauses
        self._left = pauses()
        self._woken = asyncio.Event()
        self._looking: Worker[None] | None = None
        self._looks = 0
        self._known: Sequence[Finding] | None = None
        """What was known when everything was begun to be asked anew."""

    def watch_state(self, before: GuideState, state: GuideState) -> None:
        if _occasion(before) != _occasion(state):
            self._read_for_step()
            self.begin_anew()

    def check_anew(self) -> None:
        """Ask about everything, and forget what is known so far."""
        self._known = tuple(self.report.standing)
        self.post_message(CheckRequested())

    def watch_report(self, before: Report, report: Report) -> None:
        """Tell what came of asking anew, at the end of that."""
        if self._known is not None and report.all_asked and not before.all_asked:
            said = news(self._known, tuple(report.standing), now())
            self._known = None
            self.post_message(self.AskedAnew(said))

    def begin_anew(self) -> None:
        """Look often again: the user is about to save something.

        A look that is due sooner, or under way, goes on: who works fast is to hear of it too.
        """
        self._left = self._pauses()
        self._go_on()

    def look_now(self) -> None:
        """Look at once, and begin the pauses anew."""
        self._left = chain([0.0], self._pauses())
        self._go_on()

    def _go_on(self) -> None:
        self._woken.set()
        if self._looking is None or self._looking.is_finished:
            self._looking = self._look_on()

    @work(group="look")
    async def _look_on(self) -> None:
        while self._subjects and (pause := next(self._left, None)) is not None:
            self._woken.clear()
            await self._rest(pause)
            await self._look()

    async def _rest(self, pause: float) -> None:
        """Until the pause is over, or the first of others that were begun meanwhile."""
        end = time.monotonic() + pause
        while (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), left)
                self._woken.clear()
                end = min(end, time.monotonic() + next(self._left, left))

    @work(exclusive=True, group="policies")
    async def _read_for_step(self) -> None:
        # Without its policy a step can't be seen to be safe.
        with notify_if_worker_died(self, AGAIN):
            await self._read_policies()

    async def _look(self) -> None:
        looks = (self._look_at(*subject) for subject in self._due())
        with notify_if_worker_died(self, AGAIN):
            await asyncio.gather(self._read_policies(), *looks)

    @property
    def _subjects(self) -> tuple[tuple[str, Name | None], ...]:
        about = [(step.finding.topic, step.finding.domain) for step in self.state.asked]
        # Until the old mail service's include has gone, the end tells of it.
        left = spf_left(self.state.moves, tuple(self.report.standing))
        return tuple(dict.fromkeys([*about, *(("spf", parse_name(name)) for name, _ in left)]))

    def _due(self) -> Iterator[tuple[str, Name | None]]:
        """What the next look asks for: all, of very many some, the current step's always."""
        first, others = self._subjects[:1], self._subjects[1:]
        begin = self._looks * (MOST_ASKED - 1) % max(1, len(others))
        self._looks += 1
        return islice(chain(first, others[begin:], others[:begin]), MOST_ASKED)

    async def _look_at(self, topic: str, domain: Name | None) -> None:
        began = time.monotonic()
        findings = await self._engine.check_topic(self.setup, topic, domain)
        self.post_message(self.Looked(now()))
        self.post_message(TopicChecked(topic, domain, findings, began))

    async def _read_policies(self) -> None:
        """Those of the steps that are next: of hundreds of domains all would be too many."""
        due = policies_to_fetch(self.report.records, tuple(self.report.standing))
        steps = (step for step in self.state.asked if step.mark not in self.state.skipped)
        domains = {s.finding.domain for s in steps if s.finding.topic == "mta-sts"}
        asked = [domain for domain in due if domain in domains]
        if asked:
            self.post_message(self.PoliciesRead(await self._engine.policies(self.setup, asked)))


def _occasion(state: GuideState) -> tuple[object, ...]:
    """What begins the looks anew where it changes."""
    return state.shown, bool(state.asked), any(move.is_over for move in state.moves)


def now() -> datetime:
    """The time of day, where the user lives."""
    return datetime.now().astimezone()

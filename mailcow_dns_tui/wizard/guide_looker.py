"""Asks about what the guide waits for, again and again."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from dns.name import Name
from textual import work
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from mailcow_dns_tui.guide.plan import policies_to_fetch
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.going_on import going_on
from mailcow_dns_tui.wizard.messages import LookedAgain
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.walk import Walk

Pauses = Callable[[], Iterator[float]]
AGAIN = "r asks again."


class GuideLooker(Widget):
    """Draws nothing; looks gently at the steps of a walk until nothing is waited for."""

    DEFAULT_CSS = "GuideLooker { display: none; }"

    setup: var[Setup] = var(Setup(), init=False)
    report: var[Report] = var(Report(), init=False)
    walk: var[Walk] = var(Walk(), init=False)

    class Looked(Message):
        """It was looked at just now."""

        def __init__(self, at: datetime) -> None:
            self.at = at
            super().__init__()

    class PoliciesRead(Message):
        """MTA-STS policies were fetched that nobody looks for yet."""

        def __init__(self, pages: Mapping[Name, PolicyPage]) -> None:
            self.pages = pages
            super().__init__()

    def __init__(self, examiner: Examiner, pauses: Pauses) -> None:
        super().__init__()
        self._examiner = examiner
        self._pauses = pauses

    def watch_walk(self, before: Walk, walk: Walk) -> None:
        if before.shown != walk.shown or bool(before.asked) != bool(walk.asked):
            self._look_on()

    @work(exclusive=True, group="look")
    async def _look_on(self) -> None:
        # Without its policy a step can't be seen to be safe.
        with going_on(self, AGAIN):
            await self._read_policies()
        for pause in self._pauses():
            if not self.walk.asked:
                return
            await asyncio.sleep(pause)
            await self._look()

    @work(exclusive=True, group="look")
    async def look_now(self) -> None:
        """Look at once, and begin the pauses anew."""
        await self._look()
        self._look_on()

    async def _look(self) -> None:
        looks = (self._look_at(*subject) for subject in self._subjects)
        with going_on(self, AGAIN):
            await asyncio.gather(self._read_policies(), *looks)

    @property
    def _subjects(self) -> frozenset[tuple[str, Name | None]]:
        return frozenset((step.finding.topic, step.finding.domain) for step in self.walk.asked)

    async def _look_at(self, topic: str, domain: Name | None) -> None:
        began = time.monotonic()
        findings = await self._examiner.examine_topic(self.setup, topic, domain)
        self.post_message(self.Looked(datetime.now().astimezone()))
        self.post_message(LookedAgain(topic, domain, findings, began))

    async def _read_policies(self) -> None:
        """Those of the steps that are asked about: of hundreds of domains all would be too many."""
        due = policies_to_fetch(self.report.records, tuple(self.report.standing))
        asked = [domain for domain in due if ("mta-sts", domain) in self._subjects]
        if asked:
            self.post_message(self.PoliciesRead(await self._examiner.policies(self.setup, asked)))

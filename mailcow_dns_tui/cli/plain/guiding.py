"""The records, what is published of them, and the guide, step by step."""

import asyncio
import io
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import partial

from dns.name import Name

from mailcow_dns_tui.cli.plain import words
from mailcow_dns_tui.cli.plain.lines import BACK
from mailcow_dns_tui.cli.plain.session import Session
from mailcow_dns_tui.cli.report import Checked, in_order
from mailcow_dns_tui.cli.table import write_table
from mailcow_dns_tui.guide import boxes
from mailcow_dns_tui.guide.boxes import panel_of_step
from mailcow_dns_tui.guide.end import is_reached
from mailcow_dns_tui.guide.plan import Guiding, policies_to_fetch
from mailcow_dns_tui.guide.progress import UNCHANGED
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.dmarc_stage import at_once, waiting_first
from mailcow_dns_tui.model.finding import Finding, muted
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.step import BEGINNING
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.plan_file import panel_ids
from mailcow_dns_tui.topics.registry import plan, with_days

MOST_POLICIES = 40
"""Fetched in one look; of hundreds of domains the others have their turn when these are done."""
SHORT = "Enter, d, n, <, a, q or ?:"
AGAIN = "Enter looks again, < goes back, a changes the answers, q quits:"
ASKING = "Asking the name servers …"
WHY_AT_ONCE = "Why need {domain} not wait for reports? A sentence, or Enter to let it wait:"
WHOSE_PANEL = "Whose panel is it? One of {panels}; or Enter for whose name servers it has:"
WHOSE_ZONES = "Where do you edit the DNS of {zones}? One of {panels}; or Enter for another:"
PANELS = ", ".join(panel_ids())
NO_PANEL = "No panel of that name is known."


class Then(Enum):
    """What the user wants after the guide."""

    QUIT = "quit"
    ANSWERS = "change the answers"
    LAST_ANSWER = "go back to the last question"


ENDS = {"q": Then.QUIT, "quit": Then.QUIT, "a": Then.ANSWERS, "answers": Then.ANSWERS}


class Guide:
    """Shows the records, checks them, and leads from step to step, as the wizard's guide does."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._say = session.lines.say
        self._guiding = Guiding()
        self._policies: Mapping[Name, PolicyPage] = {}
        self.report = Report()
        self.state = GuideState.from_place(session.setup.guide)
        self._told: object = None
        self._acts: dict[str, Callable[[], None]] = {
            "": self._look,
            "d": partial(self._move, GuideState.save),
            **dict.fromkeys(("n", "s"), partial(self._move, GuideState.skip)),
            **dict.fromkeys(BACK, partial(self._move, GuideState.back)),
            "y": self._publish_at_once,
            "p": self._choose_panel,
        }

    def walk(self) -> Then:
        """From the records to the end, or as far as the user goes."""
        self._told = None
        begins = self._session.setup.guide == BEGINNING
        self._say(*words.record_lines(plan(self._session.setup), self._session.setup))
        self._check()
        if begins:
            self._settle_panels()
        while self.state.current or not is_reached(self.state.steps) or self._is_wrong:
            self._show()
            typed = self._session.lines.ask(SHORT if self.state.current else AGAIN)
            if then := self._obey(typed.lower()):
                return then
        self._say(*words.end_lines(self.state, self._session.setup, self.report, _now()))
        return Then.QUIT

    @property
    def _is_wrong(self) -> bool:
        return any(not each.missing for each in problems(self._session.setup))

    def _check(self) -> None:
        """Look everything up, and show what was found as `check` does."""
        self._say("", ASKING)
        setup, began, records = self._session.setup, time.monotonic(), plan(self._session.setup)
        found, asked = self._session.wait_for(self._findings())
        findings, seconds = muted(found, setup.mutes), time.monotonic() - began
        checked = Checked(in_order(findings, records), seconds, asked, setup)
        table = io.StringIO()
        write_table(checked, table, self._session.lines.width)
        self._say(*table.getvalue().splitlines())
        self.report = Report().with_records(records).with_findings(findings)
        self.report = self.report.at_end_of_check(findings, ())
        self._learn(findings)
        self._go_on()

    async def _findings(self) -> tuple[list[Finding], int]:
        """All there are, and how many questions it took; Ctrl+C ends it where it waits."""
        engine = self._session.engine
        network = engine.lookups.network
        before = network.queries
        async with aclosing(engine.check(self._session.setup, fresh=True)) as judged:
            found = [finding async for findings in judged for finding in findings]
        return found, network.queries - before

    def _learn(self, findings: Sequence[Finding]) -> None:
        """Keep since when all is published; where that changes the plan, check it anew."""
        before, today = self._session.setup, _now().date()
        self._session.change(with_days(before, findings, today))
        if not self._session.setup.is_same_plan(before):
            self._check()

    def _go_on(self) -> None:
        """Take what is known now; a policy that nobody looks for yet is fetched for it."""
        setup, records = self._session.setup, self.report.records
        standing, now = tuple(self.report.standing), _now()
        due = policies_to_fetch(records, standing)[:MOST_POLICIES]
        pages = self._session.wait_for(self._session.engine.policies(setup, due)) if due else {}
        self._policies = {**self._policies, **pages}
        steps = self._guiding.steps(setup, records, standing, now, self._policies)
        self.state = self.state.looked(steps, self.report, now)
        self._keep_place()

    def _keep_place(self) -> None:
        self._session.change(replace(self._session.setup, guide=self.state.place))

    def _obey(self, typed: str) -> Then | None:
        if typed in ENDS:
            return ENDS[typed]
        if typed in BACK and not self.state.past:
            return Then.LAST_ANSWER
        self._acts.get(typed, self._explain)()
        self._keep_place()
        return None

    def _explain(self) -> None:
        self._say(words.KEYS, words.MORE_KEYS)

    def _move(self, to: Callable[[GuideState], GuideState]) -> None:
        self.state = to(self.state)

    def _settle_panels(self) -> None:
        """Say which providers were recognised, and ask once for all that were not."""
        seen = boxes.unchosen(self.report, self._session.setup)
        self._say(*filter(None, [boxes.told_recognised(seen)]))
        zones, places = boxes.to_be_asked(seen)
        if zones:
            named = enumerated([*map(unicode_form, zones)], boxes.MOST_NAMED)
            panel = self._panel(WHOSE_ZONES.format(zones=named, panels=PANELS))
            self._session.change(boxes.choosing(places, panel)(self._session.setup))

    def _choose_panel(self) -> None:
        """Take the user's word for whose panel it is, where the plan says nothing else."""
        setup = self._session.setup
        panel = self._panel(WHOSE_PANEL.format(panels=PANELS))
        if panel != setup.server.panel:
            self._session.change(boxes.choosing([None], panel)(setup))
            self._told = None

    def _panel(self, prompt: str) -> str:
        while (panel := self._session.lines.ask(prompt).lower()) and panel not in panel_ids():
            self._say(NO_PANEL)
        return panel

    def _publish_at_once(self) -> None:
        """Let a stricter DMARC policy not wait for reports, for the reason that the user gives."""
        setup, step = self._session.setup, self.state.current
        domain = waiting_first(setup, step.finding.domain if step else None)
        if domain is None or domain.apex is None:
            self._say("No DMARC policy has to wait here.")
            return
        reason = self._session.lines.ask(WHY_AT_ONCE.format(domain=domain.name))
        if reason and reason not in BACK:
            self._session.change(at_once(setup, domain.apex, reason))
            self._check()

    def _look(self) -> None:
        """Ask anew for what is waited for, and tell what has changed."""
        self._say(ASKING)
        setup, before = self._session.setup, self.state
        asked = ((step.finding.topic, step.finding.domain) for step in before.asked)
        subjects = list(dict.fromkeys(asked))
        found = self._session.wait_for(self._findings_of(subjects))
        for about, findings in zip(subjects, found, strict=True):
            self.report = self.report.with_topic(*about, muted(findings, setup.mutes))
        self._learn([finding for findings in found for finding in findings])
        self._go_on()
        self._say(*(list(words.news_lines(before, self.state)) or [UNCHANGED]))

    async def _findings_of(
        self, subjects: Sequence[tuple[str, Name | None]]
    ) -> Sequence[Sequence[Finding]]:
        engine, setup = self._session.engine, self._session.setup
        return await asyncio.gather(*(engine.check_topic(setup, *each) for each in subjects))

    def _show(self) -> None:
        """The step that is to be done now, or what is waited for; each once."""
        step, setup = self.state.current, self._session.setup
        about = (step.key, step.record, step.removals) if step else self.state
        if about == self._told:
            return
        if step is not None:
            panel = panel_of_step(step, self.report, setup)
            self._say(*words.step_lines(self.state, step, panel))
            self._session.lines.line(*words.box_lines(step, panel), "")
            self._say(*([words.KEYS] if self._told is None else []))
        else:
            self._say(*words.rest_lines(self.state, setup, self.report, _now()))
        self._told = about


def _now() -> datetime:
    return datetime.now().astimezone()

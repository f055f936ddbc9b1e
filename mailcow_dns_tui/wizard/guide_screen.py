"""The guide: what is not good, one thing at a time, until nothing is left."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from dns.name import Name
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Static

from mailcow_dns_tui.guide.asking import pauses
from mailcow_dns_tui.guide.plan import guide, policies_to_fetch
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.guide_content import (
    ASKING,
    Forms,
    end_content,
    looked_content,
    rest_content,
    step_content,
)
from mailcow_dns_tui.wizard.messages import CopyRequested, LookedAgain
from mailcow_dns_tui.wizard.panel_of import form, panel_of, to_paste
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status_line import StatusLine
from mailcow_dns_tui.wizard.walk import Walk

Pauses = Callable[[], Iterator[float]]


class GuideScreen(Screen[None]):
    """Shows one step, copies its boxes, and asks the zone's own name servers until it is done."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "copy_box", "Box", tooltip="Copy the next box of the panel's form"),
        Binding("v", "copy_value", "Value", tooltip="Copy the record's value"),
        Binding("s", "skip", "Skip", tooltip="Put this off"),
        Binding("left,backspace", "back", "Back", key_display="←", tooltip="To the step before"),
        Binding("r", "look", "Ask now", tooltip="Ask the zone's name servers now"),
        Binding("escape,g", "dismiss", "Leave", tooltip="Back to the records"),
    ]
    DEFAULT_CSS = """
    GuideScreen {
        & Static { height: auto; }
        & #walk { height: 1fr; layout: vertical; }
        & VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
        & #step, & #rest { padding: 1 1 0 1; }
        & #step { height: 1fr; }
        & #looked { padding: 0 1; max-height: 6; background: $panel; }
        & #rest { height: 7; padding: 0 1; border-top: solid $panel-lighten-2; }
        &.-wide #walk { layout: horizontal; }
        &.-wide #step { width: 3fr; }
        &.-wide #rest {
            width: 2fr; height: 1fr; padding: 1 1 0 1;
            border-top: none; border-left: solid $panel-lighten-2;
        }
        & VerticalScroll:focus { background-tint: $foreground 3%; }
    }
    """

    setup: reactive[Setup] = reactive(Setup())
    report: reactive[Report] = reactive(Report())
    walk: reactive[Walk] = reactive(Walk(), init=False)

    def __init__(
        self, examiner: Examiner, setup: Setup, report: Report, pauses: Pauses = pauses
    ) -> None:
        super().__init__()
        self._examiner = examiner
        self._pauses = pauses
        self._policies: Mapping[Name, PolicyPage] = {}
        self._filled = 0
        self._looked = ""
        self.set_reactive(GuideScreen.setup, setup)
        self.set_reactive(GuideScreen.report, report)

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(GuideScreen.setup, GuideScreen.report)
        with Container(id="walk"):
            with VerticalScroll(id="step"):
                yield Static(ASKING, markup=False)
            with VerticalScroll(id="rest"):
                yield Static(markup=False)
        yield Static(id="looked", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._fetch_policies()

    def watch_report(self) -> None:
        if self.is_mounted and self._is_known:
            self.walk = self.walk.looked(self._steps(), self.report, _now())
            self._show()

    @property
    def _is_known(self) -> bool:
        """Whether all was asked: before that, what is safe can't be told."""
        return bool(self.report.records) and not self.report.counts[Status.PENDING]

    def _steps(self) -> tuple[GuideStep, ...]:
        standing = tuple(self.report.standing)
        return guide(self.setup, self.report.records, standing, _now(), self._policies)

    def watch_walk(self, before: Walk, walk: Walk) -> None:
        if before.shown != walk.shown:
            self._filled = 0
            self._looked = ""
            self.query_one("#step", VerticalScroll).scroll_home(animate=False)
            self._look_on(walk.current)
            self._show()

    def _show(self) -> None:
        walk = self.walk
        self.query_one("#step Static", Static).update(self._step_content())
        self.query_one("#rest Static", Static).update(rest_content(walk))
        self.query_one("#looked", Static).update(looked_content(walk, self._looked))

    def _step_content(self) -> Content:
        step = self.walk.current
        if step is None:
            return end_content(self.walk)
        return step_content(step, self._panel(step), self._forms(step), self._filled)

    def _panel(self, step: GuideStep) -> Profile:
        about = step.wanted or step.record
        return panel_of(about, self.report, self.setup) if about else generic()

    def _forms(self, step: GuideStep) -> Forms:
        panel = self._panel(step)
        records = (step.record, *step.also) if step.record else step.also
        return tuple((r, form(r, panel)) for r in records if not r.foreign)

    @work(exclusive=True, group="look")
    async def _look_on(self, step: GuideStep | None) -> None:
        """Ask again and again, gently, until the step is another one."""
        if step is None:
            return
        for pause in self._pauses():
            await asyncio.sleep(pause)
            await self._look(step)

    async def _look(self, step: GuideStep) -> None:
        topic, domain = step.finding.topic, step.finding.domain
        if topic == "mta-sts":
            await self._read_policies()
        findings = await self._examiner.examine_topic(self.setup, topic, domain)
        self._looked = f"{_now():%H:%M:%S}"
        self.post_message(LookedAgain(topic, domain, findings))

    @work(exclusive=True, group="policies")
    async def _fetch_policies(self) -> None:
        await self._read_policies()
        self.watch_report()

    async def _read_policies(self) -> None:
        domains = policies_to_fetch(self.report.records, tuple(self.report.standing))
        self._policies = await self._examiner.policies(self.setup, domains)

    def action_copy_box(self) -> None:
        step = self.walk.current
        if step is None:
            return
        panel = self._panel(step)
        boxes = [(record, box) for record, filled in self._forms(step) for box in to_paste(filled)]
        if not boxes:
            self.notify("There is nothing to paste here.", markup=False)
        elif self._filled < len(boxes):
            record, box = boxes[self._filled]
            self._filled += 1
            label = panel.label(record.type_text, box.key)
            said = f"{label}, {self._filled} of {len(boxes)} boxes"
            self.post_message(CopyRequested(box.text, said))
            self._show()
        else:
            self._filled = 0
            self._show()
            self.action_look()

    def action_copy_value(self) -> None:
        step = self.walk.current
        if step is not None and step.record is not None:
            self.post_message(CopyRequested(step.record.value, "the value"))

    def action_skip(self) -> None:
        self.walk = self.walk.skip()

    def action_back(self) -> None:
        self.walk = self.walk.back()

    @work(exclusive=True, group="look")
    async def action_look(self) -> None:
        """Ask at once, and begin the pauses anew."""
        step = self.walk.current
        if step is not None:
            self._looked = ""
            await self._look(step)
            self._look_on(step)


def _now() -> datetime:
    return datetime.now().astimezone()

"""The guide: what is not good, one thing at a time, until nothing is left."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from dns.name import Name
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Footer

from mailcow_dns_tui.guide.asking import pauses
from mailcow_dns_tui.guide.drafts_addresses import lives_without_ipv6, without_ipv6
from mailcow_dns_tui.guide.plan import Guiding
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.model.dmarc_stage import at_once, strongest, waiting
from mailcow_dns_tui.model.guide_place import GuidePlace
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.filling import Filling, is_same_job, plain_text
from mailcow_dns_tui.wizard.guide_content import (
    ASKING,
    end_content,
    looked_content,
    rest_content,
    step_content,
)
from mailcow_dns_tui.wizard.guide_looker import GuideLooker, Pauses
from mailcow_dns_tui.wizard.guide_view import StepView
from mailcow_dns_tui.wizard.messages import (
    CopyRequested,
    Edited,
    PlainTextRequested,
)
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.panel_of import panel_of
from mailcow_dns_tui.wizard.reason_screen import ReasonScreen
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status_line import StatusLine
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.steps.step import wrong_steps
from mailcow_dns_tui.wizard.walk import Walk, title


class GuideScreen(OwnScreen[None]):
    """Shows one step, copies its boxes, and goes on when the zone's own name servers have it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "copy_box", "Box", tooltip="Copy the next box of the panel's form"),
        Binding("v", "copy_value", "Value", tooltip="Copy the record's value"),
        Binding("s", "skip", "Skip", tooltip="Put this off"),
        Binding("left,backspace", "back", "Back", key_display="←", tooltip="To the step before"),
        Binding("r", "look", "Ask now", tooltip="Ask the zone's name servers now"),
        Binding("4", "without_ipv6", "IPv4 only", tooltip="Take the IPv6 address out of the plan"),
        Binding("y", "at_once", "At once", show=False, tooltip="No waiting for DMARC reports"),
        Binding("x", "plain", "Plain", show=False, tooltip="Show this step as plain text"),
        Binding("f1", "help", "Help", tooltip="How the guide works, and all keys"),
        Binding("escape,g", "leave", "Leave", tooltip="Back to the records"),
    ]
    DEFAULT_CSS = """
    GuideScreen {
        & Static { height: auto; }
        & #walk { height: 1fr; layout: vertical; }
        & VerticalScroll { padding: 0 1; scrollbar-size-vertical: 1; }
        & #step, & #rest { padding: 1 1 0 1; }
        & #step, &.-wide #step { height: 1fr; }
        & #looked { padding: 0 1; max-height: 6; background: $panel; }
        & #rest { height: 6; padding: 0 1; border-top: solid $panel-lighten-2; }
        &.-ended #step { height: auto; padding: 1; }
        &.-ended #rest { height: 1fr; }
        &.-wide #walk { layout: horizontal; }
        &.-wide #step { width: 3fr; }
        &.-wide #rest {
            width: 2fr; height: 1fr; padding: 1 1 0 1;
            border-top: none; border-left: solid $panel-lighten-2;
        }
        & VerticalScroll:focus { background-tint: $foreground 3%; }
    }
    """

    setup: var[Setup] = var(Setup())
    report: var[Report] = var(Report())
    problems: var[tuple[Problem, ...]] = var(())
    pace: var[float] = var(0.0)
    walk: var[Walk] = var(Walk(), init=False)

    def __init__(
        self, examiner: Examiner, setup: Setup, report: Report, pauses: Pauses = pauses
    ) -> None:
        super().__init__()
        self._examiner = examiner
        self._pauses = pauses
        self._guiding = Guiding()
        self._policies: Mapping[Name, PolicyPage] = {}
        self._filling = Filling(generic())
        self._looked = ""
        self._copied = ""
        self._kept = setup.guide
        self.set_reactive(GuideScreen.setup, setup)
        self.set_reactive(GuideScreen.report, report)
        self.set_reactive(GuideScreen.walk, Walk.from_place(setup.guide))

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(
            GuideScreen.setup, GuideScreen.report, GuideScreen.problems, GuideScreen.pace
        )
        with Container(id="walk"):
            yield StepView(id="step")
            with VerticalScroll(id="rest"):
                yield SteadyText()
        yield SteadyText(id="looked")
        yield Footer(compact=True, show_command_palette=False)
        yield GuideLooker(self._examiner, self._pauses).data_bind(
            GuideScreen.setup, GuideScreen.report, GuideScreen.walk
        )

    def on_mount(self) -> None:
        self._keep(replace(self.setup.guide, is_open=True))
        self._go_on()

    def watch_report(self) -> None:
        if self.is_alive:
            self._go_on()

    def watch_setup(self) -> None:
        if self.is_alive:
            self._show()

    def watch_problems(self) -> None:
        if self.is_alive:
            self._show()

    def _go_on(self) -> None:
        """Take what is known now, once all was asked: before that, what is safe can't be told."""
        before = self.walk.current
        if self.report.all_asked:
            self.walk = self.walk.looked(self._steps(), self.report, _now())
        self._refill(self._filling.pasted if is_same_job(before, self.walk.current) else 0)

    @property
    def _step(self) -> GuideStep | None:
        """What can be done now, as far as that is known."""
        return self.walk.current if self.report.all_asked else None

    def _steps(self) -> tuple[GuideStep, ...]:
        standing = tuple(self.report.standing)
        records = self.report.records
        return self._guiding.steps(self.setup, records, standing, _now(), self._policies)

    def watch_walk(self, before: Walk, walk: Walk) -> None:
        self._keep(walk.place)
        if before.shown != walk.shown:
            self._looked = self._copied = ""
            self.query_one(StepView).scroll_home(animate=False)
            self._refill(0)

    def _keep(self, place: GuidePlace) -> None:
        """For the next start, however this one ends."""
        if place != self._kept and not self.was_left:
            self._kept = place
            # To the app itself: what is on its way through a screen may arrive after it was left.
            self.app.post_message(Edited(lambda setup: replace(setup, guide=place)))

    def action_leave(self) -> None:
        self._keep(replace(self._kept, is_open=False))
        self.dismiss(None)

    def _refill(self, pasted: int) -> None:
        """Take the form of the current step, with so many boxes pasted."""
        step = self._step
        about = step and (step.wanted or step.record)
        panel = panel_of(about, self.report, self.setup) if about else generic()
        filling = Filling.of(step, panel) if step else Filling(panel)
        self._filling = replace(filling, pasted=pasted)
        self._show()

    def _show(self) -> None:
        walk, step = self.walk, self._step
        parts = step_content(step, self._filling) if step else (self._without_step(),)
        self.query_one(StepView).show(*parts)
        self.set_class(step is None, "-ended")
        is_known, today = self.report.all_asked, _now().date()
        rest = rest_content(walk, self.setup, today) if is_known else Content("")
        self.query_one("#rest SteadyText", SteadyText).show(rest)
        self.refresh_bindings()
        looked = looked_content(walk, self._looked, self._copied)
        self.query_one("#looked", SteadyText).show(looked)

    def _without_step(self) -> Content:
        wrong = wrong_steps(self.problems)
        is_planned = self.report.records or not wrong
        if is_planned and not self.report.all_asked:
            return Content(ASKING)
        notes = [f.message for f in self.report.standing if f.code == "one-family"]
        return end_content(self.walk, self.setup, wrong, notes)

    @on(GuideLooker.Looked)
    def _note_look(self, event: GuideLooker.Looked) -> None:
        self._looked = f"{event.at:%H:%M:%S}"

    @on(GuideLooker.PoliciesRead)
    def _take_policies(self, event: GuideLooker.PoliciesRead) -> None:
        self._policies = {**self._policies, **event.pages}
        self._go_on()

    def action_copy_box(self) -> None:
        """Copy box after box; once all are pasted and saved, look."""
        filling, box = self._filling, self._filling.next_box
        if box is not None:
            label, text = box
            self._refill(filling.pasted + 1)
            self.query_one(StepView).show_box()
            self._copy(text, filling.said_of(label))
        elif filling.boxes:
            self._refill(0)
            self.action_look()
        elif self._step is not None:
            self._tell("There is nothing to paste here.")

    def action_copy_value(self) -> None:
        step = self._step
        if step is not None and (step.record is not None or self._filling.lone):
            text = step.record.value if step.record else self._filling.lone
            self._copy(text, "the value")

    def _copy(self, text: str, what: str) -> None:
        self.post_message(CopyRequested(text, what, self._tell))

    def _tell(self, sentence: str) -> None:
        """Below the step, which a message over the screen would cover."""
        if self.was_left:
            self.notify(sentence, markup=False)
            return
        self._copied = sentence
        self._show()
        if self._filling.pasted:
            self.query_one(StepView).show_box()

    def action_help(self) -> None:
        from mailcow_dns_tui.wizard.help import HelpScreen

        self.app.push_screen(HelpScreen.of_guide())

    def action_plain(self) -> None:
        step = self._step
        if step is not None:
            text = "\n".join(plain_text(step, self._filling))
            self.post_message(PlainTextRequested(text, title(step)))

    def action_skip(self) -> None:
        self.walk = self.walk.skip()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "without_ipv6":
            return lives_without_ipv6(self._step, self.setup)
        return super().check_action(action, parameters)

    def action_without_ipv6(self) -> None:
        """Choose not to send over IPv6; the guide goes on to what that leaves to be done."""
        self.app.post_message(Edited(without_ipv6))

    def action_back(self) -> None:
        self.walk = self.walk.back()

    def action_at_once(self) -> None:
        """Ask why a stricter DMARC policy need not wait for reports."""
        domain = self._waiting()
        if domain is None or domain.apex is None:
            self._tell("No DMARC policy has to wait here.")
            return
        apex, policy = domain.apex, strongest(self.setup.dmarc_of(domain))

        def take(reason: str | None) -> None:
            if reason:
                self.app.post_message(Edited(lambda setup: at_once(setup, apex, reason)))

        self.app.push_screen(ReasonScreen.of_policy(unicode_form(apex), policy), take)

    def _waiting(self) -> Domain | None:
        """The domain of the step where that is one, else the first."""
        found = list(waiting(self.setup))
        here = self._step.finding.domain if self._step else None
        return next((each for each in found if each.apex == here), next(iter(found), None))

    def action_look(self) -> None:
        if self.walk.asked:
            self._looked = self._copied = ""
            self.query_one(GuideLooker).look_now()


def _now() -> datetime:
    return datetime.now().astimezone()

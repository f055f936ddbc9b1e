"""The one screen of the wizard: steps above, a form beside the preview, keys below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Footer, Input, Tabs

from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.checker import Checker
from mailcow_dns_tui.wizard.choice import Choice
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.messages import (
    CheckRequested,
    OverviewRequested,
    Pasted,
    SourcesRequested,
)
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.preview import Preview
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status_line import StatusLine
from mailcow_dns_tui.wizard.step_bar import StepBar
from mailcow_dns_tui.wizard.step_switcher import StepSwitcher
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.text_inputs import LinesInput
from mailcow_dns_tui.wizard.told import UNTOLD, Told

if TYPE_CHECKING:
    from mailcow_dns_tui.wizard.overview import Overviewed

STEPS = list(Step)


class MainScreen(OwnScreen[None]):
    """Leads through the steps; none has to be complete to go on, and none blocks the way back."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    # With priority they act before a field takes them for its own.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "next_step", "Next", tooltip="Go to the next step", priority=True),
        Binding("escape", "back", "Back", tooltip="Go back a step", priority=True),
        Binding(
            "ctrl+o", "preview", "Preview", tooltip="Show or hide the zone preview", priority=True
        ),
        Binding("ctrl+r", "check", "Check", tooltip="Ask all name servers again", priority=True),
        Binding("f2", "mailcow", "What was read from mailcow", show=False),
        Binding("f3", "overview", "All domains at a glance", show=False),
        Binding("f1", "help", "Help", tooltip="What this step is about, and all keys"),
        *(
            Binding(
                f"alt+{step.number}", f"step('{step.id}')", step.title, show=False, priority=True
            )
            for step in Step
        ),
        Binding("tab", "app.focus_next", "Next field", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Previous field", show=False, priority=True),
        Binding("enter", "go_on", "Next field", show=False, priority=True),
        Binding("down", "next_field", "Next field", show=False, priority=True),
        Binding("up", "previous_field", "Previous field", show=False, priority=True),
    ]

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    told: var[Told] = var(UNTOLD)
    pace: var[float] = var(0.0)
    step: var[Step] = var(Step.SERVER, init=False, bindings=True)

    def __init__(
        self, examiner: Examiner, setup: Setup, problems: Sequence[Problem], first: Step
    ) -> None:
        super().__init__()
        self._examiner = examiner
        self.set_reactive(MainScreen.setup, setup)
        self.set_reactive(MainScreen.problems, tuple(problems))
        self.set_reactive(MainScreen.step, first)

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(
            MainScreen.setup, MainScreen.report, MainScreen.pace, MainScreen.problems
        )
        yield StepBar(self.step, self.problems).data_bind(MainScreen.problems, MainScreen.report)
        with Horizontal(id="body"):
            yield StepSwitcher(self.step, self.setup, self.problems).data_bind(
                MainScreen.setup, MainScreen.problems, MainScreen.report, MainScreen.told
            )
            yield Preview(id="preview").data_bind(MainScreen.report)
        yield Footer(compact=True, show_command_palette=False)
        yield Checker(self._examiner, self.setup).data_bind(MainScreen.setup, MainScreen.pace)

    def on_mount(self) -> None:
        self.set_class(self.step is Step.RECORDS, "-records")
        self._focus_first()

    async def _enter(self, step: Step) -> None:
        # Waiting here keeps the keys that come next in order, too.
        await self.query_one(StepSwitcher).enter(step)
        self.step = step
        self.set_class(step is Step.RECORDS, "-records")
        self.query_one(StepBar).active = step.id

    def _fields(self) -> list[Widget]:
        """What can be focused in the current step, in order."""
        shown = self.query_one(StepSwitcher).visible_content
        return [widget for widget in self.focus_chain if shown in widget.ancestors]

    def _focus_first(self) -> None:
        fields = self._fields()
        shown = self.query_one(StepSwitcher).visible_content
        if shown and fields:
            # A scroll to the field would take its place from before the step is laid out.
            shown.scroll_home(animate=False)
            self.set_focus(fields[0], scroll_visible=False)
        elif not self._is_covered:
            # The preview was closed a moment ago, and the step is not displayed again yet.
            self.call_after_refresh(self._focus_first)

    @property
    def _is_covered(self) -> bool:
        """Whether the preview stands where the step would, or all but the list of records."""
        covers = self.has_class("-narrow") or self.step is Step.RECORDS
        return self.has_class("-preview") and covers

    @on(Pasted)
    def _seek(self, event: Pasted) -> None:
        self.query_one(Checker).seek(event.record)

    @on(Tabs.TabActivated)
    async def _follow_tab(self, event: Tabs.TabActivated) -> None:
        event.stop()
        step = next(step for step in Step if step.id == event.tab.id)
        # A key may have led on to another step since the tab was activated.
        if step is not self.step and event.tab.id == self.query_one(StepBar).active:
            await self._enter(step)

    async def action_go_on(self) -> None:
        if self.focused in self._fields()[-1:]:
            await self.action_next_step()
        else:
            self.focus_next()

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    async def action_step(self, step_id: str) -> None:
        self.remove_class("-preview")
        await self._enter(next(step for step in Step if step.id == step_id))
        self._focus_first()

    async def action_next_step(self) -> None:
        await self.action_step(STEPS[min(STEPS.index(self.step) + 1, len(STEPS) - 1)].id)

    async def action_back(self) -> None:
        if self.has_class("-preview"):
            self.action_preview()
        else:
            await self.action_step(STEPS[max(STEPS.index(self.step) - 1, 0)].id)

    def action_preview(self) -> None:
        self.toggle_class("-preview")
        self.call_after_refresh(self._focus_shown)

    def _focus_shown(self) -> None:
        if self._is_covered:
            self.query_one(Preview).focus()
        else:
            self._focus_first()

    def action_check(self) -> None:
        self.post_message(CheckRequested())
        self.query_one(Checker).check_again()

    def action_help(self) -> None:
        from mailcow_dns_tui.wizard.help import HelpScreen

        self.app.push_screen(HelpScreen.of_step(self.step))

    def action_mailcow(self) -> None:
        self.post_message(SourcesRequested())

    def action_overview(self) -> None:
        self.post_message(OverviewRequested(self.show_domain))

    async def show_domain(self, row: Overviewed | None) -> None:
        """Lead to the records of what was chosen in the overview."""
        from mailcow_dns_tui.wizard.record_list import RecordList

        if row is not None:
            await self.action_step(Step.RECORDS.id)
            self.query_one(RecordList).choose_domain(row.domain)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next_step":
            return self.step is not Step.RECORDS
        if action == "go_on" and isinstance(self.focused, LinesInput):
            return self.focused.is_done
        if action in {"go_on", "next_field", "previous_field"}:
            # A text of several lines, a list and the tabs use these keys themselves.
            return isinstance(self.focused, Input | Choice)
        return True

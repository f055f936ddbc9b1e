"""The wizard's main screen: the steps above, a form beside the zone preview, the keys below."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import Horizontal
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input, Tabs

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions import server
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.wizard.checker import Checker
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.commands import MAIN, TAKE
from mailcow_dns_tui.wizard.connections import Connections
from mailcow_dns_tui.wizard.messages import (
    CheckRequested,
    CopyRequested,
    OverviewRequested,
    PlainTextRequested,
)
from mailcow_dns_tui.wizard.screens.base import OwnScreen
from mailcow_dns_tui.wizard.steps.form import ServerForm
from mailcow_dns_tui.wizard.steps.step import Step, StepContent
from mailcow_dns_tui.wizard.watch import UNWATCHED, WatchState
from mailcow_dns_tui.wizard.widgets.inputs import Choice, LinesInput
from mailcow_dns_tui.wizard.widgets.keys import KeyFooter, without_in_footer
from mailcow_dns_tui.wizard.widgets.preview import Preview
from mailcow_dns_tui.wizard.widgets.status_bar import StatusLine, StepBar

if TYPE_CHECKING:
    from mailcow_dns_tui.wizard.screens.overview_rows import Overviewed


def content_id(step: Step) -> str:
    """The id of the widget that shows a step."""
    return f"step-{step.id}"


def content(step: Step) -> StepContent:
    """The widget that shows a step, made anew; its modules are loaded by this."""
    if step is Step.RECORDS:
        from mailcow_dns_tui.wizard.screens.records import RecordView

        return RecordView(id=content_id(step))
    if step is Step.DOMAINS:
        from mailcow_dns_tui.wizard.steps.domains import DomainsForm

        return DomainsForm(id=content_id(step))
    if step is Step.SERVICES:
        from mailcow_dns_tui.wizard.steps.services import ServicesForm

        return ServicesForm(id=content_id(step))
    if step is Step.POLICY:
        from mailcow_dns_tui.questions import policy
        from mailcow_dns_tui.wizard.steps.form import PolicyForm

        return PolicyForm(policy.SECTIONS, id=content_id(step))
    return ServerForm(server.SECTIONS, id=content_id(step))


class StepSwitcher(ContentSwitcher):
    """Makes each step when it is first entered, and tells it the news only while it is shown.

    With all steps listening, a hundred widgets that nobody sees would act on each key.
    """

    setup: var[Setup] = var(Setup(), init=False)
    problems: var[tuple[Problem, ...]] = var((), init=False)
    report: var[Report] = var(Report(), init=False)
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS, init=False)
    connections: var[Connections] = var(Connections(), init=False)

    def __init__(self, first: Step, setup: Setup, problems: Sequence[Problem]) -> None:
        super().__init__(id="steps", initial=content_id(first))
        self._first = first
        self._entering = asyncio.Lock()
        self.set_reactive(StepSwitcher.setup, setup)
        self.set_reactive(StepSwitcher.problems, tuple(problems))

    def compose(self) -> ComposeResult:
        yield self._made(self._first)

    def _made(self, step: Step) -> StepContent:
        made = content(step)
        made.set_reactive(StepContent.setup, self.setup)
        made.set_reactive(StepContent.problems, self.problems)
        made.set_reactive(StepContent.report, self.report)
        made.set_reactive(StepContent.suggestions, self.suggestions)
        made.set_reactive(StepContent.connections, self.connections)
        return made

    async def enter(self, step: Step) -> None:
        """Show a step, with all its fields there when this returns."""
        # A click on a tab and a key come from two tasks.
        async with self._entering:
            if not self.query_children(f"#{content_id(step)}"):
                made = self._made(step)
                made.display = False
                await self.mount(made)
            # Meanwhile the app may have begun to end, and then nothing was mounted.
            if self.app.is_running:
                self.current = content_id(step)
                self._tell()

    def _tell(self) -> None:
        shown = self.visible_content if self.is_mounted else None
        if isinstance(shown, StepContent):
            shown.setup, shown.problems = self.setup, self.problems
            shown.report, shown.suggestions = self.report, self.suggestions
            shown.connections = self.connections

    watch_setup = watch_problems = watch_report = watch_suggestions = watch_connections = _tell


STEPS = list(Step)
NO_OFFER = "No other answer is offered in this step."
LAST_STEP = "This is the last step."


class MainScreen(OwnScreen[None]):
    """Leads through the steps; none has to be complete to go on, and none blocks the way back."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (180, "-widest")]  # noqa: RUF012
    # With priority they act before a field takes them for its own.
    BINDINGS: ClassVar[list[BindingType]] = bindings(MAIN)

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS, bindings=True)
    watched: var[WatchState] = var(UNWATCHED)
    connections: var[Connections] = var(Connections(), bindings=True)
    step: var[Step] = var(Step.SERVER, init=False, bindings=True)

    def __init__(
        self, engine: Engine, setup: Setup, problems: Sequence[Problem], first: Step
    ) -> None:
        super().__init__()
        self._engine = engine
        self.set_reactive(MainScreen.setup, setup)
        self.set_reactive(MainScreen.problems, tuple(problems))
        self.set_reactive(MainScreen.step, first)
        # A class that comes after the widgets would have all of them styled twice.
        self.set_class(first is Step.RECORDS, "-records", update=False)

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(
            MainScreen.setup, MainScreen.report, MainScreen.watched, MainScreen.problems
        )
        yield StepBar(self.step, self.problems).data_bind(MainScreen.problems, MainScreen.report)
        with Horizontal(id="body"):
            yield StepSwitcher(self.step, self.setup, self.problems).data_bind(
                MainScreen.setup,
                MainScreen.problems,
                MainScreen.report,
                MainScreen.suggestions,
                MainScreen.connections,
            )
            yield Preview(id="preview").data_bind(MainScreen.report)
        yield KeyFooter()
        yield Checker(self._engine, self.setup).data_bind(MainScreen.setup, MainScreen.watched)

    def on_mount(self) -> None:
        self._frame()
        self._focus_first()

    def _frame(self) -> None:
        """Put a frame around the form, whose title is that of the step; two are in the last."""
        self.set_class(self.step is Step.RECORDS, "-records")
        self.query_one(StepSwitcher).border_title = self.step.title

    async def _enter(self, step: Step) -> None:
        # Waiting here keeps the keys that come next in order, too.
        await self.query_one(StepSwitcher).enter(step)
        if self.was_left:
            return
        self.step = step
        self._frame()
        self.query_one(StepBar).active = step.id

    @property
    def step_content(self) -> Widget | None:
        """What the current step shows."""
        return self.query_one(StepSwitcher).visible_content

    def _fields(self) -> list[Widget]:
        """What can be focused in the current step, in order."""
        shown = self.step_content
        return [widget for widget in self.focus_chain if shown in widget.ancestors]

    def _focus_first(self) -> None:
        fields, shown = self._fields(), self.step_content
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
        has_room = self.step is not Step.RECORDS or self.has_class("-widest")
        return self.has_class("-preview") and (self.has_class("-narrow") or not has_room)

    @on(Tabs.TabActivated)
    async def _follow_tab(self, event: Tabs.TabActivated) -> None:
        event.stop()
        step = next(step for step in Step if step.id == event.tab.id)
        # A key may have led on to another step since the tab was activated.
        if step is not self.step and event.tab.id == self.query_one(StepBar).active:
            await self._enter(step)

    @on(StepBar.Clicked)
    def _go_to_clicked(self, event: StepBar.Clicked) -> None:
        event.stop()
        # The tabs have asked the app for the focus a moment ago, and get it first.
        self.app.call_later(self.action_step, event.step.id)

    def _field_with_offer(self) -> Widget | None:
        """The first field of the step for which another answer is offered."""
        shown = self.step_content
        rows = shown.query("Field, ServiceRow") if shown else ()
        offering = {row for row in rows if row.check_action("take", ())}
        fields = self._fields() if offering else ()
        return next((w for w in fields if not offering.isdisjoint(w.ancestors)), None)

    def action_take(self) -> None:
        """Go to the first answer for which another one is offered: it says which."""
        if field := self._field_with_offer():
            self.set_focus(field)
        else:
            self.notify(NO_OFFER, markup=False)

    async def action_go_on(self) -> None:
        """Go to the next field; from the last one to the next step."""
        if self.focused in self._fields()[-1:]:
            await self.action_next_step()
        else:
            self.focus_next()

    def action_next_field(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_previous_field(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    async def action_step(self, step_id: str) -> None:
        """Go to the step of this id."""
        self.remove_class("-preview")
        await self._enter(next(step for step in Step if step.id == step_id))
        self._focus_first()

    async def action_next_step(self) -> None:
        """Go to the next step."""
        if self.step is Step.RECORDS:
            self.notify(LAST_STEP, markup=False)
            return
        await self.action_step(STEPS[min(STEPS.index(self.step) + 1, len(STEPS) - 1)].id)

    async def action_back(self) -> None:
        """Close the preview, else go back a step."""
        if self.has_class("-preview"):
            self.action_preview()
            return
        content = self.step_content
        if not (isinstance(content, StepContent) and content.end_search()):
            await self.action_step(STEPS[max(STEPS.index(self.step) - 1, 0)].id)

    def action_preview(self) -> None:
        """Show or hide the zone preview."""
        self.toggle_class("-preview")
        self.call_after_refresh(self._focus_shown)

    def _focus_shown(self) -> None:
        if self._is_covered:
            self.query_one(Preview).focus()
        else:
            self._focus_first()

    def action_check(self) -> None:
        """Check again, from nothing."""
        self.post_message(CheckRequested())

    def action_help(self) -> None:
        """Show what the step is about, and all keys."""
        from mailcow_dns_tui.wizard.screens.help import HelpScreen

        self.app.push_screen(HelpScreen.of_step(self.step))

    def action_overview(self) -> None:
        """Show all domains at a glance."""
        self.post_message(OverviewRequested(self.show_domain))

    def action_copy_zone(self) -> None:
        """Copy all records as zone files."""
        from mailcow_dns_tui.wizard.screens.zone_import import import_hint

        hint = import_hint(self.report, self.setup) if self.step is Step.RECORDS else ""
        self.post_message(CopyRequested.of_all(self.report, hint))

    def action_plain(self) -> None:
        """Show all records as plain text."""
        self.post_message(PlainTextRequested.of_all(self.report))

    async def show_domain(self, row: Overviewed | None) -> None:
        """Lead to the records of what was chosen in the overview."""
        from mailcow_dns_tui.wizard.screens.record_list import RecordList
        from mailcow_dns_tui.wizard.screens.records import RecordView

        if row is not None:
            await self.action_step(Step.RECORDS.id)
            # Its rows may be among those that are left out.
            self.query_one(RecordView).end_search()
            self.query_one(RecordList).choose_domain(row.domain)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """In the footer is only what works at the place of the cursor."""
        known, content = super().active_bindings, self.step_content if self.is_alive else None
        idle = [*content.idle] if isinstance(content, StepContent) else []
        if self.step is Step.RECORDS:
            idle.append("next_step")
        take = known.get(TAKE.key)
        if take and take.node is self and self._field_with_offer() is None:
            idle.append(TAKE.action)
        return without_in_footer(known, idle)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys act: Enter and the arrows stay with the widgets that use them themselves."""
        if action == "go_on" and isinstance(self.focused, LinesInput):
            return self.focused.is_done
        if action in {"go_on", "next_field", "previous_field"}:
            # A text of several lines, a list and the tabs use these keys themselves.
            return isinstance(self.focused, Input | Choice)
        return True

"""The application: owner of the setup, and of what is known about it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from rich.console import RenderableType
from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input, TextArea

from mailcow_dns_tui.complaint import complain
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.mute import muted
from mailcow_dns_tui.model.problems import Problem, problems
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.clipboard import Clipboard
from mailcow_dns_tui.wizard.consent import Consent
from mailcow_dns_tui.wizard.early import Change, Early
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.keys import as_pressed
from mailcow_dns_tui.wizard.learner import Learner, Unlearned
from mailcow_dns_tui.wizard.main_screen import MainScreen
from mailcow_dns_tui.wizard.messages import (
    AccessGranted,
    CheckEnded,
    CheckRequested,
    Compared,
    CopyRequested,
    Edited,
    GuideRequested,
    Judged,
    LookedAgain,
    OverviewRequested,
    PaceChosen,
    Pasted,
    PlainTextRequested,
    SeenRequested,
    SoughtEnough,
    SourcesRequested,
    WatchRequested,
)
from mailcow_dns_tui.wizard.newest import Newest
from mailcow_dns_tui.wizard.onlooker import Blind, Onlooker
from mailcow_dns_tui.wizard.planning import PAUSE_AFTER_TYPING, planned
from mailcow_dns_tui.wizard.question import Answering
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.saver import Save, Saver
from mailcow_dns_tui.wizard.steps.differing import differing
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.terminal import THIS_TERMINAL, Terminal
from mailcow_dns_tui.wizard.told import UNTOLD, Told
from mailcow_dns_tui.wizard.watched import UNWATCHED, Watched

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.access import Access
    from mailcow_dns_tui.mailcow.knowledge import Knowledge
    from mailcow_dns_tui.model.suggestion import Suggestion

T = TypeVar("T")
PAUSE_AT_START = 0.5
PAUSE_BEFORE_SAVING = 0.3
LONGEST_TAKING = 1.0
UNWANTED_COMMANDS = frozenset({"Keys", "Maximize", "Minimize"})


class WizardApp(App[None]):
    """Holds the one setup; screens get it by data binding and send edits as messages."""

    TITLE = "mailcow DNS"
    CSS_PATH = "wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", tooltip="Quit; what was typed is saved", priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]

    setup: var[Setup] = var(Setup(), init=False)
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    told: var[Told] = var(UNTOLD)
    watched: var[Watched] = var(UNWATCHED)
    pace: var[float] = var(0.0)

    def __init__(  # noqa: PLR0913 - each collaborator has its stand-in
        self,
        setup: Setup,
        *,
        examiner: Examiner,
        save: Save,
        learner: Learner | None = None,
        onlooker: Onlooker | None = None,
        terminal: Terminal = THIS_TERMINAL,
    ) -> None:
        super().__init__(ansi_color=terminal.few_colours or None)
        if terminal.few_colours:
            self.theme = "ansi-dark"
        self._examiner = examiner
        self._learner = learner or Unlearned()
        self._onlooker = onlooker or Blind()
        self._consent = Consent()
        # A plan in which nothing was answered is as good as none.
        self._anew = setup == Setup()
        self._taken_over: frozenset[Suggestion] = frozenset()
        self._saver = Saver(save)
        self._last_edit: Callable[[Setup], Setup] = lambda setup: setup
        self._early = Early()
        self._newest = Newest()
        self._save_failed = False
        self.touched = 0.0
        """When the last key came, on the monotonic clock."""
        send = super().copy_to_clipboard
        self._clipboards = Clipboard(send, is_web=lambda: self.is_web, environ=terminal.environ)
        self.set_reactive(WizardApp.setup, setup)
        self.set_reactive(WizardApp.problems, problems(setup))

    def get_default_screen(self) -> Screen[None]:
        screen = MainScreen(self._examiner, self.setup, self.problems, self._first_step())
        return screen.data_bind(
            WizardApp.setup,
            WizardApp.problems,
            WizardApp.report,
            WizardApp.told,
            WizardApp.pace,
        )

    def _first_step(self) -> Step:
        """Where the last start has left off: the first step with something to do."""
        steps = (step for step in Step if any(map(step.owns, self.problems)))
        return next(steps, Step.RECORDS)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        # The keys are in the help; the others would blow up a single row.
        known = super().get_system_commands(screen)
        yield from (command for command in known if command.title not in UNWANTED_COMMANDS)
        if isinstance(screen, MainScreen):
            from mailcow_dns_tui.wizard.commands import commands

            yield from commands(screen)

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key):
            self.touched = time.monotonic()
            await super().on_event(as_pressed(event))
            await self._taken()
        else:
            await super().on_event(event)

    async def _taken(self) -> None:
        """Wait until a field has taken its key: the next one may lead to another field."""
        field = self.focused
        taken = asyncio.Event()
        if isinstance(field, Input | TextArea) and field.call_later(taken.set):
            # One that is taken off the screen meanwhile would never say so.
            with suppress(TimeoutError):
                await asyncio.wait_for(taken.wait(), LONGEST_TAKING)

    def on_mount(self) -> None:
        if self.setup.zones:
            # The first paint need not wait for the topics to be loaded.
            self.call_after_refresh(self._plan)
            if self.setup.guide.is_open:
                self.call_after_refresh(self._guide)
        # Loading what reads them would hold up the first paint, which is late on a busy machine.
        self.call_after_refresh(self.set_timer, PAUSE_AT_START, self._begin_to_read)

    def _begin_to_read(self) -> None:
        from mailcow_dns_tui.mailcow.access import Access

        self._read_sources(Access())

    @work(group="plan", exclusive=True)
    async def _plan(self, pause: float = 0.0) -> None:
        self._early.begin()
        await asyncio.sleep(pause)
        records = await planned(self.setup)
        self.report = self._early.end(self.report, records)

    @on(Edited)
    def _edit(self, event: Edited) -> None:
        self.setup = event.change(self.setup)

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        self.problems = problems(setup)
        if setup.mutes != before.mutes and setup.is_same_plan(before):
            self.report = self.report.with_mutes(setup.mutes)
        elif not setup.is_same_plan(before):
            self._plan(PAUSE_AFTER_TYPING)
        self._saver.note(setup)
        self._keep()

    @work(group="save", exclusive=True)
    async def _keep(self) -> None:
        await asyncio.sleep(PAUSE_BEFORE_SAVING)
        try:
            await asyncio.to_thread(self._saver.save)
        except OSError as error:
            if not self._save_failed:
                text = f"The plan can't be saved: {error.strerror or error}."
                self.notify(text, severity="error", timeout=20, markup=False)
            self._save_failed = True
        else:
            self._save_failed = False

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave with all that was typed, though the messages of it may still be on their way."""
        around = self.focused.ancestors if self.focused else ()
        for widget in around:
            if isinstance(widget, Answering):
                self._last_edit = widget.answering()
                break
        super().exit(result, return_code, message)

    def on_unmount(self) -> None:
        """However the wizard ends, what was typed last is saved."""
        self.save_now()

    def save_now(self) -> None:
        """Save at once, in whatever thread; where that can't be, say so on the bare terminal."""
        last = self._last_edit(self.setup)
        if last != self.setup:
            self._saver.note(last)
        try:
            self._saver.save()
        except OSError as error:
            complain(f"The plan can't be saved: {error.strerror or error}.\n")

    def _learn(self, change: Change) -> None:
        self.report = change(self.report)
        self._early.note(change)

    @on(Judged)
    def _note(self, event: Judged) -> None:
        counts = partial(self._newest.counts, asked=event.asked)
        fresh = [f for f in event.findings if counts(f.topic, f.domain)]
        self._learn(lambda report: report.with_findings(self._muted(fresh)))

    @on(CheckEnded)
    def _end_check(self, event: CheckEnded) -> None:
        later = self._newest.after(event.asked)
        self._learn(lambda report: report.at_end_of_check(event.findings, later))
        now = datetime.now().astimezone()
        self.watched = self.watched.with_check(event.setup, self._muted(event.findings), now)

    @on(LookedAgain)
    def _look_again(self, event: LookedAgain) -> None:
        about, fresh = (event.topic, event.domain), event.findings
        if self._newest.counts(*about, event.asked):
            self._learn(lambda report: report.with_topic(*about, self._muted(fresh)))

    def _muted(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        return muted(findings, self.setup.mutes)

    @on(Pasted)
    def _mark(self, event: Pasted) -> None:
        self.report = self.report.with_pasted(event.record)

    @on(SoughtEnough)
    def _unmark(self, event: SoughtEnough) -> None:
        self.report = self.report.without_pasted(event.record)

    @on(GuideRequested)
    def _guide(self) -> None:
        from mailcow_dns_tui.wizard.guide_screen import GuideScreen

        screen = GuideScreen(self._examiner, self.setup, self.report)
        self._open(
            screen.data_bind(WizardApp.setup, WizardApp.report, WizardApp.problems, WizardApp.pace)
        )

    def _open(
        self, screen: Screen[T], then: Callable[[T | None], Awaitable[None]] | None = None
    ) -> None:
        """Show a screen; a key that is pressed twice opens it once."""
        if type(self.screen) is not type(screen):
            self.push_screen(screen, then)

    @on(OverviewRequested)
    def _show_overview(self, event: OverviewRequested) -> None:
        from mailcow_dns_tui.wizard.overview_screen import OverviewScreen

        screen = OverviewScreen().data_bind(
            WizardApp.setup, WizardApp.report, WizardApp.problems, WizardApp.told, WizardApp.pace
        )
        self._open(screen, event.then)

    @on(WatchRequested)
    def _show_watch(self) -> None:
        from mailcow_dns_tui.wizard.watch_screen import WatchScreen

        self._open(WatchScreen(self.watched.pace).data_bind(WizardApp.watched))

    @on(PaceChosen)
    def _set_pace(self, event: PaceChosen) -> None:
        self.watched = self.watched.at_pace(event.pace)
        self.pace = event.pace

    @on(Compared)
    def _compare(self, event: Compared) -> None:
        self.told = self.told.with_published(event.published)

    @on(SourcesRequested)
    def _show_sources(self) -> None:
        from mailcow_dns_tui.wizard.mailcow_screen import MailcowScreen

        self._open(MailcowScreen(self.setup).data_bind(WizardApp.told))

    @on(SeenRequested)
    def _show_seen(self, event: SeenRequested) -> None:
        from mailcow_dns_tui.wizard.everywhere_screen import EverywhereScreen, name_servers

        servers = name_servers(self.report, event.record)
        screen = EverywhereScreen(event.record, servers, self._onlooker, self._consent, self.setup)
        self._open(screen.data_bind(WizardApp.setup))

    @on(AccessGranted)
    def _grant(self, event: AccessGranted) -> None:
        self._read_sources(event.access)

    @work(group="learn", exclusive=True)
    async def _read_sources(self, access: Access) -> None:
        async with aclosing(self._learner.learn(self.setup, access)) as learned:
            async for knowledge in learned:
                self.told = self.told.with_mailcow(knowledge)
                self._take_over(knowledge)
        self._tell_differences()

    def _take_over(self, knowledge: Knowledge) -> None:
        """Fill in what is open, each answer once: what the user then takes out stays out."""
        from mailcow_dns_tui.mailcow.knowledge import adopted

        fresh = [s for s in knowledge.suggestions if s not in self._taken_over]
        setup = adopted(self.setup, replace(knowledge, suggestions=tuple(fresh)), anew=self._anew)
        if setup != self.setup:
            self.setup = setup
        self._taken_over |= {s for s in fresh if s.is_answer_of(setup)}

    def _tell_differences(self) -> None:
        """What is not on the screen now would be seen by chance only."""
        steps = differing(self.told, self.setup)
        if steps:
            titles = " and ".join(f"{step.number} {step.title}" for step in steps)
            self.notify(f"Other answers were found: see {titles}.", markup=False)

    @on(CheckRequested)
    def _forget(self) -> None:
        self._learn(Report.forgetting_findings)

    def copy_to_clipboard(self, text: str) -> None:
        """Every copy of Textual's own widgets comes through here, too."""
        self._copy(text, "the selection", self._tell)

    @on(CopyRequested)
    def _copy_records(self, event: CopyRequested) -> None:
        self._copy(event.text, event.what, event.tell or self._tell)

    @work(group="copy", exclusive=True)
    async def _copy(self, text: str, what: str, tell: Callable[[str], None]) -> None:
        copied = await self._clipboards.copy(text)
        tell(copied.sentence(what))

    def _tell(self, sentence: str) -> None:
        if not self._save_failed:
            # Box after box, the messages would pile up over the form that they are about.
            self.clear_notifications()
        self.notify(sentence, markup=False)

    @on(PlainTextRequested)
    def _show_plain(self, event: PlainTextRequested) -> None:
        self._leave_screen(event.text, event.title)

    @work(group="plain", exclusive=True)
    async def _leave_screen(self, text: str, title: str) -> None:
        from mailcow_dns_tui.wizard.raw_view import show_raw

        await show_raw(self, text, title)

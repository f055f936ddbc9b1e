"""The state of the wizard, which the app owns: the setup, what is planned, and what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rich.console import RenderableType
from textual import on, work
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.worker import WorkerFailed

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.model.dmarc_stage import staged
from mailcow_dns_tui.model.finding import Finding, muted
from mailcow_dns_tui.model.problems import Problem, problems
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import counted
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.saver import Save, Saver, unsaved_sentence
from mailcow_dns_tui.wizard import messages, updates
from mailcow_dns_tui.wizard.connections import Connections
from mailcow_dns_tui.wizard.steps.step import differing_steps
from mailcow_dns_tui.wizard.watch import UNWATCHED, SeenChange, WatchState
from mailcow_dns_tui.wizard.widgets.keys import KeyOrderApp

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.known import SourceResult
    from mailcow_dns_tui.mailcow.secret import Access
    from mailcow_dns_tui.model.suggestion import Suggestion


Today = Callable[[], date]
PAUSE_AT_START = 0.5
PAUSE_BEFORE_SAVING = 0.3
MOST_TOLD = 3


@runtime_checkable
class Answering(Protocol):
    """A widget around a text that is typed."""

    def answering(self) -> Callable[[Setup], Setup]:
        """What makes a setup one with what stands there now."""


class StateApp(KeyOrderApp):
    """Owns all that is known, and changes it by messages; screens get it by data binding."""

    setup: var[Setup] = var(Setup(), init=False)
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS)
    watched: var[WatchState] = var(UNWATCHED)
    connections: var[Connections] = var(Connections())

    def __init__(
        self, setup: Setup, save: Save, engine: Engine, today: Today, *, few_colours: bool
    ) -> None:
        super().__init__(ansi_color=few_colours or None)
        self._today = today
        self._engine = engine
        # A plan in which nothing was answered is as good as none.
        self._is_new = setup == Setup()
        self._taken_over: frozenset[Suggestion] = frozenset()
        self._saver = Saver(save)
        self._last_edit: Callable[[Setup], Setup] = lambda setup: setup
        self._removed: tuple[str, Setup] | None = None
        """What was taken out, and the setup as it would be with it."""
        self._pending = updates.PendingUpdates()
        self._result_order = updates.ResultOrder()
        self._is_save_due = False
        self._save_failed = False
        self._has_granted = False
        self.unsaved = ""
        """Why what was typed last could not be saved: a sentence; empty where it was."""
        self.set_reactive(StateApp.setup, staged(setup, today()))
        self.set_reactive(StateApp.problems, problems(setup))
        self.set_reactive(StateApp.connections, Connections(engine.is_example))

    def on_mount(self) -> None:
        if self.setup.zones:
            # The first paint need not wait for the topics to be loaded.
            self.call_after_refresh(self._plan)
        # Loading what reads them would hold up the first paint, which is late on a busy machine.
        self.call_after_refresh(self.set_timer, PAUSE_AT_START, self._begin_to_read)

    def _begin_to_read(self) -> None:
        from mailcow_dns_tui.mailcow.secret import Access

        # What the user has granted by then reads all, and is not to be broken off.
        if not self._has_granted:
            self._read_sources(Access())

    @work(group="plan", exclusive=True)
    async def _plan(self, pause: float = 0.0) -> None:
        self._pending.begin()
        await asyncio.sleep(pause)
        records = await updates.planned(self.setup)
        self.report = self._pending.end(self.report, records)

    @on(messages.Edited)
    def _edit(self, event: messages.Edited) -> None:
        before = self.setup
        self.setup = event.change(before)
        if event.removes and self.setup != before:
            self._removed = event.removes, before
            self.notify(f"Taken out: {event.removes}. u undoes that.", markup=False)
        elif replace(self.setup, guide=before.guide) != before:
            self._removed = None

    def action_undo(self) -> None:
        """Bring back what was taken out last, if nothing was changed since."""
        if self._removed is None:
            self.notify("Nothing was taken out that could be brought back.", markup=False)
            return
        what, before = self._removed
        self._removed = None
        self.setup = replace(before, guide=self.setup.guide)
        self.notify(f"It is back: {what}.", markup=False)

    def _learn(self, change: Callable[[Setup], Setup]) -> None:
        """Take what no user has typed: it stays when something is brought back."""
        self.setup = change(self.setup)
        if self._removed is not None:
            what, before = self._removed
            self._removed = what, change(before)

    def validate_setup(self, setup: Setup) -> Setup:
        """The day, too, decides what is to be published."""
        return staged(setup, self._today())

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        """Plan anew after a pause where that may change records, and save in a moment."""
        self.problems = problems(setup)
        if setup.mutes != before.mutes and setup.is_same_plan(before):
            self.report = self.report.with_mutes(setup.mutes)
        elif not setup.is_same_plan(before):
            self._plan(updates.PAUSE_AFTER_TYPING)
        self._saver.note(setup)
        if not self._is_save_due:
            self._keep()

    @work(group="save")
    async def _keep(self) -> None:
        """Save in a moment: not for each key, and also while keys come without a pause."""
        self._is_save_due = True
        await asyncio.sleep(PAUSE_BEFORE_SAVING)
        setup = self.setup
        try:
            await asyncio.to_thread(self._saver.save)
        except OSError as error:
            if not self._save_failed:
                text = unsaved_sentence(error)
                self.notify(text, severity="error", timeout=20, markup=False)
            self._save_failed = True
        else:
            self._save_failed = False
        self._is_save_due = False
        if self.setup is not setup:
            self._keep()

    @property
    def is_ending(self) -> bool:
        """Whether it was asked to end, or has to."""
        return self._exit or self._exception is not None

    @property
    def crash(self) -> BaseException | None:
        """What nobody foresaw, and ends it."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    def _fatal_error(self) -> None:
        # Textual would print all it knows, with the values of variables.
        self._note_typing()
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End with the report of the crash in place of Textual's, which shows local variables."""
        self._fatal_error()

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave with all that was typed, though the messages of it may still be on their way."""
        self._note_typing()
        super().exit(result, return_code, message)

    def _note_typing(self) -> None:
        focused = self.focused if self.screen_stack else None
        for widget in focused.ancestors if focused else ():
            if isinstance(widget, Answering):
                self._last_edit = widget.answering()
                break

    def on_unmount(self) -> None:
        """However the wizard ends, what was typed last is saved."""
        self._save_now()

    def save_last(self) -> None:
        """Save what was typed last, in whatever thread; `unsaved` says where that can't be."""
        if not self._exit:
            self._note_typing()
        self._save_now()

    def _save_now(self) -> None:
        last = self._last_edit(self.setup)
        if last != self.setup:
            self._saver.note(last)
        try:
            self._saver.save()
        except OSError as error:
            self.unsaved = unsaved_sentence(error)
        else:
            self.unsaved = ""

    def _update(self, change: updates.ReportChange) -> None:
        self.report = change(self.report)
        self._pending.note(change)

    @on(messages.FindingsArrived)
    def _note(self, event: messages.FindingsArrived) -> None:
        counts = partial(self._result_order.counts, asked=event.asked)
        fresh = [f for f in event.findings if counts(f.topic, f.domain)]
        self._update(lambda report: report.with_findings(self._muted(fresh)))

    @on(messages.CheckEnded)
    def _end_check(self, event: messages.CheckEnded) -> None:
        later = self._result_order.after(event.asked)
        if event.setup.is_same_plan(self.setup):
            self._update(lambda report: report.at_end_of_check(event.findings, later))
            self._note_days(event.findings)
        now = datetime.now().astimezone()
        self.watched = self.watched.with_check(event.setup, self._muted(event.findings), now)
        if self.watched.last == now and not self.lists_changes:
            self._tell_changes([each for each in self.watched.entries if each.at == now])

    @property
    def lists_changes(self) -> bool:
        """Whether the user looks at the list of what the watch sees."""
        return False

    def _tell_changes(self, seen: Sequence[SeenChange]) -> None:
        for each in seen[:MOST_TOLD]:
            kind: SeverityLevel = "warning" if each.change.is_worse else "information"
            self.notify(each.line, severity=kind, timeout=20, markup=False)
        if len(seen) > MOST_TOLD:
            more = counted(len(seen) - MOST_TOLD, "more change")
            self.notify(f"And {more}: see the watch.", markup=False)
        if seen and self.watched.rings:
            self.bell()

    @on(messages.TopicChecked)
    def _look_again(self, event: messages.TopicChecked) -> None:
        about, fresh = (event.topic, event.domain), event.findings
        if self._result_order.counts(*about, event.asked):
            self._update(lambda report: report.with_topic(*about, self._muted(fresh)))
            self._note_days(fresh)

    def _note_days(self, findings: Sequence[Finding]) -> None:
        """Keep since when p=none and the DKIM keys are published: they decide what is due when."""
        from mailcow_dns_tui.topics.registry import with_days

        today = self._today()
        self._learn(lambda setup: with_days(setup, findings, today))

    def _muted(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        return muted(findings, self.setup.mutes)

    @on(messages.Pasted)
    def _mark(self, event: messages.Pasted) -> None:
        self.report = replace(self.report, pasted=self.report.pasted | {event.record})

    @on(messages.SearchEnded)
    def _unmark(self, event: messages.SearchEnded) -> None:
        self.report = replace(self.report, pasted=self.report.pasted - {event.record})

    @on(messages.IntervalChosen)
    def _set_pace(self, event: messages.IntervalChosen) -> None:
        self.watched = self.watched.at_interval(event.interval)

    @on(messages.BellChosen)
    def _set_bell(self, event: messages.BellChosen) -> None:
        self.watched = replace(self.watched, rings=event.rings)

    @on(messages.PublishedAnswersRead)
    def _compare(self, event: messages.PublishedAnswersRead) -> None:
        self.suggestions = replace(self.suggestions, published=event.published)

    @on(messages.AccessGranted)
    def _grant(self, event: messages.AccessGranted) -> None:
        self._has_granted = True
        self._read_sources(event.access)

    @work(group="read-mailcow", exclusive=True)
    async def _read_sources(self, access: Access) -> None:
        async with aclosing(self._engine.read_mailcow(self.setup, access)) as results:
            async for result in results:
                self.suggestions = replace(self.suggestions, mailcow=result)
                self._take_over(result)
        self._tell_differences()

    def _take_over(self, result: SourceResult) -> None:
        """Fill in what is open, each answer once: what the user then takes out stays out."""
        from mailcow_dns_tui.mailcow.known import adopted

        fresh = [s for s in result.suggestions if s not in self._taken_over]
        left = replace(result, suggestions=tuple(fresh))
        self._learn(lambda setup: adopted(setup, left, is_new=self._is_new))
        self._taken_over |= {s for s in fresh if s.is_applied(self.setup)}

    def _tell_differences(self) -> None:
        """What is not on the screen now would be seen by chance only."""
        steps = differing_steps(self.suggestions, self.setup)
        if steps:
            titles = " and ".join(f"{step.number} {step.title}" for step in steps)
            self.notify(f"Other answers were found: see {titles}.", markup=False)

    @on(messages.CheckRequested)
    def _forget(self) -> None:
        self._update(Report.forgetting_findings)

"""What is known: the setup, what is planned and found of it, and where answers come from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual import on, work
from textual.reactive import var
from textual.worker import WorkerFailed

from mailcow_dns_tui.model.dmarc_stage import staged
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.mute import muted
from mailcow_dns_tui.model.problems import Problem, problems
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.early import Change, Early
from mailcow_dns_tui.wizard.in_order import InOrderApp
from mailcow_dns_tui.wizard.learner import Learner
from mailcow_dns_tui.wizard.messages import (
    AccessGranted,
    CheckEnded,
    CheckRequested,
    Compared,
    Edited,
    Judged,
    LookedAgain,
    PaceChosen,
    Pasted,
    SoughtEnough,
)
from mailcow_dns_tui.wizard.newest import Newest
from mailcow_dns_tui.wizard.planning import PAUSE_AFTER_TYPING, planned
from mailcow_dns_tui.wizard.question import Answering
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.saver import Save, Saver
from mailcow_dns_tui.wizard.steps.differing import differing
from mailcow_dns_tui.wizard.told import UNTOLD, Told
from mailcow_dns_tui.wizard.watched import UNWATCHED, Watched

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.access import Access
    from mailcow_dns_tui.mailcow.knowledge import Knowledge
    from mailcow_dns_tui.model.suggestion import Suggestion

Today = Callable[[], date]
PAUSE_AT_START = 0.5
PAUSE_BEFORE_SAVING = 0.3


def unsaved_sentence(error: OSError) -> str:
    return f"The plan can't be saved: {error.strerror or error}."


class KnowingApp(InOrderApp):
    """Owns all that is known, and changes it by messages; screens get it by data binding."""

    setup: var[Setup] = var(Setup(), init=False)
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    told: var[Told] = var(UNTOLD)
    watched: var[Watched] = var(UNWATCHED)
    pace: var[float] = var(0.0)

    def __init__(
        self, setup: Setup, save: Save, learner: Learner, today: Today, *, few_colours: bool
    ) -> None:
        super().__init__(ansi_color=few_colours or None)
        self._today = today
        self._learner = learner
        # A plan in which nothing was answered is as good as none.
        self._anew = setup == Setup()
        self._taken_over: frozenset[Suggestion] = frozenset()
        self._saver = Saver(save)
        self._last_edit: Callable[[Setup], Setup] = lambda setup: setup
        self._early = Early()
        self._newest = Newest()
        self._is_save_due = False
        self._save_failed = False
        self.unsaved = ""
        """Why what was typed last could not be saved: a sentence; empty where it was."""
        self.set_reactive(KnowingApp.setup, staged(setup, today()))
        self.set_reactive(KnowingApp.problems, problems(setup))

    def on_mount(self) -> None:
        if self.setup.zones:
            # The first paint need not wait for the topics to be loaded.
            self.call_after_refresh(self._plan)
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

    def validate_setup(self, setup: Setup) -> Setup:
        """The day, too, decides what is to be published."""
        return staged(setup, self._today())

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        self.problems = problems(setup)
        if setup.mutes != before.mutes and setup.is_same_plan(before):
            self.report = self.report.with_mutes(setup.mutes)
        elif not setup.is_same_plan(before):
            self._plan(PAUSE_AFTER_TYPING)
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
        if event.setup.is_same_plan(self.setup):
            self._learn(lambda report: report.at_end_of_check(event.findings, later))
            self._note_policies(event.findings)
        now = datetime.now().astimezone()
        self.watched = self.watched.with_check(event.setup, self._muted(event.findings), now)

    @on(LookedAgain)
    def _look_again(self, event: LookedAgain) -> None:
        about, fresh = (event.topic, event.domain), event.findings
        if self._newest.counts(*about, event.asked):
            self._learn(lambda report: report.with_topic(*about, self._muted(fresh)))
            self._note_policies(fresh)

    def _note_policies(self, findings: Sequence[Finding]) -> None:
        """Keep since when p=none is published: it decides when the planned policy is due."""
        from mailcow_dns_tui.topics.dmarc_seen import noted

        self.setup = noted(self.setup, findings, self._today())

    def _muted(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        return muted(findings, self.setup.mutes)

    @on(Pasted)
    def _mark(self, event: Pasted) -> None:
        self.report = self.report.with_pasted(event.record)

    @on(SoughtEnough)
    def _unmark(self, event: SoughtEnough) -> None:
        self.report = self.report.without_pasted(event.record)

    @on(PaceChosen)
    def _set_pace(self, event: PaceChosen) -> None:
        self.watched = self.watched.at_pace(event.pace)
        self.pace = event.pace

    @on(Compared)
    def _compare(self, event: Compared) -> None:
        self.told = self.told.with_published(event.published)

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

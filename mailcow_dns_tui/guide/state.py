"""How far the user has come in the guide: one immutable value, moved on by what is found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailcow_dns_tui.guide.old_provider import noted_moves, still_wanted
from mailcow_dns_tui.guide.progress import (
    is_done,
    is_prepared,
    is_seen,
    noted_ends,
    progress,
    who_sees,
)
from mailcow_dns_tui.guide.titles import title
from mailcow_dns_tui.model.answer import Lookup, Source
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.step import GuidePlace, GuideStep, Move
from mailcow_dns_tui.model.text import time_and_date
from mailcow_dns_tui.topics.context import elsewhere, old_until
from mailcow_dns_tui.topics.moving import left_behind

LEFT_AS_IT_IS = "It is left as it is, as you chose."


@dataclass(frozen=True)
class GuideState:
    """The steps that are left, and the one that is shown.

    Attributes:
        current: what is to be done now; None where nothing can be.
        shown: the current step as it was when the user came to it.
        said: what the last look has changed about it.
        told: what became of the steps before, by their marks, the newest last.
        done: how many were done, each time that one was; what others still wait for is not yet.
        fresh: the marks of those that came up since the user last went on.
        due: the marks of those that are to be done by somebody, and do not only wait.
        returned: the marks of those that were saved, and are there as something else.
        saved: the marks of the steps that the user has done, and no name server shows yet, each
            with the step as it was then; None after a start, before it could be asked.
        skipped: the marks of the steps that the user put off.
        past: the marks of the steps that the user came from.
        goal: the mark of the step to begin with, if it can be done then.
        left: the addresses that the hostname had before.
        moves: of the domains whose mail comes from other servers.
        lagging: the name servers that don't have yet what others have, each with the time of the
            first look that saw it so.
        ends: by the marks of steps, when nobody has the old answer any more, where that is known.
    """

    steps: tuple[GuideStep, ...] = ()
    current: GuideStep | None = None
    shown: GuideStep | None = None
    said: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    done: int = 0
    fresh: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()
    returned: tuple[str, ...] = ()
    saved: Mapping[str, GuideStep | None] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    goal: str = ""
    left: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    lagging: Mapping[Source, datetime] = field(default_factory=dict)
    ends: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def from_place(cls, place: GuidePlace) -> GuideState:
        """Where the user was, before it is known what is left."""
        past = (*place.skipped, *place.saved)
        return cls(
            done=place.done,
            saved=dict.fromkeys(place.saved),
            skipped=place.skipped,
            past=past,
            goal=place.step,
            left=place.left,
            moves=place.moves,
        )

    @property
    def place(self) -> GuidePlace:
        """What leads back here, of what is left."""
        marks = {step.mark for step in self.steps}
        saved = tuple(mark for mark in self.saved if mark in marks)
        skipped = tuple(mark for mark in self.skipped if mark in marks)
        mark = self.current.mark if self.current else ""
        done = self.done if self.steps else 0
        return GuidePlace(True, mark, skipped, self.left, saved, done=done, moves=self.moves)

    def looked(self, steps: Sequence[GuideStep], report: Report, clock: datetime) -> GuideState:
        """After new findings: on the same step, or on the next one where it is done."""
        moves = noted_moves(self.moves, steps, tuple(report.standing), clock)
        left = left_behind(self.left, steps)
        late = {answer.source for step in steps for answer in step.lagging}
        lagging = {source: self.lagging.get(source, clock) for source in late}
        ends = noted_ends(self.ends, self.steps, steps, moves, clock)
        told = {**self.told, **dict(self._waited_for(steps, ends, report, clock))}
        state = replace(self, steps=tuple(steps), left=left, moves=moves, lagging=lagging)
        state = replace(state, ends=ends, told=told)
        return state._counting(self.steps, report)._with_saved(report, clock)._on(report, clock)

    def _counting(self, before: Sequence[GuideStep], report: Report) -> GuideState:
        """With what came to its end since; what is to be done again counts as another one."""
        due = frozenset(step.mark for step in self.steps if _is_due(step, self.due))
        left, known = {step.mark for step in self.steps}, {step.mark for step in before}
        again = due - self.due
        gone = (step for step in before if step.mark not in left)
        counted = (s for s in gone if s.act is Act.WAIT or s.mark in self.due)
        ended = {step.mark for step in counted if _has_ended(step, report)}
        told = {mark: text for mark, text in self.told.items() if mark not in again}
        return replace(
            self,
            due=due,
            done=self.done + len(ended),
            # At the first look all would be.
            fresh=due & (self.fresh | again - known) if known else frozenset(),
            told=told,
            returned=tuple(mark for mark in self.returned if mark in due),
            # What is there again has to be done again.
            skipped=tuple(mark for mark in self.skipped if mark in left),
        )

    def _waited_for(
        self,
        now: Sequence[GuideStep],
        ends: Mapping[str, datetime],
        report: Report,
        clock: datetime,
    ) -> Iterator[tuple[str, str]]:
        """What became of what was said to be waited for."""
        left = {step.mark for step in now}
        for step in (s for s in self.steps if s.act is Act.WAIT and s.mark in self.told):
            if step.mark not in left and _is_planned(step, report):
                found, end = findings_of(step, report), ends.get(step.mark)
                is_here = is_done(step, found) and is_seen(step, found)
                said = who_sees(end, clock) if is_here else progress(step, found)
                yield step.mark, f"{title(step)}: {said}"

    def _on(self, report: Report, clock: datetime) -> GuideState:
        """On the same step, or on the next one where it is done."""
        if self.shown is None:
            goal = self._marked(self.goal)
            return self._at(goal if goal and goal.is_ready else self._first())
        if not _is_planned(self.shown, report):
            return self._at(self._first())
        found = findings_of(self.shown, report)
        key = self.shown.key
        now = next((step for step in self.steps if step.key == key), None)
        if now is not None and is_prepared(self.shown, now):
            return self._after(self.shown, (), clock)
        if now is None or is_done(self.shown, found):
            return self._after(self.shown, found, clock)
        if _only_waits(self.shown, now):
            return self._telling(self.shown, now.what)._at(self._first())
        return replace(self, current=now, said=progress(self.shown, found))

    def _with_saved(self, report: Report, clock: datetime) -> GuideState:
        """Without those that are there by now, and those that were saved as something else."""
        state = self
        for mark, step in self.saved.items():
            now = self._marked(mark)
            if now is None or (step is not None and _is_news(step, now)):
                state = state._without_saved(mark)._hearing_of(step, now, report, clock)
            elif step is None and now.act is not Act.ASK_AGAIN:
                state = replace(state, saved={**state.saved, mark: now})
        return state

    def _without_saved(self, mark: str) -> GuideState:
        return replace(self, saved={m: step for m, step in self.saved.items() if m != mark})

    def _hearing_of(
        self, step: GuideStep | None, now: GuideStep | None, report: Report, clock: datetime
    ) -> GuideState:
        """What became of one that was saved; of what was saved before the start nobody knows."""
        if step is None or not _is_planned(step, report):
            return self
        if now is not None and _only_waits(step, now):
            return self._telling(step, now.what)
        found = findings_of(step, report)
        if is_done(step, found):
            return self._having_done(step, found, clock)
        return replace(self, returned=(*_without(step.mark, self.returned), step.mark))

    def save(self) -> GuideState:
        """Take the user's word that the current step is done, and go on."""
        if self.current is None:
            return self
        saved = {**self.saved, self.current.mark: self.current}
        return replace(self, saved=saved)._put_by(self.current)

    def skip(self) -> GuideState:
        """Put the current step off."""
        if self.current is None:
            return self
        return replace(self, skipped=(*self.skipped, self.current.mark))._put_by(self.current)

    def _put_by(self, step: GuideStep) -> GuideState:
        returned = _without(step.mark, self.returned)
        state = replace(self, past=(*self.past, step.mark), returned=returned, fresh=frozenset())
        return state._at(state._first())

    def back(self) -> GuideState:
        """To the step that the user came from, as far as it is left."""
        step = self.behind
        if step is None:
            return replace(self, past=())
        place = len(self.past) - 1 - self.past[::-1].index(step.mark)
        taken_up = _without(step.mark, self.skipped)
        state = replace(self, past=self.past[:place], skipped=taken_up)
        return state._without_saved(step.mark)._at(step)

    @property
    def behind(self) -> GuideStep | None:
        """The step that the user came from last, of those that are left."""
        return next(filter(None, map(self._marked, reversed(self.past))), None)

    @property
    def rest(self) -> tuple[GuideStep, ...]:
        """The other steps that are left."""
        key = self.current.key if self.current else None
        return tuple(step for step in self.steps if step.key != key)

    @property
    def asked(self) -> tuple[GuideStep, ...]:
        """The steps whose records are looked up again and again.

        That is the one that is shown, those that were saved or skipped, and what is waited for;
        where nothing can be done now, so is what would unlock the rest.
        """
        put_by = {*self.saved, *self.skipped}
        current = () if self.current is None else (self.current,)
        asked = (
            step
            for step in self.rest
            if (not step.is_ready and (step.is_open or not current)) or step.mark in put_by
        )
        return (*current, *asked)

    @property
    def put_off(self) -> tuple[GuideStep, ...]:
        """What can be done now, and was skipped."""
        return tuple(s for s in self.steps if s.is_ready and s.mark in self.skipped)

    @property
    def unseen(self) -> tuple[GuideStep, ...]:
        """What the user has saved, and no name server shows yet."""
        return tuple(s for s in self.steps if s.is_ready and s.mark in self.saved)

    @property
    def came_back(self) -> tuple[GuideStep, ...]:
        """What the user has saved, and is there as something else; the newest last."""
        steps = filter(None, map(self._marked, self.returned))
        return tuple(step for step in steps if step.is_ready or step.locked)

    @property
    def came_up(self) -> tuple[GuideStep, ...]:
        """What was not to be done when the user last went on, but for the step on the screen."""
        return tuple(step for step in self.rest if step.mark in self.fresh)

    def _after(self, step: GuideStep, found: Sequence[Finding], clock: datetime) -> GuideState:
        return self._having_done(step, found, clock)._at(self._first())

    def _having_done(
        self, step: GuideStep, found: Sequence[Finding], clock: datetime
    ) -> GuideState:
        if any(each.muted for each in found) and not is_done(step, found):
            return self._telling(step, LEFT_AS_IT_IS)
        if step.lowers_ttl and not is_done(step, found):
            return self
        told = progress(step, found)
        lookup = step.finding.lookup
        if step.moves_mail:
            domain = unicode_form(step.finding.name)
            moves = [move for move in self.moves if move.domain == domain]
            told = " ".join([told, *still_wanted(moves, clock)])
        elif step.lowers_ttl:
            told = f"{told} {_then_move(lookup, clock)}"
        elif step.act in {Act.PUBLISH, Act.CHANGE, Act.REMOVE}:
            told = f"{told} {elsewhere([lookup], clock)}".rstrip()
        return self._telling(step, told)

    def _telling(self, step: GuideStep, what: str) -> GuideState:
        before = {mark: told for mark, told in self.told.items() if mark != step.mark}
        return replace(self, told={**before, step.mark: f"{title(step)}: {what}"})

    def _at(self, step: GuideStep | None) -> GuideState:
        return replace(self, current=step, shown=step, said="", goal="")

    def _first(self) -> GuideStep | None:
        put_by = {*self.saved, *self.skipped}
        ready = (step for step in self.steps if step.is_ready and step.mark not in put_by)
        return next(ready, None)

    def _marked(self, mark: str) -> GuideStep | None:
        return next((step for step in self.steps if step.mark == mark), None)


def _then_move(before: Lookup, clock: datetime) -> str:
    """When the longer TTL is over."""
    until = time_and_date(old_until([before], clock) or clock, clock)
    return f"Some have it with the old one until {until}: move the mail after that."


def _without(mark: str, marks: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in marks if each != mark)


def _is_due(step: GuideStep, before: Collection[str]) -> bool:
    """Whether somebody has to do it; what can't be asked now, as far as it was known before."""
    if step.act is Act.ASK_AGAIN:
        return step.mark in before
    return step.act is not Act.WAIT


def _has_ended(step: GuideStep, report: Report) -> bool:
    """Whether it is done, or left as it is for a reason; what nobody wants any more is neither."""
    found = findings_of(step, report)
    return _is_planned(step, report) and (any(f.muted for f in found) or is_done(step, found))


def _only_waits(before: GuideStep, now: GuideStep) -> bool:
    """Whether the user has done it, and only some servers do not have it yet."""
    return now.act is Act.WAIT is not before.act


def _is_news(before: GuideStep, now: GuideStep) -> bool:
    """Whether something else is published now than before, or something else to be done."""
    if now.act is Act.ASK_AGAIN:
        return False
    same_job = (before.record, before.removals, before.act) == (now.record, now.removals, now.act)
    return not same_job or before.finding.found != now.finding.found


def _is_planned(step: GuideStep, report: Report) -> bool:
    """Whether the plan still wants what the step is about."""
    wanted = step.wanted
    return wanted is None or wanted in report.part(wanted.domain).records


def findings_of(step: GuideStep, report: Report) -> tuple[Finding, ...]:
    """The newest about what the step is about."""
    if step.wanted is not None:
        return report.findings.get(step.wanted, ())
    about, others = step.key, report.part(step.finding.domain).others
    return tuple(f for f in others.values() if (f.topic, f.domain, f.name, f.rdtype) == about)

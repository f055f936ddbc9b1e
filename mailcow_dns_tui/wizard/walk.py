"""How far the user has come in the guide: one immutable value, moved on by what is found."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import dns.reversename

from mailcow_dns_tui.guide.elsewhere import elsewhere
from mailcow_dns_tui.guide.moving import left_behind
from mailcow_dns_tui.guide.progress import is_done, is_prepared, progress
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.guide_place import GuidePlace
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.wizard.report import Report

MOST_ASKED = 12
"""Of what is waited for: all of hundreds of domains would be no gentle question."""


@dataclass(frozen=True)
class Walk:
    """The steps that are left, and the one that is shown.

    Attributes:
        current: what is to be done now; None where nothing can be.
        shown: the current step as it was when the user came to it.
        said: what the last look has changed about it.
        done: what became of the steps before, the newest last.
        skipped: the marks of the steps that the user put off.
        past: the marks of the steps that the user came from.
        goal: the mark of the step to begin with, if it can be done then.
        left: the addresses that the hostname had before.
    """

    steps: tuple[GuideStep, ...] = ()
    current: GuideStep | None = None
    shown: GuideStep | None = None
    said: str = ""
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    goal: str = ""
    left: tuple[str, ...] = ()

    @classmethod
    def from_place(cls, place: GuidePlace) -> Walk:
        """Where the user was, before it is known what is left."""
        return cls(skipped=place.skipped, past=place.skipped, goal=place.step, left=place.left)

    @property
    def place(self) -> GuidePlace:
        """What leads back here, of what is left."""
        marks = {step.mark for step in self.steps}
        skipped = tuple(mark for mark in self.skipped if mark in marks)
        mark = self.current.mark if self.current else ""
        return GuidePlace(True, mark, skipped, self.left)

    def looked(self, steps: Sequence[GuideStep], report: Report, clock: datetime) -> Walk:
        """After new findings: on the same step, or on the next one where it is done."""
        walk = replace(self, steps=tuple(steps), left=left_behind(self.left, steps))
        if self.shown is None:
            return walk._at(walk._goal() or walk._first())
        if not _is_planned(self.shown, report):
            return walk._at(walk._first())
        found = findings_of(self.shown, report)
        now = walk._find(self.shown.key)
        if now is not None and is_prepared(self.shown, now):
            return walk._after(self.shown, (), clock)
        if now is None or is_done(self.shown, found):
            return walk._after(self.shown, found, clock)
        return replace(walk, current=now, said=progress(self.shown, found))

    def skip(self) -> Walk:
        """Put the current step off."""
        if self.current is None:
            return self
        mark = self.current.mark
        walk = replace(self, skipped=(*self.skipped, mark), past=(*self.past, mark))
        return walk._at(walk._first())

    def back(self) -> Walk:
        """To the step that the user came from, as far as it is left."""
        for place in reversed(range(len(self.past))):
            mark = self.past[place]
            step = next((step for step in self.steps if step.mark == mark), None)
            if step is not None:
                taken_up = tuple(each for each in self.skipped if each != mark)
                return replace(self, past=self.past[:place], skipped=taken_up)._at(step)
        return replace(self, past=())

    @property
    def rest(self) -> tuple[GuideStep, ...]:
        """The other steps that are left."""
        key = self.current.key if self.current else None
        return tuple(step for step in self.steps if step.key != key)

    @property
    def asked(self) -> tuple[GuideStep, ...]:
        """The steps whose records are to be looked up now: what is waited for comes by itself.

        Where nothing can be done, so does what would unlock the rest.
        """
        if self.current is not None:
            waited = [step for step in self.steps if step.is_open and not step.is_ready]
            return (self.current, *waited[:MOST_ASKED])
        return tuple(step for step in self.steps if not step.is_ready)[:MOST_ASKED]

    @property
    def put_off(self) -> tuple[GuideStep, ...]:
        """What can be done now, and was skipped."""
        return tuple(s for s in self.steps if s.is_ready and s.mark in self.skipped)

    def _goal(self) -> GuideStep | None:
        found = (step for step in self.steps if step.mark == self.goal and step.is_ready)
        return next(found, None)

    def _after(self, step: GuideStep, found: Sequence[Finding], clock: datetime) -> Walk:
        told = f"{title(step)}: {progress(step, found)}"
        lookup = step.finding.lookup
        if lookup is not None and step.act in {Act.PUBLISH, Act.CHANGE, Act.REMOVE}:
            told = f"{told} {elsewhere([lookup], clock, clock)}".rstrip()
        return replace(self, done=(*self.done, told))._at(self._first())

    def _at(self, step: GuideStep | None) -> Walk:
        return replace(self, current=step, shown=step, said="", goal="")

    def _first(self) -> GuideStep | None:
        ready = (step for step in self.steps if step.is_ready and step.mark not in self.skipped)
        return next(ready, None)

    def _find(self, key: Hashable) -> GuideStep | None:
        return next((step for step in self.steps if step.key == key), None)


def _is_planned(step: GuideStep, report: Report) -> bool:
    """Whether the plan still wants what the step is about."""
    wanted = step.wanted
    return wanted is None or wanted in report.part(wanted.domain).records


def title(step: GuideStep) -> str:
    """`MX example.org`; of reverse DNS the address."""
    about = step.wanted or step.record
    if about is not None and step.finding.code.startswith("policy-"):
        return f"MTA-STS policy of {unicode_form(about.domain or about.owner)}"
    if about is not None and about.topic == "ptr":
        return f"PTR {dns.reversename.to_address(about.owner)}"
    if about is not None:
        return f"{about.type_text} {unicode_form(about.owner)}"
    kind = step.finding.rdtype or step.finding.topic
    return f"{kind} {unicode_form(step.finding.name)}"


def findings_of(step: GuideStep, report: Report) -> tuple[Finding, ...]:
    """The newest about what the step is about."""
    if step.wanted is not None:
        return report.findings.get(step.wanted, ())
    about, others = step.key, report.part(step.finding.domain).others
    return tuple(f for f in others.values() if (f.topic, f.domain, f.name, f.rdtype) == about)

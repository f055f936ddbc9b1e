"""What a run leaves: what it could not do, what is not done by it, and what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from dns.name import Name

from mailcow_dns_tui.guide.end import by_reason, headline, is_reached
from mailcow_dns_tui.guide.old_provider import farewell
from mailcow_dns_tui.guide.titles import titled
from mailcow_dns_tui.guide.zone_import import zone_of
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import listed, time_and_date
from mailcow_dns_tui.publish.acts import Obstacle, Reason, ZoneAct
from mailcow_dns_tui.publish.changes import Trouble, TroubleReason
from mailcow_dns_tui.publish.proposal import is_within
from mailcow_dns_tui.publish.run import Ended
from mailcow_dns_tui.publish.snapshot import Snapshot

NOT_OURS = frozenset({Reason.BY_HAND, Reason.OTHER_ZONE, Reason.OUTSIDE_PLAN})


class Outcome(IntEnum):
    """How all stands at the end; the exit code of the command."""

    DONE = 0
    """Nothing is left that publishing could do, now or later."""
    LEFT = 1
    UNKNOWN = 3
    """A zone could not be read or changed, or something could not be asked."""


@dataclass(frozen=True)
class Left:
    """What is left at the end of a run.

    Attributes:
        acts: could be done, and nobody said yes.
        asked: the same, for want of a yes of their own.
        obstacles: can't be published, or not now.
        by_hand: is ready, and done elsewhere than in a zone that could be read.
        waits: is not safe yet, or only not seen everywhere.
        unasked: could not be asked.
        troubles: of the zones that could not be read or changed.
    """

    acts: tuple[ZoneAct, ...]
    asked: tuple[ZoneAct, ...]
    obstacles: tuple[Obstacle, ...]
    by_hand: tuple[GuideStep, ...]
    waits: tuple[GuideStep, ...]
    unasked: tuple[GuideStep, ...]
    troubles: frozenset[Trouble]

    @property
    def outcome(self) -> Outcome:
        """How all stands."""
        reasons = {trouble.reason for trouble in self.troubles}
        if self.unasked or reasons - {TroubleReason.NO_PROVIDER}:
            return Outcome.UNKNOWN
        hindered = any(each.reason not in NOT_OURS for each in self.obstacles)
        locked = any(step.locked and zone_of(step) is not None for step in self.waits)
        is_left = self.acts or self.asked or hindered or locked or reasons
        return Outcome.LEFT if is_left else Outcome.DONE


def left_of(ended: Ended, zones: Collection[Name] | None = None) -> Left:
    """Of a run that kept to these zones; None: to all."""
    steps = [step for step in ended.snapshot.state.steps if is_within(step, zones)]
    acts = tuple(act for each in ended.proposals for act in each.acts)
    asked = tuple(act for each in ended.proposals for act in each.asked)
    obstacles = tuple(o for each in ended.proposals for o in each.obstacles)
    known = {act.step.mark for act in (*acts, *asked)} | {o.step.mark for o in obstacles}
    by_hand = tuple(s for s in steps if s.is_ready and s.mark not in known)
    unasked = tuple(s for s in steps if s.is_open and s.act is Act.ASK_AGAIN)
    waits = tuple(s for s in steps if not s.is_ready and s not in unasked)
    return Left(acts, asked, obstacles, by_hand, waits, unasked, frozenset(ended.troubles.values()))


def again_at(snapshot: Snapshot) -> datetime | None:
    """When the first of what is remembered elsewhere is over; None where that is not known.

    A name server that is late says nothing of when it will not be.
    """
    late = (answer for step in snapshot.state.steps for answer in step.finding.late)
    ends = (each.forgotten(snapshot.clock) for each in late if not each.authoritative)
    return min((end for end in ends if end > snapshot.clock), default=None)


def told_left(left: Left, snapshot: Snapshot) -> Iterator[tuple[Status, str]]:
    """What is left, in a sentence or two each, with what it is to the user.

    Below what is done by hand stands what is to be entered. Where all is only remembered otherwise
    nothing is said to wait: that is the end.
    """
    for each in left.obstacles:
        yield Status.WARNING, f"Not done: {titled(each.step)}. {each.why} {each.step.what}"
    for act in left.asked:
        about = f"Not done without a yes of its own ({both_forms(act.name)})"
        yield Status.UNKNOWN, f"{about}: {' '.join(act.questions)}"
    for step in left.by_hand:
        yield Status.INFO, f"By hand, {step.where}: {step.what}{_values(step)}"
    for step in left.unasked:
        yield Status.UNKNOWN, f"Could not be asked: {titled(step)}. {step.what}"
    if not is_reached(snapshot.state.steps):
        for reason, steps in by_reason(left.waits, snapshot.state.lagging, snapshot.clock).items():
            yield Status.PENDING, f"Waits: {listed(map(titled, steps))}. {reason}"


def _values(step: GuideStep) -> str:
    records = (f"\n{r.owner} {r.type_text} {shown(r.rdata)}" for r in step.published)
    return "".join(records)


def told_end(snapshot: Snapshot) -> Iterator[str]:
    """When to come back; or that this is the end, and what is still to be done elsewhere."""
    state, now = snapshot.state, snapshot.clock
    if is_reached(state.steps):
        yield headline(state.steps, snapshot.setup, state.ends, now)
        yield from farewell(snapshot.setup, state.moves, tuple(snapshot.report.standing), now)
    elif (until := again_at(snapshot)) is not None:
        yield f"Come back at {time_and_date(until, now)}."

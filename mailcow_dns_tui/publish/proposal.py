"""What can be published now: of each zone the acts, the difference that they make, and the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from dns.name import Name

from mailcow_dns_tui.guide.zone_import import zone_of
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.publish.acts import Agreed, Obstacle, ZoneAct, ZoneContext, act_of, is_by_hand
from mailcow_dns_tui.publish.changes import Change, Contents, Key, ZoneRRset, applied, are_same

Batch = Mapping[Name, tuple[ZoneAct, ...]]
"""What is done at once, by zone."""


@dataclass(frozen=True)
class ZoneProposal:
    """What can be changed in one zone now.

    Attributes:
        context: what all of this was made of.
        acts: in the guide's order; each is made of what those before it leave.
        asked: those with a question that nobody has answered yet; they come to nothing.
        obstacles: what can't be published, and why.
    """

    context: ZoneContext
    acts: tuple[ZoneAct, ...]
    asked: tuple[ZoneAct, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def zone(self) -> Name:
        """Its apex."""
        return self.context.zone

    @property
    def contents(self) -> Contents:
        """What its provider has."""
        return self.context.contents

    @cached_property
    def after(self) -> Contents:
        """The zone with all acts."""
        return applied(self.contents, [change for act in self.acts for change in act.changes])

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What becomes of each RRset in the end, in the order in which they are first changed."""
        keys = dict.fromkeys(change.key for act in self.acts for change in act.changes)
        ends = (Change(self.contents.get(key), self.after.get(key)) for key in keys)
        return tuple(change for change in ends if change.before or change.after)

    @property
    def asking(self) -> Iterable[ZoneAct]:
        """One of those that ask the same; by it all is done, as whatever comes for a CNAME."""
        first: dict[object, ZoneAct] = {}
        for act in self.asked:
            about = act.questions, frozenset(change.key for change in act.changes)
            first.setdefault(about, act)
        return first.values()

    @property
    def left(self) -> Iterator[ZoneRRset]:
        """What stays as it is at the names of the plan."""
        changed: Collection[Key] = {change.key for change in self.changes}
        for key, rrset in sorted(self.contents.items()):
            if key[0] in self.context.run.names and key not in changed:
                yield rrset

    @property
    def inexact(self) -> Iterator[Key]:
        """What stays as it is at the names of the plan, and can't be read exactly."""
        names = self.context.run.names
        yield from sorted(key for key in self.context.inexact if key[0] in names)

    @property
    def others(self) -> int:
        """How many RRsets at other names stay as they are."""
        return sum(1 for owner, _ in self.contents if owner not in self.context.run.names)

    def agreed(self, agreed: Agreed) -> ZoneProposal:
        """Only what was said yes to, and is still the same."""
        acts = tuple(act for act in self.acts if is_among(act, agreed))
        return replace(self, acts=acts, asked=())


def is_among(act: ZoneAct, agreed: Agreed) -> bool:
    """Whether it makes the same changes there."""
    return are_same(act.changes, agreed.get(act.step.mark, ()))


def next_batch(
    proposals: Iterable[ZoneProposal],
    steps: Sequence[GuideStep],
    singly: Collection[Name] = (),
) -> Batch:
    """What comes next, by zone: as long as it only adds; else one act, after which is looked.

    In the guide's order over all zones: what one step needs may be what the one before brings.
    In the zones of `singly` no two acts come together.
    """
    places = {step.mark: place for place, step in enumerate(steps)}
    acts = [(each.zone, act) for each in proposals for act in each.acts]
    acts.sort(key=lambda each: places[each[1].step.mark])
    batch: dict[Name, tuple[ZoneAct, ...]] = {}
    for zone, act in takewhile(lambda each: each[1].is_addition, acts):
        if zone not in batch or zone not in singly:
            batch[zone] = (*batch.get(zone, ()), act)
    return batch or {zone: (act,) for zone, act in acts[:1]}


def ready_steps(
    steps: Sequence[GuideStep], zones: Collection[Name] | None = None
) -> Mapping[Name, tuple[GuideStep, ...]]:
    """What can be published now, by the user's own zone that it is about, in the guide's order.

    Args:
        steps: all of the guide.
        zones: to keep to these; None for all.
    """
    ready = (s for s in steps if s.is_ready and not is_by_hand(s) and is_within(s, zones))
    found = grouped(ready, zone_of)
    return {zone: tuple(own) for zone, own in found.items() if zone is not None}


def is_within(step: GuideStep, zones: Collection[Name] | None) -> bool:
    """Whether a step is about one of these zones, or about a domain that is no zone of its own."""
    zone, about = zone_of(step), step.record or step.wanted
    if zones is None or zone is None or zone in zones:
        return True
    name = about.owner if about else step.finding.name
    return any(each.is_subdomain(zone) and name.is_subdomain(each) for each in zones)


def propose(context: ZoneContext, steps: Sequence[GuideStep]) -> ZoneProposal:
    """What of one zone can be published now.

    Args:
        context: the zone.
        steps: the ready ones that are about it, in the guide's order.
    """
    now = context.contents
    acts: list[ZoneAct] = []
    asked: list[ZoneAct] = []
    obstacles: list[Obstacle] = []
    for step in steps:
        made = act_of(step, context, now)
        if isinstance(made, Obstacle):
            obstacles.append(made)
        elif made.questions and not is_among(made, context.run.accepted):
            asked.append(made)
        else:
            acts.append(made)
            now = applied(now, made.changes)
    return ZoneProposal(context, tuple(acts), tuple(asked), tuple(obstacles))

"""All that is left to do, in the safe order; made anew only where something new is known."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import is_
from typing import TypeVar

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.steps import lock, rooting_steps, step_for, step_without_record
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding, with_found_zone
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.topics.context import Context, blocks, is_left, main_finding
from mailcow_dns_tui.topics.mta_sts.steps import comes_into_effect
from mailcow_dns_tui.topics.registry import guidance_of

MOVING = frozenset({"mx", "spf", "dkim"})
POLICY = frozenset({"mx", "mta-sts"})
WAITING = frozenset({Act.WAIT, Act.ASK_AGAIN})

Rank = tuple[bool, bool, int, int, int, bool]


def place(step: GuideStep, context: Context) -> Rank:
    """What steps are sorted by: safety first, then the server, then domain by domain."""
    guidance, domain = guidance_of(step.finding.topic), step.finding.domain
    return (
        bool(step.locked),
        step.act in WAITING,
        guidance.phase(step, context.setup),
        0 if domain is None else context.places.get(domain, 0),
        guidance.order,
        # Addresses of its own come before others are taken away.
        step.act is Act.REMOVE,
    )


DomainTree = Name | None
"""The topmost domain of a family; None for the server by itself."""


T = TypeVar("T")


def guide(
    setup: Setup,
    records: Sequence[Record],
    findings: Sequence[Finding],
    clock: datetime | None = None,
    policies: Mapping[Name, PolicyPage] | None = None,
) -> tuple[GuideStep, ...]:
    """The steps that are left: the open ones, then what can only be waited for, then the locked.

    They are made of the newest findings about each record, the good ones included and muted ones
    left out, and of what is served at the policy hosts of `policies_to_fetch`.
    """
    return Guiding().steps(setup, records, findings, clock, policies)


@dataclass(frozen=True)
class Ranked:
    """A step, what it is sorted by, and what tells that another one is the same act."""

    place: Rank
    act: Hashable
    step: GuideStep


@dataclass(frozen=True)
class Known:
    """What a family's steps were made of.

    Attributes:
        own: the very findings.
        server: those of the server, as far as they matter to others.
        place: what the guide keeps in mind of before.
    """

    own: Sequence[Finding]
    server: Hashable
    policies: Mapping[Name, PolicyPage]
    place: Hashable

    def is_same(self, other: "Known") -> bool:
        """Whether it is known of the same things, so that the steps need not be made anew."""
        alike = len(self.own) == len(other.own) and all(map(is_, self.own, other.own))
        around = self.server, self.policies, self.place
        return alike and around == (other.server, other.policies, other.place)


class Guiding:
    """Makes the steps, and anew only those of the domains of which something new is known."""

    def __init__(self) -> None:
        self._setup: Setup | None = None
        self._records: Sequence[Record] = ()
        self._families: Mapping[Name, Name] = {}
        self._places: Mapping[Name, int] = {}
        self._wanted: Mapping[DomainTree, Sequence[Record]] = {}
        self._made: dict[DomainTree, tuple[Known, Sequence[Ranked]]] = {}

    def steps(
        self,
        setup: Setup,
        records: Sequence[Record],
        findings: Sequence[Finding],
        clock: datetime | None = None,
        policies: Mapping[Name, PolicyPage] | None = None,
    ) -> tuple[GuideStep, ...]:
        """As `guide` does."""
        self._take(setup, records)
        found = grouped(findings, lambda finding: self._family(finding.domain))
        pages = policies or {}
        made = [
            ranked
            for family in (None, *dict.fromkeys(self._families.values()))
            for ranked in self._of_family(setup, family, found, pages, clock)
        ]
        first: dict[Hashable, Ranked] = {}
        for each in made:
            first.setdefault(each.act, each)
        return tuple(e.step for e in sorted(first.values(), key=lambda each: each.place))

    def _take(self, setup: Setup, records: Sequence[Record]) -> None:
        if setup.is_same_plan(self._setup) and records == self._records:
            return
        self._made.clear()
        self._setup, self._records = setup, records
        above = {apex: setup.zones_with(apex) for apex in setup.apexes}
        # The topmost of the plan's domains: a policy extends to those below it.
        self._families = {
            apex: [zone for zone in zones if zone in above][-1] for apex, zones in above.items()
        }
        self._places = {apex: place for place, apex in enumerate(setup.apexes, 1)}
        self._wanted = grouped(records, lambda record: self._family(record.domain))

    def _of_family(
        self,
        setup: Setup,
        family: DomainTree,
        found: Mapping[DomainTree, Sequence[Finding]],
        pages: Mapping[Name, PolicyPage],
        clock: datetime | None,
    ) -> Sequence[Ranked]:
        """Those of before, where nothing is new; the clock counts from when something was."""
        # The DNSSEC of the zone that the hostname is in counts for the server.
        others = self._family(setup.host_zone) if family is None else None
        ours = (*found.get(family, ()), *(found.get(others, ()) if others else ()))
        replies = tuple(_about_moving(found, {None, others})) if family is None else ()
        mine = {name: page for name, page in pages.items() if self._families.get(name) == family}
        server = frozenset(map(_gist, found.get(None, ()))) if family is not None else None
        place = setup.guide.left, setup.guide.moves
        known = Known((*ours, *replies), server, mine, place)
        before = self._made.get(family)
        if before is not None and before[0].is_same(known):
            return before[1]
        records = (*self._wanted.get(None, ()), *self._wanted.get(family or others, ()))
        seen = (*found.get(None, ()), *found.get(family or others, ()), *replies)
        context = Context(setup, records, seen, mine, clock, self._places)
        made = tuple(self._ranked(family, context))
        self._made[family] = known, made
        return made

    def _family(self, domain: Name | None) -> DomainTree:
        return self._families.get(domain) if domain is not None else None

    def _ranked(self, family: DomainTree, context: Context) -> Iterator[Ranked]:
        wanted = self._wanted.get(family, ())
        left = [f for f in context.findings if self._family(f.domain) == family]
        drafts = _drafts(wanted, left, context)
        weighed = [replace(step, locked=lock(step, context)) for step in drafts]
        # What nothing depends on is offered once it is safe.
        steps = [step for step in weighed if not (step.locked and step.finding.is_offer)]
        # First: of two that are the same act, what only keeps what there is can be done now.
        for judged in (*rooting_steps(steps, context), *steps):
            yield Ranked(place(judged, context), _act(judged), _in_its_zone(judged))


def _act(step: GuideStep) -> Hashable:
    """The same where another step publishes the same, as one CAA record allows several names."""
    record = step.record
    return f"{record.owner} {record.type_text} {record.value}" if record else step.key


def _in_its_zone(step: GuideStep) -> GuideStep:
    """What is to be published, with the names that the panel of the zone wants."""
    found = (step.finding,)
    record = with_found_zone(step.record, found) if step.record else None
    return replace(
        step, record=record, also=tuple(with_found_zone(each, found) for each in step.also)
    )


def _about_moving(
    found: Mapping[DomainTree, Sequence[Finding]], known: Collection[DomainTree]
) -> Iterator[Finding]:
    """Of all the other domains, what the server's address would change.

    That is who refuses mail from it, whose mail comes to it, and whose MTA-STS policy is found.
    """
    for family, findings in found.items():
        if family not in known:
            held = {f.domain for f in findings if comes_into_effect(f)}
            yield from (f for f in findings if f.topic in MOVING and blocks(f))
            yield from (f for f in findings if f.topic in POLICY and f.domain in held)


def _gist(found: Finding) -> Hashable:
    told = found.code, found.status, found.found, found.wildcard
    return found.record, found.topic, found.name, *told


def policies_to_fetch(records: Sequence[Record], findings: Sequence[Finding]) -> tuple[Name, ...]:
    """The mail domains whose MTA-STS policy has to be seen before their TXT record is published.

    The check fetches only those that senders look for already.
    """
    texts = {r for r in records if r.topic == "mta-sts" and r.rdtype == RdataType.TXT}
    left = [each for each in findings if each.record in texts and is_left(each)]
    return tuple(dict.fromkeys(each.domain for each in left if each.domain is not None))


def _drafts(
    wanted: Sequence[Record], left: Sequence[Finding], context: Context
) -> Iterator[GuideStep]:
    """What records lack, what else was found, and what can be better about a good record."""
    for record in dict.fromkeys(wanted):
        found = main_finding(context.about(record))
        if found is not None:
            yield step_for(record, found, context)
    planned = frozenset(context.records)
    for found in left:
        is_step = is_left(found) or found.is_offer
        if (found.record is None or found.record not in planned) and is_step:
            yield step_without_record(found, context)
    for record in wanted:
        yield from guidance_of(record.topic).further(record, context)

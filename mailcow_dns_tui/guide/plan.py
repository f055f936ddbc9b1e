"""All that is left to do, in the safe order."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import is_
from typing import TypeVar

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.drafts import step_for, step_without_record
from mailcow_dns_tui.guide.families import Family, families
from mailcow_dns_tui.guide.locks import lock
from mailcow_dns_tui.guide.moving import farewell_steps
from mailcow_dns_tui.guide.order import Place, place
from mailcow_dns_tui.guide.situation import Situation, blocks, is_left
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.guide.wildcards import rooting_steps
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, placed
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup

T = TypeVar("T")


def guide(
    setup: Setup,
    records: Sequence[Record],
    findings: Sequence[Finding],
    clock: datetime | None = None,
    policies: Mapping[Name, PolicyPage] | None = None,
) -> tuple[GuideStep, ...]:
    """The steps that are left: the open ones, then what can only be waited for, then the locked.

    Args:
        setup: the plan.
        records: what it wants published.
        findings: the newest of each record, the good ones included; muted ones left out.
        clock: now, for the time by which waiting ends.
        policies: what is served at the policy hosts of `policies_to_fetch`.
    """
    return Guiding().steps(setup, records, findings, clock, policies)


@dataclass(frozen=True)
class Ranked:
    """A step, what it is sorted by, and what tells that another one is the same act."""

    place: Place
    act: Hashable
    step: GuideStep


@dataclass(frozen=True)
class Known:
    """What a family's steps were made of.

    Attributes:
        own: the very findings.
        server: those of the server, as far as they matter to others.
        left: the addresses that it had before.
    """

    own: Sequence[Finding]
    server: Hashable
    policies: Mapping[Name, PolicyPage]
    left: Sequence[str]

    def is_same(self, other: "Known") -> bool:
        alike = len(self.own) == len(other.own) and all(map(is_, self.own, other.own))
        around = self.server, self.policies, self.left
        return alike and around == (other.server, other.policies, other.left)


class Guiding:
    """Makes the steps, and anew only those of the domains of which something new is known."""

    def __init__(self) -> None:
        self._setup: Setup | None = None
        self._records: Sequence[Record] = ()
        self._families: Mapping[Name, Name] = {}
        self._places: Mapping[Name, int] = {}
        self._wanted: Mapping[Family, Sequence[Record]] = {}
        self._made: dict[Family, tuple[Known, Sequence[Ranked]]] = {}

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
        found = self._by_family(findings, lambda finding: finding.domain)
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
        self._families = families(setup)
        self._places = {apex: place for place, apex in enumerate(setup.apexes, 1)}
        self._wanted = self._by_family(records, lambda record: record.domain)

    def _by_family(
        self, each: Sequence[T], domain_of: Callable[[T], Name | None]
    ) -> Mapping[Family, Sequence[T]]:
        groups: dict[Family, list[T]] = {}
        for one in each:
            groups.setdefault(self._family(domain_of(one)), []).append(one)
        return groups

    def _of_family(
        self,
        setup: Setup,
        family: Family,
        found: Mapping[Family, Sequence[Finding]],
        pages: Mapping[Name, PolicyPage],
        clock: datetime | None,
    ) -> Sequence[Ranked]:
        """Those of before, where nothing is new; the clock counts from when something was."""
        others = self._family_of_server(setup) if family is None else None
        ours = (*found.get(family, ()), *(found.get(others, ()) if others else ()))
        replies = tuple(_about_replies(found, {None, others})) if family is None else ()
        mine = {name: page for name, page in pages.items() if self._families.get(name) == family}
        server = frozenset(map(_gist, found.get(None, ()))) if family is not None else None
        known = Known((*ours, *replies), server, mine, setup.guide.left)
        before = self._made.get(family)
        if before is not None and before[0].is_same(known):
            return before[1]
        records = (*self._wanted.get(None, ()), *self._wanted.get(family or others, ()))
        seen = (*found.get(None, ()), *found.get(family or others, ()), *replies)
        situation = Situation(setup, records, seen, mine, clock, self._places)
        made = tuple(self._ranked(family, situation))
        self._made[family] = known, made
        return made

    def _family_of_server(self, setup: Setup) -> Family:
        """That of the zone which the hostname is in: its DNSSEC counts for the server."""
        return self._family(setup.host_zone)

    def _family(self, domain: Name | None) -> Family:
        return self._families.get(domain) if domain is not None else None

    def _ranked(self, family: Family, situation: Situation) -> Iterator[Ranked]:
        wanted = self._wanted.get(family, ())
        left = [f for f in situation.findings if self._family(f.domain) == family]
        drafts = (
            *_of_records(wanted, situation),
            *_of_others(left, situation),
            *farewell_steps(wanted, situation),
        )
        steps = [replace(step, locked=lock(step, situation)) for step in drafts]
        # First: of two that are the same act, what only keeps what there is can be done now.
        for judged in (*rooting_steps(steps, situation), *steps):
            yield Ranked(place(judged, situation), _act(judged), _in_its_zone(judged))


def _act(step: GuideStep) -> Hashable:
    """The same where another step publishes the same, as one CAA record allows several names."""
    record = step.record
    return f"{record.owner} {record.type_text} {record.value}" if record else step.key


def _in_its_zone(step: GuideStep) -> GuideStep:
    """What is to be published, with the names that the panel of the zone wants."""
    found = (step.finding,)
    record = placed(step.record, found) if step.record else None
    return replace(step, record=record, also=tuple(placed(each, found) for each in step.also))


def _about_replies(
    found: Mapping[Family, Sequence[Finding]], known: Collection[Family]
) -> Iterator[Finding]:
    """Of all the other domains, what would make receivers refuse mail from another address."""
    for family, findings in found.items():
        if family not in known:
            yield from (f for f in findings if f.topic in {"spf", "dkim"} and blocks(f))


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


def _of_records(wanted: Sequence[Record], situation: Situation) -> Iterator[GuideStep]:
    for record in dict.fromkeys(wanted):
        found = _main(situation.about(record))
        if found is not None:
            yield step_for(record, found, situation)


def _main(findings: Sequence[Finding]) -> Finding | None:
    """The finding that decides what is to be done: the worst."""
    left = [found for found in findings if is_left(found)]
    return min(left, key=lambda found: WORST_FIRST.index(found.status), default=None)


def _of_others(left: Sequence[Finding], situation: Situation) -> Iterator[GuideStep]:
    planned = frozenset(situation.records)
    for found in left:
        if (found.record is None or found.record not in planned) and is_left(found):
            yield step_without_record(found, situation)

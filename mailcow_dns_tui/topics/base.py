"""What every topic is made of, its steps in the guide and their safety among it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property, lru_cache, partial
from typing import ClassVar

import dns.name
from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import LONGEST_NAME, octets, unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.diagnose import with_cause, with_wildcard
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, different, judge, missing
from mailcow_dns_tui.topics.misplaced import Neighbours, Slips
from mailcow_dns_tui.topics.steps import draft, single_step
from mailcow_dns_tui.topics.together import together
from mailcow_dns_tui.topics.wildcard import ask_beside

LAST = 1000


class Phase(IntEnum):
    """What comes before what, whichever domains and topics it is about."""

    AHEAD = 0
    """Counts only when a long time has passed, and changes nothing until then."""
    ZONE = 1
    """Without the zone nothing is found."""
    DANGER = 2
    """Stops mail as soon as something else is right."""
    USUAL = 3
    STRICT = 4
    """Makes receivers refuse mail that is not authenticated by what comes before."""
    FAREWELL = 5
    """Takes away what is left of a server before this one."""
    OPTIONAL = 6


def usual_phase(step: GuideStep, _: Setup) -> Phase:
    """The phase of most steps: what is optional comes last."""
    return Phase.OPTIONAL if step.is_optional else Phase.USUAL


def zone_phase(_: GuideStep, __: Setup) -> Phase:
    """The phase of what concerns a zone as a whole."""
    return Phase.ZONE


def at_registrar(found: Finding, _: Context) -> GuideStep | None:
    """What is wrong with the zone as a whole is nothing to be pasted into it."""
    step = draft(found.code.act or Act.OUTSIDE, None, found)
    place = f"at the registrar and the DNS provider of {unicode_form(found.name)}"
    return replace(step, where=found.code.place or place)


def no_lock(_: GuideStep, __: Context) -> Iterator[str]:
    """The locks of a topic whose steps need not wait."""
    return iter(())


def no_step(*_: object) -> GuideStep | None:
    """The step of a topic that says no more than its findings."""
    return None


def no_further(_: Record, __: Context) -> Iterable[GuideStep]:
    """The further steps of a topic that has none."""
    return ()


@dataclass(frozen=True)
class Guidance:
    """How the guide deals with a topic.

    Attributes:
        order: its place within a domain, the lowest first.
        step: what to publish or take away for a wanted record; asked where something is to be
            pasted, and nothing that has to be waited for or done elsewhere.
        elsewhere: what to do elsewhere than in the panel of the record's zone; None for a step
            that says only what the finding says.
        unplanned: what to do about a finding for which no record is wanted; None as before.
        further: steps about a record of which nothing else has to be done.
        locks: why a step is not safe yet, each with what opens it; the first one is shown.
        phase: what the step comes before, wherever it stands.
    """

    order: int = LAST
    step: Callable[[Record, Finding, Context], GuideStep] = single_step
    elsewhere: Callable[[Record, Finding, Context], GuideStep | None] = no_step
    unplanned: Callable[[Finding, Context], GuideStep | None] = no_step
    further: Callable[[Record, Context], Iterable[GuideStep]] = no_further
    locks: Callable[[GuideStep, Context], Iterator[str]] = no_lock
    phase: Callable[[GuideStep, Setup], Phase] = usual_phase


LONGEST_OWNER = "_autodiscover._tcp"
"""The longest of the fixed owner names that topics plan inside a zone."""


@dataclass(frozen=True)
class Subject:
    """What records are wanted for: one mail domain, or the server itself (`domain` is None)."""

    setup: Setup
    domain: Domain | None = None

    @cached_property
    def apex(self) -> Name | None:
        """The mail domain's name; None also where it leaves no room for names below it."""
        apex = self.domain.apex if self.domain else None
        return apex if apex is not None and has_room(LONGEST_OWNER, apex) else None

    @cached_property
    def plans(self) -> dict[type["Topic"], tuple[Record, ...]]:
        """What each topic wants, once that was asked for."""
        return {}

    @property
    def zone(self) -> Name | None:
        """The zone that the subject's own records are published in."""
        return self.apex if self.domain else self.setup.host_zone

    @property
    def judged_zone(self) -> Name | None:
        """The zone, once each: that of the host is judged with its mail domain where it is one."""
        is_twice = self.domain is None and self.zone in self.setup.domain_index
        return None if is_twice else self.zone

    @property
    def is_alias(self) -> bool:
        """Whether it is an alias domain, which gets no client set-up."""
        return bool(self.domain and self.domain.alias_of)


def has_room(owner: str, zone: Name) -> bool:
    """Whether a zone's name is short enough for an owner name inside it."""
    return len(owner) + 1 + octets(zone) <= LONGEST_NAME


@lru_cache
def _inside(owner: str) -> Name:
    return dns.name.from_text(owner, None)


class Topic(ABC):
    """One subject: what it wants published, how it judges that, and what the guide does then."""

    id: ClassVar[str]
    """As in the JSON and in mutes; the same for topics that are one to the user."""
    tier: ClassVar[Tier] = Tier.OPTIONAL
    """How much mail depends on its records, and so how bad it is where one is missing."""
    label: ClassVar[str] = ""
    """What its TXT records are called in sentences: `SPF`; empty for `TXT`."""
    lacking: ClassVar[str] = ""
    """What comes of it where its record is missing, as the end of a sentence; empty: nothing."""
    asked_in: ClassVar[str] = ""
    """The id of the wizard's step that asks its questions; empty where none does."""
    column: ClassVar[str] = ""
    """The head of its column among all mail domains; empty where it has none there."""
    column_means: ClassVar[str] = ""
    """What the head stands for, where that is not plain."""
    slips: ClassVar[Slips] = Slips()
    """Where its records stand by mistake."""
    guidance: ClassVar[Guidance] = Guidance()
    """Its place in the guide, its steps, and what these have to wait for."""

    @abstractmethod
    def wanted(self, subject: Subject) -> Iterable[Record]:
        """The records that the valid answers ask for, in the order they are shown.

        Where a plan is made, the setup has no other domain than the subject's.
        """

    def plan(self, subject: Subject) -> tuple[Record, ...]:
        """The same, made once for the subject."""
        kind = type(self)
        if kind not in subject.plans:
            subject.plans[kind] = tuple(self.wanted(subject))
        return subject.plans[kind]

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge each wanted record, and what is published and should not be."""
        judged = (self._explained(record, subject, dns) for record in self.plan(subject))
        return [finding for each in await together(judged) for finding in each]

    async def _explained(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        near = Neighbours(subject.setup, partial(self._of_those_above, subject), self.slips)
        setup = subject.setup
        if record.owner != setup.server.name and record.owner not in setup.domain_index:
            return await with_cause(await self.look_up_all(record, subject, dns), near, dns)
        looking = self.look_up_all(record, subject, dns)
        found, _ = await asyncio.gather(looking, ask_beside(record, dns))
        told = await with_cause(found, near, dns)
        return await together(with_wildcard(each, dns) for each in told)

    def _of_those_above(self, subject: Subject) -> frozenset[tuple[Name, Rdata]]:
        """What the plan's domains above this one want at their own names."""
        setup, above = subject.setup, subject.apex or dns.name.root
        found: set[tuple[Name, Rdata]] = set()
        while above != dns.name.root:
            above = above.parent()
            if above in setup.domain_index:
                of = Subject(setup, setup.domains[setup.domain_index[above]])
                found |= {(record.owner, record.rdata) for record in self.wanted(of)}
        return frozenset(found)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """All findings about one wanted record; for topics that see several faults in one."""
        return [await self.look_up(record, subject, dns)]

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        """Ask for one wanted record and judge it; for topics that need no other question."""
        return judge(record, await dns.ask(record.owner, record.rdtype), self.judge_answer)

    def judge_answer(self, record: Record, answer: Answer) -> Verdict:
        """Judge what one server has at the owner name; the RRset must be the wanted record."""
        if not answer.rdatas:
            return missing(record)
        if set(answer.rdatas) == {record.rdata}:
            return as_wanted(record)
        return different(record, f"{record.name} has another {record.type_text} record.")

    def record(self, subject: Subject, owner: str | Name, rdata: Rdata, why: str) -> Record:
        """A record of this topic in the subject's zone; a text is an owner name inside it."""
        zone = subject.zone or dns.name.root
        name = owner if isinstance(owner, Name) else _inside(owner) + zone
        return Record(
            self.id,
            name,
            rdata,
            subject.setup.server.usable_ttl,
            self.tier,
            subject.apex,
            zone,
            why,
            label=self.label,
            lacking=self.lacking,
        )

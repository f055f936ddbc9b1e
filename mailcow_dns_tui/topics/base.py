"""What every topic is made of."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar

import dns.name
from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import LONGEST_NAME, octets
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DEFAULT_TTL, Domain, Setup
from mailcow_dns_tui.topics.explained import Neighbours, explained, with_wildcard
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, judge, missing
from mailcow_dns_tui.topics.wildcard import ask_beside

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

    @property
    def zone(self) -> Name | None:
        """The zone that the subject's own records are published in."""
        return self.apex if self.domain else self.setup.host_zone

    @property
    def judged_zone(self) -> Name | None:
        """The zone, once each: that of the host is judged with its mail domain where it is one."""
        is_twice = self.domain is None and self.zone in self.setup.apexes
        return None if is_twice else self.zone

    @property
    def is_alias(self) -> bool:
        return bool(self.domain and self.domain.alias_of)


def has_room(owner: str, zone: Name) -> bool:
    """Whether a zone's name is short enough for an owner name inside it."""
    return len(owner) + 1 + octets(zone) <= LONGEST_NAME


class Topic(ABC):
    """One subject: what it wants published, and how it judges what is published."""

    id: ClassVar[str]
    tier: ClassVar[Tier] = Tier.OPTIONAL

    @abstractmethod
    def wanted(self, subject: Subject) -> Iterable[Record]:
        """The records that the valid answers ask for, in the order they are shown."""

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge each wanted record, and what is published and should not be."""
        judged = [self._explained(record, subject, dns) for record in self.wanted(subject)]
        return [finding for each in await asyncio.gather(*judged) for finding in each]

    async def _explained(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        near = Neighbours(subject.setup.zones, partial(self._of_those_above, subject))
        if record.owner not in {subject.setup.server.name, *subject.setup.apexes}:
            return await explained(await self.look_up_all(record, subject, dns), near, dns)
        looking = self.look_up_all(record, subject, dns)
        found, _ = await asyncio.gather(looking, ask_beside(record, dns))
        told = await explained(found, near, dns)
        return await asyncio.gather(*(with_wildcard(each, dns) for each in told))

    def _of_those_above(self, subject: Subject) -> frozenset[tuple[Name, Rdata]]:
        """What the plan's domains above this one want at their own names."""
        setup, above = subject.setup, subject.apex or dns.name.root
        found: set[tuple[Name, Rdata]] = set()
        while above != dns.name.root:
            above = above.parent()
            if above in setup.places:
                of = Subject(setup, setup.domains[setup.places[above]])
                found |= {(record.owner, record.rdata) for record in self.wanted(of)}
        return frozenset(found)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """All findings about one wanted record; for topics that see several faults in one."""
        return [await self.look_up(record, subject, dns)]

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        """Ask for one wanted record and judge it; for topics that need no other question."""
        return judge(record, await dns.ask(record.owner, record.rdtype), self.opinion)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        """Judge what one server has at the owner name; the RRset must be the wanted record."""
        if not answer.rdatas:
            return missing(record)
        if set(answer.rdatas) == {record.rdata}:
            return as_wanted(record)
        return different(record, f"{record.name} has another {record.type_text} record.")

    def record(self, subject: Subject, owner: str | Name, rdata: Rdata, why: str) -> Record:
        """A record of this topic in the subject's zone; a text is an owner name inside it."""
        zone = subject.zone or dns.name.root
        name = owner if isinstance(owner, Name) else dns.name.from_text(owner, zone)
        ttl = subject.setup.server.ttl
        ttl = DEFAULT_TTL if validators.ttl(ttl) else ttl
        return Record(self.id, name, rdata, ttl, self.tier, subject.apex, zone, why)

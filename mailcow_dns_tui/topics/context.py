"""What the newest findings say of a record: what stands at its name, and what of it has to go.

Also how long resolvers elsewhere may still give what was there before.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.code import NOT_YET_VISIBLE, SERVERS_DISAGREE
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import Removal
from mailcow_dns_tui.model.text import duration, time_and_date, txt_bytes

ON_ITS_WAY = frozenset({NOT_YET_VISIBLE, SERVERS_DISAGREE})
"""Codes of what is published right, while some still have what was there before."""


LONG = 3600
"""Of a TTL, in seconds: nobody plans for less."""


@dataclass(frozen=True)
class Context:
    """The plan, and what is known of it.

    Attributes:
        policies: the MTA-STS policies as they are served, of the mail domains where that was tried.
        clock: when the findings were made.
        places: of the mail domains, in the operator's order.
    """

    setup: Setup
    records: Sequence[Record]
    findings: Sequence[Finding]
    policies: Mapping[Name, PolicyPage] = field(default_factory=dict)
    clock: datetime | None = None
    places: Mapping[Name, int] = field(default_factory=dict)

    @cached_property
    def _by_record(self) -> dict[Record | None, list[Finding]]:
        return grouped(self.findings, lambda finding: finding.record)

    @cached_property
    def _by_topic(self) -> dict[str, list[Finding]]:
        return grouped(self.findings, lambda finding: finding.topic)

    @cached_property
    def _wanted(self) -> dict[tuple[str, Name | None], list[Record]]:
        return grouped(self.records, lambda record: (record.topic, record.domain))

    def about(self, record: Record) -> Sequence[Finding]:
        """All findings about a planned record."""
        return self._by_record.get(record, ())

    def of_topic(self, topic: str) -> Sequence[Finding]:
        """All findings of a topic, of whichever domain."""
        return self._by_topic.get(topic, ())

    def of(self, topic: str, domain: Name | None) -> Sequence[Finding]:
        """All findings of a topic about a mail domain, or about the server (None)."""
        return [found for found in self.of_topic(topic) if found.domain == domain]

    def wanted(self, topic: str, domain: Name | None = None) -> Sequence[Record]:
        """What a topic plans for a mail domain; None for the server."""
        return self._wanted.get((topic, domain), ())

    def beside(self, record: Record) -> tuple[Record, ...]:
        """The other planned records at its name, which have to come with it if a CNAME goes."""
        return tuple(r for r in self.records if r.owner == record.owner and r != record)

    def allows(self, records: Iterable[Record]) -> bool:
        """Whether what builds on these records can be published: all are right, everywhere."""
        return not any(map(blocks, self.all_about(records)))

    def stands(self, records: Iterable[Record]) -> bool:
        """Whether all are right, though some may still have what was there before."""
        return not any(blocks(f) and f.code not in ON_ITS_WAY for f in self.all_about(records))

    def remembered(self, records: Iterable[Record]) -> frozenset[Rdata]:
        """What some still have in the place of these records."""
        late = (answer for found in self.all_about(records) for answer in found.late)
        return frozenset(rdata for answer in late for rdata in answer.rdatas)

    def all_about(self, records: Iterable[Record]) -> Iterator[Finding]:
        """All findings about some planned records."""
        yield from (found for each in records for found in self.about(each))


def is_left(found: Finding) -> bool:
    """Whether it asks for something to be done."""
    if found.status in {Status.OK, Status.PENDING} or found.code.act is None:
        return False
    return found.status is not Status.INFO or found.code.unfinished


def main_finding(findings: Iterable[Finding]) -> Finding | None:
    """The one that decides what is to be done: the worst."""
    left = [found for found in findings if is_left(found)]
    return min(left, key=lambda found: found.status.rank, default=None)


def blocks(found: Finding) -> bool:
    """Whether what builds on the record has to wait."""
    record = found.record
    # By another way, such as that of a wildcard's CNAME, some may still have the same.
    if found.late and record and all({*each.rdatas} == {record.rdata} for each in found.late):
        return False
    if found.code.unfinished:
        return True
    return not found.status.is_good and not found.code.tolerable


def own(found: Finding) -> Sequence[Rdata]:
    """The RRset at the owner name itself, of all name servers; nothing of an alias or wildcard."""
    heard = () if found.of_wildcard else found.lookup.answered
    return tuple(dict.fromkeys(r for answer in heard if not answer.aliases for r in answer.rdatas))


def published_ttl(found: Finding) -> int:
    """Of what the name servers have, in seconds; a cache's counts down, and tells nothing of it."""
    heard = (a for a in found.lookup.answered if a.authoritative and a.found)
    return max((max(each.ttl, each.longest_ttl) for each in heard), default=0)


def alias(found: Finding) -> Removal | None:
    """The CNAME at the owner name."""
    if not found.lookup.aliases or found.of_wildcard:
        return None
    target = found.lookup.aliases[0].to_text()
    return Removal(found.lookup.name, "CNAME", target)


def same(one: Rdata, other: Rdata) -> bool:
    """Whether they hold the same; a TXT may be cut into strings at other places."""
    if isinstance(one, TXT) and isinstance(other, TXT):
        return txt_bytes(one) == txt_bytes(other)
    return {one} == {other}


def has(found: Finding, record: Record) -> bool:
    """Whether the record is published at its name, as planned."""
    return any(same(rdata, record.rdata) for rdata in own(found))


def removals(found: Finding, rdatas: Iterable[Rdata]) -> tuple[Removal, ...]:
    """Published data as what is to be taken away."""
    owner = found.lookup.name
    return tuple(Removal(owner, RdataType(each.rdtype).name, shown(each)) for each in rdatas)


def others(found: Finding, record: Record) -> tuple[Removal, ...]:
    """All that may not stay beside the record: the alias, what differs, what can't be read."""
    if cname := alias(found):
        return (cname,)
    wrong = (rdata for rdata in own(found) if not same(rdata, record.rdata))
    return (*removals(found, wrong), *broken(found))


def broken(found: Finding) -> Iterator[Removal]:
    """What could not be parsed."""
    best = found.lookup.representative
    for each in best.malformed if best else ():
        yield Removal(found.lookup.name, RdataType(each.rdtype).name, each.text)


def concerned(found: Finding, rdatas: Collection[Rdata]) -> Sequence[Rdata]:
    """Those of which the finding speaks; all where it names none."""
    return [rdata for rdata in rdatas if rdata in found.rdatas] or list(rdatas)


def strays(found: Finding, planned: Sequence[Record]) -> tuple[Removal, ...]:
    """What stands at other names in place of the record, and is not wanted there itself."""
    return tuple(
        Removal(name, RdataType(rdata.rdtype).name, shown(rdata))
        for name, rdata in found.misplaced
        if not any(each.owner == name and same(each.rdata, rdata) for each in planned)
    )


def old_until(before: Sequence[Lookup], changed: datetime) -> datetime | None:
    """The time by which every resolver has dropped the old answers; None where none has one.

    A resolver may have asked right before the change, so what counts is the full TTL that the
    zone's own name servers gave, or that of the absence (RFC 2308 5), and not what is left of it
    in one cache. `before` is what was published until now, at each name that changes; `changed` is
    the first time that the new answer was seen on the name servers.
    """
    longest = max((lookup.cache_ttl for lookup in before), default=0)
    return changed + timedelta(seconds=longest) if longest else None


def elsewhere(before: Sequence[Lookup], changed: datetime) -> str:
    """`Resolvers elsewhere may give the old answer until 14:32.`; empty where none has it any more.

    As `old_until`; `changed` is now, in the zone of time in which the user lives.
    """
    until = old_until(before, changed)
    if until is None:
        return ""
    absent = all(lookup.absent for lookup in before)
    old = "say that there is none" if absent else "give the old answer"
    return f"Resolvers elsewhere may {old} until {time_and_date(until, changed)}."


def remembered_until(late: Sequence[Answer], clock: datetime | None) -> str:
    """` until 14:32`, to be put into a sentence; empty where a name server is late as well."""
    longest = max((answer.cache_ttl for answer in late), default=0)
    if not longest or any(answer.authoritative for answer in late):
        return ""
    if clock is None:
        return f" for up to {duration(longest)}"
    return f" until {time_and_date(max(each.forgotten(clock) for each in late), clock)}"

"""What the newest findings say, to be asked by record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.guide.acts import ACTS, UNFINISHED
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup

ON_ITS_WAY = frozenset({"not-yet-visible", "servers-disagree"})
"""Codes of what is published right, while some still have what was there before."""
TOLERABLE = frozenset({"key-size", "too-long", "denied-name", "host-is-alias"})
"""Codes of warnings that are no reason to put off what comes after."""


@dataclass(frozen=True)
class Situation:
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
    def _by_record(self) -> dict[Record, list[Finding]]:
        found: dict[Record, list[Finding]] = {}
        for each in self.findings:
            if each.record is not None:
                found.setdefault(each.record, []).append(each)
        return found

    @cached_property
    def _by_topic(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for each in self.findings:
            found.setdefault(each.topic, []).append(each)
        return found

    @cached_property
    def _wanted(self) -> dict[tuple[str, Name | None], list[Record]]:
        wanted: dict[tuple[str, Name | None], list[Record]] = {}
        for each in self.records:
            wanted.setdefault((each.topic, each.domain), []).append(each)
        return wanted

    def about(self, record: Record) -> Sequence[Finding]:
        return self._by_record.get(record, ())

    def of_topic(self, topic: str) -> Sequence[Finding]:
        return self._by_topic.get(topic, ())

    def wanted(self, topic: str, domain: Name | None = None) -> Sequence[Record]:
        return self._wanted.get((topic, domain), ())

    def beside(self, record: Record) -> tuple[Record, ...]:
        """The other planned records at its name, which have to come with it if a CNAME goes."""
        return tuple(r for r in self.records if r.owner == record.owner and r != record)

    def lets(self, records: Iterable[Record]) -> bool:
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
        yield from (found for each in records for found in self.about(each))


def is_left(found: Finding) -> bool:
    """Whether it asks for something to be done."""
    if found.status in {Status.OK, Status.PENDING} or ACTS.get(found.code, found) is None:
        return False
    return found.status is not Status.INFO or found.code in UNFINISHED


def blocks(found: Finding) -> bool:
    """Whether what builds on the record has to wait."""
    if found.late and found.record and _is_same_everywhere(found, found.record):
        return False
    if found.code in UNFINISHED:
        return True
    return found.status not in {Status.OK, Status.INFO} and found.code not in TOLERABLE


def _is_same_everywhere(found: Finding, record: Record) -> bool:
    """Whether what some still have is the same, by another way: that of a wildcard's CNAME."""
    return all({*answer.rdatas} == {record.rdata} for answer in found.late)

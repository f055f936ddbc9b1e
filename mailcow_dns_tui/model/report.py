"""What is known of every record at one moment: one immutable value that all screens show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.code import (
    CNAME_IN_THE_WAY,
    COULD_NOT_ASK,
    MISPLACED,
    MISSING,
    OTHER_TYPE,
    WILDCARD_ANSWERS,
)
from mailcow_dns_tui.model.finding import (
    Finding,
    Mute,
    Status,
    muted,
    with_found_zone,
    worst,
    worst_first,
)
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.record import Record

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.model.setup import Setup

    Subject = tuple[str, Name | None, Name, str]
    """What a finding without a record is about: topic, mail domain, name, code."""


@dataclass(frozen=True, eq=False)
class DomainReport:
    """What is known of the server, or of one mail domain.

    Attributes:
        domain: None for the server.
        findings: of each record that was judged, the worst first.
        others: the findings that are about no wanted record, such as a dead name server.
    """

    domain: Name | None
    records: tuple[Record, ...] = ()
    findings: Mapping[Record, tuple[Finding, ...]] = field(default_factory=dict)
    others: Mapping[Subject, Finding] = field(default_factory=dict)

    def with_records(self, records: tuple[Record, ...]) -> DomainReport:
        """With other records; what was found about those that stay is kept."""
        if records == self.records:
            return replace(self, others={}) if self.others else self
        findings = {r: self.findings[r] for r in records if r in self.findings}
        return DomainReport(self.domain, records, findings)

    def with_findings(self, fresh: Iterable[Finding]) -> DomainReport:
        """With all findings about one record or subject at a time, in place of the old ones."""
        judged: dict[Record, list[Finding]] = {}
        others = dict(self.others)
        for finding in fresh:
            if finding.record is None:
                others[finding.topic, finding.domain, finding.name, finding.code] = finding
            elif (own := self._own.get(finding.record)) is not None:
                judged.setdefault(own, []).append(replace(finding, record=own))
        findings = {record: worst_first(found) for record, found in judged.items()}
        return replace(self, findings={**self.findings, **findings}, others=others)

    def with_mutes(self, mutes: Sequence[Mute]) -> DomainReport:
        """The same findings, as far as they are muted now."""
        judged = {r: worst_first(muted(found, mutes)) for r, found in self.findings.items()}
        others = {subject: muted([f], mutes)[0] for subject, f in self.others.items()}
        is_same = judged == self.findings and others == self.others
        return self if is_same else replace(self, findings=judged, others=others)

    def without_others(self, is_gone: Callable[[Subject], bool]) -> DomainReport:
        """Without some of the findings that are about no record."""
        others = {s: f for s, f in self.others.items() if not is_gone(s)}
        return self if len(others) == len(self.others) else replace(self, others=others)

    @property
    def all(self) -> Iterator[Finding]:
        """Every finding, muted ones too."""
        yield from (finding for found in self.findings.values() for finding in found)
        yield from self.others.values()

    @cached_property
    def _own(self) -> Mapping[Record, Record]:
        """Each by its equal: what another process sends back is compared slowly, and only once."""
        return {record: record for record in self.records}

    def status(self, record: Record) -> Status:
        """The worst of the findings about a record; pending until there is one."""
        findings = self.findings.get(record)
        return findings[0].effective_status if findings else Status.PENDING

    @cached_property
    def counts(self) -> Counter[Status]:
        """Of records, each by its worst; of what is muted each, also beside something else."""
        counts = Counter(map(self.status, self.records))
        counts.update(finding.effective_status for finding in self.others.values())
        counts[Status.MUTED] = sum(1 for finding in self.all if finding.muted)
        return counts

    @cached_property
    def by_topic(self) -> Mapping[str, Status]:
        """The status that decides, of each topic that has something to say."""
        each = [(record.topic, self.status(record)) for record in self.records]
        return _worst_of_each(
            [*each, *((f.topic, f.effective_status) for f in self.others.values())]
        )

    @cached_property
    def worst(self) -> Status | None:
        """The worst of its topics; None where nothing is wanted."""
        return worst(list(self.by_topic.values()))


class Findings(Mapping[Record, tuple[Finding, ...]]):
    """The findings about all records, as they lie in the parts."""

    def __init__(self, parts: Mapping[Name | None, DomainReport]) -> None:
        self._parts = parts

    def __getitem__(self, record: Record) -> tuple[Finding, ...]:
        part = self._parts.get(record.domain)
        if part is None:
            raise KeyError(record)
        return part.findings[record]

    def __iter__(self) -> Iterator[Record]:
        return (record for part in self._parts.values() for record in part.findings)

    def __len__(self) -> int:
        return sum(len(part.findings) for part in self._parts.values())


@dataclass(frozen=True, eq=False)
class Report:
    """The wanted records, and the newest findings about each.

    Findings are kept by the record that they judge, so an answer about a record that has changed
    since finds no place here. What has not changed stays the same object, so that nobody has to
    look at it again.

    Attributes:
        records: all that are wanted, in the order of the plan.
        parts: the server's (None) and each domain's, in the same order.
        pasted: the records that the user says are saved in the panel, and that are looked for.
        checked: whether a check of all this has come to its end: only then is nothing left that
            was not asked, since what is about no record is known by nothing else.
    """

    records: tuple[Record, ...] = ()
    parts: Mapping[Name | None, DomainReport] = field(default_factory=dict)
    pasted: frozenset[Record] = frozenset()
    checked: bool = False

    def with_records(self, records: Iterable[Record]) -> Report:
        """The same knowledge about other records; what nobody wants any more is forgotten.

        So is what is about no record: whether it still holds, only the next check can tell.
        """
        wanted = tuple(records)
        groups = groupby(wanted, key=lambda record: record.domain)
        parts = (self.part(domain).with_records(tuple(group)) for domain, group in groups)
        by_domain = {part.domain: part for part in parts}
        return replace(self, records=wanted, parts=by_domain, checked=False)

    def with_findings(self, fresh: Iterable[Finding]) -> Report:
        """With all findings about one record at a time: they take the place of the old ones."""
        news = grouped(fresh, lambda finding: (finding.record or finding).domain)
        told = {d: self.part(d).with_findings(found) for d, found in news.items()}
        return replace(self, parts={**self.parts, **told})

    def with_topic(self, topic: str, domain: Name | None, fresh: Sequence[Finding]) -> Report:
        """With all that a new look at one topic found: what it did not find again is gone."""
        part = self.part(domain).without_others(lambda subject: subject[0] == topic)
        return replace(self, parts={**self.parts, domain: part}).with_findings(fresh)

    def with_mutes(self, mutes: Sequence[Mute]) -> Report:
        """The same findings, as far as they are muted now."""
        parts = {d: part.with_mutes(mutes) for d, part in self.parts.items()}
        return replace(self, parts=parts)

    def at_end_of_check(
        self, findings: Iterable[Finding], later: Collection[tuple[str, Name | None]]
    ) -> Report:
        """Without what this plan's check did not find again, of what is about no record.

        What was looked up later, by topic and mail domain, stays as it is.
        """
        found = {(f.topic, f.domain, f.name, f.code) for f in findings if f.record is None}

        def is_gone(subject: Subject) -> bool:
            return subject not in found and subject[:2] not in later

        parts = {d: p.without_others(is_gone) for d, p in self.parts.items()}
        return replace(self, parts=parts, checked=True)

    def is_left(self, record: Record) -> bool:
        """Whether it is still to be published or put right, and not being looked for."""
        return not self.status(record).is_good and record not in self.pasted

    @property
    def standing(self) -> Iterator[Finding]:
        """Every finding that is not muted."""
        return (f for part in self.parts.values() for f in part.all if not f.muted)

    def forgetting_findings(self) -> Report:
        """The same records, with nothing known of them."""
        parts = {d: DomainReport(d, part.records) for d, part in self.parts.items()}
        return replace(self, parts=parts, checked=False)

    def part(self, domain: Name | None) -> DomainReport:
        """A domain's part, or the server's (None); an empty one where nothing is planned."""
        return self.parts.get(domain) or DomainReport(domain)

    @property
    def findings(self) -> Mapping[Record, tuple[Finding, ...]]:
        """Of each record that was judged, the worst first."""
        return Findings(self.parts)

    def status(self, record: Record) -> Status:
        """The worst of the findings about a record; pending until there is one."""
        return self.part(record.domain).status(record)

    def placed(self, record: Record) -> Record:
        """The record in the zone where its name was found, as far as that is known."""
        return with_found_zone(record, self.findings.get(record, ()))

    def of_domain(self, domain: Name | None) -> tuple[Record, ...]:
        """The wanted records of a domain, or of the server (None)."""
        return self.part(domain).records

    @cached_property
    def counts(self) -> Counter[Status]:
        """How many records and other subjects have each status."""
        counts: Counter[Status] = Counter()
        for part in self.parts.values():
            counts.update(part.counts)
        return counts

    @property
    def all_asked(self) -> bool:
        """Whether nothing is left of which nobody knows yet how it stands."""
        return self.checked and bool(self.records) and not self.counts[Status.PENDING]

    def is_of(self, setup: Setup) -> bool:
        """Whether the plan has all its domains still: while one is typed, records come later."""
        return all(domain is None or domain in setup.domain_index for domain in self.parts)

    @property
    def all_good(self) -> bool:
        """Everything was judged, and nothing is left that needs an act."""
        return self.all_asked and all(status.is_good for status in self.counts)

    @cached_property
    def by_topic(self) -> Mapping[str, Status]:
        """The status that decides, of each topic that has something to say."""
        return _worst_of_each(s for part in self.parts.values() for s in part.by_topic.items())

    @property
    def worst(self) -> Status | None:
        """The status that decides for everything, what was not asked yet included."""
        pending = [] if self.checked else [Status.PENDING]
        return worst([*self.by_topic.values(), *pending]) if self.by_topic else None

    def worst_of_topics(self, topics: Iterable[str]) -> Status | None:
        """The status that decides for some topics; None where they want nothing."""
        return worst([self.by_topic[topic] for topic in topics if topic in self.by_topic])


def _worst_of_each(statuses: Iterable[tuple[str, Status]]) -> Mapping[str, Status]:
    found: dict[str, Status] = {}
    for topic, status in statuses:
        before = found.get(topic)
        if before is None or status.rank < before.rank:
            found[topic] = status
    return found


NOT_THERE = frozenset({MISSING, MISPLACED, OTHER_TYPE, WILDCARD_ANSWERS, CNAME_IN_THE_WAY})
"""Codes that may be no fault of an optional record, and still say that it is not published."""


def is_live(record: Record, findings: Iterable[Finding]) -> bool:
    """Whether a record need not be looked for any more.

    It works, maybe in another form, or every name server has it as wanted: what is still to be
    said of it then, such as that TLSA counts for nothing without DNSSEC, no waiting will change.
    """
    found = [each for each in findings if record in {each.record, each.remedy}]
    is_open = any(each.remedy == record or _is_unheard(record, each) for each in findings)
    return not is_open and all(_works(each) or _is_served(record, each) for each in found)


def _is_unheard(record: Record, finding: Finding) -> bool:
    """Whether nobody says what stands where a record was proposed that is not the plan's."""
    about = finding.record, finding.topic, finding.name
    return finding.code == COULD_NOT_ASK and about == (None, record.topic, record.owner)


def _works(finding: Finding) -> bool:
    return finding.status.is_good and finding.code not in NOT_THERE


def _is_served(record: Record, finding: Finding) -> bool:
    answers = finding.lookup.answers
    return bool(answers) and all(record.rdata in answer.rdatas for answer in answers)

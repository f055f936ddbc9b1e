"""What is known of every record at one moment: one immutable value drives all that is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.finding import Finding, Status, worst, worst_first
from mailcow_dns_tui.model.mute import Mute, muted
from mailcow_dns_tui.model.record import Record

if TYPE_CHECKING:
    from dns.name import Name

    Subject = tuple[str, Name | None, Name, str]
    """What a finding without a record is about: topic, mail domain, name, code."""


@dataclass(frozen=True, eq=False)
class Report:
    """The wanted records, and the newest findings about each.

    Findings are kept by the record that they judge, so an answer about a record that has changed
    since finds no place here.

    Attributes:
        findings: of each record that was judged, the worst first.
        others: the findings that are about no wanted record, such as a dead name server.
    """

    records: tuple[Record, ...] = ()
    findings: Mapping[Record, tuple[Finding, ...]] = field(default_factory=dict)
    others: Mapping[Subject, Finding] = field(default_factory=dict)

    def with_records(self, records: tuple[Record, ...]) -> Report:
        """The same knowledge about other records; what nobody wants any more is forgotten.

        So is what is about no record: whether it still holds, only the next check can tell.
        """
        findings = {r: self.findings[r] for r in records if r in self.findings}
        return Report(records, findings)

    def with_findings(self, fresh: Iterable[Finding]) -> Report:
        """With all findings about one record at a time: they take the place of the old ones."""
        wanted = set(self.records)
        judged: dict[Record, list[Finding]] = {}
        others = dict(self.others)
        for finding in fresh:
            if finding.record is None:
                others[finding.topic, finding.domain, finding.name, finding.code] = finding
            elif finding.record in wanted:
                judged.setdefault(finding.record, []).append(finding)
        findings = {record: worst_first(found) for record, found in judged.items()}
        return replace(self, findings={**self.findings, **findings}, others=others)

    def with_topic(self, topic: str, domain: Name | None, fresh: Sequence[Finding]) -> Report:
        """With all that a new look at one topic found: what it did not find again is gone."""
        others = {s: f for s, f in self.others.items() if s[:2] != (topic, domain)}
        return replace(self, others=others).with_findings(fresh)

    @property
    def standing(self) -> Iterator[Finding]:
        """Every finding that is not muted."""
        return (finding for finding in self._all if not finding.muted)

    def with_mutes(self, mutes: Sequence[Mute]) -> Report:
        """The same findings, as far as they are muted now."""
        judged = ((r, worst_first(muted(found, mutes))) for r, found in self.findings.items())
        others = {subject: muted([f], mutes)[0] for subject, f in self.others.items()}
        return replace(self, findings=dict(judged), others=others)

    def at_end_of_check(self, findings: Iterable[Finding]) -> Report:
        """Without what the check did not find again, of what is about no record."""
        found = {(f.topic, f.domain, f.name, f.code) for f in findings if f.record is None}
        if self.others.keys() <= found:
            return self
        return replace(self, others={s: f for s, f in self.others.items() if s in found})

    def forgetting_findings(self) -> Report:
        return Report(self.records)

    def status(self, record: Record) -> Status:
        findings = self.findings.get(record)
        return findings[0].standing if findings else Status.PENDING

    @cached_property
    def by_domain(self) -> Mapping[Name | None, tuple[Record, ...]]:
        """The records of the server (None) and of each domain, in the order of the plan."""
        groups: dict[Name | None, list[Record]] = {}
        for record in self.records:
            groups.setdefault(record.domain, []).append(record)
        return {domain: tuple(group) for domain, group in groups.items()}

    def of_domain(self, domain: Name | None) -> tuple[Record, ...]:
        return self.by_domain.get(domain, ())

    def others_of_domain(self, domain: Name | None) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.others.values() if finding.domain == domain)

    def others_of_topics(self, topics: Iterable[str]) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.others.values() if finding.topic in topics)

    @cached_property
    def counts(self) -> Counter[Status]:
        """Of records, each by its worst; of what is muted each, also beside something else."""
        counts = Counter(map(self.status, self.records))
        counts.update(finding.standing for finding in self.others.values())
        counts[Status.MUTED] = sum(1 for finding in self._all if finding.muted)
        return counts

    @property
    def _all(self) -> Iterator[Finding]:
        yield from (finding for found in self.findings.values() for finding in found)
        yield from self.others.values()

    @property
    def all_good(self) -> bool:
        """Every record was judged, and nothing is left that needs an act."""
        good = {Status.OK, Status.INFO, Status.MUTED}
        return bool(self.records) and set(self.counts) <= good

    def worst_of_topics(self, topics: Iterable[str]) -> Status | None:
        """The status that decides for some topics; None where they want nothing."""
        statuses = [self.status(record) for record in self.records if record.topic in topics]
        return worst([*statuses, *(f.standing for f in self.others_of_topics(topics))])

"""What `check` prints: a table for people, JSON for programs."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from dns.name import Name

from mailcow_dns_tui.mailcow.dns_page import DnsPage, Says
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.said import said
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.dnsbl import Dnsbl

JSON_VERSION = 1
COUNTED = (
    Status.OK,
    Status.INFO,
    Status.WARNING,
    Status.ERROR,
    Status.UNKNOWN,
    Status.MUTED,
)


@dataclass(frozen=True)
class Checked:
    """The outcome of a check; `queries` counts questions to servers."""

    findings: tuple[Finding, ...]
    seconds: float
    queries: int
    setup: Setup = field(default_factory=Setup)

    @property
    def counts(self) -> Counter[Status]:
        return Counter(finding.standing for finding in self.findings)


def in_order(findings: Sequence[Finding], records: Sequence[Record]) -> tuple[Finding, ...]:
    """In the order of the plan, with what is about no record at the end of its domain."""
    places = {record: place for place, record in enumerate(records)}
    last = {record.domain: place for place, record in enumerate(records)}

    def place(finding: Finding) -> tuple[int, str]:
        if finding.record is not None:
            return places[finding.record], ""
        return last.get(finding.domain, -1), f"{finding.topic} {finding.name}"

    return tuple(sorted(findings, key=place))


def exit_code(checked: Checked) -> int:
    """1 for an error, else 3 for something that could not be asked, else 0.

    What is muted counts for nothing, and a block list that refuses to answer says nothing about the
    records.
    """
    if checked.counts[Status.ERROR]:
        return 1
    unknown = (f for f in checked.findings if f.status is Status.UNKNOWN)
    return 3 if any(finding.topic != Dnsbl.id for finding in unknown) else 0


def write_report(checked: Checked, format_name: str, file: TextIO) -> None:
    if format_name == "json":
        file.write(json_text(as_json(checked)))
        return
    from mailcow_dns_tui.check_table import write_table

    write_table(checked, file)


def json_text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=2) + "\n"


def as_json(checked: Checked) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "seconds": round(checked.seconds, 2),
        "queries": checked.queries,
        "summary": {status.word: checked.counts[status] for status in COUNTED},
        "findings": list(_findings(checked)),
    }


def _findings(checked: Checked) -> Iterator[dict[str, Any]]:
    page = DnsPage(checked.setup, checked.findings)
    for finding in checked.findings:
        yield {**_finding(finding), "mailcow": _mailcow(page.says(finding))}


def _mailcow(says: Says | None) -> dict[str, Any] | None:
    """What mailcow's own page says; `shows` is null where it does not list the record."""
    if says is None:
        return None
    shows = None if says.agrees is None else says.shows
    return {"shows": shows, "agrees": says.agrees, "why": says.why}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "topic": finding.topic,
        "code": finding.code,
        "status": finding.status.word,
        "domain": _domain(finding.domain),
        "name": str(finding.name),
        "type": finding.rdtype,
        "tier": finding.tier.value,
        "expected": list(finding.expected),
        "found": list(finding.found),
        "message": finding.message,
        "fix": finding.fix,
        "servers": dict(_servers(finding)),
        "muted": finding.muted or None,
    }


def _domain(domain: Name | None) -> str | None:
    return None if domain is None else ascii_form(domain)


def _servers(finding: Finding) -> Iterator[tuple[str, str]]:
    lookup = finding.lookup
    answers: Sequence[Answer] = () if lookup is None else (*(lookup.in_vain or ()), *lookup.answers)
    yield from ((str(answer.source), said(answer)) for answer in answers)
    if lookup is not None and lookup.resolver is not None:
        yield str(lookup.resolver.source), said(lookup.resolver)

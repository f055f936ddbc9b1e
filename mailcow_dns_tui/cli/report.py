"""What `check` prints: a table for people, JSON for programs; and that JSON, read back."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from dns.name import Name

from mailcow_dns_tui.codec import Codec, DataError, Form, Rules
from mailcow_dns_tui.files import read_whole
from mailcow_dns_tui.mailcow_page.page import DnsPage, Says
from mailcow_dns_tui.model.answer import answer_text
from mailcow_dns_tui.model.changes import Change, FindingState, TextOrNull, change_json
from mailcow_dns_tui.model.finding import COUNTED, Finding, Status, worst
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.dnsbl import DnsblTopic

JSON_VERSION = 1
EXIT_CODES = {Status.ERROR: 1, Status.UNKNOWN: 3}


@dataclass(frozen=True)
class Outcome:
    """What a check comes to as a whole.

    Attributes:
        counts: how many findings count as what, those that are muted apart.
        deciding_counts: the same without block lists that refuse to answer, which says nothing
            about the records.
        seconds: from the first question to the last judgement, by the clock on the wall.
        queries: questions sent, each counted once however often it was repeated.
    """

    counts: Counter[Status] = field(default_factory=Counter)
    deciding_counts: Counter[Status] = field(default_factory=Counter)
    seconds: float = 0.0
    queries: int = 0

    @classmethod
    def of(cls, findings: Iterable[Finding], seconds: float = 0.0, queries: int = 0) -> Self:
        """Of some of the findings."""
        refusal, outcome = (DnsblTopic.id, Status.UNKNOWN), cls(seconds=seconds, queries=queries)
        for each in findings:
            outcome.counts[each.effective_status] += 1
            is_refusal = (each.topic, each.status) == refusal
            outcome.deciding_counts[each.effective_status] += not is_refusal
        return outcome

    def with_more(self, other: Outcome) -> Outcome:
        """With the findings of another part of the check."""
        counts, deciding = self.counts + other.counts, self.deciding_counts + other.deciding_counts
        return replace(self, counts=counts, deciding_counts=deciding)

    @property
    def deciding(self) -> Status | None:
        """The worst status, by which exit codes go; None where nothing was found.

        What is muted counts for nothing.
        """
        return worst(+self.deciding_counts)


@dataclass(frozen=True)
class Checked:
    """A check with all that was found."""

    findings: tuple[Finding, ...]
    seconds: float
    queries: int
    setup: Setup = field(default_factory=Setup)

    @cached_property
    def page(self) -> DnsPage:
        """What mailcow's own page would show of the same."""
        return DnsPage(self.setup, self.findings)

    @cached_property
    def outcome(self) -> Outcome:
        """What it comes to."""
        return Outcome.of(self.findings, self.seconds, self.queries)


def in_order(findings: Sequence[Finding], records: Sequence[Record]) -> tuple[Finding, ...]:
    """In the order of the plan, with what is about no record at the end of its domain."""
    places = {record: place for place, record in enumerate(records)}
    last = {record.domain: place for place, record in enumerate(records)}

    def place(finding: Finding) -> tuple[int, str]:
        if finding.record is not None:
            return places[finding.record], ""
        return last.get(finding.domain, -1), f"{finding.topic} {finding.name}"

    return tuple(sorted(findings, key=place))


def exit_code(outcome: Outcome) -> int:
    """1 for an error, else 3 for something that could not be asked, else 0."""
    status = outcome.deciding
    return 0 if status is None else EXIT_CODES.get(status, 0)


def change_code(told: Sequence[Change]) -> int:
    """1 where something is worse, else 3 where something could not be asked any more, else 0."""
    if any(change.is_worse for change in told):
        return 1
    asked = (change for change in told if change.about.topic != DnsblTopic.id)
    return 3 if any(change.is_unasked for change in asked) else 0


def json_text(data: Mapping[str, Any]) -> str:
    """JSON as files and standard output have it: indented, with a line break at its end."""
    return json.dumps(data, indent=2) + "\n"


def as_json(checked: Checked) -> dict[str, Any]:
    """A check as an object of version 1, which README describes."""
    told = [_with_page(each, checked.page) for each in checked.findings]
    return {**outline(checked.outcome), "findings": told}


def outline(outcome: Outcome) -> dict[str, Any]:
    """The object of a check without its findings."""
    return {
        "version": JSON_VERSION,
        "seconds": round(outcome.seconds, 2),
        "queries": outcome.queries,
        "summary": {status.word: outcome.counts[status] for status in COUNTED},
    }


def json_part(findings: Iterable[Finding], page: DnsPage) -> str:
    """Findings as they stand in the text of the whole."""
    texts = (json.dumps(_with_page(each, page), indent=2) for each in findings)
    return ",\n".join(textwrap.indent(text, "    ") for text in texts)


def json_whole(outcome: Outcome, parts: Iterable[str], more: Mapping[str, Any]) -> Iterator[str]:
    """The text of a check, piece by piece, with further keys at its end."""
    begin, end = json_text({**outline(outcome), "findings": [], **more}).split("[]", 1)
    first = True
    for part in parts:
        yield f"{begin}[\n{part}" if first else f",\n{part}"
        first = False
    yield f"{begin}[]{end}" if first else f"\n  ]{end}"


def changes_json(told: Sequence[Change]) -> dict[str, Any]:
    """What `check --against` adds to the object of a check."""
    return {"changes": list(map(change_json, told))}


def notice(outcome: Outcome, told: Sequence[Change]) -> str:
    """What is new, as JSON for a command: a check without its findings."""
    return json_text({**outline(outcome), **changes_json(told)})


def _with_page(finding: Finding, page: DnsPage) -> dict[str, Any]:
    return {**_finding(finding), "mailcow": _mailcow(page.says(finding))}


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
        "domain": domain_text(finding.domain),
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


def domain_text(domain: Name | None) -> str | None:
    """As programs read it: in its ASCII form; None for the server."""
    return None if domain is None else ascii_form(domain)


def _servers(finding: Finding) -> Iterator[tuple[str, str]]:
    lookup = finding.lookup
    answers = (*(lookup.in_vain or ()), *lookup.answers)
    yield from ((str(answer.source), answer_text(answer)) for answer in answers)
    if lookup.resolver is not None:
        yield str(lookup.resolver.source), answer_text(lookup.resolver)


KNOWN = "known"
"""The key of what was found before nobody answered."""
MOST_BYTES = 100_000_000
"""A check of a thousand domains is a tenth of that."""
STATUSES = {status.word: status for status in COUNTED if status is not Status.MUTED}
RULES = Rules(
    tables="a list is expected",
    table="an object is expected",
    passes_over_unknown_keys=True,  # later programs may add to it
)


class LastCheckError(Exception):
    """A file that is no check; the text names the file, the key and what was expected."""


@dataclass(frozen=True)
class LastCheck:
    """An earlier check.

    Attributes:
        states: what it found.
        known: of what it could not ask, what a check before it had found.
    """

    states: tuple[FindingState, ...]
    known: tuple[FindingState, ...] = ()


def read_last_check(path: Path) -> LastCheck | None:
    """What was found then; None where there is no such file yet.

    Raises:
        LastCheckError: for all that can't be read as version 1 of the JSON of `check`.
    """
    data = _load(path)
    if data is None:
        return None
    if not isinstance(data, dict) or "version" not in data:
        raise LastCheckError(f"{path}: this is not the JSON of a check.")
    if data["version"] != JSON_VERSION or isinstance(data["version"], bool):
        raise LastCheckError(f"{path}: version: this program reads version {JSON_VERSION}.")
    try:
        found, known = data.get("findings"), data.get(KNOWN, [])
        return LastCheck(_states(found, "findings"), _states(known, KNOWN))
    except DataError as error:
        raise LastCheckError(f"{path}: {error}.") from None


def known_json(states: Sequence[FindingState]) -> dict[str, Any]:
    """What is saved beside a check of what it could not ask; empty for nothing."""
    return {KNOWN: list(map(CHECKS.write, states))} if states else {}


def _states(value: object, place: str) -> tuple[FindingState, ...]:
    return CHECKS.read(tuple[FindingState, ...], value, place)


def _load(path: Path) -> object:
    try:
        data = read_whole(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LastCheckError(f"{path}: can't be read: {error.strerror}.") from error
    if not data.strip():
        raise LastCheckError(
            f"{path}: this is empty. A shell empties the file that > writes to before the check "
            "can read it; use --save in its place."
        )
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise LastCheckError(f"{path}: this is not JSON.") from None


def _status(value: object, place: str) -> Status:
    if not isinstance(value, str) or value not in STATUSES:
        raise DataError(place, f"one of {', '.join(STATUSES)} is expected")
    return STATUSES[value]


def _texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise DataError(place, "a list of texts is expected")
    return tuple(value)


def _text_or_null(value: object, place: str) -> str:
    if not isinstance(value, str | None):
        raise DataError(place, "a text or null is expected")
    return value or ""


CHECKS = Codec(
    RULES,
    {
        Status: Form(_status, lambda status: status.word),
        tuple[str, ...]: Form(_texts, list),
        TextOrNull: Form(_text_or_null, lambda text: text or None),
        str | None: Form(lambda value, place: _text_or_null(value, place) or None),
    },
)

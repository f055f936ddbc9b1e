"""Findings that are meant to be so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.txt import words_of

SEVERITY = (Status.INFO, Status.WARNING, Status.ERROR)
"""What can be muted, the mildest first; `unknown` can't be: nobody knows what would be accepted."""


@dataclass(frozen=True)
class Mute:
    """One finding as the operator accepted it, and why.

    It holds only while all of it is as it was: another value published, another thing said of it,
    or a worse status is a new fault. The keys are those of the finding in the JSON of `check`.

    Attributes:
        name: the owner name, with or without the final dot.
        status: as a word: `warning`.
        reason: the operator's own sentence.
        expected: what the plan wanted then.
        found: what was published then, in any order.
    """

    topic: str = ""
    code: str = ""
    status: str = ""
    name: str = ""
    type: str = ""
    message: str = ""
    reason: str = ""
    expected: tuple[str, ...] = ()
    found: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        return (
            (finding.topic, finding.code, finding.rdtype) == (self.topic, self.code, self.type)
            and _bare(str(finding.name)) == _bare(self.name)
            and sorted(finding.expected) == sorted(self.expected)
            and sorted(finding.found) == sorted(self.found)
            and words_of(finding.message) == words_of(self.message)
            and self._bears(finding.status)
            and is_settled(finding)
        )

    def _bears(self, status: Status) -> bool:
        severity = [each.word for each in SEVERITY]
        if status not in SEVERITY or self.status not in severity:
            return False
        return SEVERITY.index(status) <= severity.index(self.status)


def _bare(name: str) -> str:
    return name.lower().rstrip(".")


def mute_of(finding: Finding, reason: str) -> Mute:
    """What accepts a finding exactly as it is now."""
    return Mute(
        topic=finding.topic,
        code=finding.code,
        status=finding.status.word,
        name=str(finding.name),
        type=finding.rdtype,
        message=finding.message,
        reason=reason,
        expected=finding.expected,
        found=finding.found,
    )


def can_be_muted(finding: Finding) -> bool:
    return finding.status in SEVERITY and is_settled(finding)


def is_settled(finding: Finding) -> bool:
    """Whether all name servers have the same; else `found` is not all that is published."""
    if finding.record is None or finding.lookup is None:
        return True
    return len({answer.content for answer in finding.lookup.heard}) <= 1


def muted(findings: Iterable[Finding], mutes: Sequence[Mute]) -> tuple[Finding, ...]:
    """The findings, each with the reason of the mute that covers it, or with none."""
    return tuple(_with_reason(finding, mutes) for finding in findings)


def _with_reason(finding: Finding, mutes: Sequence[Mute]) -> Finding:
    reason = next((mute.reason for mute in mutes if mute.covers(finding)), "")
    return finding if finding.muted == reason else replace(finding, muted=reason)

"""What becomes of a record that the user has saved in the panel."""

from collections.abc import Iterable

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record

NOT_THERE = frozenset(
    {"missing", "misplaced", "other-type", "wildcard-answers", "cname-in-the-way"}
)
"""Codes that may be no fault of an optional record, and still say that it is not published."""


def is_there(record: Record, findings: Iterable[Finding]) -> bool:
    """Whether a record need not be looked for any more.

    It works, maybe in another form, or every name server has it as wanted: what is still to be
    said of it then, such as that TLSA counts for nothing without DNSSEC, no waiting will change.

    Args:
        record: the one that was pasted.
        findings: what was found since; those about other records are passed over.
    """
    own = (finding for finding in findings if finding.record == record)
    return all(_works(finding) or _is_served(record, finding) for finding in own)


def _works(finding: Finding) -> bool:
    return finding.status in {Status.OK, Status.INFO} and finding.code not in NOT_THERE


def _is_served(record: Record, finding: Finding) -> bool:
    answers = finding.lookup.answers if finding.lookup else ()
    return bool(answers) and all(record.rdata in answer.rdatas for answer in answers)

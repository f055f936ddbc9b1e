"""What a topic makes of the answers, and which findings the operator has accepted (mutes)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from mailcow_dns_tui.codec import Written, stored
from mailcow_dns_tui.model.code import WILDCARD_ANSWERS, Code
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.text import words_of

if TYPE_CHECKING:
    from datetime import datetime

    from dns.name import Name
    from dns.rdata import Rdata

    from mailcow_dns_tui.model.answer import Answer, Lookup


class Status(Enum):
    """A judgement: a word and a glyph, so that no colour is needed to read it.

    No topic judges anything to be muted: it is how a finding stands that the operator accepted.
    """

    OK = ("ok", "✓")
    INFO = ("info", "i")
    WARNING = ("warning", "!")
    ERROR = ("error", "✗")
    UNKNOWN = ("unknown", "?")
    PENDING = ("asking", "…")
    MUTED = ("muted", "–")

    def __init__(self, word: str, glyph: str) -> None:
        self.word = word
        self.glyph = glyph

    @property
    def rank(self) -> int:
        """0 for the status that decides over all others, then as in `WORST_FIRST`."""
        return WORST_FIRST.index(self)

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be done; `INFO` is at most worth knowing."""
        return self in {Status.OK, Status.INFO, Status.MUTED}


WORST_FIRST = (
    Status.ERROR,
    Status.UNKNOWN,
    Status.PENDING,
    Status.WARNING,
    Status.INFO,
    Status.OK,
    Status.MUTED,
)


@cache
def _nothing_asked() -> Lookup:
    from dns.name import root
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.model.answer import Lookup

    return Lookup(root, RdataType.NONE, ())


@dataclass(frozen=True)
class Finding:
    """A topic's judgement of a wanted record, or of something that is published unwanted.

    Attributes:
        record: what it judges; None for a finding about a zone or a name as a whole.
        domain: the mail domain; None for the server.
        message: what is the case, in one sentence.
        fix: what to do, in one sentence; empty where nothing is to be done.
        lookup: who answered what; nobody, where nothing was asked.
        rdatas: of all that is published, what the message speaks of; empty: all of it.
        misplaced: what stands at another name in place of the record, each with that name.
        terms: of an SPF record, those that do what they were not meant to, as they are written:
            let too many pass, or ask for the mail host in a wrong way.
        other_lookups: further lookups that the judgement took, as far as a topic keeps them.
        wildcard: the one that answers, where the name does not exist by itself and the record is
            the server's or a mail domain's own; None for all else.
        late: where the record is right elsewhere, the answers in which it is not yet.
        remedy: where no record is wanted: one that makes good what is there, put beside it.
        not_after: of the certificate that the record was compared with.
        muted: why the operator means it to be so; empty where that was not said.
    """

    topic: str
    code: Code
    status: Status
    domain: Name | None
    name: Name
    rdtype: str
    message: str
    fix: str = ""
    tier: Tier = Tier.REQUIRED
    record: Record | None = None
    expected: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    lookup: Lookup = field(default_factory=_nothing_asked)
    rdatas: tuple[Rdata, ...] = ()
    misplaced: tuple[tuple[Name, Rdata], ...] = ()
    terms: tuple[str, ...] = ()
    other_lookups: tuple[Lookup, ...] = ()
    wildcard: Name | None = None
    late: tuple[Answer, ...] = ()
    remedy: Record | None = None
    not_after: datetime | None = None
    muted: str = ""

    @property
    def of_wildcard(self) -> bool:
        """Whether nothing of what was found stands at the name itself."""
        return self.code == WILDCARD_ANSWERS or self.wildcard is not None

    @property
    def is_offer(self) -> bool:
        """Whether it only proposes a record, without which everything works."""
        return self.remedy is not None and self.status is Status.INFO

    @property
    def effective_status(self) -> Status:
        """`MUTED` for what the operator accepted, else the status."""
        return Status.MUTED if self.muted else self.status


def with_found_zone(record: Record, findings: Iterable[Finding]) -> Record:
    """The record in the zone where its name was found by one of these findings."""
    lookups = (found.lookup for found in findings)
    zones = (lookup.zone for lookup in lookups if lookup.name == record.owner and lookup.zone)
    return record.with_zone(next(zones, None))


COUNTED = tuple(status for status in Status if status is not Status.PENDING)
"""In the order of summaries: all that a finding of a whole check can be."""


def worst(statuses: Iterable[Status]) -> Status | None:
    """The one that decides for all of them; None for none."""
    return min(statuses, key=lambda status: status.rank, default=None)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by what they count as; those that count the same stay as they are."""
    return tuple(sorted(findings, key=lambda finding: finding.effective_status.rank))


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
    expected: tuple[str, ...] = field(default=(), metadata=stored(Written.ALWAYS))
    found: tuple[str, ...] = field(default=(), metadata=stored(Written.ALWAYS))

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is the one that was accepted."""
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
    """The mute that accepts a finding exactly as it is now."""
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
    """Whether the operator may accept it: not what is good, unknown, or not the same everywhere."""
    return finding.status in SEVERITY and is_settled(finding)


def is_settled(finding: Finding) -> bool:
    """Whether all name servers have the same; else `found` is not all that is published."""
    return finding.record is None or len({answer.data for answer in finding.lookup.answered}) <= 1


def muted(findings: Iterable[Finding], mutes: Sequence[Mute]) -> tuple[Finding, ...]:
    """The findings, each with the reason of the mute that covers it, or with none."""
    told = ((f, next((mute.reason for mute in mutes if mute.covers(f)), "")) for f in findings)
    return tuple(f if f.muted == reason else replace(f, muted=reason) for f, reason in told)

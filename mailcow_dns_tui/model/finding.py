"""What a topic makes of the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record, Tier

if TYPE_CHECKING:
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


WORST_FIRST = (
    Status.ERROR,
    Status.UNKNOWN,
    Status.PENDING,
    Status.WARNING,
    Status.INFO,
    Status.OK,
    Status.MUTED,
)


@dataclass(frozen=True)
class Finding:
    """A topic's judgement of a wanted record, or of something that is published unwanted.

    Attributes:
        code: stable, lower-case, with hyphens; listed in the README.
        record: what it judges; None for a finding about a zone or a name as a whole.
        domain: the mail domain; None for the server.
        message: what is the case, in one sentence.
        fix: what to do, in one sentence; empty where nothing is to be done.
        lookup: who answered what; None where nothing was asked.
        meant: of all that is published, what the message speaks of; empty: all of it.
        strays: what stands at another name in place of the record, each with that name.
        terms: of an SPF record, those that do what they were not meant to, as they are written:
            let too many pass, or ask for the mail host in a wrong way.
        beside: further lookups that the judgement took, as far as a topic keeps them.
        wildcard: the one that answers, where the name does not exist by itself and the record is
            the server's or a mail domain's own; None for all else.
        late: where the record is right elsewhere, the answers in which it is not yet.
        remedy: where no record is wanted: one that makes good what is there, put beside it.
        muted: why the operator means it to be so; empty where that was not said.
    """

    topic: str
    code: str
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
    lookup: Lookup | None = None
    meant: tuple[Rdata, ...] = ()
    strays: tuple[tuple[Name, Rdata], ...] = ()
    terms: tuple[str, ...] = ()
    beside: tuple[Lookup, ...] = ()
    wildcard: Name | None = None
    late: tuple[Answer, ...] = ()
    remedy: Record | None = None
    muted: str = ""

    @property
    def of_wildcard(self) -> bool:
        """Whether nothing of what was found stands at the name itself."""
        return self.code == "wildcard-answers" or self.wildcard is not None

    @property
    def standing(self) -> Status:
        """What it counts as."""
        return Status.MUTED if self.muted else self.status


def placed(record: Record, findings: Iterable[Finding]) -> Record:
    """The record in the zone where its name was found by one of these findings."""
    lookups = (found.lookup for found in findings if found.lookup)
    zones = (lookup.zone for lookup in lookups if lookup.name == record.owner and lookup.zone)
    return record.in_zone(next(zones, None))


def worst(statuses: list[Status]) -> Status | None:
    """The one that decides for all of them; None for none."""
    return min(statuses, key=WORST_FIRST.index, default=None)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: WORST_FIRST.index(finding.standing)))

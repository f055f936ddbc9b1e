"""What an SPF evaluation comes to."""

from dataclasses import dataclass
from enum import Enum, auto

PASSED = "pass"


class Trouble(Enum):
    """Why receivers give up on a record (permerror)."""

    LOOKUPS = auto()
    VOIDS = auto()
    REFERENCE = auto()


@dataclass(frozen=True)
class Outcome:
    """What a receiver makes of mail from one address: a result of RFC 7208 2.6."""

    address: str
    verdict: str


@dataclass(frozen=True)
class Evaluation:
    """What receivers make of a record.

    Attributes:
        outcomes: of each address that mail is sent from.
        others: the results for senders that the record says nothing about.
        others_by: the term that lets those pass; empty where none does.
        has_end: no sender runs off the end of the record, or of what it redirects to.
        troubles: with a phrase for each.
        wide: address ranges that are too large to be anybody's servers.
    """

    outcomes: tuple[Outcome, ...]
    others: frozenset[str]
    others_by: str
    has_end: bool
    troubles: tuple[tuple[Trouble, str], ...]
    wide: tuple[str, ...]

"""What an SPF evaluation comes to."""

from dataclasses import dataclass
from enum import Enum, auto

PASSED = "pass"
UNTOLD = "untold"
"""In place of a result where that depends on the part of the sender's address before the @."""


class Trouble(Enum):
    """Why receivers give up on a record (permerror)."""

    LOOKUPS = auto()
    VOIDS = auto()
    REFERENCE = auto()


@dataclass(frozen=True)
class Outcome:
    """What a receiver makes of mail from one address: a result of RFC 7208 2.6, or `UNTOLD`."""

    address: str
    verdict: str


@dataclass(frozen=True)
class Opening:
    """What lets too many pass.

    Attributes:
        own: the term of the record itself; an include lets pass what the included record lets
            pass (RFC 7208 5.2).
        inner: the term that decides, which may be in what the own one leads to.
    """

    own: str
    inner: str


@dataclass(frozen=True)
class Evaluation:
    """What receivers make of a record.

    Attributes:
        outcomes: of each address that mail is sent from.
        others: the results for senders that the record says nothing about.
        open: what lets those pass.
        has_end: no sender runs off the end of the record, or of what it redirects to.
        troubles: with a phrase for each.
        met: those troubles that mail from one of the addresses meets.
        wide: address ranges that are too large to be anybody's servers.
    """

    outcomes: tuple[Outcome, ...]
    others: frozenset[str]
    open: tuple[Opening, ...]
    has_end: bool
    troubles: tuple[tuple[Trouble, str], ...]
    met: frozenset[Trouble]
    wide: tuple[Opening, ...]

    @property
    def opening_terms(self) -> tuple[str, ...]:
        """The terms of the record itself that let too many pass."""
        return tuple(dict.fromkeys(each.own for each in (*self.open, *self.wide)))

"""What a zone holds, and what is to be changed of it; a failure to read or change it is a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType


@dataclass(frozen=True)
class ZoneRRset:
    """All data of one type at one name, as the provider has it."""

    owner: Name
    rdtype: RdataType
    ttl: int
    rdatas: tuple[Rdata, ...]

    def is_same(self, other: ZoneRRset) -> bool:
        """Whether both say the same for the same time; data have no order (RFC 2181 5)."""
        about = self.owner, self.rdtype, self.ttl
        same_about = about == (other.owner, other.rdtype, other.ttl)
        return same_about and {*self.rdatas} == {*other.rdatas}


Key = tuple[Name, RdataType]
Contents = Mapping[Key, ZoneRRset]
"""All RRsets of one zone, by owner and type."""


class Kind(Enum):
    """What becomes of an RRset, in the word that the user reads."""

    CREATE = "create"
    CHANGE = "change"
    TAKE_AWAY = "take away"


@dataclass(frozen=True)
class Change:
    """One RRset before and after; None on one side where it is not there then."""

    before: ZoneRRset | None
    after: ZoneRRset | None

    @property
    def kind(self) -> Kind:
        """What becomes of it."""
        if self.before is None:
            return Kind.CREATE
        return Kind.TAKE_AWAY if self.after is None else Kind.CHANGE

    @property
    def key(self) -> Key:
        """Whose RRset it is."""
        rrset = self.after or self.before
        if rrset is None:
            raise ValueError("a change of nothing into nothing")
        return rrset.owner, rrset.rdtype


class TroubleReason(Enum):
    """Why a zone could not be read or changed."""

    NOT_INSTALLED = "not installed"
    """The package that speaks to the provider."""
    CREDENTIALS = "credentials"
    """The provider does not know them."""
    RIGHTS = "rights"
    """It knows them, and they do not allow this."""
    NO_ZONE = "no such zone"
    RATE_LIMIT = "rate limit"
    UNREACHABLE = "unreachable"
    """Nobody answered, or not in time."""
    BROKEN_ANSWER = "broken answer"
    """An error of the server, or an answer that can't be read."""
    REFUSED = "refused"
    """By the provider, or here, since it would do something else than these changes."""


@dataclass(frozen=True)
class Trouble:
    """A failure of the provider or the network; `text` is a sentence or two without any secret."""

    reason: TroubleReason
    text: str


def applied(contents: Contents, changes: Sequence[Change]) -> Contents:
    """The zone after the changes."""
    after = dict(contents)
    for change in changes:
        if change.after is None:
            after.pop(change.key, None)
        else:
            after[change.key] = change.after
    return after


def differences(before: Contents, after: Contents) -> Iterator[Change]:
    """What makes one of the other, in the order of names and types."""
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None or new is None or not old.is_same(new):
            yield Change(old, new)

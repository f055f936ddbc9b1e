"""What a zone holds, and what is to be changed of it; a failure to read or change it is a value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.topics.context import same


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


PUBLISHED_TYPES = frozenset(
    {
        RdataType.A,
        RdataType.AAAA,
        RdataType.CAA,
        RdataType.CNAME,
        RdataType.MX,
        RdataType.SRV,
        RdataType.TLSA,
        RdataType.TXT,
    }
)
"""All that plans have in zones; of SOA, NS, DS and what signs a zone nothing is ever changed."""


Key = tuple[Name, RdataType]
Contents = Mapping[Key, ZoneRRset]
"""All RRsets of one zone, by owner and type."""


@dataclass(frozen=True)
class Reading:
    """What a provider tells of a zone.

    Attributes:
        contents: all that can be told exactly.
        inexact: other RRsets that are there; they can't be changed. An alias that is none in DNS
            stands here as a CNAME.
        uneven: of the contents, those whose data have not all the same TTL or remarks: data can
            be added to them where the provider does that, and nothing else is done.
        min_ttl: the provider takes no shorter one; in seconds.
    """

    contents: Contents
    inexact: frozenset[Key] = frozenset()
    uneven: frozenset[Key] = frozenset()
    min_ttl: int = 0


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

    def is_same(self, other: Change) -> bool:
        """Whether both make the same of the same."""
        return _are_same(self.before, other.before) and _are_same(self.after, other.after)

    @property
    def is_nothing(self) -> bool:
        """Whether it leaves all as it is."""
        return _are_same(self.before, self.after)

    @property
    def going(self) -> tuple[Rdata, ...]:
        """The data that go."""
        return _less(self.before, self.after)

    @property
    def coming(self) -> tuple[Rdata, ...]:
        """The data that come."""
        return _less(self.after, self.before)

    @property
    def staying(self) -> tuple[Rdata, ...]:
        """The data that stay."""
        return less(self.before.rdatas, self.going) if self.before else ()

    @property
    def key(self) -> Key:
        """Whose RRset it is."""
        rrset = self.after or self.before
        if rrset is None:
            raise ValueError("a change of nothing into nothing")
        return rrset.owner, rrset.rdtype


def _less(one: ZoneRRset | None, other: ZoneRRset | None) -> tuple[Rdata, ...]:
    return less(one.rdatas if one else (), other.rdatas if other else ())


def less(rdatas: Sequence[Rdata], others: Sequence[Rdata]) -> tuple[Rdata, ...]:
    """The data that the others lack."""
    return tuple(each for each in rdatas if not any(same(each, other) for other in others))


def _are_same(one: ZoneRRset | None, other: ZoneRRset | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.is_same(other)


def are_same(changes: Sequence[Change], others: Sequence[Change]) -> bool:
    """Whether these make the same of the same as those, in the same order."""
    pairs = zip(changes, others, strict=False)
    return len(changes) == len(others) and all(one.is_same(other) for one, other in pairs)


class TroubleReason(Enum):
    """Why a zone could not be read or changed."""

    NO_PROVIDER = "no provider"
    """Nobody knows who publishes for its panel."""
    NOT_INSTALLED = "not installed"
    """The package that speaks to the provider."""
    CREDENTIALS = "credentials"
    """The provider does not know them."""
    RIGHTS = "rights"
    """It knows them, and they do not allow this."""
    NO_ZONE = "no such zone"
    NOT_KEPT = "not kept"
    """What was there can't be kept beside the plan; so nothing is changed."""
    RATE_LIMIT = "rate limit"
    UNREACHABLE = "unreachable"
    """Nobody answered, or not in time."""
    UNSURE = "unsure"
    """Nobody answered what was to be changed: it may be."""
    UNREADABLE = "unreadable"
    """A record of the zone, which keeps octoDNS from reading any."""
    BROKEN_ANSWER = "broken answer"
    """An error of the server, or an answer that can't be read."""
    CHANGED = "changed meanwhile"
    """It is not any more what the change begins with: read it again."""
    REFUSED = "refused"
    """By the provider, or here, since it would do something else than these changes."""


@dataclass(frozen=True)
class Trouble:
    """A failure of the provider or the network; `text` is a sentence or two without any secret."""

    reason: TroubleReason
    text: str


class ProviderZone(Protocol):
    """A zone at a provider who knows the user; what is asked of it takes as long as it takes."""

    def read(self) -> Reading | Trouble:
        """All that it has now."""
        ...

    def apply(self, changes: Sequence[Change]) -> Trouble | None:
        """Make these changes, and no others."""
        ...

    def refusal(self, change: Change) -> str:
        """Why a change can't be made there, or not safely; empty: it can. Nobody is asked."""
        ...

    def silence(self, reason: TroubleReason) -> Trouble:
        """What is said where it has not answered in time."""
        ...


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
        change = Change(before.get(key), after.get(key))
        if not change.is_nothing:
            yield change


BESIDE_ANYTHING = frozenset({RdataType.CNAME, RdataType.RRSIG, RdataType.NSEC})
"""What signs a CNAME stands beside it (RFC 4035 2.5)."""


def has_beside_cname(contents: Collection[Key], owners: Collection[Name]) -> frozenset[Name]:
    """Those of the names where a CNAME stands beside something else (RFC 1034 3.6.2)."""
    aliases = {owner for owner in owners if (owner, RdataType.CNAME) in contents}
    if not aliases:
        return frozenset()
    return frozenset(
        owner for owner, kind in contents if owner in aliases and kind not in BESIDE_ANYTHING
    )

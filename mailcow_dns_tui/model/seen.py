"""Who sees what of one record: name servers, this machine's resolvers, public ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.public_resolvers import PublicResolver

if TYPE_CHECKING:
    from mailcow_dns_tui.model.answer import Answer


class Kind(Enum):
    """What a viewer is, in the order of the rows."""

    NAME_SERVER = "name server"
    SYSTEM = "resolver of this machine"
    MAILCOW = "mailcow's resolver"
    PUBLIC = "public resolver"


class Unasked(Enum):
    """Why a viewer is not asked."""

    IT_WOULD_REMEMBER = "it would remember that there is no such record"
    NOT_AGREED = "the user has not agreed yet"


class View(Enum):
    """What a viewer sees: a word and a glyph, so that no colour is needed to read it."""

    CURRENT = ("current", "✓")
    OLD = ("old", "!")
    OTHER = ("other", "✗")
    ABSENT = ("absent", "✗")
    COULD_NOT_ASK = ("could not ask", "?")
    NOT_ASKED = ("not asked", "–")
    PENDING = ("asking", "…")

    def __init__(self, word: str, glyph: str) -> None:
        self.word = word
        self.glyph = glyph


@dataclass(frozen=True)
class Viewer:
    """Somebody who can be asked for a record.

    Attributes:
        name: of the name server, or who runs the resolver; empty where that is not known.
        address: where it is asked over UDP and TCP; empty: nowhere.
        url: where it is asked over HTTPS in its place; empty: nowhere.
        country: of a public resolver's operator, where that is known.
    """

    kind: Kind
    name: str
    address: str
    url: str = ""
    country: str = ""

    @staticmethod
    def public(resolver: PublicResolver) -> Viewer:
        return Viewer(
            Kind.PUBLIC, resolver.operator, resolver.address, resolver.url, resolver.country
        )

    @property
    def is_cache(self) -> bool:
        """Whether it remembers what it was told, instead of knowing by itself."""
        return self.kind is not Kind.NAME_SERVER


@dataclass(frozen=True)
class Sight:
    """What came of asking a viewer.

    Attributes:
        answer: None while it is still being asked, or where it is not asked.
        when: the answer arrived; TTLs count from then.
        wanted: the record's topic takes the answer for what is wanted, in whatever form.
        missing: the topic finds no such record in it, though others may stand at the name.
        data: what is there, as people read it.
        unasked: why it is not asked; None where it is, or was.
    """

    viewer: Viewer
    answer: Answer | None
    when: datetime
    wanted: bool = False
    missing: bool = False
    data: str = ""
    unasked: Unasked | None = None

    @property
    def heard(self) -> bool:
        return self.answer is not None and self.answer.failure is None


@dataclass(frozen=True)
class Seen:
    """One row of the table.

    Attributes:
        ttl: seconds that the answer may be kept, counted from when it arrived; None where there
            is no answer, or it may not be kept at all.
        until: when that is over; None for a name server, which forgets nothing.
        from_servers: whether the name servers have the wanted record; None where none of them
            could be asked.
    """

    sight: Sight = field(repr=False)
    view: View
    ttl: int | None = None
    until: datetime | None = None
    from_servers: bool | None = None

    @property
    def viewer(self) -> Viewer:
        return self.sight.viewer

    @property
    def gone_by(self) -> datetime | None:
        """When what is not as wanted is forgotten; None for all else.

        What the name servers have as well comes back, and is not waited for.
        """
        comes_back = self.view is View.OTHER and self.from_servers is False
        return self.until if self.view in PASSING and not comes_back else None

    def ttl_left(self, now: datetime) -> int | None:
        """In seconds; of a name server all of it."""
        if self.until is None:
            return self.ttl
        return max(0, round((self.until - now).total_seconds()))


PASSING = frozenset({View.OLD, View.OTHER, View.ABSENT})
"""What is over once its TTL is."""


def table(sights: Iterable[Sight]) -> tuple[Seen, ...]:
    """One row for each viewer, the kinds in their order, the viewers of one kind in theirs."""
    kinds = list(Kind)
    ordered = sorted(sights, key=lambda sight: kinds.index(sight.viewer.kind))
    servers = [each for each in ordered if not each.viewer.is_cache and each.heard]
    return tuple(_seen(sight, servers) for sight in ordered)


def may_be_asked(before: Collection[Sight]) -> bool:
    """Whether asking caches plants no absence in them (RFC 2308 5).

    All who were asked before and answered have the record, or nobody answered at all.
    """
    heard = [each.answer for each in before if each.answer and each.answer.failure is None]
    return all(answer.found or answer.aliases for answer in heard)


def _seen(sight: Sight, servers: Sequence[Sight]) -> Seen:
    there = any(each.wanted for each in servers) if servers else None
    if sight.answer is None:
        return Seen(sight, View.NOT_ASKED if sight.unasked else View.PENDING, from_servers=there)
    if sight.answer.failure is not None:
        return Seen(sight, View.COULD_NOT_ASK, from_servers=there)
    ttl = sight.answer.remembered or None
    until = None
    if ttl is not None and sight.viewer.is_cache:
        until = sight.when + timedelta(seconds=ttl)
    return Seen(sight, _view(sight, servers, there=there), ttl, until, there)


def _view(sight: Sight, servers: Sequence[Sight], *, there: bool | None) -> View:
    """What is old can only be told by what the name servers have now."""
    answer = sight.answer
    if sight.wanted:
        return View.OLD if there is False else View.CURRENT
    if answer is None or sight.missing or (answer.absent and not answer.aliases):
        return View.ABSENT
    if there is None:
        return View.OTHER
    same = any(each.answer and each.answer.content == answer.content for each in servers)
    return View.OTHER if same and not there else View.OLD

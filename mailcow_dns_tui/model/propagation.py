"""Who sees what of one record: name servers, this machine's resolvers and public ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.resolvers import PublicResolver
from mailcow_dns_tui.model.text import brief, short_duration, time_of_day

if TYPE_CHECKING:
    from mailcow_dns_tui.model.answer import Answer


class VantageKind(Enum):
    """What a viewer is, in the order of the rows."""

    NAME_SERVER = "name server"
    SYSTEM = "resolver of this machine"
    MAILCOW = "mailcow's resolver"
    PUBLIC = "public resolver"


class Unasked(Enum):
    """Why a viewer is not asked."""

    IT_WOULD_REMEMBER = "it would remember that there is no such record"
    NOT_AGREED = "the user has not agreed yet"


class ObservationState(Enum):
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
class Vantage:
    """Somebody who can be asked for a record.

    Attributes:
        name: of the name server, or who runs the resolver; empty where that is not known.
        address: where it is asked over UDP and TCP; empty: nowhere.
        url: where it is asked over HTTPS in its place; empty: nowhere.
        country: of a public resolver's operator, where that is known.
    """

    kind: VantageKind
    name: str
    address: str
    url: str = ""
    country: str = ""

    @staticmethod
    def public(resolver: PublicResolver) -> Vantage:
        """A public resolver as one who can be asked."""
        return Vantage(
            VantageKind.PUBLIC, resolver.operator, resolver.address, resolver.url, resolver.country
        )

    @property
    def is_cache(self) -> bool:
        """Whether it remembers what it was told, instead of knowing by itself."""
        return self.kind is not VantageKind.NAME_SERVER


@dataclass(frozen=True)
class Observation:
    """What came of asking a viewer.

    Attributes:
        answer: None while it is still being asked, or where it is not asked.
        when: the answer arrived; TTLs count from then.
        wanted: the record's topic takes the answer for what is wanted, in whatever form.
        missing: the topic finds no such record in it, though others may stand at the name.
        data: what is there, as people read it.
        unasked: why it is not asked; None where it is, or was.
    """

    viewer: Vantage
    answer: Answer | None
    when: datetime
    wanted: bool = False
    missing: bool = False
    data: str = ""
    unasked: Unasked | None = None

    @property
    def answered(self) -> bool:
        """Whether a usable answer came."""
        return self.answer is not None and self.answer.failure is None


@dataclass(frozen=True)
class PropagationRow:
    """One row of the table.

    Attributes:
        ttl: seconds that the answer may be kept, counted from when it arrived; None where there
            is no answer, or it may not be kept at all.
        until: when that is over; None for a name server, which forgets nothing.
        from_servers: whether the name servers have the wanted record; None where none of them
            could be asked.
    """

    sight: Observation = field(repr=False)
    view: ObservationState
    ttl: int | None = None
    until: datetime | None = None
    from_servers: bool | None = None

    @property
    def viewer(self) -> Vantage:
        """Whose row it is."""
        return self.sight.viewer

    @property
    def gone_by(self) -> datetime | None:
        """When what is not as wanted is forgotten; None for all else.

        What the name servers have as well comes back, and is not waited for.
        """
        comes_back = self.view is ObservationState.OTHER and self.from_servers is False
        return self.until if self.view in PASSING and not comes_back else None

    def ttl_left(self, now: datetime) -> int | None:
        """In seconds; of a name server all of it."""
        if self.until is None:
            return self.ttl
        return max(0, round((self.until - now).total_seconds()))


PASSING = frozenset({ObservationState.OLD, ObservationState.OTHER, ObservationState.ABSENT})
"""What is over once its TTL is."""


def table(sights: Iterable[Observation]) -> tuple[PropagationRow, ...]:
    """One row for each viewer, the kinds in their order, the viewers of one kind in theirs."""
    kinds = list(VantageKind)
    ordered = sorted(sights, key=lambda sight: kinds.index(sight.viewer.kind))
    servers = [each for each in ordered if not each.viewer.is_cache and each.answered]
    return tuple(_seen(sight, servers) for sight in ordered)


def may_be_asked(before: Collection[Observation]) -> bool:
    """Whether asking caches plants no absence in them (RFC 2308 5).

    All who were asked before and answered have the record, or nobody answered at all.
    """
    heard = [each.answer for each in before if each.answer and each.answer.failure is None]
    return all(answer.found or answer.aliases for answer in heard)


def _seen(sight: Observation, servers: Sequence[Observation]) -> PropagationRow:
    there = any(each.wanted for each in servers) if servers else None
    if sight.answer is None:
        return PropagationRow(
            sight,
            ObservationState.NOT_ASKED if sight.unasked else ObservationState.PENDING,
            from_servers=there,
        )
    if sight.answer.failure is not None:
        return PropagationRow(sight, ObservationState.COULD_NOT_ASK, from_servers=there)
    ttl = sight.answer.cache_ttl or None
    until = None
    if ttl is not None and sight.viewer.is_cache:
        until = sight.when + timedelta(seconds=ttl)
    return PropagationRow(sight, _view(sight, servers, there=there), ttl, until, there)


def _view(
    sight: Observation, servers: Sequence[Observation], *, there: bool | None
) -> ObservationState:
    """What is old can only be told by what the name servers have now."""
    answer = sight.answer
    if sight.wanted:
        return ObservationState.OLD if there is False else ObservationState.CURRENT
    if answer is None or sight.missing or (answer.absent and not answer.aliases):
        return ObservationState.ABSENT
    if there is None:
        return ObservationState.OTHER
    same = any(each.answer and each.answer.data == answer.data for each in servers)
    return ObservationState.OTHER if same and not there else ObservationState.OLD


LONGEST = 400
SILENT = frozenset({ObservationState.NOT_ASKED, ObservationState.COULD_NOT_ASK})


def headline(rows: Collection[PropagationRow], now: datetime) -> str:
    """All rows in one sentence."""
    views = [row.view for row in rows]
    if ObservationState.PENDING in views:
        return (
            f"Asking: {views.count(ObservationState.PENDING)} of {len(rows)} have not answered yet."
        )
    answered = [row for row in rows if row.view not in SILENT]
    if not answered:
        return "Nobody could be asked."
    if all(row.view is ObservationState.CURRENT for row in answered):
        return "All who answered have it as wanted."
    return _some_lack_it(answered, now)


def _some_lack_it(answered: Collection[PropagationRow], now: datetime) -> str:
    if not any(row.from_servers for row in answered):
        return _not_there(answered)
    lacking = [row for row in answered if row.view is not ObservationState.CURRENT]
    if any(not row.viewer.is_cache for row in lacking):
        return "The name servers do not agree: see which of them lags behind."
    ends = [row.gone_by for row in lacking if row.gone_by is not None]
    if len(ends) < len(lacking):
        return "Some still have an old answer, and do not all say for how long."
    end = time_of_day(max(ends), now)
    return f"Some still have an old answer; of those asked, the last is gone by {end}."


def _not_there(answered: Collection[PropagationRow]) -> str:
    servers = [row.view for row in answered if not row.viewer.is_cache]
    if not servers:
        return "No name server could be asked, so what is old can't be told."
    if all(view is ObservationState.ABSENT for view in servers):
        return "It is not published yet: no name server has it."
    return "It is not published as wanted on any name server."


def sentence(row: PropagationRow, now: datetime) -> str:
    """What the row means, and what is to be waited for or done."""
    if row.view is ObservationState.COULD_NOT_ASK:
        answer = row.sight.answer
        reason = brief(answer.reason, LONGEST) if answer else Failure.TIMEOUT.value
        return f"It could not be asked: {reason}. That says nothing about the record."
    if row.view is ObservationState.PENDING:
        return "It is being asked."
    if row.view is ObservationState.NOT_ASKED:
        return _not_asked(row)
    return _of_cache(row, now) if row.viewer.is_cache else _of_server(row)


def _not_asked(row: PropagationRow) -> str:
    if row.sight.unasked is Unasked.NOT_AGREED:
        return "Not asked yet. It would learn the name, and the address of this machine."
    return (
        "Not asked, since somebody asked before lacks the record: it would remember that, and "
        "see the record late. Press a to ask all the same."
    )


def _of_server(row: PropagationRow) -> str:
    keeps = f" Others may keep its answer for {short_duration(row.ttl)}." if row.ttl else ""
    if row.view is ObservationState.CURRENT:
        return f"It has the record as wanted.{keeps}"
    if row.view is ObservationState.ABSENT:
        what = "It has no such record"
    else:
        what = "It has something else than is wanted"
    if row.from_servers:
        return (
            f"{what}, while another name server has the record: it lags behind. If that stays "
            "so for an hour, tell the DNS provider."
        )
    return f"{what}.{keeps}"


def _of_cache(row: PropagationRow, now: datetime) -> str:
    end = time_of_day(row.until, now) if row.until else ""
    if row.view is ObservationState.CURRENT:
        return f"It has the record as wanted{f', and keeps it until {end}' if end else ''}."
    what = _kept(row)
    if end and row.from_servers is False and row.view is not ObservationState.OLD:
        return f"{what}; once it is published as wanted, that is seen by {end} at the latest."
    if not end:
        return f"{what}, and does not say for how long."
    return f"{what}; that is gone by {end}."


def _kept(row: PropagationRow) -> str:
    if row.view is ObservationState.ABSENT and row.from_servers:
        return "It remembers that there was no such record"
    if row.view is ObservationState.ABSENT:
        return f"It sees no such record{' either' if row.from_servers is False else ''}"
    if row.view is ObservationState.OLD and row.sight.wanted:
        return "It still has the record, which the name servers no longer have"
    if row.view is ObservationState.OLD:
        return "It still has the old answer"
    same = ", as the name servers do" if row.from_servers is False else ""
    return f"It has something else than is wanted{same}"

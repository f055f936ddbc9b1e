"""One thing to do in the guide, and how far the user has come there, as the plan keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.codec import stored
from mailcow_dns_tui.model.code import SERVERS_DISAGREE, Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier, record_line
from mailcow_dns_tui.model.text import brief

if TYPE_CHECKING:
    from collections.abc import Hashable

    from dns.name import Name

    from mailcow_dns_tui.model.answer import Answer


LONGEST_IN_MARK = 40


@dataclass(frozen=True)
class Removal:
    """What is published and has to go; `value` as people read it."""

    owner: Name
    type_text: str
    value: str

    def __str__(self) -> str:
        return record_line(self.owner, self.type_text, self.value)


@dataclass(frozen=True)
class GuideStep:
    """One thing to do, or one that will be.

    Attributes:
        record: what to publish now, which may be less than the plan's (DMARC with p=none first);
            None where nothing is to be published.
        wanted: the plan's record that it works towards; None for what is not about one.
        finding: what is wrong.
        what: what to do, in one sentence.
        why: one sentence.
        note: what else to know of the record, as why it is not the plan's; a sentence or empty.
        where: `in the DNS settings of example.org`, `in the plan (step 1, TLSA)`.
        removals: what has to be taken away, or changed into the record.
        also: further records to be published in the same go, since a CNAME in their place goes.
        locked: why it is not safe yet, and what unlocks it; empty for an open step.
        warnings: what to know before, each a sentence or two.
        asks_first: whether they ask what no DNS shows, so that the operator has to answer before.
        moves_mail: whether mail that goes to another server now comes to this one by it.
        lowers_ttl: whether only the TTL of what is there is to be made short, ahead of its change,
            which is a step of its own.
    """

    act: Act
    record: Record | None
    wanted: Record | None
    finding: Finding
    what: str
    why: str
    where: str
    removals: tuple[Removal, ...] = ()
    also: tuple[Record, ...] = ()
    locked: str = ""
    warnings: tuple[str, ...] = ()
    asks_first: bool = False
    moves_mail: bool = False
    lowers_ttl: bool = False
    note: str = ""

    @property
    def published(self) -> tuple[Record, ...]:
        """All that it publishes."""
        return (self.record, *self.also) if self.record else self.also

    @property
    def remove(self) -> tuple[str, ...]:
        """Each as a line: `example.org TXT v=spf1 mx -all`."""
        return tuple(map(str, self.removals))

    @property
    def first(self) -> tuple[Removal, ...]:
        """What has to go before: no panel takes anything beside a CNAME (RFC 1034 3.6.2)."""
        record = self.record
        if record is None:
            return self.removals
        here = (gone for gone in self.removals if gone.owner == record.owner)
        others = (gone for gone in here if gone.type_text != record.type_text)
        return tuple(g for g in others if "CNAME" in {g.type_text, record.type_text})

    @property
    def edited(self) -> tuple[Removal, ...]:
        """The one that is changed into the record; none where it is added."""
        about = self.record and (self.record.owner, self.record.type_text)
        return tuple(gone for gone in self.removals if (gone.owner, gone.type_text) == about)[:1]

    @property
    def last(self) -> tuple[Removal, ...]:
        """What goes after the record is there."""
        return tuple(g for g in self.removals if g not in {*self.first, *self.edited})

    @property
    def lagging(self) -> tuple[Answer, ...]:
        """Of the name servers that do not have it yet, while others do."""
        return self.finding.late if self.finding.code == SERVERS_DISAGREE else ()

    @property
    def is_open(self) -> bool:
        """Whether it is safe now."""
        return not self.locked

    @property
    def is_ready(self) -> bool:
        """Whether the operator can do it now: waiting and asking again go on by themselves."""
        return self.is_open and self.act not in {Act.WAIT, Act.ASK_AGAIN}

    @property
    def is_optional(self) -> bool:
        """Whether everything works without it."""
        return self.finding.tier is Tier.OPTIONAL and self.finding.status is Status.INFO

    @property
    def key(self) -> Hashable:
        """What it is about; the same after new findings about the same record."""
        if self.wanted is not None:
            return (self.wanted, "TTL") if self.lowers_ttl else self.wanted
        found = self.finding
        return found.topic, found.domain, found.name, found.rdtype

    @cached_property
    def mark(self) -> str:
        """What it is about, as a text that is the same at the next start."""
        found, record = self.finding, self.wanted
        parts = [found.topic, unicode_form(found.name), found.rdtype]
        if record is not None:
            value = brief(record.value, LONGEST_IN_MARK)
            parts = [record.topic, record.owner_text, record.type_text, value]
        return " ".join(filter(None, [*parts, "TTL" if self.lowers_ttl else ""]))


@dataclass(frozen=True)
class Move:
    """A mail domain whose mail goes, or went, to other servers.

    Attributes:
        domain: its name, as people read it.
        hosts: those of its old MX.
        ttl: of that MX while it is there, in seconds.
        until: when the last cache has dropped it, in seconds since 1970; before the move, the end
            of a longer TTL that it had; 0 for none.
        is_over: whether all of its name servers lead to this server by now.
    """

    domain: str = ""
    hosts: tuple[str, ...] = ()
    ttl: int = 0
    until: int = 0
    is_over: bool = field(default=False, metadata=stored(key="over"))

    def until_with(self, ttl: int, now: int) -> int:
        """`until`, where the old MX is seen to have such a TTL."""
        was_longer = not self.is_over and self.ttl > ttl
        return max(self.until, now + self.ttl) if was_longer else self.until


@dataclass(frozen=True)
class GuidePlace:
    """Where the user is in the guide; kept, so that a lost connection loses nothing.

    Attributes:
        is_open: whether the guide was on the screen.
        step: the mark of the step that it showed (`GuideStep.mark`); empty for none.
        skipped: the marks of the steps that were put off, in that order.
        left: the addresses that the hostname had before; SPF may still have them at the end.
        saved: the marks of the steps that the user has saved, and no name server showed yet.
        copied: how many boxes of the step were copied.
        done: how many steps were done, while some are left.
        moves: of the domains whose mail comes from other servers.
    """

    is_open: bool = field(default=False, metadata=stored(key="open"))
    step: str = ""
    skipped: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    copied: int = 0
    done: int = 0
    moves: tuple[Move, ...] = ()


BEGINNING = GuidePlace()

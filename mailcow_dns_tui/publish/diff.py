"""What becomes of a zone, row by row, in the words of the command and of the wizard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.guide.titles import titled
from mailcow_dns_tui.model.names import relative_text
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.publish.changes import Change, Key, Kind
from mailcow_dns_tui.publish.proposal import ZoneProposal

INDENT = 10
LONGEST, LONGEST_LEFT = 160, 60
LEAVE, NOT_DONE = "leave", "not done"
GOES, COMES, STAYS = "-", "+", " "


@dataclass(frozen=True)
class DiffRow:
    """One line of the difference.

    Attributes:
        sign: what becomes of an RRset, in a word; of a datum below it `GOES`, `COMES` or `STAYS`.
        text: what follows.
        about: the RRset, before the text; empty where that says it.
    """

    sign: str
    text: str
    about: str = ""

    @property
    def head(self) -> str:
        """What it begins with: the sign in a column of its own."""
        is_datum = self.sign in {GOES, COMES, STAYS}
        return f"{' ' * INDENT}{self.sign} " if is_datum else f"{self.sign:<{INDENT}}"

    def __str__(self) -> str:
        return f"{self.head}{self.about}{self.text}"


def called(key: Key, zone: Name) -> str:
    """An RRset by its type and name."""
    owner, rdtype = key
    return f"{rdtype.name} {relative_text(owner, zone)}"


def change_rows(change: Change, zone: Name) -> Iterator[DiffRow]:
    """What becomes of an RRset; a single datum that comes or goes stands on the same line."""
    kind, about = change.kind, called(change.key, zone)
    going, coming = change.going, change.coming
    if kind is not Kind.CHANGE and len(going) + len(coming) == 1:
        yield DiffRow(kind.value, f"  {_value((*going, *coming)[0])}", about)
        return
    yield DiffRow(kind.value, _ttl(change), about)
    for sign, rdatas in ((GOES, going), (COMES, coming), (STAYS, change.staying)):
        yield from (DiffRow(sign, _value(each)) for each in rdatas)


def left_rows(proposal: ZoneProposal) -> Iterator[DiffRow]:
    """What stays as it is."""
    for rrset in proposal.left:
        values = listed(_value(each, LONGEST_LEFT) for each in rrset.rdatas)
        about = called((rrset.owner, rrset.rdtype), proposal.zone)
        yield DiffRow(LEAVE, f"{about}  {values}")
    for key in proposal.inexact:
        yield DiffRow(LEAVE, f"{called(key, proposal.zone)}, which can't be read exactly")
    if proposal.others:
        many = "1 RRset" if proposal.others == 1 else f"{proposal.others} RRsets"
        yield DiffRow(LEAVE, f"{many} at other names")


def obstacle_rows(proposal: ZoneProposal) -> Iterator[DiffRow]:
    """What can't be published, and why."""
    for each in proposal.obstacles:
        yield DiffRow(NOT_DONE, f"{titled(each.step)}: {each.why} {each.step.what}")


def _value(rdata: Rdata, longest: int = LONGEST) -> str:
    return brief(shown(rdata), longest)


def _ttl(change: Change) -> str:
    before, after = change.before, change.after
    if before is None or after is None or before.ttl == after.ttl:
        return ""
    return f", TTL {before.ttl} to {after.ttl}"

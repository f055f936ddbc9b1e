"""What takes back a run: the reverse of what was published, act by act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.publish.acts import CNAME_GOES, is_inexact
from mailcow_dns_tui.publish.backup import Backup
from mailcow_dns_tui.publish.changes import (
    Change,
    Contents,
    Key,
    Kind,
    Reading,
    ZoneRRset,
    applied,
    differences,
    has_beside_cname,
    less,
)

BESIDE = "a CNAME would stand beside something"
INEXACT = "what stands there can't be read exactly"
MAY_BE_OTHERS = "Nobody knows whether that run has made {what}, or somebody else."
MX_CHANGES = "Mail for {name} goes to other servers from then on, or to none."
ADDRESSES_CHANGE = "{name} has other addresses from then on, or none."
ADDRESSES = frozenset({RdataType.A, RdataType.AAAA})


@dataclass(frozen=True)
class UndoAct:
    """What is taken back at once.

    Attributes:
        changes: at least one, all at one name.
        questions: what has to be agreed to by itself, a sentence each.
    """

    changes: tuple[Change, ...]
    questions: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        """What it is called by where it is agreed to on a command line."""
        return self.changes[0].key[0]


@dataclass(frozen=True)
class WayBack:
    """What takes back a run, what was published last first.

    Attributes:
        left: the names where that can't be done, and why.
    """

    acts: tuple[UndoAct, ...] = ()
    left: tuple[tuple[Name, str], ...] = ()


def way_back(backup: Backup, reading: Reading, refusal: Callable[[Change], str]) -> WayBack:
    """What takes back what was changed, and nothing else.

    Each datum that came goes, and each that went comes back; what others have changed since stays.

    Args:
        backup: what was there, and what was changed.
        reading: what the provider has now.
        refusal: why a change can't be made there; empty: it can.
    """
    acts: list[UndoAct] = []
    left: list[tuple[Name, str]] = []
    changes = tuple(_changes(backup, reading.contents))
    beside = has_beside_cname(applied(reading.contents, changes), {c.key[0] for c in changes})
    for group in _groups(changes):
        name = group[0].key[0]
        inexact = any(is_inexact(change.key, reading.inexact) for change in group)
        why = BESIDE if name in beside else INEXACT if inexact else ""
        if why := why or next(filter(None, map(refusal, group)), ""):
            left.append((name, why))
        else:
            acts.append(UndoAct(group, tuple(_questions(group, backup))))
    return WayBack(tuple(acts), tuple(dict.fromkeys(left)))


def _changes(backup: Backup, now: Contents) -> Iterator[Change]:
    places = {key: place for place, key in enumerate(backup.order)}
    touched = [change.key for change in differences(backup.before, backup.after)]
    for key in sorted(touched, key=lambda key: places.get(key, 0), reverse=True):
        change = Change(now.get(key), _as_before(key, backup, now))
        if not change.is_nothing:
            yield change


def _groups(changes: Sequence[Change]) -> Iterator[tuple[Change, ...]]:
    """Where a CNAME comes or goes, all of its name together; first what goes."""
    aliased = {name for name, rdtype in (c.key for c in changes) if rdtype == RdataType.CNAME}

    def together(change: Change) -> Name | Key:
        return change.key[0] if change.key[0] in aliased else change.key

    for group in grouped(changes, together).values():
        yield tuple(sorted(group, key=lambda change: change.kind is not Kind.TAKE_AWAY))


def _questions(changes: Iterable[Change], backup: Backup) -> Iterator[str]:
    for change in changes:
        (owner, rdtype), name = change.key, unicode_form(change.key[0])
        if rdtype == RdataType.CNAME and change.going:
            targets = listed(shown(each).rstrip(".") for each in change.going)
            yield CNAME_GOES.format(name=name, target=targets)
        elif rdtype == RdataType.MX:
            yield MX_CHANGES.format(name=name)
        elif rdtype in ADDRESSES:
            yield ADDRESSES_CHANGE.format(name=name)
        if (owner, rdtype) in backup.unknown:
            yield MAY_BE_OTHERS.format(what=f"{rdtype.name} {name}")


def _as_before(key: Key, backup: Backup, now: Contents) -> ZoneRRset | None:
    before, after, there = (each.get(key) for each in (backup.before, backup.after, now))
    old, new, current = (each.rdatas if each else () for each in (before, after, there))
    came, went = less(new, old), less(old, new)
    left = less(current, came)
    rdatas = (*left, *less(went, left))
    if not rdatas:
        return None
    return ZoneRRset(*key, _ttl_before(before, after, there), rdatas)


def _ttl_before(before: ZoneRRset | None, after: ZoneRRset | None, now: ZoneRRset | None) -> int:
    """The old one, unless others have set another since; at least one of the last two is there."""
    is_others = now is not None and (after is None or now.ttl != after.ttl)
    known = (now, before, after) if is_others else (before, now, after)
    return next(each.ttl for each in known if each)

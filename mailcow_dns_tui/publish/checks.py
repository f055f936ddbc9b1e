"""Whether changes can be made in a zone as it is at this moment, without any harm to the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dns.rdatatype

from mailcow_dns_tui.publish.changes import (
    Change,
    Key,
    Reading,
    TroubleReason,
    applied,
    has_beside_cname,
)
from mailcow_dns_tui.publish.providers import Writes

Objection = tuple[TroubleReason, str]


def objection(changes: Sequence[Change], reading: Reading) -> Objection | None:
    """The first thing that speaks against them, with what it is about."""
    each = (_against(change, reading) for change in changes)
    return next(filter(None, each), None) or next(_beside_cname(changes, reading), None)


def _against(change: Change, reading: Reading) -> Objection | None:
    about, key = written(change.key), change.key
    if key in reading.inexact:
        return TroubleReason.REFUSED, f"{about} has what octoDNS can't write back, or a proxy"
    if not Change(change.before, reading.contents.get(key)).is_nothing:
        return TroubleReason.CHANGED, about
    if key in reading.uneven and change.after is not None and not only_adds(change):
        what = f"{about} has data with TTLs or remarks of their own, which would be lost"
        return TroubleReason.REFUSED, what
    return None


def _beside_cname(changes: Sequence[Change], reading: Reading) -> Iterator[Objection]:
    """What would stand beside a CNAME (RFC 1034 3.6.2)."""
    after = {*applied(reading.contents, changes), *reading.inexact}
    owners = has_beside_cname(after, {owner for owner, _ in after})
    for change in changes:
        if change.after is not None and change.after.owner in owners:
            is_alias = change.after.rdtype == dns.rdatatype.CNAME
            other = "other records" if is_alias else "a CNAME"
            yield TroubleReason.REFUSED, f"{written(change.key)} can't stand beside {other}"


def changes_safely(change: Change, writes: Writes) -> bool:
    """Whether no data that stay are away for a moment."""
    if writes in {Writes.IN_PLACE, Writes.ROWS} or not (change.before and change.after):
        return True
    return writes is Writes.ADDS and only_adds(change)


def only_adds(change: Change) -> bool:
    """Whether nothing that is there is changed."""
    before, after = change.before, change.after
    if before is None or after is None:
        return before is None
    return before.ttl == after.ttl and {*before.rdatas} < {*after.rdatas}


def written(key: Key) -> str:
    """An RRset by its owner and type."""
    owner, rdtype = key
    return f"{owner.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(rdtype)}"

"""What octoDNS is told to make of a zone, and RRsets as octoDNS has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.exception import DNSException
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.publish.changes import (
    Change,
    Key,
    Kind,
    Reading,
    Trouble,
    TroubleReason,
    ZoneRRset,
)
from mailcow_dns_tui.publish.providers import Writes

if TYPE_CHECKING:
    from octodns.provider.plan import Plan
    from octodns.zone.base import Zone

Record = Any
OctoChange = Any
"""Of octoDNS, whose classes have what they have at run time only."""
TYPES = frozenset(
    map(dns.rdatatype.from_text, ("A", "AAAA", "CNAME", "MX", "TXT", "SRV", "TLSA", "CAA"))
)
"""What the product writes. RRsets of other types are only read."""
CLASS_NAMES = {"Create": Kind.CREATE, "Update": Kind.CHANGE, "Delete": Kind.TAKE_AWAY}
"""octoDNS' changes by their classes."""


class RefusedError(Exception):
    """Ends what octoDNS does with what the user is told."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


class Builder:
    """A processor of octoDNS, which makes the desired zone from what was read just now."""

    def __init__(self, refused: Callable[..., RefusedError], changes: Sequence[Change]) -> None:
        self._refused = refused
        self._changes = {change.key: change for change in changes}
        self._new: dict[Key, Record] = {}

    def process_target_zone(self, existing: Zone, target: object, *, lenient: bool) -> Zone:
        """Leave what was read as it is."""
        return existing

    def process_source_and_target_zones(
        self, desired: Zone, existing: Zone, target: object, *, lenient: bool
    ) -> tuple[Zone, Zone]:
        """Want what is there, but for the changes."""
        known = {_key(record): record for record in existing.records}
        for record in existing.records:
            if _key(record) not in self._changes:
                desired.add_record(record, lenient=True)
        for key, change in self._changes.items():
            record = known.get(key)
            self._check_before(change, record)
            if change.after is not None:
                self._new[key] = _record(desired, change.after, record)
                desired.add_record(self._new[key], lenient=True)
        self._check_aliases(desired)
        return desired, existing

    def _check_before(self, change: Change, record: Record | None) -> None:
        """Raises where what is there is not what the change begins with."""
        about = written(change.key)
        there = known_rrset(record) if record else None
        if record is not None and there is None:
            raise self._refused(
                TroubleReason.REFUSED, f"{about} has what octoDNS can't write back, or a proxy"
            )
        before = change.before
        same = there is before if there is None or before is None else there.is_same(before)
        if not same:
            raise self._refused(TroubleReason.CHANGED, about)

    def _check_aliases(self, desired: Zone) -> None:
        """Raises where a CNAME would stand beside something else (RFC 1034 3.6.2)."""
        for key, record in self._new.items():
            beside = desired.get(record.name)
            if len(beside) > 1 and any(other._type == "CNAME" for other in beside):
                about = f"{written(key)} can't stand beside a CNAME"
                raise self._refused(TroubleReason.REFUSED, about)

    def is_exactly(self, plan: Plan) -> bool:
        """Whether octoDNS' plan is these changes and no others."""
        planned = {_key(change.record): change for change in plan.changes}
        as_wanted = (
            CLASS_NAMES.get(type(change).__name__) is self._changes[key].kind
            and change.new is self._new.get(key)
            for key, change in planned.items()
            if key in self._changes
        )
        alike = planned.keys() == self._changes.keys() and len(plan.changes) == len(planned)
        return alike and plan.meta is None and all(as_wanted)

    def only_added(self, change: OctoChange) -> OctoChange:
        """For a class that only adds what it shall create: of a changed RRset the data added."""
        from octodns.record.change import Create

        wanted = self._changes[_key(change.record)]
        if wanted.before is None or wanted.after is None:
            return change
        added = tuple(each for each in wanted.after.rdatas if each not in wanted.before.rdatas)
        return Create(_record(change.new.zone, replace(wanted.after, rdatas=added), None))


def of_whole_rrset(change: OctoChange) -> OctoChange:
    """For a class that takes away data by their bytes: those of a TXT may be cut elsewhere."""
    existing = change.existing
    if CLASS_NAMES.get(type(change).__name__) is not Kind.TAKE_AWAY:
        return change
    kind = type(existing)
    named = {"rrs": property(lambda self: (self.fqdn, self.ttl, self._type, []))}
    change.existing = existing.copy()
    change.existing.__class__ = type(kind.__name__, (kind,), named)
    return change


def changes_safely(change: Change, writes: Writes) -> bool:
    """Whether no data that stay are away for a moment."""
    before, after = change.before, change.after
    if writes is Writes.IN_PLACE or before is None or after is None:
        return True
    only_adds = before.ttl == after.ttl and {*before.rdatas} < {*after.rdatas}
    return writes is Writes.ADDS and only_adds


def written(key: Key) -> str:
    owner, rdtype = key
    return f"{owner.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(rdtype)}"


def _key(record: Record) -> Key:
    """The types that only octoDNS knows have no number: such records are nobody's change."""
    try:
        rdtype = dns.rdatatype.from_text(record._type)
    except (DNSException, ValueError):
        is_alias = record._type.endswith("ALIAS")
        rdtype = dns.rdatatype.CNAME if is_alias else dns.rdatatype.NONE
    return dns.name.from_text(record.fqdn), rdtype


def reading(zone: Zone) -> Reading:
    """What octoDNS has read."""
    contents: dict[Key, ZoneRRset] = {}
    inexact: set[Key] = set()
    for record in zone.records:
        rrset = known_rrset(record)
        if rrset is not None:
            contents[_key(record)] = rrset
        elif _key(record)[1] != dns.rdatatype.NONE:
            inexact.add(_key(record))
    return Reading(contents, frozenset(inexact))


def known_rrset(record: Record) -> ZoneRRset | None:
    """What a record of octoDNS says; None where more is to it than DNS, or it is not exact."""
    owner, rdtype = _key(record)
    if (
        record._type != dns.rdatatype.to_text(rdtype)
        or getattr(record, "dynamic", None)
        or getattr(record, "geo", None)
    ):
        return None
    if record.octodns.get("cloudflare", {}).get("proxied"):
        return None
    rdatas = tuple(_rdatas(record, rdtype))
    exact = tuple(rdata for rdata in rdatas if rdata is not None)
    return ZoneRRset(owner, rdtype, record.ttl, exact) if exact == rdatas else None


def _rdatas(record: Record, rdtype: RdataType) -> Iterator[Rdata | None]:
    """The data, None for such as can't be told exactly."""
    if rdtype == dns.rdatatype.TXT:
        yield from (_text_rdata(value.replace("\\;", ";")) for value in record.values)
        return
    for text in record.to_rrset().rdatas:
        try:
            rdata = dns.rdata.from_text(dns.rdataclass.IN, rdtype, text)
            rdata.to_wire()  # raises for a relative name
            yield rdata
        except (DNSException, ValueError):
            yield None


def _text_rdata(text: str) -> Rdata | None:
    """Quotes and backslashes are escaped by some of the classes, and not by others."""
    if not text or not all(" " <= c <= "~" and c not in '"\\' for c in text):
        return None
    strings = [text[at : at + 255].encode() for at in range(0, len(text), 255)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)


def _record(zone: Zone, rrset: ZoneRRset, before: Record | None) -> Record:
    """An RRset as octoDNS has it, with the provider's own remarks on the one before."""
    from octodns.record.base import Record as OctoRecord
    from octodns.record.rr import Rrset

    texts = [rdata.to_text() for rdata in rrset.rdatas]
    rdtype = dns.rdatatype.to_text(rrset.rdtype)
    owner = rrset.owner.to_text().lower()
    record = OctoRecord.from_rrset(zone, Rrset(owner, rdtype, rrset.ttl, texts), lenient=True)
    if rrset.rdtype == dns.rdatatype.TXT:
        # Cut where it was, and not before 255 bytes since octoDNS counts its own escapes.
        record.chunked_value = lambda value: type(value)(value.to_rdata_text())
    if before is not None:
        record.octodns = dict(before.octodns)
    return record

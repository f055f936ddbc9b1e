"""What octoDNS is told to make of a zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from mailcow_dns_tui.publish.changes import Change, Key, Kind, Trouble, ZoneRRset
from mailcow_dns_tui.publish.checks import only_adds
from mailcow_dns_tui.publish.octodns_read import key_of

if TYPE_CHECKING:
    from octodns.provider.plan import Plan
    from octodns.zone.base import Zone

Record = Any
OctoChange = Any
"""Of octoDNS, whose classes have what they have at run time only."""
CLASS_NAMES = {"Create": Kind.CREATE, "Update": Kind.CHANGE, "Delete": Kind.TAKE_AWAY}
"""octoDNS' changes by their classes."""


class RefusedError(Exception):
    """Ends what octoDNS does with what the user is told."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


class Builder:
    """A processor of octoDNS, which makes the desired zone from what was read just now."""

    def __init__(self, changes: Sequence[Change], check: Callable[[Zone], None]) -> None:
        self._check = check
        self._changes = {change.key: change for change in changes}
        self._new: dict[Key, Record] = {}

    def process_target_zone(self, existing: Zone, target: object, *, lenient: bool) -> Zone:
        """Leave what was read as it is."""
        return existing

    def process_source_and_target_zones(
        self, desired: Zone, existing: Zone, target: object, *, lenient: bool
    ) -> tuple[Zone, Zone]:
        """Want what is there, but for the changes; raises what `check` raises."""
        self._check(existing)
        known = {key_of(record): record for record in existing.records}
        for record in existing.records:
            if key_of(record) not in self._changes:
                desired.add_record(record, lenient=True)
        for key, change in self._changes.items():
            if change.after is not None:
                self._new[key] = _record(desired, change.after, known.get(key))
                desired.add_record(self._new[key], lenient=True)
        return desired, existing

    def is_exactly(self, plan: Plan) -> bool:
        """Whether octoDNS' plan is these changes and no others."""
        planned = {key_of(change.record): change for change in plan.changes}
        as_wanted = (
            CLASS_NAMES.get(type(change).__name__) is self._changes[key].kind
            and change.new is self._new.get(key)
            for key, change in planned.items()
            if key in self._changes
        )
        alike = planned.keys() == self._changes.keys() and len(plan.changes) == len(planned)
        return alike and plan.meta is None and all(as_wanted)

    def only_added(self, change: OctoChange) -> OctoChange:
        """For a class that only adds what it shall create: of an RRset the data added."""
        from octodns.record.change import Create

        wanted = self._changes[key_of(change.record)]
        if wanted.before is None or wanted.after is None or not only_adds(wanted):
            return change
        added = tuple(each for each in wanted.after.rdatas if each not in wanted.before.rdatas)
        return Create(_record(change.new.zone, replace(wanted.after, rdatas=added), None))


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

"""A zone that is read by a transfer, and changed datum by datum (RFC 2136).

No message has prerequisites, which the provider's class can't send: none takes away what it does
not name, so that what somebody else adds meanwhile stays.

octoDNS' own records would lose types that it does not know, and bytes of texts: so a plan is made
without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import dns.name
import dns.rdata
import dns.rdataclass
from dns.rdatatype import RdataType

from mailcow_dns_tui.publish.changes import Change, Key, Reading, ZoneRRset

if TYPE_CHECKING:
    from octodns.provider.plan import Plan
    from octodns.zone.base import Zone

OctoChange = Any
"""Of octoDNS, whose classes have what they have at run time only."""
OF_THE_SERVER = frozenset(
    map(RdataType.from_text, ("SOA", "DNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "RRSIG", "TYPE65534"))
)
"""Made by the name server itself; BIND notes in the last how far it has signed."""


class _AllTypes(frozenset[str]):
    """What a class supports that shall leave nothing out."""

    def __contains__(self, rdtype: object) -> bool:
        return True


def transferred(provider: Any, zone: Zone) -> Reading:
    """All of the zone, to the byte, but what the name server makes itself."""
    provider.SUPPORTS = _AllTypes()
    found: dict[Key, ZoneRRset] = {}
    for row in provider.zone_records(zone, target=True):
        key = dns.name.from_text(row.name), RdataType.from_text(row._type)
        if key[1] not in OF_THE_SERVER:
            rdata = dns.rdata.from_text(dns.rdataclass.IN, key[1], row.rdata)
            there = found.get(key, ZoneRRset(*key, row.ttl, ()))
            found[key] = replace(there, rdatas=(*there.rdatas, rdata))
    return Reading(found)


def plan_by_data(zone: Zone, changes: Sequence[Change]) -> Plan:
    """What the provider's class makes one message of: first all that goes."""
    from octodns.provider.plan import Plan

    plan = Plan(zone, zone, [], True)
    plan.changes = [*_gone(changes), *_new(changes)]
    return plan


def _gone(changes: Sequence[Change]) -> Iterator[OctoChange]:
    from octodns.record.change import Delete

    for change in changes:
        if change.before is not None and (gone := _without(change.before, change.after)):
            yield Delete(_with_data(gone))


def _new(changes: Sequence[Change]) -> Iterator[OctoChange]:
    """A new TTL is that of the whole RRset, which takes it over with the first datum."""
    from octodns.record.change import Create

    for change in changes:
        before, after = change.before, change.after
        if after is None:
            continue
        has_new_ttl = before is not None and before.ttl != after.ttl
        if new := after if has_new_ttl else _without(after, before):
            yield Create(_with_data(new))


def _without(rrset: ZoneRRset, others: ZoneRRset | None) -> ZoneRRset | None:
    known = others.rdatas if others else ()
    rdatas = tuple(each for each in rrset.rdatas if each not in known)
    return replace(rrset, rdatas=rdatas) if rdatas else None


def _with_data(rrset: ZoneRRset) -> Any:
    """As much of a record as is asked for."""
    texts = [rdata.to_text() for rdata in rrset.rdatas]
    rdtype = RdataType.to_text(rrset.rdtype)
    return SimpleNamespace(rrs=(rrset.owner.to_text(), rrset.ttl, rdtype, texts))

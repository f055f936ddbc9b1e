"""Where a record is that is missing at its own name: other names that panels and hands make."""

import asyncio
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.names import is_registry, relative_text, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics.dkim_record import KeyRecord
from mailcow_dns_tui.topics.doubled import is_doubled
from mailcow_dns_tui.topics.judgement import DIFFERENT, MISSING, Verdict, where
from mailcow_dns_tui.topics.wildcard import wildcard_of
from mailcow_dns_tui.topics.words import described, kind

HOSTS = (b"mail", b"www")
"""Labels of hosts at which people enter what belongs to the domain itself."""
MISTAKEN_TYPES = {
    ("clients", RdataType.SRV): RdataType.TLSA,
    ("tlsa", RdataType.TLSA): RdataType.SRV,
    ("spf", RdataType.TXT): RdataType.SPF,
}
"""The type that is chosen in place of the right one: SPF had one of its own (RFC 7208 3.1)."""
MOST_ZONES = 6
"""Of the operator's, in which a record is looked for that belongs into none of them."""


@dataclass(frozen=True)
class Place:
    """Where a record may have been put instead.

    Attributes:
        fix: what to change in the panel.
        others: the same may stand there for somebody else, and is not to be deleted.
    """

    fix: str
    others: bool = False


async def misplaced(
    record: Record, zones: Collection[Name], taken: Collection[tuple[Name, Rdata]], dns: Dns
) -> Verdict | None:
    """Ask for a missing record at the names where it may have been put instead.

    Args:
        record: in the zone where its name was found.
        zones: the operator's own.
        taken: what is wanted at other names, and is nobody's slip there.
        dns: asked once for each of the names.
    """
    other_type = MISTAKEN_TYPES.get((record.topic, record.rdtype))
    places = other_places(record, zones)
    asked = [(name, record.rdtype) for name in places]
    asked += [(record.owner, other_type)] if other_type else []
    lookups = await asyncio.gather(*(dns.ask(*each) for each in asked))
    for lookup in lookups:
        verdict = _verdict(record, lookup, places, taken)
        zone = lookup.zone or record.zone
        if verdict and not await wildcard_of(lookup, zone, dns):
            return verdict
    return None


def other_places(record: Record, zones: Collection[Name]) -> Mapping[Name, Place]:
    """Where a record of these zones may have been put."""
    service, base = _split(record)
    renamed = Place(f"Change its name to {record.name} {where(record)}.")
    places: dict[Name, Place] = {}
    for labels in _mistaken(service):
        places |= dict.fromkeys(joined(labels, base), renamed)
    for parent in _above(record, base, zones):
        places |= dict.fromkeys(joined(service, parent), _beside(record, parent))
    for host in _hosts(record):
        places |= dict.fromkeys(joined((*service, host), base), renamed)
    for zone in dict.fromkeys((record.zone, *zones)):
        if record.owner.is_subdomain(zone):
            place = Place(
                f"Enter {relative_text(record.owner, zone)} as the name: "
                f"the panel appends {unicode_form(zone)} itself."
            )
            places |= dict.fromkeys(joined(record.owner.labels[:-1], zone), place)
    return {name: place for name, place in places.items() if name != record.owner}


def _above(record: Record, base: Name, zones: Collection[Name]) -> Iterator[Name]:
    """Where only the labels of the service were entered, or those of a host were left out.

    Elsewhere than for what is one domain's or host's alone, the same is another one's own.
    """
    if record.topic not in {"dkim", "tlsa"}:
        return
    while base != record.zone and base.is_subdomain(record.zone) and not is_registry(base.parent()):
        base = base.parent()
        yield base
    if record.topic == "tlsa":
        yield from itertools.islice(zones, MOST_ZONES)


def _beside(record: Record, parent: Name) -> Place:
    if record.topic == "tlsa":
        return Place(f"Change its name to {record.name} {where(record)}.")
    return Place(
        f"Add it with the name {record.name} {where(record)}; delete the other one if no mail of "
        f"{unicode_form(parent)} is signed with that key.",
        others=True,
    )


def _hosts(record: Record) -> Sequence[bytes]:
    """Of the hosts where it does nothing; they have clients and verification texts of their own."""
    if record.domain is None or record.topic in {"clients", "verification"}:
        return ()
    if isinstance(record.rdata, MX):
        return tuple(dict.fromkeys((*HOSTS, record.rdata.exchange.labels[0])))
    return HOSTS if record.rdtype == RdataType.TXT else ()


def _split(record: Record) -> tuple[tuple[bytes, ...], Name]:
    """The labels up to the last with an underscore, as `dkim._domainkey`, and those after them."""
    is_below = record.domain is not None and record.zone.is_subdomain(record.domain)
    top = record.domain if is_below and record.domain else record.zone
    inside = record.owner.labels[: len(record.owner) - len(top)]
    count = max((i for i, label in enumerate(inside, 1) if label.startswith(b"_")), default=0)
    return inside[:count], Name(record.owner.labels[count:])


def _mistaken(service: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    """Labels as they are mistyped: underscores lost, turned round, the last ones or all left out.

    A name without underscores is a host's, and its parent has records of its own.
    """
    if not service:
        return
    spellings = (dict.fromkeys((label, label.removeprefix(b"_"))) for label in service)
    yield from itertools.product(*spellings)
    yield service[::-1]
    yield service[:1]
    yield ()


def joined(labels: tuple[bytes, ...], zone: Name) -> Iterator[Name]:
    """The name of these labels in the zone; none where it would be too long."""
    try:
        yield Name(labels).concatenate(zone)
    except dns.name.NameTooLong:
        return


def _verdict(
    record: Record,
    lookup: Lookup,
    places: Mapping[Name, Place],
    taken: Collection[tuple[Name, Rdata]],
) -> Verdict | None:
    """What is to be said of what was found at one of the names."""
    own = chain.from_iterable(answer.rdatas for answer in lookup.heard if not answer.aliases)
    wanted_there = [
        replace(record, owner=name, rdata=rdata) for name, rdata in taken if name == lookup.name
    ]
    found = [
        rdata
        for rdata in dict.fromkeys(own)
        if not any(_is_wanted(rdata, other) for other in wanted_there)
    ]
    if lookup.rdtype != record.rdtype:
        return _other_type(record, lookup.rdtype, found) if found else None
    if strays := [rdata for rdata in found if _is_wanted(rdata, record)]:
        return _at(record, lookup.name, strays, places[lookup.name])
    swapped = [rdata for rdata in found if _target_of(rdata) == record.owner]
    return _swapped(record, lookup.name, swapped) if swapped else None


def _is_wanted(rdata: Rdata, record: Record) -> bool:
    """Whether it is the wanted data; where the zone was appended to it too, both were mistaken."""
    if isinstance(rdata, TXT) and isinstance(record.rdata, TXT):
        found, wanted = txt_value(rdata), txt_value(record.rdata)
        same_key = record.topic == "dkim" and KeyRecord(found).key == KeyRecord(wanted).key
        return same_key or _same_parts(found, wanted)
    target, other = _target_of(record.rdata), _target_of(rdata)
    doubled = bool(target and other and is_doubled(other, target, record.owner))
    return doubled or {rdata} == {record.rdata}


def _at(record: Record, name: Name, strays: Sequence[Rdata], place: Place) -> Verdict:
    message = f"{described(record)} is at another name: {unicode_form(name)}."
    # Whoever published a key believes that senders look at it.
    status = (DIFFERENT if record.topic == "tlsa" else MISSING)[record.tier]
    places = () if place.others else tuple((name, stray) for stray in strays)
    return Verdict(status, "misplaced", message, place.fix, strays=places)


def _swapped(record: Record, name: Name, strays: Sequence[Rdata]) -> Verdict:
    message = (
        f"Name and value of the {kind(record)} are swapped: it stands at {unicode_form(name)}, and "
        f"names {unicode_form(record.owner)}, which has none."
    )
    target = _target_of(record.rdata)
    value = unicode_form(target) if target else record.value
    fix = f"Enter {record.name} as the name and {value} as the value {where(record)}."
    places = tuple((name, stray) for stray in strays)
    return Verdict(MISSING[record.tier], "misplaced", message, fix, strays=places)


def _other_type(record: Record, rdtype: RdataType, strays: Sequence[Rdata]) -> Verdict:
    name, wanted = unicode_form(record.owner), kind(record)
    message = (
        f"{name} has a record of the type {rdtype.name}, and no {wanted}: the type was mixed up."
    )
    fix = f"Add it with the type {record.type_text} {where(record)}, and delete the other."
    places = tuple((record.owner, stray) for stray in strays)
    return Verdict(MISSING[record.tier], "other-type", message, fix, strays=places)


def _target_of(rdata: Rdata) -> Name | None:
    if isinstance(rdata, MX):
        return rdata.exchange
    return rdata.target if isinstance(rdata, (CNAME, PTR, SRV)) else None


def _same_parts(one: str, other: str) -> bool:
    """Whether texts differ at most in blanks and in the order of what stands after a version."""
    return _parts(one) == _parts(other)


def _parts(text: str) -> tuple[str, ...]:
    parts = ["".join(part.split()) for part in text.split(";")]
    return (parts[0], *sorted(filter(None, parts[1:])))

"""Where a record is that is missing at its own name: other names that panels and hands make."""

import asyncio
import itertools
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.names import relative_text, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics.doubled import is_doubled
from mailcow_dns_tui.topics.judgement import MISSING, Verdict, where
from mailcow_dns_tui.topics.wildcard import wildcard_of
from mailcow_dns_tui.topics.words import described


async def misplaced(record: Record, zones: Collection[Name], dns: Dns) -> Verdict | None:
    """Ask for a missing record at the names where it may have been put instead."""
    names = other_names(record, zones)
    lookups = await asyncio.gather(*(dns.ask(name, record.rdtype) for name in names))
    for lookup in lookups:
        strays = _strays(lookup, record)
        zone = lookup.zone or record.zone
        if strays and not await wildcard_of(lookup, zone, dns):
            return _at(record, lookup.name, strays, names[lookup.name])
    return None


def other_names(record: Record, zones: Collection[Name]) -> dict[Name, str]:
    """Where a record of these zones may have been put, each with what to change in the panel."""
    names = {}
    service, base = _split(record)
    for labels in _mistaken(service):
        for name in _joined(labels, base):
            names[name] = f"Change its name to {record.name} {where(record)}."
    for zone in dict.fromkeys((record.zone, *zones)):
        if record.owner.is_subdomain(zone):
            for name in _joined(record.owner.labels[:-1], zone):
                names[name] = (
                    f"Enter {relative_text(record.owner, zone)} as the name: "
                    f"the panel appends {unicode_form(zone)} itself."
                )
    return {name: fix for name, fix in names.items() if name != record.owner}


def _split(record: Record) -> tuple[tuple[bytes, ...], Name]:
    """The labels up to the last with an underscore, as `dkim._domainkey`, and those after them."""
    inside = record.owner.labels[: len(record.owner) - len(record.zone)]
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


def _joined(labels: tuple[bytes, ...], zone: Name) -> Iterator[Name]:
    try:
        yield Name(labels).concatenate(zone)
    except dns.name.NameTooLong:
        return


def _strays(lookup: Lookup, record: Record) -> Sequence[Rdata]:
    """What was meant to be the record."""
    own = (answer.rdatas for answer in lookup.heard if not answer.aliases)
    return [r for r in dict.fromkeys(chain.from_iterable(own)) if _is_wanted(r, record)]


def _is_wanted(rdata: Rdata, record: Record) -> bool:
    """Whether it is the wanted data; where the zone was appended to it too, both were mistaken."""
    if isinstance(rdata, TXT) and isinstance(record.rdata, TXT):
        return _same_parts(txt_value(rdata), txt_value(record.rdata))
    wanted, found = _target_of(record.rdata), _target_of(rdata)
    doubled = bool(wanted and found and is_doubled(found, wanted, record.owner))
    return doubled or {rdata} == {record.rdata}


def _at(record: Record, name: Name, strays: Sequence[Rdata], fix: str) -> Verdict:
    message = f"{described(record)} is at another name: {unicode_form(name)}."
    places = tuple((name, stray) for stray in strays)
    return Verdict(MISSING[record.tier], "misplaced", message, fix, strays=places)


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

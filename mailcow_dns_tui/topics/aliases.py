"""Other names that lead to the mail host."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    different,
    judge,
    missing,
    works_differently,
)


@dataclass(frozen=True)
class Leading:
    """Where names lead.

    Attributes:
        ours: those with addresses of the host, and no others.
        unknown: those of which nobody could tell all addresses, and none is foreign.
    """

    ours: frozenset[Name]
    unknown: frozenset[Name]


async def leading_to(names: Iterable[Name], server: Server, dns: Dns) -> Leading:
    """Look up which of the names lead to the host."""
    ours = frozenset(map(rdatas.address, server.addresses))
    asked = tuple(dict.fromkeys(names))
    looked_up = await asyncio.gather(*(_lookups(name, dns) for name in asked))
    inside = {
        name: lookups
        for name, lookups in zip(asked, looked_up, strict=True)
        if _addresses(lookups) <= ours
    }
    unknown = frozenset(n for n, lookups in inside.items() if any(each.unknown for each in lookups))
    known = frozenset(name for name, lookups in inside.items() if _addresses(lookups))
    return Leading(known - unknown, unknown)


async def _lookups(name: Name, dns: Dns) -> tuple[Lookup, ...]:
    types = (RdataType.A, RdataType.AAAA)
    return tuple(await asyncio.gather(*(dns.ask(name, rdtype) for rdtype in types)))


def _addresses(lookups: Iterable[Lookup]) -> frozenset[Rdata]:
    return frozenset(r for lookup in lookups for answer in lookup.heard for r in answer.rdatas)


def could_not_tell(names: Iterable[Name]) -> Verdict:
    listed = ", ".join(sorted(map(unicode_form, names)))
    message = f"Could not look up the addresses of {listed}, so it is not known where it leads."
    return Verdict(Status.UNKNOWN, "could-not-ask", message, "Check again later.")


async def look_up_alias(record: Record, server: Server, dns: Dns) -> Finding:
    """Judge a CNAME to the host; the host's own addresses in its place are as good."""
    addresses = frozenset(map(rdatas.address, server.addresses))
    has_ipv4 = any(rdata.rdtype == RdataType.A for rdata in addresses)
    types = (RdataType.A, RdataType.AAAA) if has_ipv4 else (RdataType.AAAA, RdataType.A)
    lookup = await dns.ask(record.owner, types[0])
    lookups = [lookup]
    if _target(record) not in lookup.aliases:
        lookups.append(await dns.ask(record.owner, types[1]))
    telling = [each for each in lookups if not each.absent] or [lookup]
    found = [judge(record, each, partial(_opinion, addresses=addresses)) for each in telling]
    return min(found, key=lambda finding: WORST_FIRST.index(finding.status))


def _opinion(record: Record, answer: Answer, addresses: frozenset[Rdata]) -> Verdict:
    if _target(record) in answer.aliases:
        return as_wanted(record)
    ours = bool(answer.rdatas) and set(answer.rdatas) <= addresses
    if answer.aliases:
        leads = f"leads to {unicode_form(answer.aliases[0])}"
        if ours:
            return works_differently(record)
    elif not answer.rdatas:
        return missing(record)
    elif ours:
        return as_wanted(record)
    else:
        leads = "has an address that is not this server's"
    return different(record, f"{unicode_form(record.owner)} {leads}.")


def _target(record: Record) -> Name | None:
    return record.rdata.target if isinstance(record.rdata, CNAME) else None

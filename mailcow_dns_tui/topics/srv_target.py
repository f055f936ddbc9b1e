"""What is known of the hosts that SRV records name, other than the mail host."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from dns.name import Name, root
from dns.rdatatype import RdataType
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics import rdatas


class Reach(Enum):
    """Where a host's addresses lead."""

    OURS = "ours"
    FOREIGN = "foreign"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Target:
    reach: Reach
    is_alias: bool = False
    left_out: bool = False


Targets = Mapping[Name, Target]


async def targets_of(lookup: Lookup, server: Server, dns: Dns) -> Targets:
    """Look up each host that a name server, or the resolver, has in the SRV RRset."""
    answers = (*lookup.heard, *filter(None, [lookup.resolver]))
    published = (rdata for answer in answers for rdata in answer.rdatas)
    names = {rdata.target for rdata in published if isinstance(rdata, SRV)}
    others = tuple(names - {server.name, root})
    known = await asyncio.gather(*(_look_up(name, server, dns) for name in others))
    return dict(zip(others, known, strict=True))


async def _look_up(name: Name, server: Server, dns: Dns) -> Target:
    types = (RdataType.A, RdataType.AAAA)
    lookups = await asyncio.gather(*(dns.ask(name, rdtype) for rdtype in types))
    return Target(
        _reach(lookups, server),
        any(lookup.aliases for lookup in lookups),
        any(lookup.left_out for lookup in lookups),
    )


def _reach(lookups: Iterable[Lookup], server: Server) -> Reach:
    ours = frozenset(map(rdatas.address, server.addresses))
    asked = tuple(lookups)
    found = {rdata for lookup in asked for answer in lookup.heard for rdata in answer.rdatas}
    if not found <= ours:
        return Reach.FOREIGN
    if any(lookup.unknown for lookup in asked):
        return Reach.UNKNOWN
    return Reach.OURS if found else Reach.NOWHERE

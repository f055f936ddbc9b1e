"""Where the hosts that records name lead: their addresses, and how they are got."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.address_kinds import unroutable
from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.topics.addresses import address_of


@dataclass(frozen=True)
class Destination:
    """What a host has for addresses; nothing asked is nothing known.

    Attributes:
        lookups: of the addresses of both families.
    """

    lookups: tuple[Lookup, ...] = ()

    @property
    def addresses(self) -> frozenset[Rdata]:
        return frozenset(r for each in self.lookups for a in each.heard for r in a.rdatas)

    @property
    def unknown(self) -> bool:
        """At least one family could not be asked."""
        return not self.lookups or any(lookup.unknown for lookup in self.lookups)

    @property
    def left_out(self) -> bool:
        return any(lookup.left_out for lookup in self.lookups)

    @property
    def reachable(self) -> frozenset[Rdata]:
        """The addresses that the internet has a way to."""
        found = ((rdata, address_of(rdata)) for rdata in self.addresses)
        return frozenset(r for r, address in found if address and not unroutable(address))

    @property
    def is_alias(self) -> bool:
        return any(lookup.aliases for lookup in self.lookups)

    def leads_to(self, ours: frozenset[Rdata]) -> bool:
        """It has addresses of these, and no others."""
        return not self.unknown and bool(self.addresses) and self.addresses <= ours


Destinations = Mapping[Name, Destination]


async def destinations(names: Iterable[Name], dns: Dns) -> Destinations:
    """Look all of the names up at once."""
    asked = tuple(dict.fromkeys(names))
    found = await asyncio.gather(*(_destination(name, dns) for name in asked))
    return dict(zip(asked, found, strict=True))


async def _destination(name: Name, dns: Dns) -> Destination:
    types = (RdataType.A, RdataType.AAAA)
    return Destination(tuple(await asyncio.gather(*(dns.ask(name, each) for each in types))))

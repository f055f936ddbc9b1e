"""Whose the addresses are that are not planned."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import dns.reversename
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.PTR import PTR

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.topics.addresses import address_of


@dataclass(frozen=True)
class Owners:
    """What reverse DNS tells of addresses.

    Attributes:
        own: those whose reverse DNS names the host.
        unknown: those whose reverse DNS nobody could tell.
    """

    own: frozenset[Rdata] = frozenset()
    unknown: frozenset[Rdata] = frozenset()


async def owners_of(addresses: Iterable[Rdata], hosts: Collection[Name], dns: Dns) -> Owners:
    """Tell by reverse DNS which addresses are those of a host that goes by these names."""
    asked = {rdata: address for rdata in addresses if (address := address_of(rdata))}
    names = (_reverse_name(str(address)) for address in asked.values())
    lookups = await asyncio.gather(*(dns.ask(name, RdataType.PTR) for name in names))
    own = (rdata for rdata, each in zip(asked, lookups, strict=True) if _names(each, hosts))
    unknown = (rdata for rdata, each in zip(asked, lookups, strict=True) if each.unknown)
    return Owners(frozenset(own), frozenset(unknown))


def _reverse_name(address: str) -> Name:
    return dns.reversename.from_address(address)


def _names(lookup: Lookup, hosts: Collection[Name]) -> bool:
    return any(isinstance(rdata, PTR) and rdata.target in hosts for rdata in lookup.rdatas)

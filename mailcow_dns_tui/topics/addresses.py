"""Addresses in records."""

from ipaddress import ip_address

from dns.rdata import Rdata
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from mailcow_dns_tui.model.address_kinds import Address, unroutable


def address_of(rdata: Rdata) -> Address | None:
    """The address in an A or AAAA."""
    return ip_address(rdata.address) if isinstance(rdata, A | AAAA) else None


def is_unroutable(rdata: Rdata) -> bool:
    """Whether it is an A or AAAA that the internet has no way to."""
    address = address_of(rdata)
    return address is not None and bool(unroutable(address))

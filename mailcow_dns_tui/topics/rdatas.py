"""Rdata of the types that topics plan; what all domains have alike is made once for all."""

from functools import lru_cache

from dns.name import Name
from dns.rdataclass import IN
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CAA import CAA
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.names import Address


def address(value: Address) -> A | AAAA:
    """An A or AAAA, by the version of the address."""
    if value.version == 4:
        return A(IN, RdataType.A, str(value))
    return AAAA(IN, RdataType.AAAA, str(value))


@lru_cache
def cname(target: Name) -> CNAME:
    """An alias."""
    return CNAME(IN, RdataType.CNAME, target)


@lru_cache
def mx(preference: int, exchange: Name) -> MX:
    """A mail exchanger; the lowest preference comes first."""
    return MX(IN, RdataType.MX, preference, exchange)


def ptr(target: Name) -> PTR:
    """The name of an address."""
    return PTR(IN, RdataType.PTR, target)


@lru_cache
def srv(priority: int, weight: int, port: int, target: Name) -> SRV:
    """Where a service is; target `.` and port 0 say that there is none (RFC 2782)."""
    return SRV(IN, RdataType.SRV, priority, weight, port, target)


def caa(flags: int, tag: str, value: str) -> CAA:
    """One property: `0 issue "letsencrypt.org"`."""
    return CAA(IN, RdataType.CAA, flags, tag.encode(), value.encode())


def tlsa(usage: int, selector: int, matching: int, digest: bytes) -> TLSA:
    """An association of a certificate; usage, selector, matching type as in RFC 6698 2.1."""
    return TLSA(IN, RdataType.TLSA, usage, selector, matching, digest)

"""What is published, as mailcow's own DNS page would get it from its resolver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import ascii_form

Rrset = tuple[Rdata, ...]
Key = tuple[Name, RdataType]


@dataclass(frozen=True)
class Seen:
    """RRsets by name and type, at the end of any chain of CNAMEs.

    Attributes:
        rrsets: an empty one was asked for and is not there; one that is not in it is unknown.
        aliases: where the CNAME at a name leads, as far as that is known; None for no CNAME.
    """

    rrsets: Mapping[Key, Rrset] = field(default_factory=dict)
    aliases: Mapping[Name, Name | None] = field(default_factory=dict)

    @staticmethod
    def of_findings(findings: Iterable[Finding]) -> Seen:
        return Seen.of_lookups(lookup for finding in findings for lookup in _lookups(finding))

    @staticmethod
    def of_lookups(lookups: Iterable[Lookup]) -> Seen:
        """What the lookups tell; what the name servers do not agree on stays unknown."""
        rrsets: dict[Key, Rrset] = {}
        aliases: dict[Name, Name | None] = {}
        for lookup in filter(_is_clear, lookups):
            rrsets[lookup.name, lookup.rdtype] = lookup.rdatas
            aliases[lookup.name] = _target(lookup) or aliases.get(lookup.name)
        return Seen(rrsets, aliases)

    def of(self, name: Name, rdtype: RdataType) -> Rrset | None:
        """The RRset; None where it is unknown."""
        return self.rrsets.get((name, rdtype))

    def texts(self, name: Name, rdtype: RdataType) -> tuple[str, ...] | None:
        rrset = self.of(name, rdtype)
        return None if rrset is None else tuple(map(page_text, rrset))


def _lookups(finding: Finding) -> Iterator[Lookup]:
    yield from finding.beside
    if finding.lookup is not None:
        yield finding.lookup


def _target(lookup: Lookup) -> Name | None:
    own = (rdata.target for rdata in lookup.rdatas if isinstance(rdata, CNAME))
    return next(iter((*lookup.aliases, *own)), None)


def _is_clear(lookup: Lookup) -> bool:
    if any(answer.malformed for answer in lookup.heard):
        return False
    return len({answer.content for answer in lookup.heard}) == 1


def page_text(rdata: Rdata) -> str:
    """The part of the data that the page compares, in its own form."""
    match rdata:
        case A():
            return str(rdata.address)
        case AAAA():
            return IPv6Address(rdata.address).exploded
        case CNAME(target=target) | PTR(target=target) | MX(exchange=target):
            return plain(target)
        case SRV(target=target, port=port):
            return ". 0" if target == dns.name.root else f"{plain(target)} {port}"
        case TLSA():
            return f"{rdata.usage} {rdata.selector} {rdata.mtype} {rdata.cert.hex()}"
    return rdata.to_text()


def plain(name: Name) -> str:
    """A name as PHP has it: without the final dot, the root as an empty text."""
    return "" if name == dns.name.root else ascii_form(name)

"""What a zone has to say to a question (RFC 1034 4.3.2, RFC 4592)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

import dns.btreezone
import dns.name
import dns.zone
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.NS import NS
from dns.rrset import RRset, from_rdata, from_rdata_list


class Kind(Enum):
    ANSWER = auto()
    ALIAS = auto()
    NODATA = auto()
    NXDOMAIN = auto()
    REFERRAL = auto()


@dataclass(frozen=True)
class Step:
    """One zone's say; for an alias, `target` is the name to go on with."""

    kind: Kind
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    additional: tuple[RRset, ...] = ()
    target: Name | None = None


class Zone:
    """One version of a zone, read from the text of a zone file with absolute `$ORIGIN`."""

    def __init__(self, text: str) -> None:
        zone = dns.zone.from_text(text, relativize=False, zone_factory=dns.btreezone.Zone)
        with zone.reader() as reader:
            self._version: dns.btreezone.ImmutableVersion = reader.version
        self.origin = zone.origin or dns.name.root
        soa = zone.get_soa()
        # As a negative answer has it (RFC 2308 3).
        self._soa = (from_rdata(self.origin, soa.minimum, soa),)

    def find(self, name: Name, rdtype: RdataType) -> Step:
        bounds = self._version.bounds(name)
        if bounds.is_delegation and not (bounds.is_equal and rdtype == RdataType.DS):
            return self._referral(bounds.left)
        if bounds.is_equal:
            return self._at(name, name, rdtype)
        if bounds.closest_encloser == name:
            return Step(Kind.NODATA, authority=self._soa)
        wildcard = dns.name.Name((b"*", *bounds.closest_encloser.labels))
        if self._version.get_node(wildcard) is not None:
            return self._at(wildcard, name, rdtype)
        return Step(Kind.NXDOMAIN, authority=self._soa)

    def _at(self, node: Name, owner: Name, rdtype: RdataType) -> Step:
        """What is at a node, under the owner name that was asked for."""
        if answer := self._rrset(node, rdtype, owner):
            return Step(Kind.ANSWER, (answer,))
        alias = self._rrset(node, RdataType.CNAME, owner)
        targets = [rdata.target for rdata in alias or () if isinstance(rdata, CNAME)]
        if alias and targets:
            return Step(Kind.ALIAS, (alias,), target=targets[0])
        return Step(Kind.NODATA, authority=self._soa)

    def _referral(self, cut: Name) -> Step:
        servers = self._rrset(cut, RdataType.NS)
        hosts = [rdata.target for rdata in servers or () if isinstance(rdata, NS)]
        glue = (self._rrset(host, RdataType.A) for host in hosts)
        authority = (servers,) if servers else ()
        return Step(Kind.REFERRAL, (), authority, tuple(filter(None, glue)))

    def _rrset(self, node: Name, rdtype: RdataType, owner: Name | None = None) -> RRset | None:
        rdataset = None
        if node.is_subdomain(self.origin):
            rdataset = self._version.get_rdataset(node, rdtype, RdataType.NONE)
        return from_rdata_list(owner or node, rdataset.ttl, tuple(rdataset)) if rdataset else None


def deepest(zones: Iterable[Zone], name: Name, rdtype: RdataType) -> Zone | None:
    """The zone that a question belongs to; a DS, where possible, to the parent (RFC 4035 3.1.4)."""
    above = [zone for zone in zones if name.is_subdomain(zone.origin)]
    above.sort(key=lambda zone: len(zone.origin))
    if rdtype == RdataType.DS and len(above) > 1 and above[-1].origin == name:
        above.pop()
    return above[-1] if above else None


def follow(zones: Iterable[Zone], name: Name, rdtype: RdataType) -> Iterator[Step]:
    """The steps along a chain of CNAMEs, as far as it stays in the zones and is no circle."""
    zones, seen, target = tuple(zones), set[Name](), name
    while target not in seen and (zone := deepest(zones, target, rdtype)):
        seen.add(target)
        step = zone.find(target, rdtype)
        yield step
        if step.target is None:
            return
        target = step.target

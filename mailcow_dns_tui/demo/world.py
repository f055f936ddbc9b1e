"""The example's servers: what each answers (RFC 1034 4.3.2, RFC 4592), and at which address."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

import dns.btreezone
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.zone
from dns.message import Message
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.NS import NS
from dns.rrset import RRset, from_rdata, from_rdata_list

from mailcow_dns_tui.demo import example as zone_files


class NodeKind(Enum):
    """What a zone has at a name (RFC 1034 4.3.2)."""

    ANSWER = auto()
    ALIAS = auto()
    NODATA = auto()
    NXDOMAIN = auto()
    REFERRAL = auto()


@dataclass(frozen=True)
class LookupStep:
    """What one zone answers on the way; for an alias, `target` is the name to go on with."""

    kind: NodeKind
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    additional: tuple[RRset, ...] = ()
    target: Name | None = None


class DemoZone:
    """One version of a zone, read from the text of a zone file with absolute `$ORIGIN`."""

    def __init__(self, text: str) -> None:
        zone = dns.zone.from_text(text, relativize=False, zone_factory=dns.btreezone.Zone)
        with zone.reader() as reader:
            self._version: dns.btreezone.ImmutableVersion = reader.version
        self.origin = zone.origin or dns.name.root
        soa = zone.get_soa()
        # As a negative answer has it (RFC 2308 3).
        self._soa = (from_rdata(self.origin, soa.minimum, soa),)

    def find(self, name: Name, rdtype: RdataType) -> LookupStep:
        """The answer, alias or referral that the zone has at a name at or below its apex."""
        bounds = self._version.bounds(name)
        if bounds.is_delegation and not (bounds.is_equal and rdtype == RdataType.DS):
            return self._referral(bounds.left)
        if bounds.is_equal:
            return self._at(name, name, rdtype)
        if bounds.closest_encloser == name:
            return LookupStep(NodeKind.NODATA, authority=self._soa)
        wildcard = dns.name.Name((b"*", *bounds.closest_encloser.labels))
        if self._version.get_node(wildcard) is not None:
            return self._at(wildcard, name, rdtype)
        return LookupStep(NodeKind.NXDOMAIN, authority=self._soa)

    def _at(self, node: Name, owner: Name, rdtype: RdataType) -> LookupStep:
        """What is at a node, under the owner name that was asked for."""
        if answer := self._rrset(node, rdtype, owner):
            return LookupStep(NodeKind.ANSWER, (answer,))
        alias = self._rrset(node, RdataType.CNAME, owner)
        targets = [rdata.target for rdata in alias or () if isinstance(rdata, CNAME)]
        if alias and targets:
            return LookupStep(NodeKind.ALIAS, (alias,), target=targets[0])
        return LookupStep(NodeKind.NODATA, authority=self._soa)

    def _referral(self, cut: Name) -> LookupStep:
        servers = self._rrset(cut, RdataType.NS)
        hosts = [rdata.target for rdata in servers or () if isinstance(rdata, NS)]
        glue = (self._rrset(host, RdataType.A) for host in hosts)
        authority = (servers,) if servers else ()
        return LookupStep(NodeKind.REFERRAL, (), authority, tuple(filter(None, glue)))

    def _rrset(self, node: Name, rdtype: RdataType, owner: Name | None = None) -> RRset | None:
        rdataset = None
        if node.is_subdomain(self.origin):
            rdataset = self._version.get_rdataset(node, rdtype, RdataType.NONE)
        return from_rdata_list(owner or node, rdataset.ttl, tuple(rdataset)) if rdataset else None


def deepest(zones: Iterable[DemoZone], name: Name, rdtype: RdataType) -> DemoZone | None:
    """The zone that a question belongs to; a DS, where possible, to the parent (RFC 4035 3.1.4)."""
    above = [zone for zone in zones if name.is_subdomain(zone.origin)]
    above.sort(key=lambda zone: len(zone.origin))
    if rdtype == RdataType.DS and len(above) > 1 and above[-1].origin == name:
        above.pop()
    return above[-1] if above else None


def follow(zones: Iterable[DemoZone], name: Name, rdtype: RdataType) -> Iterator[LookupStep]:
    """The steps along a chain of CNAMEs, as far as it stays in the zones and is no circle."""
    zones, seen, target = tuple(zones), set[Name](), name
    while target not in seen and (zone := deepest(zones, target, rdtype)):
        seen.add(target)
        step = zone.find(target, rdtype)
        yield step
        if step.target is None:
            return
        target = step.target


PAYLOAD = 1232
"""Bytes over UDP, at most, to whoever announces EDNS (RFC 6891 6.2.3)."""
PLAIN_PAYLOAD = 512
TCP_PAYLOAD = 65535
HEADER = 12

Respond = Callable[[bytes, int], bytes | None]
"""From a packet, and the most bytes that its transport takes, to the packet in reply."""
Server = Callable[[Sequence[DemoZone], Message], Message]
"""From its zones, and a query with one question, to the response."""


def authoritative(zones: Sequence[DemoZone], query: Message) -> Message:
    """A name server's response; a chain of CNAMEs is followed inside the zone only."""
    response = dns.message.make_response(query, our_payload=PAYLOAD)
    question = query.question[0]
    zone = deepest(zones, question.name, question.rdtype)
    if zone is None:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    steps = list(follow([zone], question.name, question.rdtype))
    if steps[0].kind is not NodeKind.REFERRAL:
        response.flags |= dns.flags.AA
    _fill(response, steps)
    return response


def recursive(zones: Sequence[DemoZone], query: Message) -> Message:
    """A resolver's response, which knows all zones, the root among them, and asks nobody."""
    response = dns.message.make_response(query, True, our_payload=PAYLOAD)
    if not query.flags & dns.flags.RD:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    question = query.question[0]
    steps = list(follow(zones, question.name, question.rdtype))
    if steps[-1].kind in {NodeKind.ALIAS, NodeKind.REFERRAL}:
        response.set_rcode(dns.rcode.SERVFAIL)
    else:
        _fill(response, steps)
    return response


def both(zones: Sequence[DemoZone], query: Message) -> Message:
    """A resolver's response to those who want recursion, a name server's to all others."""
    return (recursive if query.flags & dns.flags.RD else authoritative)(zones, query)


def _fill(response: Message, steps: list[LookupStep]) -> None:
    for step in steps:
        response.answer.extend(step.answer)
        response.authority.extend(step.authority)
        response.additional.extend(step.additional)
    if steps[-1].kind is NodeKind.NXDOMAIN:
        response.set_rcode(dns.rcode.NXDOMAIN)


def silent(packet: bytes, limit: int) -> None:
    """A dead server: no packet is answered."""


def respond(server: Server, zones: Sequence[DemoZone], packet: bytes, limit: int) -> bytes | None:
    """The packet in reply, of at most so many bytes; None to what is no query."""
    try:
        query = dns.message.from_wire(packet)
    except dns.exception.DNSException:
        return _format_error(packet)
    if query.flags & dns.flags.QR:
        return None
    if (rcode := _objection(query)) is None:
        response = server(zones, query)
    else:
        response = dns.message.make_response(query, our_payload=PAYLOAD)
        response.set_rcode(rcode)
    size = max(PLAIN_PAYLOAD, min(limit, query.payload)) if limit < TCP_PAYLOAD else limit
    return response.to_wire(max_size=size, prefer_truncation=True)


def _objection(query: Message) -> Rcode | None:
    if query.opcode() != dns.opcode.QUERY:
        return dns.rcode.NOTIMP
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    if query.edns > 0:
        return dns.rcode.BADVERS
    question = query.question[0]
    is_meta = dns.rdatatype.is_metatype(question.rdtype)
    if is_meta or question.rdclass != dns.rdataclass.IN:
        return dns.rcode.REFUSED
    return None


def _format_error(packet: bytes) -> bytes | None:
    """A bare header with the query's id, opcode and RD; nothing to what is no query."""
    if len(packet) < HEADER or packet[2] & 0x80:
        return None
    flags = bytes([0x80 | packet[2] & 0x79, dns.rcode.FORMERR])
    return packet[:2] + flags + bytes(HEADER - 4)


RESOLVER = "127.0.0.1"
NS1 = "127.0.0.2"
NS2 = "127.0.0.3"
NS3 = "127.0.0.4"
ROOT_SERVER = "127.0.0.5"

CURRENT = (
    zone_files.ROOT,
    zone_files.PROVIDER,
    zone_files.REVERSE_IPV4,
    zone_files.REVERSE_IPV6,
    zone_files.EXAMPLE_ORG,
    zone_files.BUECHER,
)


def parts() -> dict[str, Respond]:
    """By address. ns2 has an old version of example.org; ns3 is dead."""
    root, *below = current = [DemoZone(text) for text in CURRENT]
    stale = DemoZone(zone_files.STALE_EXAMPLE_ORG)
    buecher = below[-1]
    return {
        RESOLVER: partial(respond, recursive, current),
        NS1: partial(respond, authoritative, below),
        NS2: partial(respond, authoritative, [stale, buecher]),
        NS3: silent,
        ROOT_SERVER: partial(respond, authoritative, [root]),
    }


def parts_on_one_address() -> dict[str, Respond]:
    """Everything at the resolver's address, with all name servers' addresses turned to it."""
    texts = (
        re.sub(r" A 127\.0\.0\.\d+$", f" A {RESOLVER}", text, flags=re.MULTILINE)
        for text in CURRENT
    )
    return {RESOLVER: partial(respond, both, list(map(DemoZone, texts)))}

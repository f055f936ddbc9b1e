"""The parts that the demo plays: authoritative name server, resolver, dead server."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
from dns.message import Message
from dns.rcode import Rcode

from mailcow_dns_tui.demo.zone import Kind, Step, Zone, deepest, follow

PAYLOAD = 1232
"""Bytes over UDP, at most, to whoever announces EDNS (RFC 6891 6.2.3)."""
PLAIN_PAYLOAD = 512
TCP_PAYLOAD = 65535
HEADER = 12

Respond = Callable[[bytes, int], bytes | None]
"""From a packet, and the most bytes that its transport takes, to the packet in reply."""


class Part(Protocol):
    def respond(self, query: Message) -> Message: ...


class Authority:
    """An authoritative server; a chain of CNAMEs is followed inside the zone only."""

    def __init__(self, *zones: Zone) -> None:
        self._zones = zones

    def respond(self, query: Message) -> Message:
        response = dns.message.make_response(query, our_payload=PAYLOAD)
        question = query.question[0]
        zone = deepest(self._zones, question.name, question.rdtype)
        if zone is None:
            response.set_rcode(dns.rcode.REFUSED)
            return response
        steps = list(follow([zone], question.name, question.rdtype))
        if steps[0].kind is not Kind.REFERRAL:
            response.flags |= dns.flags.AA
        _fill(response, steps)
        return response


class Resolver:
    """A recursive resolver that knows all zones, the root among them, and asks nobody."""

    def __init__(self, *zones: Zone) -> None:
        self._zones = zones

    def respond(self, query: Message) -> Message:
        response = dns.message.make_response(query, True, our_payload=PAYLOAD)
        if not query.flags & dns.flags.RD:
            response.set_rcode(dns.rcode.REFUSED)
            return response
        question = query.question[0]
        steps = list(follow(self._zones, question.name, question.rdtype))
        if steps[-1].kind in {Kind.ALIAS, Kind.REFERRAL}:
            response.set_rcode(dns.rcode.SERVFAIL)
        else:
            _fill(response, steps)
        return response


class Both:
    """A resolver to those who want recursion, an authoritative server to all others."""

    def __init__(self, *zones: Zone) -> None:
        self._resolver, self._authority = Resolver(*zones), Authority(*zones)

    def respond(self, query: Message) -> Message:
        part: Part = self._resolver if query.flags & dns.flags.RD else self._authority
        return part.respond(query)


def _fill(response: Message, steps: list[Step]) -> None:
    for step in steps:
        response.answer.extend(step.answer)
        response.authority.extend(step.authority)
        response.additional.extend(step.additional)
    if steps[-1].kind is Kind.NXDOMAIN:
        response.set_rcode(dns.rcode.NXDOMAIN)


def speaking(part: Part) -> Respond:
    return partial(_respond, part)


def silent(packet: bytes, limit: int) -> None:
    """What a dead server says."""


def _respond(part: Part, packet: bytes, limit: int) -> bytes | None:
    try:
        query = dns.message.from_wire(packet)
    except dns.exception.DNSException:
        return _format_error(packet)
    if query.flags & dns.flags.QR:
        return None
    size = max(PLAIN_PAYLOAD, min(limit, query.payload)) if limit < TCP_PAYLOAD else limit
    return _response(part, query).to_wire(max_size=size, prefer_truncation=True)


def _response(part: Part, query: Message) -> Message:
    rcode = _objection(query)
    if rcode is None:
        return part.respond(query)
    response = dns.message.make_response(query, our_payload=PAYLOAD)
    response.set_rcode(rcode)
    return response


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

"""The embedded DNS of the demo, given packets and zones of any kind."""

import asyncio
import random
import socket
from collections.abc import Iterator

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns
from mailcow_dns_tui.demo.world import (
    NS1,
    RESOLVER,
    TCP_PAYLOAD,
    DemoZone,
    NodeKind,
    follow,
    parts,
    parts_on_one_address,
)
from tests.demo_dns import ask, question

ALIASES = """\
$ORIGIN example.
$TTL 60
@ SOA ns hostmaster 1 2 3 4 5
@ NS ns
ns A 127.0.0.1
round CNAME circle
circle CNAME round
*.wild TXT "any"
*.wild MX 10 ns
sub.here.wild A 192.0.2.1
"""


@pytest.mark.parametrize(
    ("name", "rdtype", "kind"),
    [
        ("x.wild.example.", RdataType.TXT, NodeKind.ANSWER),
        ("x.y.wild.example.", RdataType.TXT, NodeKind.ANSWER),
        ("x.wild.example.", RdataType.A, NodeKind.NODATA),
        ("wild.example.", RdataType.TXT, NodeKind.NODATA),
        ("here.wild.example.", RdataType.TXT, NodeKind.NODATA),
        ("x.here.wild.example.", RdataType.TXT, NodeKind.NXDOMAIN),
        ("sub.here.wild.example.", RdataType.TXT, NodeKind.NODATA),
        ("wilder.example.", RdataType.TXT, NodeKind.NXDOMAIN),
    ],
)
def test_wildcards_as_in_rfc_4592(name: str, rdtype: RdataType, kind: NodeKind) -> None:
    step = DemoZone(ALIASES).find(dns.name.from_text(name), rdtype)
    assert step.kind is kind
    assert [str(rrset.name) for rrset in step.answer] == ([name] if step.answer else [])


def test_circle_of_aliases_ends() -> None:
    name = dns.name.from_text("round.example.")
    steps = list(follow([DemoZone(ALIASES)], name, RdataType.A))
    assert [step.kind for step in steps] == [NodeKind.ALIAS, NodeKind.ALIAS]


async def test_garbage_does_no_harm(demo: DemoDns) -> None:
    chance = random.Random(1)
    good = question("mail.example.org.", "A").to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(100):
            damaged = bytearray(good)
            for _ in range(chance.randrange(1, 6)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            packet = bytes(damaged[: chance.randrange(len(damaged) + 1)])
            sender.sendto(packet, (NS1, demo.port))
            sender.sendto(chance.randbytes(40), (RESOLVER, demo.port))
    _, writer = await asyncio.open_connection(NS1, demo.port)
    writer.write(b"\x00\x05junk!\xff\xff half")
    writer.close()
    await writer.wait_closed()
    for tcp in (False, True):
        response = await ask(demo, NS1, question("mail.example.org.", "A"), tcp=tcp)
        assert response.answer


def damaged_packets(count: int) -> Iterator[bytes]:
    chance = random.Random(2)
    queries = [question("mail.example.org.", rdtype) for rdtype in ("A", "TXT", "ANY")]
    for _ in range(count):
        packet = bytearray(chance.choice(queries).to_wire())
        for _ in range(chance.randrange(1, 8)):
            packet[chance.randrange(len(packet))] = chance.randrange(256)
        yield bytes(packet[: chance.choice([len(packet), chance.randrange(len(packet))])])


def test_every_packet_is_answered_or_dropped() -> None:
    served = parts()
    responders = [served[NS1], served[RESOLVER], *parts_on_one_address().values()]
    for packet in damaged_packets(500):
        for respond in responders:
            for limit in (1232, TCP_PAYLOAD):
                reply = respond(packet, limit)
                assert reply is None or reply[:2] == packet[:2]


@pytest.mark.parametrize(
    ("packet", "rcode"),
    [
        (b"\x12\x34\x01\x00\x00\x01" + bytes(6), dns.rcode.FORMERR),
        (b"\x12\x34\x01\x00" + bytes(8), dns.rcode.FORMERR),
        (b"\x12\x34\x11\x00" + bytes(8), dns.rcode.NOTIMP),
    ],
)
def test_bad_questions_get_an_rcode(packet: bytes, rcode: dns.rcode.Rcode) -> None:
    reply = parts()[NS1](packet, 1232)
    assert reply is not None
    assert dns.message.from_wire(reply).rcode() == rcode


def test_neither_a_response_nor_a_stump_is_answered() -> None:
    respond = parts()[NS1]
    response = dns.message.make_response(question("example.org.", "A"))
    assert respond(response.to_wire(), 1232) is None
    assert respond(b"\x12\x34", 1232) is None


def test_unknown_edns_version_is_named() -> None:
    query = dns.message.make_query("example.org.", "A", use_edns=1)
    reply = parts()[NS1](query.to_wire(), 1232)
    assert reply is not None
    assert dns.message.from_wire(reply).rcode() == dns.rcode.BADVERS

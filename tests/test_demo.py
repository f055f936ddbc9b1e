"""The embedded DNS of the demo, asked over the wire."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Iterator

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import pytest
from dns.message import Message
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.demo.faults import FAULTS, Fault
from mailcow_dns_tui.demo.parts import TCP_PAYLOAD
from mailcow_dns_tui.demo.world import (
    NS1,
    NS2,
    NS3,
    RESOLVER,
    ROOT_SERVER,
    parts,
    parts_on_one_address,
)
from mailcow_dns_tui.demo.zone import Kind, Zone, follow
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics.run import plan

BUECHER = "xn--bcher-kva.example."
SILENCE = 0.2


@pytest.fixture
async def demo() -> AsyncIterator[DemoDns]:
    async with DemoDns.start() as running:
        if not running.complete:
            pytest.skip("only 127.0.0.1 can be used here")
        yield running


async def ask(demo: DemoDns, server: str, question: Message, *, tcp: bool = False) -> Message:
    query = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await query(question, server, timeout=5, port=demo.port)


def question(name: str | Name, rdtype: str | RdataType, *, recurse: bool = False) -> Message:
    flags = dns.flags.RD if recurse else 0
    return dns.message.make_query(name, rdtype, flags=flags, use_edns=0, payload=1232)


def rdatas(response: Message, rdtype: RdataType) -> list[Rdata]:
    return [rdata for rrset in response.answer if rrset.rdtype == rdtype for rdata in rrset]


def is_negative(response: Message, zone: str) -> bool:
    soas = [rrset.name for rrset in response.authority if rrset.rdtype == RdataType.SOA]
    return not response.answer and soas == [dns.name.from_text(zone)]


@pytest.mark.parametrize("tcp", [False, True])
async def test_name_server_answers_with_authority(demo: DemoDns, tcp: bool) -> None:
    response = await ask(demo, NS1, question("mail.example.org.", "A"), tcp=tcp)
    assert [rdata.to_text() for rdata in rdatas(response, RdataType.A)] == ["192.0.2.10"]
    assert response.flags & dns.flags.AA
    assert not response.flags & dns.flags.RA
    assert response.edns == 0


@pytest.mark.parametrize(
    ("name", "rdtype", "rcode"),
    [
        ("nobody.example.org.", "A", dns.rcode.NXDOMAIN),
        ("a.b.mail.example.org.", "A", dns.rcode.NXDOMAIN),
        ("mail.example.org.", "MX", dns.rcode.NOERROR),
        ("_domainkey.example.org.", "TXT", dns.rcode.NOERROR),
        ("_tcp.mail.example.org.", "TLSA", dns.rcode.NOERROR),
        ("EXAMPLE.org.", "DS", dns.rcode.NOERROR),
    ],
)
async def test_negative_answers_have_the_soa(
    demo: DemoDns, name: str, rdtype: str, rcode: dns.rcode.Rcode
) -> None:
    response = await ask(demo, NS1, question(name, rdtype))
    assert response.rcode() == rcode
    assert response.flags & dns.flags.AA
    assert is_negative(response, "example.org.")
    assert response.authority[0].ttl == 300


async def test_cname_is_followed_inside_the_zone_only(demo: DemoDns) -> None:
    inside = await ask(demo, NS1, question("autoconfig.example.org.", "A"))
    assert [rrset.rdtype for rrset in inside.answer] == [RdataType.CNAME, RdataType.A]
    outside = await ask(demo, NS1, question(f"autoconfig.{BUECHER}", "A"))
    assert [rrset.rdtype for rrset in outside.answer] == [RdataType.CNAME]
    alias = await ask(demo, NS1, question("autoconfig.example.org.", "CNAME"))
    assert [rrset.rdtype for rrset in alias.answer] == [RdataType.CNAME]


async def test_other_zones_are_refused(demo: DemoDns) -> None:
    assert (await ask(demo, NS1, question("example.com.", "A"))).rcode() == dns.rcode.REFUSED
    reverse = question("10.2.0.192.in-addr.arpa.", "PTR")
    assert (await ask(demo, NS2, reverse)).rcode() == dns.rcode.REFUSED
    assert (await ask(demo, RESOLVER, reverse)).rcode() == dns.rcode.REFUSED
    transfer = question("example.org.", "AXFR")
    assert (await ask(demo, NS1, transfer, tcp=True)).rcode() == dns.rcode.REFUSED


async def test_root_refers_to_the_name_servers(demo: DemoDns) -> None:
    response = await ask(demo, ROOT_SERVER, question(f"_dmarc.{BUECHER}", "TXT"))
    assert not response.flags & dns.flags.AA
    assert not response.answer
    assert [str(rrset.name) for rrset in response.authority] == [BUECHER]
    assert {rrset[0].to_text() for rrset in response.additional} == {NS1, NS2, NS3}
    ds = await ask(demo, ROOT_SERVER, question(BUECHER, "DS"))
    assert ds.flags & dns.flags.AA
    assert is_negative(ds, ".")


async def test_what_is_too_long_for_udp_comes_over_tcp(demo: DemoDns) -> None:
    plain = dns.message.make_query("example.org.", "TXT", flags=0)
    cut = await ask(demo, NS1, plain)
    assert cut.flags & dns.flags.TC
    assert len(cut.to_wire()) <= 512
    whole = await ask(demo, NS1, plain, tcp=True)
    with_edns = await ask(demo, NS1, question("example.org.", "TXT"))
    assert len(rdatas(whole, RdataType.TXT)) == len(rdatas(with_edns, RdataType.TXT)) > 5
    assert not (whole.flags | with_edns.flags) & dns.flags.TC


async def test_many_questions_in_one_tcp_connection(demo: DemoDns) -> None:
    reader, writer = await asyncio.open_connection(NS1, demo.port)
    queries = [question("mail.example.org.", rdtype) for rdtype in ("A", "AAAA", "CAA")]
    writer.write(b"".join(query.to_wire(prepend_length=True) for query in queries))
    for query in queries:
        length = int.from_bytes(await reader.readexactly(2))
        response = dns.message.from_wire(await reader.readexactly(length))
        assert query.is_response(response)
        assert response.answer
    writer.close()
    await writer.wait_closed()


async def test_resolver_answers_from_all_zones(demo: DemoDns) -> None:
    address, port = demo.resolver
    assert (address, port) == (RESOLVER, demo.port)
    query = question(f"autodiscover.{BUECHER}", "A", recurse=True)
    response = await ask(demo, address, query)
    assert response.flags & dns.flags.RA
    assert not response.flags & dns.flags.AA
    assert [rrset.rdtype for rrset in response.answer] == [RdataType.CNAME, RdataType.A]
    assert str(response.answer[1].name) == "autodiscover.hosting.example.net."


@pytest.mark.parametrize(
    ("name", "rcode", "zone"),
    [
        ("example.com.", dns.rcode.NXDOMAIN, "."),
        ("org.", dns.rcode.NOERROR, "."),
        ("in-addr.arpa.", dns.rcode.NOERROR, "."),
        ("99.2.0.192.in-addr.arpa.", dns.rcode.NXDOMAIN, "2.0.192.in-addr.arpa."),
    ],
)
async def test_resolver_names_the_zone_of_what_is_absent(
    demo: DemoDns, name: str, rcode: dns.rcode.Rcode, zone: str
) -> None:
    response = await ask(demo, RESOLVER, question(name, "SOA", recurse=True))
    assert response.rcode() == rcode
    assert is_negative(response, zone)


async def test_each_name_server_has_the_demo_port_at_the_address_in_the_zone(
    demo: DemoDns,
) -> None:
    servers = await ask(demo, RESOLVER, question(BUECHER, "NS", recurse=True))
    addresses: set[str] = set()
    for server in rdatas(servers, RdataType.NS):
        found = await ask(demo, RESOLVER, question(server.to_text(), "A", recurse=True))
        addresses.update(rdata.to_text() for rdata in rdatas(found, RdataType.A))
    assert addresses == {NS1, NS2, NS3}


async def serial(demo: DemoDns, server: str) -> str:
    response = await ask(demo, server, question("example.org.", "SOA"))
    return rdatas(response, RdataType.SOA)[0].to_text().split()[2]


async def test_one_name_server_is_stale(demo: DemoDns) -> None:
    assert await serial(demo, NS2) < await serial(demo, NS1)
    now, before = [
        rdatas(await ask(demo, server, question(BUECHER, "SOA")), RdataType.SOA)
        for server in (NS1, NS2)
    ]
    assert now == before


@pytest.mark.parametrize("tcp", [False, True])
async def test_one_name_server_is_dead(demo: DemoDns, tcp: bool) -> None:
    query = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    with pytest.raises(dns.exception.Timeout):
        await query(question(BUECHER, "SOA"), NS3, timeout=SILENCE, port=demo.port)


def served_values(response: Message, rdtype: str) -> set[str]:
    return {shown(rdata) for rdata in rdatas(response, RdataType[rdtype])}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
async def test_each_fault_is_served(demo: DemoDns, fault: Fault) -> None:
    query = question(fault.owner, fault.rdtype)
    if fault.server == NS3:
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(query, NS3, timeout=SILENCE, port=demo.port)
        return
    served = served_values(await ask(demo, fault.server, query), fault.rdtype)
    assert served >= set(fault.published)
    assert fault.published or not served


def faulty_places() -> set[tuple[str, str]]:
    return {(fault.owner, fault.rdtype) for fault in FAULTS if fault.server == NS1}


def planned() -> Iterator[Record]:
    yield from plan(demo_setup())


async def test_all_that_is_no_fault_is_as_planned(demo: DemoDns) -> None:
    good = [r for r in planned() if (r.owner.to_text(), r.type_text) not in faulty_places()]
    for record in good:
        response = await ask(demo, NS1, question(record.owner, record.rdtype))
        assert record.rdata in rdatas(response, record.rdtype), record
    assert len(good) >= 30


def test_faults_are_where_the_plan_wants_something_else() -> None:
    wanted = {(r.owner.to_text(), r.type_text, r.value) for r in planned()}
    places = {(owner, rdtype) for owner, rdtype, _ in wanted}
    doubled = (f"_dmarc.{BUECHER}{BUECHER}", "TXT")
    assert faulty_places() - {doubled} <= places
    single = [fault for fault in FAULTS if len(fault.published) == 1]
    assert not {(f.owner, f.rdtype, f.published[0]) for f in single} & wanted
    assert len(FAULTS) >= 14


def test_cut_key_is_the_beginning_of_the_planned_one() -> None:
    owner = f"dkim._domainkey.{BUECHER}"
    (key,) = [r.value for r in planned() if r.owner.to_text() == owner]
    (cut,) = [fault.published[0] for fault in FAULTS if fault.owner == owner]
    assert key.startswith(cut)
    assert len(cut) == 255 < len(key)


def test_plan_is_complete() -> None:
    setup = demo_setup()
    assert not list(problems(setup))
    assert [ascii_form(apex) for apex in setup.apexes] == ["example.org", BUECHER.rstrip(".")]
    assert [domain.name for domain in setup.domains] == ["example.org", "bücher.example"]


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
        ("x.wild.example.", RdataType.TXT, Kind.ANSWER),
        ("x.y.wild.example.", RdataType.TXT, Kind.ANSWER),
        ("x.wild.example.", RdataType.A, Kind.NODATA),
        ("wild.example.", RdataType.TXT, Kind.NODATA),
        ("here.wild.example.", RdataType.TXT, Kind.NODATA),
        ("x.here.wild.example.", RdataType.TXT, Kind.NXDOMAIN),
        ("sub.here.wild.example.", RdataType.TXT, Kind.NODATA),
        ("wilder.example.", RdataType.TXT, Kind.NXDOMAIN),
    ],
)
def test_wildcards_as_in_rfc_4592(name: str, rdtype: RdataType, kind: Kind) -> None:
    step = Zone(ALIASES).find(dns.name.from_text(name), rdtype)
    assert step.kind is kind
    assert [str(rrset.name) for rrset in step.answer] == ([name] if step.answer else [])


def test_circle_of_aliases_ends() -> None:
    name = dns.name.from_text("round.example.")
    steps = list(follow([Zone(ALIASES)], name, RdataType.A))
    assert [step.kind for step in steps] == [Kind.ALIAS, Kind.ALIAS]


async def test_latency_delays_each_reply() -> None:
    async with DemoDns.start(latency=0.05) as demo:
        response = await ask(demo, RESOLVER, question("example.org.", "A", recurse=True))
        assert response.answer
        assert response.time >= 0.05


async def test_leaving_while_replies_are_under_way() -> None:
    async with DemoDns.start(latency=60) as demo:
        _, writer = await asyncio.open_connection(RESOLVER, demo.port)
        query = question("example.org.", "A", recurse=True)
        writer.write(query.to_wire(prepend_length=True))
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(query, RESOLVER, timeout=SILENCE, port=demo.port)
    writer.close()


async def test_two_at_once_have_their_own_ports() -> None:
    async with DemoDns.start() as one, DemoDns.start() as other:
        assert one.port != other.port
        for demo in (one, other):
            query = question("example.org.", "A", recurse=True)
            assert (await ask(demo, RESOLVER, query)).answer


async def test_port_is_free_again_afterwards() -> None:
    async with DemoDns.start() as demo:
        query = question("example.org.", "A", recurse=True)
        assert (await ask(demo, RESOLVER, query)).answer
        reader, writer = await asyncio.open_connection(RESOLVER, demo.port)
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(RESOLVER, demo.port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind((RESOLVER, demo.port))


def test_one_address_plays_all_parts() -> None:
    (respond,) = parts_on_one_address().values()
    for recurse in (False, True):
        query = question("ns3.example.net.", "A", recurse=recurse)
        reply = respond(query.to_wire(), 1232)
        assert reply is not None
        response = dns.message.from_wire(reply)
        assert [rdata.to_text() for rdata in rdatas(response, RdataType.A)] == [RESOLVER]
        assert bool(response.flags & dns.flags.AA) is not recurse

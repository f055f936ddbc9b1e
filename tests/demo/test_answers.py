"""The embedded DNS of the demo, asked over the wire."""

import asyncio
import socket

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns
from mailcow_dns_tui.demo.world import NS1, NS2, NS3, RESOLVER, ROOT_SERVER, parts_on_one_address
from tests.demo_dns import BUECHER, SILENCE, ask, is_negative, question, rdatas


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

"""Records that can't be parsed, as a run reports them."""

import dns.name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from tests.conftest import StartNsd, StartUnbound
from tests.lookup.raw_server import raw_record, raw_server
from tests.servers import zone_text

NAME = dns.name.from_text("_25._tcp.mail.example.org")
SHORT = b"\x03\x01\x01" + b"\xbb" * 20


async def test_a_short_tlsa_is_found_and_kept(
    nsd: StartNsd, unbound: StartUnbound, authority_port: int
) -> None:
    """The resolver knows the zone from one name server; the NS leads to the faulty one."""
    zone = zone_text("ns A 127.0.0.21", apex="example.org", servers=["ns"])
    nsd("127.0.0.20", {"example.org": zone})
    resolver = unbound({"example.org": ["127.0.0.20"]})
    records = [(RdataType.TLSA, SHORT)]
    with raw_server(lambda query: [raw_record(query, records)], "127.0.0.21", authority_port):
        async with Network([resolver.endpoint], authority_port) as network:
            run = network.lookups([dns.name.from_text("example.org")], QueryCache())
            lookup = await run.ask(NAME, RdataType.TLSA)
    assert lookup.found
    assert not lookup.absent
    (answer,) = lookup.answers
    assert (answer.rdatas, answer.ttl) == ((), 300)
    assert [(bad.rdtype, bad.data) for bad in answer.malformed] == [(RdataType.TLSA, SHORT)]
    assert "length" in answer.malformed[0].error

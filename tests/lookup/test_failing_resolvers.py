"""Resolvers that are not there, that refuse, and runs that take too long."""

import asyncio

import dns.flags
import dns.message
import dns.name
import pytest
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup import network as network_module
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.answer import Failure
from tests.lookup.conftest import Asker
from tests.lookup.raw_server import raw_server, reply_to
from tests.servers import free_port

MAIL = dns.name.from_text("mail.example.org")
RECORD = "mail.example.org. 300 IN A 192.0.2.10"


async def test_a_dead_resolver_is_named(asker: Asker) -> None:
    dead = Endpoint("127.0.0.1", free_port())
    async with Network([dead]) as network:
        lookup = await network.lookups([MAIL.parent()], QueryCache()).ask(MAIL, RdataType.A)
    assert lookup.unknown
    assert [(a.source.address, a.failure) for a in lookup.answers] == [
        (str(dead), Failure.UNREACHABLE)
    ]


async def test_the_next_resolver_is_asked() -> None:
    dead = Endpoint("127.0.0.1", free_port())
    with raw_server(lambda query: [reply_to(query, RECORD).to_wire()]) as good:
        async with Network([dead, good.endpoint]) as network:
            lookup = await network.lookups([], QueryCache()).ask(MAIL, RdataType.A)
    assert [answer.source.address for answer in lookup.answers] == [str(good.endpoint)]
    assert lookup.found


async def test_the_resolver_of_another_network_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As /etc/resolv.conf names it from now on."""
    configured: list[Endpoint] = []
    monkeypatch.setattr(network_module, "system_resolvers", lambda: tuple(configured))
    with raw_server(lambda query: [reply_to(query, RECORD).to_wire()]) as good:
        async with Network() as network:
            before = await network.lookups([], QueryCache()).ask(MAIL, RdataType.A)
            configured.append(good.endpoint)
            after = await network.lookups([], QueryCache()).ask(MAIL, RdataType.A)
    assert [answer.failure for answer in before.answers] == [Failure.NO_RESOLVER]
    assert after.found


@pytest.mark.parametrize(
    ("rcode", "failure"),
    [(Rcode.SERVFAIL, Failure.SERVFAIL), (Rcode.REFUSED, Failure.REFUSED)],
)
async def test_an_error_is_no_absence(rcode: Rcode, failure: Failure) -> None:
    with raw_server(lambda query: [query[:2] + bytes((0x80, 0x80 | rcode)) + bytes(8)]) as server:
        async with Network([server.endpoint]) as network:
            lookup = await network.lookups([], QueryCache()).ask(MAIL, RdataType.A)
    assert lookup.unknown
    assert [answer.failure for answer in lookup.answers] == [failure]


async def test_an_empty_answer_without_recursion_is_no_absence() -> None:
    def no_recursion(query: bytes) -> list[bytes]:
        reply = reply_to(query)
        reply.flags &= ~(dns.flags.AA | dns.flags.RA)
        return [reply.to_wire()]

    with raw_server(no_recursion) as server:
        async with Network([server.endpoint]) as network:
            lookup = await network.lookups([], QueryCache()).ask(MAIL, RdataType.A)
    assert [answer.failure for answer in lookup.answers] == [Failure.LAME]


async def test_what_is_open_at_the_time_limit_fails_at_once(asker: Asker) -> None:
    run = asker.run("silent.org", "example.org", time_limit=0.3)
    async with asyncio.timeout(2):
        lookup = await run.ask(dns.name.from_text("host.silent.org"), RdataType.A)
        late = await run.ask(MAIL, RdataType.A)
    assert {a.source.name: a.failure for a in lookup.answers} == {
        "ns1.example.net.": None,
        "ns6.example.net.": Failure.LATE,
    }
    assert {answer.failure for answer in late.answers} == {Failure.TIMEOUT}


async def test_who_was_asked_is_told_where_nobody_answers() -> None:
    """The resolver knows the zone's name server, where nobody is, and fails at all else."""
    known = {
        "example.org.": "example.org. 300 IN NS ns.example.net.",
        "ns.example.net.": "ns.example.net. 300 IN A 127.0.0.15",
    }

    def only_known(query: bytes) -> list[bytes]:
        name = dns.message.from_wire(query).question[0].name.to_text()
        if name not in known:
            return [query[:2] + bytes((0x80, 0x80 | Rcode.SERVFAIL)) + bytes(8)]
        return [reply_to(query, known[name]).to_wire()]

    with raw_server(only_known) as server:
        async with Network([server.endpoint], free_port(["127.0.0.15"])) as network:
            lookup = await network.lookups([MAIL.parent()], QueryCache()).ask(MAIL, RdataType.A)
    assert {answer.source.name: answer.failure for answer in lookup.answers} == {
        "ns.example.net.": Failure.UNREACHABLE,
        "resolver": Failure.SERVFAIL,
    }

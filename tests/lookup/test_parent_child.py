"""Where one server's answer must not hide another's."""

import dns.flags
import dns.message
import dns.name
import pytest
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.model.answer import Failure, Lookup
from tests.conftest import NAME_SERVER_ADDRESSES
from tests.lookup.raw_server import Behaviour, raw_server, reply_to
from tests.servers import free_port

MAIL = dns.name.from_text("mail.example.org")
RECORD = "mail.example.org. 300 IN A 192.0.2.10"


def believing(query: bytes) -> list[bytes]:
    return [reply_to(query, RECORD).to_wire()]


def servfail(query: bytes) -> list[bytes]:
    return [query[:2] + bytes((0x80, 0x80 | Rcode.SERVFAIL)) + bytes(8)]


def validating(query: bytes) -> list[bytes]:
    """Has the answer, and does not believe it."""
    unchecked = dns.message.from_wire(query).flags & dns.flags.CD
    return believing(query) if unchecked else servfail(query)


@pytest.mark.parametrize(
    ("first", "failure"),
    [(validating, Failure.SERVFAIL), (servfail, None)],
    ids=["validates", "fails"],
)
async def test_a_resolver_that_validates_is_not_covered_up(
    first: Behaviour, failure: Failure | None
) -> None:
    """One that merely fails is: the next one is asked, as ever."""
    with raw_server(first) as one, raw_server(believing) as two:
        async with Network([one.endpoint, two.endpoint]) as network:
            lookup = await network.lookups([], QueryCache()).ask(MAIL, RdataType.A)
    assert [answer.failure for answer in lookup.answers] == [failure]


PARENT, BOTH, CHILD = NAME_SERVER_ADDRESSES[:3]
KNOWN = {
    ("example.org.", "NS"): [
        f"example.org. 300 IN NS {name}.example.net." for name in ("parent", "both")
    ],
    ("parent.example.net.", "A"): [f"parent.example.net. 300 IN A {PARENT}"],
    ("both.example.net.", "A"): [f"both.example.net. 300 IN A {BOTH}"],
    ("ns.example.net.", "A"): [f"ns.example.net. 300 IN A {CHILD}"],
}


def recursive(query: bytes) -> list[bytes]:
    asked = dns.message.from_wire(query).question[0]
    reply = reply_to(query, *KNOWN.get((asked.name.to_text(), asked.rdtype.name), []))
    reply.flags |= dns.flags.RA
    return [reply.to_wire()]


def referring(query: bytes) -> list[bytes]:
    reply = reply_to(query, "child.example.org. 300 IN NS ns.example.net.")
    reply.authority, reply.answer = reply.answer, []
    reply.flags &= ~dns.flags.AA
    return [reply.to_wire()]


def answering(address: str) -> Behaviour:
    return lambda query: [reply_to(query, f"www.child.example.org. 300 IN A {address}").to_wire()]


async def test_a_referral_does_not_cover_up_an_answer() -> None:
    """One server of the zone refers to servers further down, another answers by itself."""
    port = free_port(NAME_SERVER_ADDRESSES)
    name = dns.name.from_text("www.child.example.org")
    with (
        raw_server(recursive) as resolver,
        raw_server(referring, PARENT, port),
        raw_server(answering("192.0.2.1"), BOTH, port),
        raw_server(answering("192.0.2.2"), CHILD, port),
    ):
        async with Network([resolver.endpoint], port) as network:
            run = network.lookups([dns.name.from_text("example.org")], QueryCache())
            lookup = await run.ask(name, RdataType.A)
    assert addresses(lookup) == {"both.example.net.": "192.0.2.1", "ns.example.net.": "192.0.2.2"}


def addresses(lookup: Lookup) -> dict[str, str]:
    return {a.source.name: a.rdatas[0].to_text() for a in lookup.answers}

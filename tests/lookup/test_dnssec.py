"""DNSSEC through a resolver that validates, along a real chain of trust."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import dns.flags
import dns.message
import dns.name
import pytest
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.dnssec import Probes
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.answer import Security
from tests.conftest import RESOLVER_ADDRESS, need
from tests.lookup.raw_server import Behaviour, raw_server, reply_to
from tests.servers import Unbound, free_port, run_nsd, run_unbound, zone_text
from tests.signing import Signer

AUTHORITY = "127.0.0.10"
NAMES = ("signed", "secure", "plain", "failed", "expired")
PROBES = Probes(
    dns.name.from_text("signed.example."),
    (dns.name.from_text("absent.example."), dns.name.from_text("failed.example.")),
)


def zones() -> tuple[dict[str, str], str]:
    """Zone files by apex, and the trust anchor: of the zone above all of them."""
    signers = {name: Signer(f"{name}.example.") for name in NAMES}
    plain = {
        name: zone_text("mail A 192.0.2.10", apex=f"{name}.example", servers=["ns.example."])
        for name in NAMES
    }
    top = Signer("example.")
    delegations = (f"{name} NS ns.example." for name in NAMES)
    # As where a panel changed the keys and the registrar was not told.
    chain = (
        *(signers[n].ds for n in ("signed", "secure", "expired")),
        Signer("failed.example.").ds,
    )
    records = (f"ns A {AUTHORITY}", *delegations, *chain)
    files = {
        "example": top.signed(zone_text(*records, apex="example", servers=["ns.example."])),
        "plain.example": plain["plain"],
        "expired.example": signers["expired"].signed(plain["expired"], timedelta(days=-5)),
    }
    for name in ("signed", "secure", "failed"):
        files[f"{name}.example"] = signers[name].signed(plain[name])
    return files, top.ds


@dataclass(frozen=True)
class Chain:
    """The running servers.

    Attributes:
        port: of the name server.
        believing: a resolver that does not validate.
    """

    port: int
    validating: Unbound
    believing: Unbound


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    need("nsd")
    need("unbound")
    folder = tmp_path_factory.mktemp("chain")
    authority = Endpoint(AUTHORITY, free_port([AUTHORITY]))
    files, anchor = zones()
    stubs = {apex: [authority] for apex in files}
    with ExitStack() as stack:
        stack.enter_context(run_nsd(folder / "nsd", authority, files))
        validating, believing = (
            stack.enter_context(
                run_unbound(
                    folder / f"unbound-{number}",
                    Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS])),
                    stubs,
                    trust_anchors,
                )
            )
            for number, trust_anchors in enumerate(((anchor,), ()))
        )
        yield Chain(authority.port, validating, believing)


async def security(*resolvers: Endpoint, of: str, probes: Probes = PROBES) -> Security:
    async with Network(resolvers, probes=probes) as network:
        run = network.lookups([], QueryCache())
        return await run.security(dns.name.from_text(of), RdataType.SOA)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("secure.example", Security.SECURE),
        ("plain.example", Security.INSECURE),
        ("failed.example", Security.BOGUS),
        ("expired.example", Security.BOGUS),
    ],
)
async def test_a_resolver_that_validates(chain: Chain, zone: str, expected: Security) -> None:
    assert await security(chain.validating.endpoint, of=zone) is expected


async def test_a_record_further_down(chain: Chain) -> None:
    async with Network([chain.validating.endpoint], probes=PROBES) as network:
        run = network.lookups([], QueryCache())
        mail = dns.name.from_text("mail.secure.example")
        assert await run.security(mail, RdataType.A) is Security.SECURE


@pytest.mark.parametrize("zone", ["secure.example", "plain.example", "failed.example"])
async def test_a_resolver_that_believes_everything_proves_nothing(chain: Chain, zone: str) -> None:
    assert await security(chain.believing.endpoint, of=zone) is Security.UNVALIDATED


async def test_the_resolver_that_validates_is_found(chain: Chain) -> None:
    resolvers = chain.believing.endpoint, chain.validating.endpoint
    assert await security(*resolvers, of="failed.example") is Security.BOGUS


async def test_a_resolver_is_proven_once_and_only_where_needed(chain: Chain) -> None:
    def probed() -> int:
        return chain.validating.asked().count(("signed.example.", "SOA"))

    before = probed()
    async with Network([chain.validating.endpoint], probes=PROBES) as network:
        run = network.lookups([], QueryCache())
        await run.ask(dns.name.from_text("mail.plain.example"), RdataType.A)
        assert probed() == before
        for zone in ("plain.example", "secure.example"):
            run = network.lookups([], QueryCache())
            await run.security(dns.name.from_text(zone), RdataType.SOA)
    assert probed() == before + 1


async def test_in_another_network_a_resolver_is_tried_again() -> None:
    strips = [True]

    def stripped_at_first(query: bytes) -> list[bytes]:
        (reply,) = fails_at_one_name(query)
        return [reply[:3] + bytes((reply[3] & ~0x20,)) + reply[4:] if strips else reply]

    async def seen(network: Network) -> Security:
        run = network.lookups([], QueryCache())
        return await run.security(dns.name.from_text("shaky.example"), RdataType.SOA)

    with raw_server(stripped_at_first) as server:
        async with Network([server.endpoint], probes=PROBES) as network:
            assert await seen(network) is Security.UNVALIDATED
            strips.clear()
            network.begin_anew()
            assert await seen(network) is not Security.UNVALIDATED


async def test_the_name_servers_of_a_bogus_zone_are_found_all_the_same(chain: Chain) -> None:
    zone = dns.name.from_text("failed.example")
    async with Network([chain.validating.endpoint], chain.port, probes=PROBES) as network:
        run = network.lookups([zone], QueryCache())
        lookup = await run.ask(dns.name.from_text("mail", zone), RdataType.A)
    assert [(a.source.name, a.found) for a in lookup.answers] == [("ns.example.", True)]
    assert lookup.resolver is not None
    assert lookup.resolver.failure is not None


def flagged(query: bytes) -> bytes:
    reply = reply_to(
        query, f"{dns.message.from_wire(query).question[0].name} 60 IN SOA . . 1 1 1 1 1"
    )
    reply.flags |= dns.flags.AD
    return reply.to_wire()


def servfail(query: bytes) -> bytes:
    return query[:2] + bytes((0x80, 0x80 | Rcode.SERVFAIL)) + bytes(8)


def always_ad(query: bytes) -> list[bytes]:
    return [flagged(query)]


def fails_at_one_name(query: bytes) -> list[bytes]:
    """Validates, as far as the probes can tell; cannot resolve one zone at all."""
    asked = dns.message.from_wire(query)
    name = asked.question[0].name.to_text()
    believed = name == "signed.example." or bool(asked.flags & dns.flags.CD)
    return [flagged(query) if believed and name != "dark.example." else servfail(query)]


def knows_one_name(query: bytes) -> list[bytes]:
    """As a resolver in a network of its own."""
    name = dns.message.from_wire(query).question[0].name.to_text()
    return [flagged(query) if name == "dark.example." else servfail(query)]


def disbelieves_one_name(query: bytes) -> list[bytes]:
    unchecked = dns.message.from_wire(query).flags & dns.flags.CD
    return knows_one_name(query) if unchecked else [servfail(query)]


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (always_ad, Security.UNVALIDATED),
        (fails_at_one_name, Security.UNKNOWN),
        (lambda query: [servfail(query)], Security.UNKNOWN),
        (knows_one_name, Security.UNVALIDATED),
        (disbelieves_one_name, Security.BOGUS),
    ],
    ids=["lies", "can't resolve", "always fails", "can't be tested", "needs no test"],
)
async def test_resolvers_that_can_not_be_told_by(behaviour: Behaviour, expected: Security) -> None:
    with raw_server(behaviour) as server:
        assert await security(server.endpoint, of="dark.example") is expected


async def test_a_failure_that_passes_is_not_taken_for_a_bad_signature() -> None:
    failures = [servfail]

    def recovering(query: bytes) -> list[bytes]:
        name = dns.message.from_wire(query).question[0].name.to_text()
        if name == "shaky.example." and failures:
            return [failures.pop()(query)]
        return always_ad(query) if name == "shaky.example." else fails_at_one_name(query)

    with raw_server(recovering) as server:
        assert await security(server.endpoint, of="shaky.example") is Security.SECURE

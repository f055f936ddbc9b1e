"""A zone compared with the zone above it, and zones that none of their name servers serves."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from dns.message import Message
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import examine
from mailcow_dns_tui.cli.report import Checked, exit_code
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Domain
from tests.conftest import NAME_SERVER_ADDRESSES
from tests.lookup.raw_server import Behaviour, raw_server
from tests.real.stage import (
    DEAD,
    FIRST,
    LACKING,
    NOBODY,
    NS1,
    NS2,
    NS3,
    REGISTRY,
    SECOND,
    SETUP,
    THIRD,
    Stage,
    bare,
    one,
    own_zone,
    registry,
)
from tests.servers import free_port, zone_text
from tests.signing import PROBES

GOOD = own_zone()
ABOVE = registry(NS1, NS2)


def delegations(checked: Checked, apex: str = "example.org") -> set[tuple[str, str]]:
    found = (f for f in checked.findings if f.topic == "delegation")
    return {(f.code, f.status.word) for f in found if f.name.to_text() == f"{apex}."}


def lame(checked: Checked) -> Finding:
    """The only thing that is said of the name servers, as an error."""
    assert delegations(checked) == {("lame-delegation", "error")}
    assert exit_code(checked.outcome) == 1
    return one(checked, "delegation", "lame-delegation")


# Zones far below a top-level domain.


def below_xa(
    apex: str, above: str, delegated_to: Sequence[str], named: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """The zone `xa` and those below it down to the apex, each delegated by the one above."""
    zones = ["xa", *(zone for zone in ("reg.xa", "cut.reg.xa") if f".{above}".endswith(f".{zone}"))]
    texts = {
        zone: zone_text(
            f"ns A {REGISTRY}",
            *(f"{below}. NS ns.{below}." for below in zones if below.endswith(f".{zone}")),
            *(f"ns.{below}. A {REGISTRY}" for below in zones if below.endswith(f".{zone}")),
            *(f"{apex}. NS {server}" for server in delegated_to if zone == above),
            apex=zone,
            servers=["ns"],
        )
        for zone in zones
    }
    own = zone_text("@ MX 10 mail.example.org.", apex=apex, servers=named)
    return {REGISTRY: texts, FIRST: {apex: own}}


DEPTHS = {"x.reg.xa": "reg.xa", "x.y.reg.xa": "reg.xa", "x.cut.reg.xa": "cut.reg.xa"}


async def compared(stage: Stage, apex: str, beside: Mapping[str, Mapping[str, str]]) -> Checked:
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, ABOVE, beside=beside)
    return await stage.check(replace(SETUP, domains=(*SETUP.domains, Domain(apex))))


@pytest.mark.parametrize("apex", DEPTHS)
async def test_a_server_that_only_the_zone_above_names(stage: Stage, apex: str) -> None:
    checked = await compared(stage, apex, below_xa(apex, DEPTHS[apex], [NS1, DEAD], [NS1]))
    assert delegations(checked, apex) == {
        ("parent-only-server", "warning"),
        ("dead-server", "warning"),
    }
    message = one(checked, "delegation", "parent-only-server").message
    assert f"{bare(DEAD)} ({NOBODY}:{stage.port})" in message
    assert bare(NS1) not in message


@pytest.mark.parametrize("apex", DEPTHS)
async def test_a_server_that_only_the_zone_names(stage: Stage, apex: str) -> None:
    checked = await compared(stage, apex, below_xa(apex, DEPTHS[apex], [NS1], [NS1, DEAD]))
    assert delegations(checked, apex) == {
        ("zone-only-server", "info"),
        ("dead-server", "warning"),
    }


@pytest.mark.parametrize("apex", DEPTHS)
async def test_both_sides_agree(stage: Stage, apex: str) -> None:
    checked = await compared(stage, apex, below_xa(apex, DEPTHS[apex], [NS1], [NS1]))
    assert delegations(checked, apex) == {("all-answer", "ok")}


async def test_a_server_of_the_zone_above_that_serves_the_zone_too(stage: Stage) -> None:
    """It answers by itself; what the zone above says is heard from the others."""
    apex = "x.reg.xa"
    beside = below_xa(apex, "reg.xa", [NS1, DEAD], [NS1])
    text = beside[REGISTRY]["reg.xa"] + f"@ NS ns2\nns2 A {FIRST}\n"
    both = {
        REGISTRY: {**beside[REGISTRY], "reg.xa": text},
        FIRST: {**beside[FIRST], "reg.xa": text},
    }
    checked = await compared(stage, apex, both)
    assert delegations(checked, apex) == {
        ("parent-only-server", "warning"),
        ("dead-server", "warning"),
    }


# Zones that none of their servers serves.


@pytest.mark.parametrize("resolver_asks", [(FIRST, SECOND), (THIRD,)], ids=["fails", "remembers"])
@pytest.mark.parametrize(
    "texts",
    [(None, None), (LACKING, LACKING), (None, LACKING)],
    ids=["SERVFAIL", "REFUSED", "both"],
)
async def test_all_servers_are_lame(
    stage: Stage, texts: tuple[str | None, str | None], resolver_asks: Sequence[str]
) -> None:
    served = {FIRST: texts[0], SECOND: texts[1], THIRD: GOOD}
    stage.set_up(served, ABOVE, resolver_asks=resolver_asks)
    found = lame(await stage.check())
    assert f"{bare(NS1)} ({FIRST}:{stage.port})" in found.message
    assert f"{bare(NS2)} ({SECOND}:{stage.port})" in found.message
    assert "port 53" not in found.fix


def passing_on(to: Endpoint, **flags: bool) -> Behaviour:
    """As the server behind it, with these flags set or not."""

    def answer(query: bytes) -> list[bytes]:
        asked = dns.message.from_wire(query)
        asked.flags |= dns.flags.RD
        reply = dns.query.udp(asked, to.address, 10.0, to.port)
        for name, is_set in flags.items():
            flag = dns.flags.Flag[name]
            reply.flags = reply.flags | flag if is_set else reply.flags & ~flag
        return [reply.to_wire()]

    return answer


async def test_all_servers_answer_without_authority(stage: Stage) -> None:
    stage.set_up({THIRD: GOOD}, ABOVE, resolver_asks=[THIRD])
    behind = Endpoint(THIRD, stage.port)
    with ExitStack() as stack:
        for address in (FIRST, SECOND):
            behaviour = passing_on(behind, AA=False, RA=True)
            stack.enter_context(raw_server(behaviour, address, stage.port))
        found = lame(await stage.check())
    assert "not responsible for this zone" in found.message


async def test_somebody_on_the_way_answers_in_place_of_all(stage: Stage) -> None:
    """As in networks that lead port 53 to their own resolver: that is no fault of the servers."""
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, ABOVE)
    port = free_port(NAME_SERVER_ADDRESSES)
    with ExitStack() as stack:
        for address in (REGISTRY, FIRST, SECOND, THIRD):
            behaviour = passing_on(stage.resolver, AA=False)
            stack.enter_context(raw_server(behaviour, address, port))
        network = Network([stage.resolver], port, probes=PROBES, fetcher=stage.fetcher)
        checked = await examine(SETUP, None, network, parse(["check"]))
    assert delegations(checked) == {("could-not-ask", "info")}
    assert "port 53" in one(checked, "delegation", "could-not-ask").fix
    assert exit_code(checked.outcome) == 0


async def test_one_server_is_lame_and_the_other_silent(stage: Stage) -> None:
    """One was heard, so this machine may ask."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((SECOND, stage.port))
        stage.set_up({FIRST: None, THIRD: GOOD}, ABOVE, resolver_asks=[THIRD])
        found = lame(await stage.check())
    assert f"{bare(NS2)} ({SECOND}:{stage.port}): no answer in time" in found.message


@pytest.mark.parametrize("resolver_asks", [FIRST, THIRD], ids=["knows", "fails"])
async def test_servers_without_addresses(stage: Stage, resolver_asks: str) -> None:
    inside = ["n1.example.org.", "n2.example.org."]
    stage.set_up(
        {FIRST: own_zone(servers=inside), THIRD: LACKING},
        registry(*inside),
        resolver_asks=[resolver_asks],
    )
    found = lame(await stage.check())
    assert "n1.example.org, n2.example.org: has no address" in found.message


async def test_some_without_addresses_and_others_not_to_be_asked(stage: Stage) -> None:
    """Whether the others serve the zone is not known."""
    servers = ["n1.example.org.", "ns.example.com."]
    zone = own_zone(servers=servers)
    stage.set_up({FIRST: zone}, registry(*servers), resolver_asks=[FIRST])
    checked = await stage.check()
    assert ("lame-delegation", "error") not in delegations(checked)
    assert ("dead-server", "warning") in delegations(checked)


DENYING = {".": zone_text(apex=".", servers=["a.nic."])}


@pytest.mark.parametrize("resolver_asks", [FIRST, SECOND, THIRD])
async def test_a_delegated_zone_that_is_denied_refused_and_failed(
    stage: Stage, resolver_asks: str
) -> None:
    """It is registered already."""
    served = {FIRST: LACKING, SECOND: None, THIRD: LACKING}
    stage.set_up(served, registry(NS1, NS2, NS3), resolver_asks=[resolver_asks])
    stage.serve(FIRST, DENYING)
    checked = await stage.check()
    found = lame(checked)
    assert f"{bare(NS1)} ({FIRST}:{stage.port}): denied that it exists" in found.message
    assert f"{bare(NS2)} ({SECOND}:{stage.port}): answered with a failure" in found.message
    assert f"{bare(NS3)} ({THIRD}:{stage.port}): refused to answer" in found.message


async def test_a_delegated_zone_that_all_deny(stage: Stage) -> None:
    stage.set_up({}, ABOVE)
    stage.serve(FIRST, DENYING)
    stage.serve(SECOND, DENYING)
    assert "denied that it exists" in lame(await stage.check()).message


def without_soa(address: str, port: int) -> Behaviour:
    """As the server, but with no SOA anywhere."""

    def answer(query: bytes) -> list[bytes]:
        reply = dns.query.udp(dns.message.from_wire(query), address, 5.0, port)
        _drop_soa(reply)
        return [reply.to_wire()]

    return answer


def dropping(rdtype: RdataType, address: str, port: int) -> Behaviour:
    """As the server, but with no answer at all to questions about this type."""

    def answer(query: bytes) -> list[bytes]:
        asked = dns.message.from_wire(query)
        if asked.question[0].rdtype == rdtype:
            return []
        return [dns.query.udp(asked, address, 5.0, port).to_wire()]

    return answer


@pytest.mark.parametrize("rdtype", [RdataType.MX, RdataType.SRV])
async def test_a_server_that_never_answers_one_type(stage: Stage, rdtype: RdataType) -> None:
    stage.set_up({FIRST: GOOD}, ABOVE, resolver_asks=[FIRST])
    with raw_server(dropping(rdtype, FIRST, stage.port), SECOND, stage.port):
        checked = await stage.check()
    assert delegations(checked) == {("type-not-answered", "warning")}
    message = one(checked, "delegation", "type-not-answered").message
    assert f"questions about {rdtype.name} records" in message
    assert f"{bare(NS2)} ({SECOND}:{stage.port}): no answer in time" in message
    assert bare(NS1) not in message


def _drop_soa(reply: Message) -> None:
    reply.answer = [rrset for rrset in reply.answer if rrset.rdtype != RdataType.SOA]
    reply.authority = [rrset for rrset in reply.authority if rrset.rdtype != RdataType.SOA]


async def test_a_zone_without_soa(stage: Stage) -> None:
    stage.set_up({FIRST: GOOD}, ABOVE, resolver_asks=[FIRST])
    with raw_server(without_soa(FIRST, stage.port), SECOND, stage.port):
        checked = await stage.check()
    assert delegations(checked) == {("no-soa", "warning")}
    message = one(checked, "delegation", "no-soa").message
    assert f"{bare(NS2)} ({SECOND}:{stage.port})" in message
    assert bare(NS1) not in message

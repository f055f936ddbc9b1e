"""Name servers that fail, and delegations that lead elsewhere: what a user is told."""

import socket

import dns.flags
import dns.message
import dns.query
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.report import exit_code
from mailcow_dns_tui.model.finding import Status
from tests.conftest import RESOLVER_ADDRESS
from tests.lookup.raw_server import Behaviour, raw_server
from tests.real.stage import (
    DEAD,
    FIRST,
    LACKING,
    NOBODY,
    NOWHERE,
    NS1,
    NS2,
    NS3,
    OUT_OF_REACH,
    REGISTRY,
    SECOND,
    SETUP,
    THIRD,
    Stage,
    bare,
    classless,
    one,
    own_zone,
    registry,
    told,
)

GOOD = own_zone()
MX = "example.org. MX"


def served_by(*servers: str) -> str:
    return own_zone(servers=servers)


async def test_a_zone_without_fault_is_silent(stage: Stage) -> None:
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, registry(NS1, NS2))
    checked = await stage.check()
    assert told(checked) == []
    assert exit_code(checked.outcome) == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "answered with a failure (SERVFAIL)"), (LACKING, "refused to answer")],
    ids=["can't load it", "does not have it"],
)
async def test_a_server_that_does_not_serve_the_zone(
    stage: Stage, text: str | None, reason: str
) -> None:
    stage.set_up({FIRST: GOOD, SECOND: text}, registry(NS1, NS2), resolver_asks=[FIRST])
    checked = await stage.check()
    assert told(checked) == [("delegation", "lame-server", "warning")]
    message = one(checked, "delegation", "lame-server").message
    assert f"ns2.example.net ({SECOND}:{stage.port}): {reason}" in message
    assert "ns1" not in message
    assert exit_code(checked.outcome) == 0


async def test_a_server_where_nothing_listens(stage: Stage) -> None:
    zone = served_by(NS1, DEAD)
    stage.set_up({FIRST: zone}, registry(NS1, DEAD), resolver_asks=[FIRST])
    checked = await stage.check()
    assert told(checked) == [("delegation", "dead-server", "warning")]
    message = one(checked, "delegation", "dead-server").message
    assert f"{bare(DEAD)} ({NOBODY}:{stage.port}): not reachable" in message


async def test_a_server_that_swallows_questions(stage: Stage) -> None:
    zone = served_by(NS1, DEAD)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((NOBODY, stage.port))
        stage.set_up({FIRST: zone}, registry(NS1, DEAD), resolver_asks=[FIRST])
        checked = await stage.check()
    assert told(checked) == [("delegation", "dead-server", "warning")]
    message = one(checked, "delegation", "dead-server").message
    assert f"{bare(DEAD)} ({NOBODY}:{stage.port}): no answer in time" in message


async def test_a_server_whose_name_does_not_resolve(stage: Stage) -> None:
    zone = served_by(NS1, NOWHERE)
    stage.set_up({FIRST: zone}, registry(NS1, NOWHERE), resolver_asks=[FIRST])
    checked = await stage.check()
    assert told(checked) == [("delegation", "dead-server", "warning")]
    message = one(checked, "delegation", "dead-server").message
    assert f"{bare(NOWHERE)}: has no address" in message


async def test_a_server_whose_address_the_resolver_can_not_tell(stage: Stage) -> None:
    """It is not asked at all: neither good nor dead."""
    servers = (NS1, OUT_OF_REACH)
    stage.set_up({FIRST: served_by(*servers)}, registry(*servers), resolver_asks=[FIRST])
    checked = await stage.check()
    assert told(checked) == [("delegation", "could-not-ask", "unknown")]
    finding = one(checked, "delegation", "could-not-ask")
    assert f"{bare(OUT_OF_REACH)}: its address could not be looked up" in finding.message
    assert NS1 not in finding.message
    assert "registrar" not in finding.fix
    assert exit_code(checked.outcome) == 3


async def test_a_server_that_had_less_time_than_it_may_take(stage: Stage) -> None:
    zone = served_by(NS1, DEAD)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((NOBODY, stage.port))
        stage.set_up({FIRST: zone}, registry(NS1, DEAD), resolver_asks=[FIRST])
        checked = await stage.check(SETUP, "--timeout", "1")
    (finding,) = (each for each in checked.findings if each.topic == "delegation")
    assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)
    assert f"{bare(DEAD)} ({NOBODY}:{stage.port}): no answer before the time" in finding.message
    assert exit_code(checked.outcome) == 3


async def test_a_server_with_an_older_zone(stage: Stage) -> None:
    """Newer and with the same records: a word. Older and with another MX: more than that."""
    newer = own_zone(serial=2)
    stage.set_up({FIRST: newer, SECOND: GOOD}, registry(NS1, NS2))
    checked = await stage.check()
    assert told(checked) == [("delegation", "stale-server", "info")]
    message = one(checked, "delegation", "stale-server").message
    assert f"{bare(NS2)} ({SECOND}:{stage.port}) has 1" in message

    stage.serve(SECOND, {"example.org": own_zone(without=[MX], adding=["@ MX 10 mx.example.net."])})
    checked = await stage.check()
    assert ("mx", "servers-disagree", "warning") in told(checked)
    finding = one(checked, "mx", "servers-disagree")
    assert SECOND in finding.message
    assert FIRST not in finding.message


async def test_servers_that_name_different_servers(stage: Stage) -> None:
    alone = served_by(NS2)
    stage.set_up({FIRST: GOOD, SECOND: alone}, registry(NS1, NS2))
    checked = await stage.check()
    assert told(checked) == [("delegation", "servers-differ", "warning")]


async def test_a_server_that_only_the_zone_above_names(stage: Stage) -> None:
    zone = served_by(NS1)
    stage.set_up({FIRST: zone, SECOND: zone}, registry(NS1, NS2), resolver_asks=[FIRST])
    checked = await stage.check()
    assert told(checked) == [("delegation", "parent-only-server", "warning")]
    message = one(checked, "delegation", "parent-only-server").message
    assert f"{bare(NS2)} ({SECOND}:{stage.port})" in message
    assert bare(NS1) not in message


async def test_one_of_these_that_has_an_old_zone_is_an_error(stage: Stage) -> None:
    """Mail goes astray whenever it is asked, and no waiting will help."""
    old = own_zone(without=[MX], adding=["@ MX 10 mx.example.net."])
    new = own_zone(servers=[NS1], serial=2)
    stage.set_up({FIRST: new, SECOND: old}, registry(NS1, NS2), resolver_asks=[FIRST])
    checked = await stage.check()
    assert ("mx", "servers-disagree", "error") in told(checked)
    assert ("delegation", "parent-only-server", "warning") in told(checked)
    finding = one(checked, "mx", "servers-disagree")
    assert SECOND in finding.message
    assert "registrar" in finding.fix
    assert not any(f.code == "stale-server" for f in checked.findings)
    assert exit_code(checked.outcome) == 1


async def test_one_of_these_that_does_not_serve_the_zone(stage: Stage) -> None:
    zone = served_by(NS1)
    stage.set_up({FIRST: zone, SECOND: LACKING}, registry(NS1, NS2), resolver_asks=[FIRST])
    checked = await stage.check()
    assert told(checked) == [
        ("delegation", "lame-server", "warning"),
        ("delegation", "parent-only-server", "warning"),
    ]


async def test_a_server_that_only_the_zone_names(stage: Stage) -> None:
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, registry(NS1))
    checked = await stage.check()
    assert told(checked) == [("delegation", "zone-only-server", "info")]
    assert bare(NS2) in one(checked, "delegation", "zone-only-server").message


async def test_glue_with_an_address_that_the_zone_has_no_more(stage: Stage) -> None:
    inside = ["ns.example.org.", "ns2.example.net."]
    zone = own_zone(servers=inside, adding=[f"ns A {FIRST}"])
    old = own_zone(servers=inside, adding=[f"ns A {THIRD}"])
    good, bad = (
        registry(*inside, adding=[f"ns.example A {address}"]) for address in (FIRST, THIRD)
    )
    stage.set_up({FIRST: zone, SECOND: zone, THIRD: old}, good)
    assert told(await stage.check()) == []

    stage.set_up({FIRST: zone, SECOND: zone, THIRD: old}, bad)
    checked = await stage.check()
    assert told(checked) == [("delegation", "parent-only-server", "warning")]
    message = one(checked, "delegation", "parent-only-server").message
    assert f"ns.example.org ({THIRD}:{stage.port})" in message


async def test_a_delegation_to_none_that_serves_the_zone(stage: Stage) -> None:
    """The resolver still remembers the zone's own servers; others find nobody."""
    zone = served_by(NS1)
    stage.set_up({FIRST: zone, SECOND: LACKING}, registry(NS2), resolver_asks=[FIRST])
    checked = await stage.check()
    assert ("delegation", "lame-delegation", "error") in told(checked)
    assert bare(NS2) in one(checked, "delegation", "lame-delegation").message
    assert exit_code(checked.outcome) == 1


async def test_a_zone_that_the_registry_has_dropped(stage: Stage) -> None:
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, registry())
    checked = await stage.check()
    assert told(checked) == [("delegation", "not-delegated", "error")]


async def test_a_move_that_the_resolver_has_not_heard_of(stage: Stage) -> None:
    """Those who serve the zone now are asked; the former servers are no fault of anybody."""
    former = own_zone(servers=[NS1, NS2], without=[MX])
    now = own_zone(servers=[NS3], serial=7)
    stage.set_up({FIRST: former, SECOND: former, THIRD: now}, registry(NS3))
    checked = await stage.check()
    assert {code for _, code, _ in told(checked)} <= {"not-yet-visible"}
    mx = next(f for f in checked.findings if f.topic == "mx")
    assert [answer.source.name for answer in mx.lookup.answers] == [NS3]


@pytest.mark.parametrize(
    "old", ["10 PTR old.example.net.", "9 PTR old.example.net."], ids=["other name", "none"]
)
async def test_an_old_server_where_an_alias_leads(stage: Stage, old: str) -> None:
    zones = classless("10 PTR mail.example.org.", old)
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, registry(NS1, NS2), beside=zones)
    found = one(await stage.check(), "ptr", "servers-disagree")
    assert found.status is Status.WARNING
    assert f"not on {bare(NS2)}" in found.message


def cutting(port: int, whole: frozenset[str]) -> Behaviour:
    """All as the first server has it, but for TXT cut, unless at one of these names."""

    def answer(query: bytes) -> list[bytes]:
        asked = dns.message.from_wire(query)
        reply = dns.query.udp(asked, FIRST, 5.0, port)
        question = asked.question[0]
        if question.rdtype == RdataType.TXT and question.name.to_text() not in whole:
            reply.answer = []
            reply.flags |= dns.flags.TC
        return [reply.to_wire()]

    return answer


async def test_large_answers_without_tcp(stage: Stage) -> None:
    stage.set_up({FIRST: GOOD}, registry(NS1, NS2), resolver_asks=[FIRST])
    with raw_server(cutting(stage.port, frozenset()), SECOND, stage.port):
        checked = await stage.check()
    assert told(checked) == [("delegation", "no-tcp", "warning")]
    message = one(checked, "delegation", "no-tcp").message
    assert f"{bare(NS2)} ({SECOND}:{stage.port})" in message
    assert bare(NS1) not in message


async def test_small_answers_need_no_tcp(stage: Stage) -> None:
    class All(frozenset[str]):
        def __contains__(self, name: object) -> bool:
            return True

    stage.set_up({FIRST: GOOD}, registry(NS1, NS2), resolver_asks=[FIRST])
    with raw_server(cutting(stage.port, All()), SECOND, stage.port):
        assert told(await stage.check()) == []


async def test_all_servers_dead_and_the_resolver_at_a_loss(stage: Stage) -> None:
    """Unknown is never missing and never good; and who does not answer is named."""
    stage.set_up({}, registry(NS1, NS2))
    checked = await stage.check()
    own = [f for f in checked.findings if f.topic != "ptr"]
    assert {f.status for f in own} == {Status.UNKNOWN}
    assert {f.code for f in own} == {"could-not-ask"}
    message = one(checked, "delegation", "could-not-ask").message
    both = f"{bare(NS1)} ({FIRST}:{stage.port}), {bare(NS2)} ({SECOND}:{stage.port})"
    assert f"{both}: not reachable" in message
    assert exit_code(checked.outcome) == 3


async def test_everybody_dead(stage: Stage) -> None:
    stage.set_up({}, registry(NS1, NS2))
    stage.stop(RESOLVER_ADDRESS)
    stage.stop(REGISTRY)
    stage.stop(THIRD)
    checked = await stage.check()
    assert {f.status for f in checked.findings} == {Status.UNKNOWN}
    assert exit_code(checked.outcome) == 3

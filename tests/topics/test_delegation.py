"""What is said of a zone's name servers, each fault by itself."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.topics.delegation import Delegation
from mailcow_dns_tui.topics.run import subjects
from tests.memory_dns import NS1, NS2, Fault, MemoryDns, World, good_zone
from tests.topics.setups import SMALL

GOOD = good_zone(SMALL)
APEX = "example.org."
SELECTOR = "dkim._domainkey.example.org."


async def judged(memory: MemoryDns) -> list[Finding]:
    return [f for each in subjects(SMALL) for f in await Delegation().check(each, memory)]


async def codes(memory: MemoryDns) -> list[tuple[str, Status]]:
    return [(f.code, f.status) for f in await judged(memory)]


def at_serial(serial: int) -> World:
    return replace(GOOD, serial=serial)


async def test_good_servers() -> None:
    assert await codes(MemoryDns(GOOD)) == [("all-answer", Status.OK)]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Failure.TIMEOUT, "dead-server"),
        (Failure.UNREACHABLE, "dead-server"),
        (Failure.LAME, "lame-server"),
        (Failure.REFUSED, "lame-server"),
        (Failure.SERVFAIL, "lame-server"),
        (Failure.GARBLED, "lame-server"),
    ],
)
async def test_a_server_that_fails_is_named(failure: Failure, code: str) -> None:
    (finding,) = await judged(MemoryDns(GOOD, faults=(Fault(APEX, failure, server=NS2),)))
    assert (finding.code, finding.status) == (code, Status.WARNING)
    assert f"{NS2} 198.51.100.53: {failure.value}" in finding.message
    assert NS1 not in finding.message


async def test_a_machine_without_ipv6_is_no_fault_of_the_servers() -> None:
    memory = MemoryDns(GOOD, faults=(Fault(APEX, Failure.NO_ROUTE, server=NS2),))
    assert await codes(memory) == [("all-answer", Status.OK)]


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2026112301, 2026112302), (2**32 - 1, 3)])
async def test_the_server_with_the_older_zone_is_named(old: int, new: int) -> None:
    for stale, fresh in ((NS1, NS2), (NS2, NS1)):
        memory = MemoryDns(GOOD, {stale: at_serial(old), fresh: at_serial(new)})
        (finding,) = await judged(memory)
        assert (finding.code, finding.status) == ("stale-server", Status.INFO)
        assert stale in finding.message
        assert fresh not in finding.message


async def test_servers_that_name_different_servers() -> None:
    other = GOOD.having(APEX, "NS", "ns3.example.net.")
    (finding,) = await judged(MemoryDns(GOOD, {NS2: other}))
    assert (finding.code, finding.status) == ("servers-differ", Status.WARNING)
    assert "ns2.example.net. 198.51.100.53 names ns1.example.net, ns2.example.net, ns3" in (
        finding.message
    )
    assert await codes(MemoryDns(other)) == [("all-answer", Status.OK)]


async def test_large_records_from_servers_without_tcp() -> None:
    cut = Fault(SELECTOR, Failure.TRUNCATED, server=NS2)
    (finding,) = await judged(MemoryDns(GOOD, faults=(cut,)))
    assert (finding.code, finding.status) == ("no-tcp", Status.WARNING)
    assert NS2 in finding.message
    everywhere = Fault(APEX, Failure.TRUNCATED, rdtype="TXT")
    assert await codes(MemoryDns(GOOD, faults=(everywhere,))) == [("no-tcp", Status.ERROR)]
    silent = Fault(SELECTOR, Failure.TIMEOUT, server=NS2)
    assert await codes(MemoryDns(GOOD, faults=(silent,))) == [("all-answer", Status.OK)]


async def test_several_faults_are_said_one_by_one() -> None:
    other = replace(GOOD.having(APEX, "NS", "ns3.example.net."), serial=2)
    cut = Fault(SELECTOR, Failure.TRUNCATED, server=NS1)
    found = await codes(MemoryDns(GOOD, {NS2: other}, faults=(cut,)))
    assert found == [
        ("servers-differ", Status.WARNING),
        ("no-tcp", Status.WARNING),
        ("stale-server", Status.INFO),
    ]

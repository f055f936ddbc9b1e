"""What is said of a zone's name servers, each fault by itself."""

from dataclasses import replace

import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Failure, Lookup, NamedBy, Source
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.topics.delegation import DelegationTopic
from mailcow_dns_tui.topics.mx.topic import MxTopic
from mailcow_dns_tui.topics.registry import subjects
from tests.memory_dns import NS1, NS2, SOURCES, Fault, MemoryDns, World, Wrapped, good_zone
from tests.topics.setups import SMALL

GOOD = good_zone(SMALL)
APEX = "example.org."
SELECTOR = "dkim._domainkey.example.org."


async def judged(memory: Dns) -> list[Finding]:
    return [
        f
        for each in subjects(SMALL)
        for f in await DelegationTopic((MxTopic(),)).check(each, memory)
    ]


async def codes(memory: Dns) -> list[tuple[str, Status]]:
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
    assert f"ns2.example.net (198.51.100.53): {failure.value}" in finding.message
    assert "ns1" not in finding.message


@pytest.mark.parametrize("failure", [Failure.UNRESOLVED, Failure.LATE])
async def test_a_server_that_was_not_asked_is_not_dead(failure: Failure) -> None:
    (finding,) = await judged(MemoryDns(GOOD, faults=(Fault(APEX, failure, server=NS2),)))
    assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)
    assert f"ns2.example.net (198.51.100.53): {failure.value}" in finding.message
    assert "ns1" not in finding.message
    assert "registrar" not in finding.fix


async def test_a_server_that_answers_other_questions_is_not_dead() -> None:
    """As where packets are lost on the way."""
    lost = Fault(APEX, Failure.TIMEOUT, rdtype="SOA", server=NS2)
    (finding,) = await judged(MemoryDns(GOOD, faults=(lost,)))
    assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)
    assert "ns2.example.net (198.51.100.53): no answer in time" in finding.message


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("192.0.2.53", ("could-not-ask", Status.UNKNOWN)),
        ("2001:db8::52", ("dead-server", Status.WARNING)),
    ],
)
async def test_a_machine_whose_ipv6_leads_nowhere_is_no_fault_of_the_servers(
    other: str, expected: tuple[str, Status], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SOURCES, NS1, Source(NS1, other))
    monkeypatch.setitem(SOURCES, NS2, Source(NS2, "2001:db8::53"))
    (finding,) = await judged(MemoryDns(GOOD, faults=(Fault(APEX, Failure.TIMEOUT, server=NS2),)))
    assert (finding.code, finding.status) == expected
    assert "ns2.example.net (2001:db8::53): no answer in time" in finding.message


async def test_a_machine_without_ipv6_is_no_fault_of_the_servers() -> None:
    memory = MemoryDns(GOOD, faults=(Fault(APEX, Failure.NO_ROUTE, server=NS2),))
    assert await codes(memory) == [("all-answer", Status.OK)]


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2026112301, 2026112302), (2**32 - 1, 3)])
async def test_the_server_with_the_older_zone_is_named(old: int, new: int) -> None:
    for stale, fresh in ((NS1, NS2), (NS2, NS1)):
        memory = MemoryDns(GOOD, {stale: at_serial(old), fresh: at_serial(new)})
        (finding,) = await judged(memory)
        assert (finding.code, finding.status) == ("stale-server", Status.INFO)
        assert stale.rstrip(".") in finding.message
        assert fresh.rstrip(".") not in finding.message


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.SERVFAIL, Failure.ERROR])
@pytest.mark.parametrize(
    ("server", "status"), [(NS2, Status.WARNING), (None, Status.ERROR)], ids=["one", "all"]
)
async def test_a_type_that_is_never_answered(
    failure: Failure, server: str | None, status: Status
) -> None:
    memory = MemoryDns(GOOD, faults=(Fault(APEX, failure, rdtype="MX", server=server),))
    (finding,) = await judged(memory)
    if server is None and failure is Failure.TIMEOUT:
        status = Status.UNKNOWN  # that nobody was heard may be this machine's fault
    assert (finding.code, finding.status) == ("type-not-answered", status)
    assert "MX" in finding.message
    assert ("ns1" in finding.message) is (server is None)
    assert f"ns2.example.net (198.51.100.53): {failure.value}" in finding.message


class FailingOnce(Wrapped):
    """A DNS in which each name server fails at the first question about MX."""

    def __init__(self, inner: MemoryDns) -> None:
        super().__init__(inner)
        self._failing = replace(inner, faults=(Fault(APEX, Failure.SERVFAIL, rdtype="MX"),))
        self._failed: set[Name] = set()

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        if rdtype == RdataType.MX and name not in self._failed:
            self._failed.add(name)
            return await self._failing.ask(name, rdtype)
        return await super().ask(name, rdtype)


async def test_a_failure_that_passes_is_no_fault() -> None:
    assert await codes(FailingOnce(MemoryDns(GOOD))) == [("all-answer", Status.OK)]


async def test_servers_that_name_different_servers() -> None:
    other = GOOD.having(APEX, "NS", "ns3.example.net.")
    (finding,) = await judged(MemoryDns(GOOD, {NS2: other}))
    assert (finding.code, finding.status) == ("servers-differ", Status.WARNING)
    assert "ns2.example.net (198.51.100.53) names ns1.example.net, ns2.example.net, ns3" in (
        finding.message
    )
    assert await codes(MemoryDns(other)) == [("all-answer", Status.OK)]


async def test_large_records_from_servers_without_tcp() -> None:
    cut = Fault(SELECTOR, Failure.TRUNCATED, server=NS2)
    (finding,) = await judged(MemoryDns(GOOD, faults=(cut,)))
    assert (finding.code, finding.status) == ("no-tcp", Status.WARNING)
    assert NS2.rstrip(".") in finding.message
    everywhere = Fault(APEX, Failure.TRUNCATED, rdtype="TXT")
    assert await codes(MemoryDns(GOOD, faults=(everywhere,))) == [("no-tcp", Status.ERROR)]
    silent = Fault(SELECTOR, Failure.TIMEOUT, server=NS2)
    assert await codes(MemoryDns(GOOD, faults=(silent,))) == [("all-answer", Status.OK)]


class Slow(Wrapped):
    """A DNS whose answers take as long as where the first packets get lost."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        lookup = await super().ask(name, rdtype)
        return replace(lookup, answers=tuple(replace(a, seconds=2.0) for a in lookup.answers))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(SELECTOR, Failure.TRUNCATED, server=NS2), "could-not-ask"),
        (Fault(APEX, Failure.TIMEOUT, rdtype="MX", server=NS2), "type-not-answered"),
    ],
)
async def test_what_may_be_lost_on_the_way_is_no_fault_of_a_server(fault: Fault, code: str) -> None:
    (finding,) = await judged(Slow(MemoryDns(GOOD, faults=(fault,))))
    assert (finding.code, finding.status) == (code, Status.UNKNOWN)
    assert "this machine's network" in finding.fix


async def test_several_faults_are_said_one_by_one() -> None:
    other = replace(GOOD.having(APEX, "NS", "ns3.example.net."), serial=2)
    cut = Fault(SELECTOR, Failure.TRUNCATED, server=NS1)
    found = await codes(MemoryDns(GOOD, {NS2: other}, faults=(cut,)))
    assert found == [
        ("servers-differ", Status.WARNING),
        ("no-tcp", Status.WARNING),
        ("stale-server", Status.INFO),
    ]


class Sides(Wrapped):
    """A DNS that knows who names each server."""

    def __init__(self, inner: MemoryDns, **named_by: NamedBy) -> None:
        super().__init__(inner)
        self._named_by = {f"{name}.example.net.": by for name, by in named_by.items()}

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        lookup = await super().ask(name, rdtype)
        answers = (
            replace(a, named_by=self._named_by.get(a.source.name, NamedBy.BOTH))
            for a in lookup.answers
        )
        return replace(lookup, answers=tuple(answers))


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (NamedBy.PARENT, ("parent-only-server", Status.WARNING)),
        (NamedBy.ZONE, ("zone-only-server", Status.INFO)),
    ],
)
async def test_a_server_that_only_one_side_names(
    side: NamedBy, expected: tuple[str, Status]
) -> None:
    (finding,) = await judged(Sides(MemoryDns(GOOD), ns2=side))
    assert (finding.code, finding.status) == expected
    assert NS2.rstrip(".") in finding.message
    assert NS1 not in finding.message


async def test_an_older_zone_where_no_copy_is_to_be_expected() -> None:
    """The zone does not name the server: no waiting brings it the new one."""
    memory = MemoryDns(at_serial(2), {NS2: at_serial(1)})
    assert await codes(Sides(memory, ns2=NamedBy.PARENT)) == [
        ("parent-only-server", Status.WARNING)
    ]
    assert ("stale-server", Status.INFO) in await codes(Sides(memory, ns2=NamedBy.ZONE))


async def test_a_delegation_to_servers_that_all_fail() -> None:
    """Where they can't be reached from this machine alone, nothing is said against them."""
    for failure, expected in ((Failure.REFUSED, True), (Failure.NO_ROUTE, False)):
        memory = MemoryDns(GOOD, faults=(Fault(APEX, failure, server=NS2),))
        found = await codes(Sides(memory, ns1=NamedBy.ZONE, ns2=NamedBy.PARENT))
        assert (("lame-delegation", Status.ERROR) in found) is expected


async def test_a_zone_that_is_not_delegated() -> None:
    sides = Sides(MemoryDns(GOOD), ns1=NamedBy.ZONE, ns2=NamedBy.ZONE)
    assert await codes(sides) == [("not-delegated", Status.ERROR)]


@pytest.mark.parametrize("failure", [Failure.LAME, Failure.SERVFAIL, Failure.REFUSED])
async def test_no_server_serves_the_zone(failure: Failure) -> None:
    (finding,) = await judged(MemoryDns(GOOD, faults=(Fault(APEX, failure),)))
    assert (finding.code, finding.status) == ("lame-delegation", Status.ERROR)
    assert f"ns2.example.net (198.51.100.53): {failure.value}" in finding.message


async def test_no_server_was_heard() -> None:
    memory = MemoryDns(GOOD, faults=(Fault(APEX, Failure.TIMEOUT),))
    assert await codes(memory) == [("could-not-ask", Status.UNKNOWN)]


async def test_servers_that_fail_and_others_that_can_not_be_asked() -> None:
    faults = (Fault(APEX, Failure.REFUSED, server=NS1), Fault(APEX, Failure.NO_ROUTE, server=NS2))
    assert await codes(MemoryDns(GOOD, faults=faults)) == [
        ("could-not-ask", Status.UNKNOWN),
        ("lame-server", Status.WARNING),
    ]


class Remembered(Wrapped):
    """Nobody can be asked but a resolver, which has all answers."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        lookup = await super().ask(name, rdtype)
        answers = (replace(answer, authoritative=False) for answer in lookup.answers[:1])
        return replace(lookup, answers=tuple(answers))


async def test_no_server_is_good_that_was_not_asked() -> None:
    (finding,) = await judged(Remembered(MemoryDns(GOOD)))
    assert (finding.code, finding.status) == ("could-not-ask", Status.INFO)
    assert "only a resolver could be asked" in finding.message

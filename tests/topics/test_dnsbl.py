"""Block lists: believed only after proof, and decoded."""

import ipaddress
from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.dnsbl import DEFAULT_LISTS, SPAMCOP, SPAMHAUS_ZEN, DnsblTopic
from mailcow_dns_tui.topics.registry import TOPICS
from tests.memory_dns import Fault, MemoryDns, World

SETUP = Setup(
    server=Server(hostname="mail.example.org", ipv4="1.2.3.4", ipv6="2a01:4f8::10"),
    domains=(Domain(name="example.org"),),
)
ZEN = "zen.spamhaus.org."
SCBL = "bl.spamcop.net."
V6 = f"0.1{'.0' * 22}.8.f.4.0.1.0.a.2.{ZEN}"
V6_LISTED = f"2.0.0.0.0.0.f.7.f.f.f.f{'.0' * 20}.{ZEN}"
V6_NOT_LISTED = f"1.0.0.0.0.0.f.7.f.f.f.f{'.0' * 20}.{ZEN}"
ALIVE = (
    World((), {})
    .with_zone(ZEN)
    .with_zone(SCBL)
    .having(f"2.0.0.127.{ZEN}", "A", "127.0.0.2", "127.0.0.4", "127.0.0.10")
    .having(V6_LISTED, "A", "127.0.0.2")
    .having(f"2.0.0.127.{SCBL}", "A", "127.0.0.2")
)


async def judged(world: World, *faults: Fault, setup: Setup = SETUP) -> dict[str, str]:
    """Code and status of each finding, by the zone and the version of IP."""
    return {_key(f): f"{f.code} {f.status.word}" for f in await found(world, *faults, setup=setup)}


async def found(world: World, *faults: Fault, setup: Setup = SETUP) -> list[Finding]:
    return list(await DnsblTopic().check(Subject(setup), MemoryDns(world, faults=faults)))


def _key(finding: Finding) -> str:
    return (
        f"{'zen' if ZEN in finding.name.to_text() else 'scbl'}{6 if len(finding.name) > 9 else 4}"
    )


GOOD = {
    "zen4": "not-listed ok",
    "zen6": "not-listed ok",
    "scbl4": "not-listed ok",
}


async def test_a_clean_server_is_on_no_list() -> None:
    assert await judged(ALIVE) == GOOD


ANSWERS = {
    "SBL": (["127.0.0.2"], "listed error"),
    "CSS": (["127.0.0.3"], "listed error"),
    "XBL": (["127.0.0.4"], "listed error"),
    "DROP": (["127.0.0.9"], "listed error"),
    "PBL of the network": (["127.0.0.10"], "listed-by-policy warning"),
    "PBL of Spamhaus": (["127.0.0.11"], "listed-by-policy warning"),
    "PBL and XBL": (["127.0.0.11", "127.0.0.4"], "listed error"),
    "a typing error": (["127.255.255.252"], "list-refuses unknown"),
    "a public resolver": (["127.255.255.254"], "list-refuses unknown"),
    "too much": (["127.255.255.255"], "list-refuses unknown"),
    "no documented value": (["127.0.0.1"], "list-not-believed unknown"),
    "a parked domain": (["198.51.100.7"], "list-not-believed unknown"),
    "a hit beside nonsense": (["127.0.0.2", "198.51.100.7"], "list-not-believed unknown"),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_an_answer_is_decoded(case: str) -> None:
    answers, expected = ANSWERS[case]
    world = ALIVE.having(f"4.3.2.1.{ZEN}", "A", *answers)
    assert await judged(world) == {**GOOD, "zen4": expected}
    (finding,) = (f for f in await found(world) if not f.code.startswith("not-"))
    assert finding.fix
    assert sorted(finding.found) == sorted(answers)


async def test_an_ipv6_address_is_asked_in_nibbles() -> None:
    world = ALIVE.having(V6, "A", "127.0.0.3")
    assert await judged(world) == {**GOOD, "zen6": "listed error"}


async def test_a_list_that_few_refuse_by_alone_is_a_warning() -> None:
    world = ALIVE.having(f"4.3.2.1.{SCBL}", "A", "127.0.0.2")
    assert await judged(world) == {**GOOD, "scbl4": "listed warning"}


async def test_a_list_without_its_test_entry_is_not_believed() -> None:
    empty = ALIVE.without(f"2.0.0.127.{SCBL}", "A")
    assert await judged(empty) == {**GOOD, "scbl4": "list-not-believed unknown"}
    hit = empty.having(f"4.3.2.1.{SCBL}", "A", "127.0.0.2")
    assert await judged(hit) == {**GOOD, "scbl4": "list-not-believed unknown"}
    for_ipv6 = ALIVE.without(V6_LISTED, "A")
    assert await judged(for_ipv6) == {**GOOD, "zen6": "list-not-believed unknown"}


async def test_a_list_that_has_everything_is_not_believed() -> None:
    world = ALIVE.without(f"2.0.0.127.{SCBL}", "A").having(f"*.{SCBL}", "A", "127.0.0.2")
    assert await judged(world) == {**GOOD, "scbl4": "list-not-believed unknown"}
    world = ALIVE.having(V6_NOT_LISTED, "A", "127.0.0.2")
    assert await judged(world) == {**GOOD, "zen6": "list-not-believed unknown"}


async def test_a_refusal_of_the_test_entry_is_told_with_its_reason() -> None:
    world = ALIVE.having(f"2.0.0.127.{ZEN}", "A", "127.255.255.254")
    assert await judged(world) == {**GOOD, "zen4": "list-refuses unknown"}
    (finding,) = (f for f in await found(world) if f.code == "list-refuses")
    assert "public resolvers" in finding.message
    assert "own resolver" in finding.fix


@pytest.mark.parametrize("name", [f"4.3.2.1.{SCBL}", f"2.0.0.127.{SCBL}", f"1.0.0.127.{SCBL}"])
async def test_a_list_that_does_not_answer_is_unknown(name: str) -> None:
    silent = Fault(name, Failure.SERVFAIL)
    assert await judged(ALIVE, silent) == {**GOOD, "scbl4": "could-not-ask unknown"}


async def test_only_public_addresses_are_asked_for() -> None:
    private = replace(SETUP, server=replace(SETUP.server, ipv4="10.0.0.1", ipv6="2001:db8::1"))
    memory = MemoryDns(ALIVE)
    assert await DnsblTopic().check(Subject(private), memory) == []
    assert memory.asked == []


async def test_the_server_is_asked_for_once_and_not_for_each_domain() -> None:
    memory = MemoryDns(ALIVE)
    assert await DnsblTopic().check(Subject(SETUP, SETUP.domains[0]), memory) == []
    assert memory.asked == []


async def test_the_lists_can_be_chosen() -> None:
    assert DEFAULT_LISTS == (SPAMHAUS_ZEN, SPAMCOP)
    (finding,) = await DnsblTopic((SPAMCOP,)).check(Subject(SETUP), MemoryDns(ALIVE))
    assert SCBL in finding.name.to_text()


def test_a_usual_check_asks_no_list() -> None:
    assert not any(isinstance(topic, DnsblTopic) for topic in TOPICS)


def test_an_ipv4_address_in_ipv6_form_is_asked_in_nibbles() -> None:
    name = SPAMHAUS_ZEN.name_of(ipaddress.ip_address("::ffff:7f00:2"))
    assert name.to_text() == V6_LISTED

"""The addresses of the mail host: what is a fault, and what only looks like one."""

from dataclasses import replace

import dns.reversename
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import TOPICS, subjects
from tests.memory_dns import RESOLVER, Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, SMALL, findings_about, wanted

HOST = "mail.example.org."
WWW = "www.example.org."
GOOD = good_zone(FULL)
SMALL_GOOD = good_zone(SMALL)
OTHER_IPV4 = "9.9.9.9"
OTHER_IPV6 = "2620:fe::9"
REVERSE_OTHER_IPV4 = "9.9.9.9.in-addr.arpa."
REVERSE_OTHER_IPV6 = dns.reversename.from_address(OTHER_IPV6).to_text()
OURS = {"A": "1.2.3.4", "AAAA": "2001:db8::10"}


async def about(world: World, rdtype: str, setup: Setup = FULL) -> list[str]:
    found = await findings_about(setup, MemoryDns(world), wanted(setup, HOST, rdtype))
    return [f"{finding.code} {finding.status.word}" for finding in found]


async def of_host(setup: Setup, memory: MemoryDns) -> list[Finding]:
    """What the topic says that is not about a wanted record."""
    (topic,) = (topic for topic in TOPICS if topic.id == "host")
    return [f for f in await topic.check(subjects(setup)[0], memory) if f.record is None]


UNROUTABLE = (
    "10.0.0.5",
    "172.31.255.1",
    "192.168.1.2",
    "127.0.0.1",
    "169.254.3.4",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "fd00::1",
    "::1",
    "fe80::1",
    "::ffff:1.2.3.4",
)
NEAR_THEM = ("11.0.0.5", "172.32.0.1", "192.169.1.2", "100.128.0.1", "198.51.100.7", "2001:db8::7")


def type_of(address: str) -> str:
    return "AAAA" if ":" in address else "A"


@pytest.mark.parametrize("address", UNROUTABLE)
async def test_an_address_without_a_way_to_it_is_an_error(address: str) -> None:
    rdtype = type_of(address)
    alone = GOOD.having(HOST, rdtype, address)
    assert await about(alone, rdtype) == ["unroutable-address error"]
    beside = GOOD.having(HOST, rdtype, OURS[rdtype], address)
    assert await about(beside, rdtype) == ["unroutable-address error"]


@pytest.mark.parametrize("address", NEAR_THEM)
async def test_an_address_near_those_ranges_is_only_a_foreign_one(address: str) -> None:
    rdtype = type_of(address)
    assert await about(GOOD.having(HOST, rdtype, address), rdtype) == ["different error"]


async def test_a_private_address_in_the_plan_is_an_error_published_or_not() -> None:
    for rdtype, server in (
        ("A", replace(FULL.server, ipv4="10.0.0.5")),
        ("AAAA", replace(FULL.server, ipv6="fd00::1")),
    ):
        setup = replace(FULL, server=server)
        for world in (good_zone(setup), good_zone(setup).without(HOST, rdtype)):
            (finding,) = await findings_about(setup, MemoryDns(world), wanted(setup, HOST, rdtype))
            assert (finding.code, finding.status) == ("unroutable-address", Status.ERROR)
            assert "plan" in finding.fix


@pytest.mark.parametrize("address", ["104.16.1.2", "172.67.3.4", "2606:4700::6810:1"])
async def test_the_address_of_a_proxy_names_the_switch(address: str) -> None:
    rdtype = type_of(address)
    world = GOOD.having(HOST, rdtype, address)
    (finding,) = await findings_about(FULL, MemoryDns(world), wanted(FULL, HOST, rdtype))
    assert (finding.code, finding.status) == ("proxy-address", Status.ERROR)
    assert "DNS only" in finding.fix
    beside = GOOD.having(HOST, rdtype, OURS[rdtype], address)
    assert await about(beside, rdtype) == ["proxy-address warning"]


async def test_an_address_beside_the_proxies_ranges_is_none_of_theirs() -> None:
    assert await about(GOOD.having(HOST, "A", "104.32.0.1"), "A") == ["different error"]


async def test_several_faults_are_all_said() -> None:
    world = GOOD.having(HOST, "A", OURS["A"], "10.0.0.5", "104.16.1.2", OTHER_IPV4)
    assert await about(world, "A") == [
        "unroutable-address error",
        "proxy-address warning",
        "extra-address warning",
    ]


async def test_a_foreign_ipv6_address_is_said_to_be_tried_first() -> None:
    world = GOOD.having(HOST, "AAAA", OTHER_IPV6)
    (finding,) = await findings_about(FULL, MemoryDns(world), wanted(FULL, HOST, "AAAA"))
    assert (finding.code, finding.status) == ("different", Status.ERROR)
    assert "IPv6 first" in finding.message


async def test_a_second_address_of_the_server_itself_is_no_fault() -> None:
    world = GOOD.having(HOST, "A", OURS["A"], OTHER_IPV4)
    assert await about(world, "A") == ["extra-address warning"]
    named = world.with_zone("9.in-addr.arpa.").having(REVERSE_OTHER_IPV4, "PTR", HOST)
    assert await about(named, "A") == ["extra-address info"]
    other = named.having(REVERSE_OTHER_IPV4, "PTR", "dns.example.net.")
    assert await about(other, "A") == ["extra-address warning"]


async def test_an_unplanned_ipv6_address_is_an_error_unless_it_is_the_servers() -> None:
    world = SMALL_GOOD.having(HOST, "AAAA", OTHER_IPV6)
    (foreign,) = await of_host(SMALL, MemoryDns(world))
    assert (foreign.code, foreign.status) == ("unplanned-address", Status.ERROR)
    assert "Let's Encrypt" in foreign.message
    named = world.with_zone("2.ip6.arpa.").having(REVERSE_OTHER_IPV6, "PTR", HOST)
    (own,) = await of_host(SMALL, MemoryDns(named))
    assert (own.code, own.status) == ("unplanned-address", Status.WARNING)
    silent = MemoryDns(named, faults=(Fault(REVERSE_OTHER_IPV6),))
    (unsure,) = await of_host(SMALL, silent)
    assert (unsure.code, unsure.status) == ("unplanned-address", Status.WARNING)


async def test_an_unplanned_address_of_a_useless_kind_is_named() -> None:
    for address, code in (("fe80::1", "unroutable-address"), ("2606:4700::1", "proxy-address")):
        world = SMALL_GOOD.having(HOST, "AAAA", address)
        (finding,) = await of_host(SMALL, MemoryDns(world))
        assert (finding.code, finding.status) == (code, Status.ERROR)


async def test_an_unplanned_ipv4_address_is_seen_as_well() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, ipv4="", ipv6="2001:db8::10"))
    world = good_zone(setup).having(HOST, "A", OTHER_IPV4)
    (finding,) = await of_host(setup, MemoryDns(world))
    assert (finding.code, finding.status) == ("unplanned-address", Status.ERROR)


def aliased(*addresses: tuple[str, str]) -> World:
    world = GOOD.without(HOST, "A").without(HOST, "AAAA").without(HOST, "CAA").without(HOST, "TXT")
    world = world.having(HOST, "CNAME", WWW)
    for rdtype, address in addresses:
        world = world.adding(WWW, rdtype, address)
    return world


async def test_a_cname_is_as_bad_as_where_it_leads() -> None:
    ours = aliased(*OURS.items())
    assert await about(ours, "A") == ["host-is-alias warning"]
    assert await about(ours, "AAAA") == ["host-is-alias warning"]
    assert await about(aliased(("A", OTHER_IPV4)), "A") == ["different error"]
    assert await about(aliased(), "A") == ["different error"]
    both = aliased(("A", OURS["A"]), ("A", OTHER_IPV4))
    assert await about(both, "A") == ["host-is-alias warning", "extra-address warning"]


async def test_a_hostname_that_is_a_mail_domain_is_allowed() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, hostname="example.org"))
    memory = MemoryDns(good_zone(setup))
    (finding,) = await of_host(setup, memory)
    assert (finding.code, finding.status) == ("host-is-domain", Status.INFO)
    assert not await of_host(SMALL, MemoryDns(SMALL_GOOD))


async def test_reverse_dns_is_asked_of_no_address_but_those_that_are_not_planned() -> None:
    memory = MemoryDns(GOOD)
    await findings_about(FULL, memory, wanted(FULL, HOST, "A"))
    assert RdataType.PTR not in {rdtype for _, rdtype in memory.asked}


async def test_a_resolver_with_the_address_of_the_local_network_is_nothing_to_wait_for() -> None:
    inside = {RESOLVER: GOOD.having(HOST, "A", "192.168.1.10")}
    record = wanted(FULL, HOST, "A")
    (found,) = await findings_about(FULL, MemoryDns(GOOD, own=inside), record)
    assert (found.code, found.status) == ("works-differently", Status.INFO)
    assert "only the resolver 127.0.0.1 gives 192.168.1.10" in found.message


async def test_senders_without_ipv6_are_told_of_where_the_plan_has_no_ipv4() -> None:
    for ipv4, ipv6, told in (("", OURS["AAAA"], True), (OURS["A"], "", False)):
        setup = replace(SMALL, server=replace(SMALL.server, ipv4=ipv4, ipv6=ipv6))
        found = await of_host(setup, MemoryDns(good_zone(setup)))
        about_ipv4 = [f for f in found if "IPv4" in f.message]
        assert [f.status for f in about_ipv4] == ([Status.INFO] if told else [])

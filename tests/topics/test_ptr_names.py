"""Reverse DNS: what receivers refuse, and what they take."""

from dataclasses import replace
from ipaddress import ip_address

import dns.name
import pytest

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.topics.ptr import is_default
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, findings_about, wanted

HOST = "mail.example.org."
OTHER = "srv1.example.net."
PROVIDERS = "static.4.3.2.1.clients.your-server.de."
REVERSE = "4.3.2.1.in-addr.arpa."
REVERSE_IPV6 = f"0.1{'.0' * 22}.8.b.d.0.1.0.0.2.ip6.arpa."
GOOD = good_zone(FULL)


async def found(world: World, *faults: Fault, owner: str = REVERSE) -> list[Finding]:
    memory = MemoryDns(world, faults=faults)
    return await findings_about(FULL, memory, wanted(FULL, owner, "PTR"))


async def about(world: World, *faults: Fault, owner: str = REVERSE) -> list[str]:
    return [f"{f.code} {f.status.word}" for f in await found(world, *faults, owner=owner)]


def named(*names: str) -> World:
    return GOOD.having(REVERSE, "PTR", *names)


def leading_back(world: World, name: str, *addresses: str) -> World:
    zone = dns.name.from_text(name).parent().to_text()
    return world.with_zone(zone).having(name, "A", *(addresses or ("1.2.3.4",)))


async def test_no_reverse_dns_is_refused_by_gmail_in_both_families() -> None:
    for owner in (REVERSE, REVERSE_IPV6):
        (finding,) = await found(GOOD.without(owner, "PTR"), owner=owner)
        assert (finding.code, finding.status) == ("missing", Status.ERROR)
        assert "5.7.25" in finding.message
        assert "rented" in finding.fix


async def test_for_ipv6_the_way_out_is_told_where_there_is_ipv4() -> None:
    way_out = "set ENABLE_IPV6=false in mailcow.conf"
    for names in ((), ("static.example.net.",)):
        world = GOOD.without(REVERSE_IPV6, "PTR")
        world = world.having(REVERSE_IPV6, "PTR", *names) if names else world
        (finding,) = await found(world, owner=REVERSE_IPV6)
        assert way_out in finding.fix
        assert "delete its AAAA record" in finding.fix
    (ipv4,) = await found(GOOD.without(REVERSE, "PTR"))
    assert way_out not in ipv4.fix
    only_ipv6 = replace(FULL, server=replace(FULL.server, ipv4=""))
    record = wanted(only_ipv6, REVERSE_IPV6, "PTR")
    (lone,) = await findings_about(only_ipv6, MemoryDns(GOOD.without(REVERSE_IPV6, "PTR")), record)
    assert way_out not in lone.fix


async def test_the_host_must_lead_back_to_the_address() -> None:
    for owner, rdtype, other in (
        (REVERSE, "A", "9.9.9.9"),
        (REVERSE_IPV6, "AAAA", "2001:db8::99"),
    ):
        for world in (GOOD.without(HOST, rdtype), GOOD.having(HOST, rdtype, other)):
            assert await about(world, owner=owner) == ["not-confirmed error"]


async def test_further_addresses_of_the_host_do_no_harm() -> None:
    assert await about(GOOD.adding(HOST, "A", "9.9.9.9")) == ["as-wanted ok"]


async def test_what_confirms_could_not_be_asked() -> None:
    host = Fault(HOST, rdtype="A")
    assert await about(GOOD, host) == ["could-not-ask unknown"]
    assert await about(GOOD, host, owner=REVERSE_IPV6) == ["as-wanted ok"]
    assert await about(named(OTHER), Fault(OTHER)) == ["could-not-ask unknown"]


async def test_another_name_is_a_warning_where_it_leads_back() -> None:
    assert await about(leading_back(named(OTHER), OTHER)) == ["other-name warning"]
    several = leading_back(named(OTHER), OTHER, "1.2.3.4", "9.9.9.9")
    assert await about(several) == ["other-name warning"]
    assert await about(leading_back(named(OTHER), OTHER, "9.9.9.9")) == ["different error"]
    assert await about(named(OTHER)) == ["different error"]


async def test_a_providers_default_is_a_warning_where_it_leads_back() -> None:
    assert await about(leading_back(named(PROVIDERS), PROVIDERS)) == ["provider-name warning"]
    (finding,) = await found(named(PROVIDERS))
    assert (finding.code, finding.status) == ("provider-name", Status.ERROR)
    assert "rented" in finding.fix


async def test_several_names_are_a_warning() -> None:
    assert await about(named(HOST, OTHER)) == ["several-ptr warning"]
    assert await about(named(OTHER, "srv2.example.net.")) == [
        "different error",
        "several-ptr warning",
    ]


async def test_a_name_with_the_reverse_zone_appended() -> None:
    for zone in (REVERSE, "3.2.1.in-addr.arpa.", "in-addr.arpa."):
        assert await about(named(HOST.upper() + zone)) == ["doubled-target error"]
    assert await about(named(f"{HOST}example.net.")) == ["different error"]


DEFAULTS = (
    "static.4.3.2.1.clients.your-server.de.",
    "vmi123456.contaboserver.net.",
    "ip-1-2-3-4.example.net.",
    "1-2-3-4.example.net.",
    "4.3.2.1.example.net.",
    "host001002003004.example.net.",
    "x01020304.example.net.",
    "pool-7.example.net.",
    "dyn.example.net.",
    "static-10.customers.example.net.",
    "p5b0c1.dip0.t-ipconnect.de.",
    "vps-1a2b3c4d.vps.ovh.net.",
    "ec2-1-2-3-4.eu-central-1.compute.amazonaws.com.",
)
OWN_NAMES = (
    "mail.example.org.",
    "mx1.static.example.",
    "mail.pool.example.",
    "mail2.example.org.",
    "mail-1-2.example.org.",
    "11-2-3-45.example.net.",
    "statics.example.net.",
    "dynamo.example.net.",
)


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_name_is_told(name: str) -> None:
    assert is_default(dns.name.from_text(name), ip_address("1.2.3.4"))


@pytest.mark.parametrize("name", OWN_NAMES)
def test_a_name_of_ones_own_is_no_default(name: str) -> None:
    assert not is_default(dns.name.from_text(name), ip_address("1.2.3.4"))


def test_an_ipv6_address_in_a_name_is_told() -> None:
    address = ip_address("2001:db8::10")
    for name in (
        "2001-db8-0-0-0-0-0-10.example.net.",
        "2001-0db8-0000-0000-0000-0000-0000-0010.example.net.",
        "20010db8000000000000000000000010.example.net.",
        "h20010db8000000000000000000000010.v6.example.net.",
    ):
        assert is_default(dns.name.from_text(name), address), name
    assert not is_default(dns.name.from_text("2001-db8.example.net."), address)


async def test_a_classless_delegation_stays_and_gets_the_name_at_its_end() -> None:
    end = "4.0-31.3.2.1.in-addr.arpa."
    world = GOOD.without(REVERSE, "PTR").having(REVERSE, "CNAME", end)
    (finding,) = await found(world)
    assert (finding.code, finding.status) == ("missing", Status.ERROR)
    assert f"at {end.rstrip('.')}" in finding.fix
    assert "Delete" not in finding.fix
    assert await about(world.having(end, "PTR", HOST)) == ["as-wanted ok"]

"""The SPF record of the hostname, by which bounces are checked."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Domain, Setup
from tests.memory_dns import NS1, NS2, Fault, MemoryDns, good_zone
from tests.topics.setups import FULL, SMALL, findings

HOST = "mail.example.org."


async def about_host(memory: MemoryDns, setup: Setup = FULL) -> list[Finding]:
    found = await findings(setup, memory)
    return [each for each in found if each.topic == "spf" and each.name.to_text() == HOST]


@pytest.mark.parametrize("text", ["v=spf1 a -all", "v=spf1 redirect=example.org", "v=spf1 ?all"])
async def test_a_hostname_that_allows_itself_is_good(text: str) -> None:
    world = good_zone(FULL).having(HOST, "TXT", '"a text of others"', f'"{text}"')
    (finding,) = await about_host(MemoryDns(world))
    assert (finding.code, finding.status, finding.found) == ("as-wanted", Status.OK, (text,))


async def test_a_hostname_without_a_record_is_an_info() -> None:
    (finding,) = await about_host(MemoryDns(good_zone(FULL).without(HOST, "TXT")))
    assert (finding.code, finding.status) == ("no-ehlo-spf", Status.INFO)


@pytest.mark.parametrize(
    ("rdatas", "told"),
    [
        (['"v=spf1 -all"'], "1.2.3.4 gets fail and 2001:db8::10 gets fail"),
        (['"v=spf1 ip4:1.2.3.4 ~all"'], "2001:db8::10 gets softfail"),
        (['"v=spf1 include:nothing.example.org -all"'], "permerror"),
        (['"v=spf1 ipv4:1.2.3.4 -all"'], "ipv4:1.2.3.4"),
        (['"v=spf1 a -all"', '"v=spf1 mx -all"'], "2 of them"),
    ],
)
async def test_a_record_that_refuses_the_server_is_a_warning(rdatas: list[str], told: str) -> None:
    world = good_zone(FULL).having(HOST, "TXT", *rdatas)
    (finding,) = await about_host(MemoryDns(world))
    assert (finding.code, finding.status) == ("ehlo-not-allowed", Status.WARNING)
    assert told in finding.message


@pytest.mark.parametrize("server", [NS1, NS2])
async def test_a_record_that_refuses_the_server_on_one_name_server(server: str) -> None:
    world = good_zone(FULL)
    old = world.having(HOST, "TXT", '"v=spf1 -all"')
    (finding,) = await about_host(MemoryDns(world, own={server: old}))
    assert (finding.code, finding.status) == ("ehlo-not-allowed", Status.WARNING)
    (finding,) = await about_host(MemoryDns(world, own={server: world.without(HOST, "TXT")}))
    assert finding.code == "as-wanted"


async def test_a_good_record_that_refers_to_an_address_that_lacks_is_not_to_be_changed() -> None:
    world = good_zone(FULL).without(HOST, "AAAA")
    (finding,) = await about_host(MemoryDns(world))
    assert finding.code == "ehlo-not-allowed"
    assert "2001:db8::10 gets fail" in finding.message
    assert finding.fix == "Publish the addresses of mail.example.org first: it refers to them."


async def test_a_hostname_that_could_not_be_asked_is_not_without_a_record() -> None:
    memory = MemoryDns(good_zone(FULL), faults=(Fault(HOST, rdtype="TXT"),))
    (finding,) = await about_host(memory)
    assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)
    assert "Whether mail.example.org has an SPF record of its own is not known" in finding.message


async def test_a_hostname_that_is_a_mail_domain_has_that_domains_record() -> None:
    setup = replace(SMALL, domains=(Domain(name="mail.example.org"),))
    found = await about_host(MemoryDns(good_zone(setup)), setup)
    assert [each.code for each in found] == ["as-wanted"]


async def test_what_a_wildcard_has_comes_before_the_record_that_would_end_it() -> None:
    world = good_zone(SMALL).without(HOST, "TXT").without(HOST, "A")
    memory = MemoryDns(world.having("*.example.org.", "A", "1.2.3.4"))
    (finding,) = await about_host(memory, SMALL)
    assert finding.fix.startswith(
        "First add the A and AAAA records of that name itself: so far only *.example.org"
    )

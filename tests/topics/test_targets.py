"""Where mail goes by the MX records, and by what takes their place."""

from dataclasses import replace

import dns.reversename
import pytest

from mailcow_dns_tui.model.finding import Finding, Status
from tests.memory_dns import NS1, NS2, Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, SMALL, findings_about, wanted

DOMAIN = "example.org."
BUECHER = "xn--bcher-kva.example."
HOST = "mail.example.org."
OTHER = "mx.example.net."
THIRD = "mx2.example.net."
DEAD = "dead.example.net."
SELF = "self.example.net."
GOOD = (
    good_zone(FULL)
    .with_zone("example.net.")
    .having(OTHER, "A", "9.9.9.9")
    .having(THIRD, "AAAA", "2620:fe::9")
    .having("mx4.example.net.", "A", "1.2.3.4")
    .having("mx4.example.net.", "AAAA", "2620:fe::9")
    .having("both.example.net.", "A", "1.2.3.4", "9.9.9.9")
    .having(SELF, "A", "127.0.0.1")
)


async def found(world: World, *faults: Fault, domain: str = DOMAIN) -> list[Finding]:
    memory = MemoryDns(world, faults=faults)
    return await findings_about(FULL, memory, wanted(FULL, domain, "MX"))


async def about(world: World, *faults: Fault, domain: str = DOMAIN) -> list[str]:
    return [f"{f.code} {f.status.word}" for f in await found(world, *faults, domain=domain)]


def mx(*rdatas: str) -> World:
    return GOOD.having(DOMAIN, "MX", *rdatas)


CASES = {
    "another number": ([f"0 {HOST}"], ["as-wanted ok"]),
    "the same host twice": ([f"10 {HOST}", f"20 {HOST}"], ["as-wanted ok"]),
    "foreign alone": ([f"10 {OTHER}"], ["different error"]),
    "foreign first": ([f"10 {HOST}", f"5 {OTHER}"], ["foreign-mx-first error"]),
    "foreign as often": ([f"10 {HOST}", f"10 {OTHER}"], ["foreign-mx-first error"]),
    "foreign after": ([f"10 {HOST}", f"20 {OTHER}"], ["foreign-mx warning"]),
    "foreign on both sides": (
        [f"10 {HOST}", f"5 {OTHER}", f"20 {THIRD}"],
        ["foreign-mx-first error", "foreign-mx warning"],
    ),
    "dead alone": ([f"10 {DEAD}"], ["dead-target error"]),
    "dead beside": ([f"10 {HOST}", f"5 {DEAD}"], ["dead-target warning"]),
    "dead and foreign": ([f"10 {DEAD}", f"20 {OTHER}"], ["different error", "dead-target error"]),
    "the sender itself first": ([f"10 {HOST}", f"5 {SELF}"], ["dead-target error"]),
    "the sender itself as often": ([f"10 {HOST}", f"10 {SELF}"], ["dead-target error"]),
    "the sender itself behind": ([f"10 {HOST}", f"20 {SELF}"], ["dead-target warning"]),
    "an address": (["10 1.2.3.4."], ["address-as-target error"]),
    "an address beside": ([f"10 {HOST}", "20 1.2.3.4."], ["address-as-target warning"]),
    "an address with the zone": ([f"10 1.2.3.4.{DOMAIN}"], ["address-as-target error"]),
    "an IPv6 address": (["10 2001:db8::10."], ["address-as-target error"]),
    "the zone appended": ([f"10 {HOST}{DOMAIN}"], ["doubled-target error"]),
    "the zone appended to a foreign one": ([f"10 {DOMAIN}{DOMAIN}"], ["doubled-target error"]),
    "the zone appended beside": (
        [f"10 {HOST}", f"20 {HOST}{DOMAIN}"],
        ["doubled-target warning"],
    ),
    "a null MX": (["0 ."], ["null-mx error"]),
    "a null MX with a number": (["10 ."], ["null-mx error"]),
    "a null MX beside ours": (["0 .", f"10 {HOST}"], ["null-mx error"]),
    "a null MX behind ours": (["20 .", f"10 {HOST}"], ["null-mx error"]),
    "a null MX beside foreign": (["0 .", f"10 {OTHER}"], ["different error", "null-mx error"]),
    "ours by another name, and a family that is not planned": (
        ["10 mx4.example.net."],
        ["extra-address error"],
    ),
    "ours by another name, and another server's": (
        ["10 both.example.net."],
        ["extra-address warning"],
    ),
    "several faults": (
        [f"10 {HOST}", f"5 {OTHER}", f"20 {DEAD}"],
        ["foreign-mx-first error", "dead-target warning"],
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_mx_is_judged_by_where_mail_goes(case: str) -> None:
    rdatas, expected = CASES[case]
    judged = await found(mx(*rdatas))
    assert [f"{f.code} {f.status.word}" for f in judged] == expected
    assert all(f.message and (f.fix or f.status is Status.OK) for f in judged)


async def test_the_zone_is_appended_to_a_host_outside_it() -> None:
    world = GOOD.having(BUECHER, "MX", f"10 {HOST}{BUECHER}")
    (finding,) = await found(world, domain=BUECHER)
    assert (finding.code, finding.status) == ("doubled-target", Status.ERROR)
    assert "dot" in finding.fix


async def test_a_wildcard_that_answers_for_a_doubled_name_hides_nothing() -> None:
    doubled = mx(f"10 {HOST}{DOMAIN}")
    foreign = doubled.having("*.example.org.", "A", "9.9.9.9")
    assert await about(foreign) == ["doubled-target error"]
    ours = doubled.having("*.example.org.", "A", "1.2.3.4")
    assert await about(ours) == ["works-differently info"]


async def test_a_null_mx_with_a_number_says_so() -> None:
    (finding,) = await found(mx("10 ."))
    assert "10 in place of 0" in finding.message


async def test_a_target_with_private_addresses_only_is_dead() -> None:
    world = mx(f"10 {DEAD}").having(DEAD, "A", "192.168.0.5")
    assert await about(world) == ["dead-target error"]
    assert await about(world.having(DEAD, "A", "192.168.0.5", "9.9.9.9")) == ["different error"]


async def test_an_alias_that_leads_to_this_server_is_a_warning() -> None:
    world = mx("10 mx.example.org.").having("mx.example.org.", "CNAME", HOST)
    (finding,) = await found(world)
    assert (finding.code, finding.status) == ("target-is-alias", Status.WARNING)
    assert "RFC 2181 10.3" in finding.message
    elsewhere = world.having("mx.example.org.", "CNAME", OTHER)
    assert await about(elsewhere) == ["different error"]
    nowhere = world.having("mx.example.org.", "CNAME", DEAD)
    assert await about(nowhere) == ["dead-target error"]


async def test_without_mx_the_domains_own_address_decides() -> None:
    without = GOOD.without(DOMAIN, "MX")
    assert await about(without) == ["missing error"]
    assert await about(without.having(DOMAIN, "A", "1.2.3.4")) == ["implicit-mx warning"]
    (elsewhere,) = await found(without.having(DOMAIN, "A", "9.9.9.9"))
    assert (elsewhere.code, elsewhere.status) == ("missing", Status.ERROR)
    assert "9.9.9.9" in elsewhere.message
    half = without.having(DOMAIN, "A", "1.2.3.4").having(DOMAIN, "AAAA", "2620:fe::9")
    assert await about(half) == ["missing error"]


async def test_servers_that_take_mail_as_often_are_not_said_to_come_before() -> None:
    said = [f.message for f in await found(mx(f"10 {HOST}", f"5 {OTHER}", f"10 {THIRD}"))]
    assert "before it goes to this server or as often as to this server." in said[0]
    said = [f.message for f in await found(mx(f"10 {HOST}", f"10 {OTHER}", f"10 {THIRD}"))]
    assert "as often as to this server." in said[0]
    assert "before" not in said[0]


async def test_without_mx_and_without_an_answer_about_the_address_nothing_is_sure() -> None:
    without = GOOD.without(DOMAIN, "MX").having(DOMAIN, "A", "1.2.3.4")
    silent = Fault(DOMAIN, rdtype="AAAA")
    assert await about(without, silent) == ["could-not-ask unknown"]
    assert await about(GOOD, silent) == ["as-wanted ok"]


async def test_a_target_that_could_not_be_asked_is_unknown() -> None:
    silent = Fault(OTHER)
    assert await about(mx(f"10 {OTHER}"), silent) == ["could-not-ask unknown"]
    assert await about(mx(f"10 {HOST}", f"20 {OTHER}"), silent) == ["could-not-ask unknown"]
    assert await about(mx(f"10 {HOST}", f"5 {THIRD}", f"20 {OTHER}"), silent) == [
        "foreign-mx-first error",
        "could-not-ask unknown",
    ]


async def test_what_one_server_alone_has_is_named_as_such() -> None:
    memory = MemoryDns(GOOD, {NS2: GOOD.without(DOMAIN, "MX")})
    (finding,) = await findings_about(FULL, memory, wanted(FULL, DOMAIN, "MX"))
    assert (finding.code, finding.status) == ("servers-disagree", Status.WARNING)


async def test_a_right_mx_costs_one_question() -> None:
    memory = MemoryDns(good_zone(SMALL))
    await findings_about(SMALL, memory, wanted(SMALL, DOMAIN, "MX"))
    assert len(memory.asked) == 1


async def test_a_host_that_is_the_domain_itself_takes_its_mail_without_an_mx() -> None:
    server = replace(SMALL.server, hostname="example.org")
    setup = replace(SMALL, server=server)
    world, record = good_zone(setup).without(DOMAIN, "MX"), wanted(setup, DOMAIN, "MX")
    (implicit,) = await findings_about(setup, MemoryDns(world), record)
    assert (implicit.code, implicit.status) == ("implicit-mx", Status.WARNING)
    nowhere = MemoryDns(world.without(DOMAIN, "A"))
    (missing,) = await findings_about(setup, nowhere, record)
    assert (missing.code, missing.status) == ("missing", Status.ERROR)


async def test_an_address_that_is_not_planned_is_ours_where_its_reverse_dns_says_so() -> None:
    reverse = dns.reversename.from_address("2620:fe::9")
    named = mx("10 mx4.example.net.").having(reverse, "PTR", HOST)
    assert await about(named.with_zone(reverse.parent().to_text())) == ["extra-address info"]


@pytest.mark.parametrize("server", [NS1, NS2])
async def test_a_host_that_one_name_server_does_not_have(server: str) -> None:
    """Mail of those who ask that one is returned at once; without IPv6 it still arrives."""
    world = mx("10 mx4.example.net.").having("mx4.example.net.", "AAAA", "2001:db8::10")
    without_ipv4, without_ipv6 = (world.without("mx4.example.net.", each) for each in ("A", "AAAA"))
    assert await codes_with(world, {server: without_ipv6}) == ["works-differently info"]
    assert await codes_with(world, {server: without_ipv4}) == ["servers-disagree warning"]
    none = without_ipv4.without("mx4.example.net.", "AAAA")
    assert await codes_with(world, {server: none}) == ["servers-disagree warning"]


async def codes_with(world: World, own: dict[str, World]) -> list[str]:
    memory = MemoryDns(world, own=own)
    told = await findings_about(FULL, memory, wanted(FULL, DOMAIN, "MX"))
    return [f"{f.code} {f.status.word}" for f in told]

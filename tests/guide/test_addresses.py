"""Addresses of the mail host that the plan does not have."""

from dataclasses import replace

import dns.reversename
import pytest

from mailcow_dns_tui.guide.boxes import FormProgress
from mailcow_dns_tui.guide.plan import guide
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.setup import Spf
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.topics.host.topic import lives_without_ipv6, without_ipv6
from tests.guide.looking import Remembering, steps_left
from tests.guide.states import GOOD_WORLD, HOST, RECORDS, SETUP
from tests.memory_dns import Fault, World
from tests.topics.setups import findings

IPV4_ALONE = replace(SETUP, server=replace(SETUP.server, ipv6=""))
OWN, FOREIGN = "2001:db8::10", "2001:db8::99"
REVERSE = dns.reversename.from_address(OWN).to_text()
IN_PLAN = "in the plan (step 1, IPv6 address)"


async def the_step(world: World, *faults: Fault) -> GuideStep:
    memory = Remembering(world, faults=faults)
    (step,) = await steps_left(world, IPV4_ALONE, memory)
    return step


@pytest.mark.parametrize("faults", [(), (Fault(REVERSE),)], ids=["own", "could not be asked"])
async def test_an_address_that_may_be_the_servers_own_is_planned(faults: tuple[Fault, ...]) -> None:
    step = await the_step(GOOD_WORLD, *faults)
    assert (step.act, step.removals, step.where) == (Act.OUTSIDE, (), IN_PLAN)
    assert IN_PLAN in step.what
    assert OWN in step.why
    assert step.is_open


async def test_only_the_address_of_another_goes() -> None:
    step = await the_step(GOOD_WORLD.having(HOST, "AAAA", OWN, FOREIGN))
    assert (step.act, step.remove) == (Act.REMOVE, (f"{HOST} AAAA {FOREIGN}",))
    assert OWN not in step.why
    step = await the_step(GOOD_WORLD.having(HOST, "AAAA", OWN, "fe80::1"))
    assert step.remove == (f"{HOST} AAAA fe80::1",)


@pytest.mark.parametrize(
    ("rdtype", "address"), [("A", "192.168.1.5"), ("AAAA", "fe80::1"), ("A", "104.16.1.1")]
)
async def test_nobody_is_asked_whether_a_server_has_what_none_can_have(
    rdtype: str, address: str
) -> None:
    own = {"A": "1.2.3.4", "AAAA": OWN}[rdtype]
    (step,) = await steps_left(GOOD_WORLD.having(HOST, rdtype, own, address))
    assert (step.act, step.remove) == (Act.REMOVE, (f"{HOST} {rdtype} {address}",))
    assert not step.warnings


async def test_nobody_is_asked_to_plan_what_leads_nowhere() -> None:
    step = await the_step(GOOD_WORLD.having(HOST, "AAAA", "fe80::1"))
    assert (step.act, step.remove) == (Act.REMOVE, (f"{HOST} AAAA fe80::1",))
    assert not step.warnings


async def test_a_second_address_of_its_own_is_kept_by_its_reverse_dns() -> None:
    (step,) = await steps_left(GOOD_WORLD.having(HOST, "A", "1.2.3.4", "9.9.9.9"))
    assert step.remove == (f"{HOST} A 9.9.9.9",)
    assert f"leave it, and set its reverse DNS to {HOST}" in step.warnings[0]


async def test_without_reverse_dns_for_ipv6_there_is_a_way_out() -> None:
    world = GOOD_WORLD.without(REVERSE, "PTR")
    world = world.having("example.org", "TXT", f'"v=spf1 mx ip6:{OWN} -all"')
    spf = Spf(("mx", f"ip6:{OWN}"))
    setup = replace(SETUP, spf=spf, domains=(replace(SETUP.domains[0], verification=()),))
    (step,) = await steps_left(world, setup)
    assert "set ENABLE_IPV6=false in mailcow.conf" in step.warnings[0]
    assert lives_without_ipv6(step, setup)
    chosen = without_ipv6(setup)
    assert chosen.spf.mechanisms == ("mx",)
    (removing,) = await steps_left(world, chosen)
    assert (removing.act, removing.remove) == (Act.REMOVE, (f"{HOST} AAAA {OWN}",))
    assert not await steps_left(world.without(HOST, "AAAA"), chosen)
    (ipv4,) = await steps_left(GOOD_WORLD.without("4.3.2.1.in-addr.arpa.", "PTR"))
    assert not lives_without_ipv6(ipv4, SETUP)


SWITCH = "Switch the proxy off: in Cloudflare, turn the orange cloud to grey (DNS only)."
PROXIES = {"A": "104.16.1.1", "AAAA": "2606:4700::6810:101"}


async def test_a_proxy_is_switched_off_and_no_address_deleted_that_no_panel_lists() -> None:
    world = GOOD_WORLD
    for rdtype, address in PROXIES.items():
        world = world.having(HOST, rdtype, address)
    steps = [step for step in await steps_left(world) if step.finding.topic == "host"]
    assert [(s.what, s.remove, s.is_open) for s in steps] == [(SWITCH, (), True)] * 2
    assert [s.record.value for s in steps if s.record] == ["1.2.3.4", OWN]
    assert "one behind it, which has to be 1.2.3.4" in steps[0].warnings[0]


async def test_a_proxys_address_of_a_family_without_a_plan_goes_with_the_proxy() -> None:
    step = await the_step(GOOD_WORLD.having(HOST, "AAAA", PROXIES["AAAA"]))
    assert (step.what, step.remove, step.record) == (SWITCH, (), None)
    assert PROXIES["AAAA"] in step.warnings[0]


async def test_a_proxys_address_that_the_panel_lists_beside_ours_goes() -> None:
    (step,) = await steps_left(GOOD_WORLD.having(HOST, "A", "1.2.3.4", PROXIES["A"]))
    assert (step.act, step.remove) == (Act.REMOVE, (f"{HOST} A {PROXIES['A']}",))


async def test_reverse_dns_that_is_right_leaves_only_the_hosts_address_to_be_entered() -> None:
    world, reverse = GOOD_WORLD.without(HOST, "A"), dns.reversename.from_address("1.2.3.4")
    ours = next(record for record in RECORDS if record.owner == reverse)
    before = await findings(SETUP, Remembering(world))
    now = await findings(SETUP, Remembering(GOOD_WORLD))
    old = [found for found in before if found.record == ours]
    looked = [found for found in now if found.record != ours]
    muted = [found for found in looked if (found.topic, found.rdtype) != ("host", "A")]
    for found, act, is_ready in (
        (before, Act.OUTSIDE, False),
        ([*looked, *old], Act.WAIT, False),
        ([*muted, *old], Act.OUTSIDE, True),
    ):
        (step,) = (s for s in guide(SETUP, RECORDS, found) if s.wanted == ours)
        assert (step.act, step.is_ready) == (act, is_ready)
        if act is Act.OUTSIDE:
            assert step.where == "in the DNS settings of example.org"
        assert not FormProgress.of(step, generic()).boxes

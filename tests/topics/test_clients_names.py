"""autodiscover and autoconfig: whatever leads to the host is fine, and nothing else."""

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding
from tests.guide.looking import steps_left
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, SMALL, finding_about, wanted

HOST = "mail.example.org."
WEB = "web.example.org."
GOOD = good_zone(FULL)
NAMES = ("autodiscover.example.org.", "autoconfig.example.org.")


async def about(world: World, name: str, *faults: Fault) -> Finding:
    memory = MemoryDns(world, faults=faults)
    return await finding_about(FULL, memory, wanted(FULL, name, "CNAME"))


def text(finding: Finding) -> str:
    return f"{finding.code} {finding.status.word}"


def addressed(name: str, ipv4: str, ipv6: str | None = None) -> World:
    world = GOOD.without(name, "CNAME").having(name, "A", ipv4)
    return world if ipv6 is None else world.having(name, "AAAA", ipv6)


@pytest.mark.parametrize("name", NAMES)
async def test_each_way_to_the_host_is_fine(name: str) -> None:
    assert text(await about(GOOD, name)) == "as-wanted ok"
    assert text(await about(addressed(name, "1.2.3.4"), name)) == "as-wanted ok"
    assert text(await about(addressed(name, "1.2.3.4", "2001:db8::10"), name)) == "as-wanted ok"
    through = GOOD.having(name, "CNAME", WEB)
    finding = await about(through.having(WEB, "CNAME", HOST), name)
    assert text(finding) == "as-wanted ok"
    finding = await about(through.having(WEB, "A", "1.2.3.4"), name)
    assert text(finding) == "works-differently info"


@pytest.mark.parametrize("name", NAMES)
async def test_a_foreign_target_is_named(name: str) -> None:
    world = GOOD.having(name, "CNAME", WEB).having(WEB, "A", "9.9.9.9")
    finding = await about(world, name)
    assert text(finding) == "perhaps-proxy warning"
    assert "web.example.org" in finding.message
    assert "no address" not in finding.message
    outside = GOOD.with_zone("example.net").having("autodiscover.example.net.", "A", "9.9.9.9")
    outside = outside.having(name, "CNAME", "autodiscover.example.net.")
    assert text(await about(outside, name)) == "different warning"
    half = addressed(name, "1.2.3.4", "2001:db8::99")
    assert text(await about(half, name)) == "different warning"


@pytest.mark.parametrize("name", NAMES)
async def test_another_address_may_be_the_operators_own_proxy(name: str) -> None:
    world = addressed(name, "9.9.9.9")
    finding = await about(world, name)
    assert text(finding) == "perhaps-proxy warning"
    assert "has the address 9.9.9.9, which is not this server's." in finding.message
    assert finding.fix.startswith("Is 9.9.9.9 your own reverse proxy, which passes requests on")
    assert "Then leave it" in finding.fix
    (step,) = (s for s in await steps_left(world, SMALL) if s.finding.name == finding.name)
    assert step.what == finding.fix


@pytest.mark.parametrize("name", NAMES)
async def test_a_target_that_does_not_exist_is_told_as_that(name: str) -> None:
    finding = await about(GOOD.having(name, "CNAME", WEB), name)
    assert text(finding) == "different warning"
    assert "web.example.org, which has no address" in finding.message
    through = GOOD.having(name, "CNAME", WEB).having(WEB, "CNAME", "gone.example.org.")
    assert "gone.example.org, which has no address" in (await about(through, name)).message
    only_ipv6 = GOOD.having(name, "CNAME", WEB).having(WEB, "AAAA", "2001:db8::99")
    assert "no address" not in (await about(only_ipv6, name)).message


@pytest.mark.parametrize("name", NAMES)
async def test_the_zone_twice_in_the_target_is_recognised(name: str) -> None:
    finding = await about(GOOD.having(name, "CNAME", f"{HOST}example.org."), name)
    assert text(finding) == "different warning"
    assert "appended the domain" in finding.message
    assert f"{HOST}, with the final dot" in finding.fix


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.SERVFAIL])
async def test_a_target_that_could_not_be_asked_is_unknown(failure: Failure) -> None:
    name = NAMES[0]
    finding = await about(GOOD.having(name, "CNAME", WEB), name, Fault(WEB, failure))
    assert text(finding) == "could-not-ask unknown"


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_at_all_is_missing(name: str) -> None:
    assert text(await about(GOOD.without(name, "CNAME"), name)) == "missing warning"

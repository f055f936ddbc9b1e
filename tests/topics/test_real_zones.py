"""Domains of the plan that are no zones of their own, but names in another zone."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.finding import Finding, Status, placed
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.panels.load import by_id, generic
from mailcow_dns_tui.panels.render import render
from tests.guide.looking import steps_left
from tests.memory_dns import MemoryDns, World, good_zone
from tests.topics.setups import OTHER_KEY, SMALL, finding_about, findings, wanted

SUB = Domain("sub.example.org", (DkimKey(key=OTHER_KEY),))
WITH_SUB = replace(SMALL, domains=(*SMALL.domains, SUB))
SUB_ALONE = replace(
    SMALL, server=replace(SMALL.server, hostname="mail.example.net"), domains=(SUB,)
)
DEEP_HOST = replace(SMALL, server=replace(SMALL.server, hostname="mail.srv.example.net"))
UNREGISTERED = replace(SMALL, domains=(Domain("example.com", (DkimKey(key=OTHER_KEY),)),))
BARE = World(tuple(map(dns.name.from_text, ("example.org", "example.net", "com"))), {})


async def about(setup: Setup, world: World, topic: str, rdtype: str) -> list[Finding]:
    found = await findings(setup, MemoryDns(world))
    return [each for each in found if (each.topic, each.rdtype) == (topic, rdtype)]


async def test_a_subdomain_in_the_zone_of_another_domain_needs_no_registrar() -> None:
    found = await about(WITH_SUB, good_zone(SMALL), "delegation", "SOA")
    assert {(each.code, each.status) for each in found} == {("all-answer", Status.OK)}


async def test_a_domain_that_is_not_registered_is_said_so() -> None:
    found = await about(UNREGISTERED, BARE, "delegation", "SOA")
    (missing,) = (each for each in found if each.status is Status.ERROR)
    assert missing.code == "no-such-domain"
    assert "register it" in missing.fix
    (mx,) = await about(UNREGISTERED, BARE, "mx", "MX")
    assert "in the DNS settings of example.com" in mx.fix


@pytest.mark.parametrize(
    ("setup", "zone"), [(SUB_ALONE, "example.org"), (DEEP_HOST, "example.net")]
)
async def test_where_the_zone_above_may_be_the_operators_both_are_said(
    setup: Setup, zone: str
) -> None:
    found = await about(setup, BARE, "delegation", "SOA")
    (missing,) = (each for each in found if each.code == "no-such-domain")
    assert missing.status is Status.WARNING
    assert f"If {zone} is yours, just add the records there" in missing.fix


async def test_texts_and_boxes_are_those_of_the_zone_that_is_there() -> None:
    record = wanted(WITH_SUB, "sub.example.org.", "MX")
    found = await finding_about(WITH_SUB, MemoryDns(good_zone(SMALL)), record)
    assert found.fix == "Add this record in the DNS settings of example.org."
    assert (found.record, record.name, placed(record, (found,)).name) == (record, "@", "sub")
    steps = await steps_left(good_zone(SMALL), WITH_SUB)
    (step,) = (each for each in steps if each.wanted == record)
    assert step.record is not None
    assert (step.where, step.record.name) == ("in the zone example.org", "sub")
    boxes = render(step.record, by_id("hetzner") or generic()).boxes
    assert ("name", "sub") in [(box.key, box.text) for box in boxes]


async def test_what_strayed_is_looked_for_and_named_in_the_zone_that_is_there() -> None:
    record = wanted(WITH_SUB, "sub.example.org.", "MX")
    doubled = good_zone(SMALL).having("sub.example.org.example.org.", "MX", record.value)
    found = await finding_about(WITH_SUB, MemoryDns(doubled), record)
    assert found.fix == "Enter sub as the name: the panel appends example.org itself."

"""Domains of the plan that are no zones of their own, but names in another zone."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.export.markdown import markdown_text
from mailcow_dns_tui.model.finding import Finding, Status, with_found_zone
from mailcow_dns_tui.model.setup import DkimKey, Domain, Services, Setup
from mailcow_dns_tui.panels.load import by_id, generic
from mailcow_dns_tui.panels.render import render
from mailcow_dns_tui.topics.registry import plan
from tests.guide.looking import steps_left
from tests.memory_dns import MemoryDns, World, good_zone
from tests.topics.setups import OTHER_KEY, SMALL, finding_about, findings, wanted

SUB = Domain("sub.example.org", dkim=(DkimKey(key=OTHER_KEY),))
WITH_SUB = replace(SMALL, domains=(*SMALL.domains, SUB))
SUB_OF_THIS = replace(SMALL, domains=(SUB,))
SUB_ALONE = replace(
    SMALL, server=replace(SMALL.server, hostname="mail.example.net"), domains=(SUB,)
)
DEEP_HOST = replace(SMALL, server=replace(SMALL.server, hostname="mail.srv.example.net"))
UNREGISTERED = replace(SMALL, domains=(Domain("example.com", dkim=(DkimKey(key=OTHER_KEY),)),))
ELSEWHERE = (
    good_zone(SMALL)
    .having("example.org.", "MX", "10 mx.example.net.")
    .having("example.org.", "TXT", '"v=spf1 ip4:9.9.9.9 -all"')
    .having("example.org.", "A", "9.9.9.8")
    .with_zone("example.net")
    .having("mx.example.net.", "A", "9.9.9.9")
    .having("sub.example.org.", "CNAME", "example.org.")
)
"""The mail domain below is a CNAME to a domain whose mail goes elsewhere."""
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
    assert (found.record, record.name, with_found_zone(record, (found,)).name) == (
        record,
        "@",
        "sub",
    )
    steps = await steps_left(good_zone(SMALL), WITH_SUB)
    (step,) = (each for each in steps if each.wanted == record)
    assert step.record is not None
    assert (step.where, step.record.name) == ("in the DNS settings of example.org", "sub")
    boxes = render(step.record, by_id("hetzner") or generic()).boxes
    assert ("name", "sub") in [(box.key, box.text) for box in boxes]


async def test_what_strayed_is_looked_for_and_named_in_the_zone_that_is_there() -> None:
    record = wanted(WITH_SUB, "sub.example.org.", "MX")
    doubled = good_zone(SMALL).having("sub.example.org.example.org.", "MX", record.value)
    found = await finding_about(WITH_SUB, MemoryDns(doubled), record)
    assert found.fix == "Enter sub as the name: the panel appends example.org itself."


@pytest.mark.parametrize(
    ("rdtype", "still"),
    [
        ("MX", "Mail for sub.example.org goes to mx.example.net, not to this server."),
        ("TXT", "The SPF record of sub.example.org does not allow 1.2.3.4 (fail)."),
    ],
)
async def test_a_mail_domain_that_is_a_cname_is_said_to_be_one(rdtype: str, still: str) -> None:
    value = "v=spf1" if rdtype == "TXT" else ""
    record = wanted(SUB_OF_THIS, "sub.example.org.", rdtype, value)
    found = await finding_about(SUB_OF_THIS, MemoryDns(ELSEWHERE), record)
    told = "sub.example.org is a CNAME to example.org, so what stands there counts for it."
    assert found.message == f"{told} {still}"
    (step,) = (s for s in await steps_left(ELSEWHERE, SUB_OF_THIS) if s.wanted == record)
    assert found.fix.startswith(f"{step.what[:-1]}, in the DNS settings of example.org.")
    assert "add what else is wanted for this name, and the A and AAAA records of" in found.fix
    assert step.remove == ("sub.example.org CNAME example.org.",)
    ticket = markdown_text([record], [found])
    assert "sub.example.org is a CNAME to example.org" in ticket
    assert step.what[:-1] in ticket


async def test_a_mail_domain_that_is_a_cname_to_one_with_mail_here_is_fine() -> None:
    here = good_zone(SMALL).having("sub.example.org.", "CNAME", "example.org.")
    record = wanted(SUB_OF_THIS, "sub.example.org.", "MX")
    found = await finding_about(SUB_OF_THIS, MemoryDns(here), record)
    assert (found.status, found.fix) == (Status.OK, "")


async def test_a_wildcard_of_cnames_is_not_taken_for_one_of_the_mail_domain() -> None:
    wild = ELSEWHERE.without("sub.example.org.", "CNAME")
    wild = wild.having("*.example.org.", "CNAME", "example.org.")
    record = wanted(SUB_OF_THIS, "sub.example.org.", "MX")
    found = await finding_about(SUB_OF_THIS, MemoryDns(wild), record)
    assert found.code == "wildcard-answers"
    assert "the wildcard *.example.org answers" in found.message
    assert "goes to mx.example.net, not to this server" in found.message
    assert "CNAME" not in found.fix


@pytest.mark.parametrize("topic", ["dkim", "clients"])
async def test_what_a_cname_brings_is_not_to_be_changed_at_its_target(topic: str) -> None:
    setup = replace(SMALL, services=Services())
    record = next(r for r in plan(setup) if r.topic == topic and b"_" in r.owner.labels[-4])
    wrong = {"TXT": f'"v=DKIM1; k=rsa; p={OTHER_KEY[:200]}" "{OTHER_KEY[200:]}"'}
    rdata = wrong.get(record.type_text, "0 1 7 mail.example.org.")
    world = World(
        good_zone(setup).origins,
        {k: v for k, v in good_zone(setup).rrsets.items() if k[0] != record.owner},
    )
    world = world.with_zone("example.net").having("a.example.net.", record.type_text, rdata)
    found = await finding_about(
        setup, MemoryDns(world.having(record.owner, "CNAME", "a.example.net.")), record
    )
    assert "is a CNAME to a.example.net, so what stands there counts for it." in found.message
    assert found.fix.startswith("Delete the CNAME of ")


async def test_a_mail_domain_that_does_not_exist_is_said_to_bounce_at_once() -> None:
    record = wanted(SUB_OF_THIS, "sub.example.org.", "MX")
    found = await finding_about(SUB_OF_THIS, MemoryDns(good_zone(SMALL)), record)
    assert (found.code, found.status) == ("missing", Status.ERROR)
    bounces = "does not exist in DNS, and has no MX record: mail for it bounces at once."
    assert found.message == f"sub.example.org {bounces}"
    there = good_zone(SMALL).having("_dmarc.sub.example.org.", "TXT", '"v=DMARC1; p=none"')
    found = await finding_about(SUB_OF_THIS, MemoryDns(there), record)
    assert found.message.startswith("sub.example.org has no MX record: other servers can't")

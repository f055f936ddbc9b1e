"""A mail domain whose web site hangs on a CNAME."""

from dataclasses import replace

import dns.name
import pytest

from tests.guide.looking import Remembering, steps_left
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.guide.test_order import about
from tests.memory_dns import RESOLVER, Fault, World

SHOP, WEB = "sub.example.org.", "web.example.net."
NAME = dns.name.from_text(SHOP)


def hosted(*mx: str) -> World:
    """The domain is a CNAME to a web host, and has nothing else."""
    others = {key: v for key, v in GOOD_WORLD.rrsets.items() if key[0].to_text() != SHOP}
    origins = tuple(each for each in GOOD_WORLD.origins if each.to_text() != SHOP)
    world = World(origins, others).having(WEB, "A", "9.9.9.8")
    world = world.having(WEB, "AAAA", "2001:db8::80")
    world = world.having(WEB, "MX", *mx) if mx else world
    return world.having(SHOP, "CNAME", WEB)


@pytest.mark.parametrize("rdtype", ["MX", "TXT"])
async def test_its_addresses_come_in_the_place_of_the_cname(rdtype: str) -> None:
    step = about(await steps_left(hosted()), SHOP, rdtype)
    assert step.remove == ("sub.example.org CNAME web.example.net.",)
    assert [r.value for r in step.also if r.type_text == "A"] == ["9.9.9.8"]
    assert [r.value for r in step.also if r.type_text == "AAAA"] == ["2001:db8::80"]
    assert "web site of sub.example.org" in step.warnings[-1]
    assert "ALIAS" in step.warnings[-1]
    assert "the A and AAAA records of web.example.net" in step.finding.fix


async def test_addresses_that_could_not_be_asked_are_spoken_of() -> None:
    world = hosted()
    faults = (Fault(WEB, rdtype="A"), Fault(SHOP, rdtype="A"), Fault(SHOP, rdtype="AAAA"))
    step = about(await steps_left(world, memory=Remembering(world, faults=faults)), SHOP, "TXT")
    assert "put the A and AAAA records of web.example.net in its place" in step.warnings[-1]


async def test_who_sends_by_what_a_cname_brings_is_kept_and_something_can_be_done() -> None:
    """The MX waits for SPF here, which must not wait for the MX."""
    world = hosted("10 old.example.net.").having("old.example.net.", "A", "9.9.9.9")
    text = '"v=spf1 include:_spf.example.net -all"'
    steps = await steps_left(world.having(WEB, "TXT", text))
    first, mx = about(steps, SHOP, "TXT"), about(steps, SHOP, "MX")
    assert first.is_open
    assert first.what == "Delete the CNAME of sub.example.org, and add the SPF record in its place."
    assert first.record is not None
    ours = "ip4:1.2.3.4 ip6:2001:db8::10"
    assert first.record.value == f"v=spf1 {ours} include:_spf.example.net -all"
    assert {(r.type_text, r.value) for r in first.also} == {
        ("A", "9.9.9.8"),
        ("AAAA", "2001:db8::80"),
        ("MX", "10 old.example.net."),
    }
    assert "The SPF record of sub.example.org does not allow this server" in mx.locked
    assert first.record.rdata in [each.rdata for each in mx.also]


async def test_an_mx_in_the_place_of_a_cname_comes_with_who_sends_by_that() -> None:
    step = about(
        await steps_left(hosted().having(WEB, "TXT", '"v=spf1 ip4:8.8.8.8 ptr -all"')), SHOP, "MX"
    )
    assert [r.value for r in step.also if r.type_text == "TXT"] == ["v=spf1 mx a ip4:8.8.8.8 -all"]
    assert any(warning.startswith("The new record no longer has ptr") for warning in step.warnings)


async def test_an_mx_that_came_by_the_cname_stays_when_it_goes() -> None:
    step = about(await steps_left(hosted("10 mail.example.org.")), SHOP, "TXT")
    assert {r.type_text: r.value for r in step.also}["MX"] == "10 mail.example.org."


async def test_mail_does_not_move_by_a_step_that_is_about_something_else() -> None:
    domains = [replace(d, verification=("abc=1",)) for d in SETUP.domains]
    setup = replace(SETUP, domains=tuple(domains))
    world = hosted("10 old.example.net.").having("old.example.net.", "A", "9.9.9.9")
    steps = await steps_left(world, setup)
    (step,) = (s for s in steps if s.finding.topic == "verification" and s.finding.name == NAME)
    assert step.remove == ("sub.example.org CNAME web.example.net.",)
    assert [r.value for r in step.also if r.type_text == "MX"] == ["10 old.example.net."]


async def test_who_may_send_by_the_cname_may_still_where_that_record_is_good() -> None:
    text = "v=spf1 mx a ip4:1.2.3.4 ip6:2001:db8::10 ip4:8.8.8.8 -all"
    world = hosted("10 old.example.net.").having(WEB, "TXT", f'"{text}"')
    step = about(await steps_left(world), SHOP, "MX")
    assert step.is_open
    assert [r.value for r in step.also if r.topic == "spf"] == [text]


async def test_spf_names_the_addresses_that_some_do_not_see_when_it_comes_with_the_mx() -> None:
    world = hosted("10 old.example.net.")
    texts = []
    for old in (world, world.without(HOST, "A")):
        memory = Remembering(world, own={RESOLVER: old})
        step = about(await steps_left(world, memory=memory), SHOP, "MX")
        assert step.is_open
        texts += [r.value for r in step.also if r.topic == "spf"]
    assert texts == ["v=spf1 mx a -all", "v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 mx a -all"]

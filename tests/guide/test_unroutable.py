"""What waits for those who still have an address of the host that nobody can reach."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailcow_dns_tui.guide.plan import guide
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.step import GuidePlace, GuideStep
from tests.guide.looking import Remembering, steps_left
from tests.guide.states import GOOD_WORLD, HOST, OTHER_NAME, RECORDS, SETUP, UNPLANNED
from tests.guide.test_late import NOON, OURS
from tests.guide.test_order import COM, ORG, about, spf
from tests.guide.walking import walk
from tests.memory_dns import RESOLVER, World
from tests.topics.setups import findings

NOWHERE = "10.0.0.1"
BY_ANOTHER_NAME = (
    ("5 old.example.net.", f"10 {OTHER_NAME}."),
    (f"10 {OTHER_NAME}.", "20 gone.example.net."),
)
"""MX records by which mail arrives at the server, and by which SPF finds it."""


async def seen(world: World, old: World, *left: str) -> tuple[GuideStep, ...]:
    """The steps while a resolver has the old world, and after the host had these addresses."""
    setup = replace(SETUP, guide=GuidePlace(left=left))
    found = await findings(SETUP, Remembering(world, own={RESOLVER: old}))
    return guide(setup, RECORDS, found, NOON)


async def test_spf_names_the_addresses_while_some_may_have_one_that_leads_nowhere() -> None:
    world = spf(GOOD_WORLD, "v=spf1 mx a ip4:8.8.4.4")
    old = world.having(HOST, "A", NOWHERE)
    words = "mx a ip4:8.8.4.4 -all"
    for left, text in (((), f"v=spf1 {words}"), ((NOWHERE,), f"v=spf1 {OURS} {words}")):
        step = about(await seen(world, old, *left), ORG, "TXT")
        assert step.record is not None
        assert (step.record.value, step.is_open) == (text, True)


async def test_spf_names_the_addresses_before_one_that_leads_nowhere_goes() -> None:
    old = GOOD_WORLD.having(HOST, "A", NOWHERE)
    old = old.having(COM, "MX", "5 old.example.net.", f"10 {HOST}.")
    steps = await steps_left(old)
    assert "The SPF record of example.com does not allow" in about(steps, HOST, "A").locked
    text = about(steps, COM, "TXT")
    assert text.record is not None
    assert (text.record.value, text.is_open) == (f"v=spf1 {OURS} mx a -all", True)
    named = old.having(COM, "TXT", f'"{text.record.value}"')
    assert about(await steps_left(named), HOST, "A").is_open
    world = named.having(HOST, "A", "1.2.3.4")
    assert about(await seen(world, old, NOWHERE), COM, "MX").locked == (
        "Receivers may still have the old SPF record of example.com until 12:05, and would refuse "
        "this server's replies. This step opens when the new one is seen everywhere."
    )
    steps = await seen(world, world.having(HOST, "A", NOWHERE), NOWHERE)
    assert about(steps, COM, "MX").is_open


@pytest.mark.parametrize("mx", BY_ANOTHER_NAME, ids=" ".join)
async def test_spf_names_the_addresses_before_mail_comes_by_a_name_that_had_another(
    mx: Sequence[str],
) -> None:
    world = GOOD_WORLD.having(COM, "MX", *mx)
    old = world.having(HOST, "A", NOWHERE)
    steps = await seen(world, old, NOWHERE)
    text, moving = about(steps, COM, "TXT"), about(steps, COM, "MX")
    assert text.record is not None
    assert (text.act, text.is_open) == (Act.CHANGE, True)
    assert text.record.value == f"v=spf1 {OURS} mx a -all"
    assert "may still have an address from before" in text.why
    assert "This step opens when that record has the server's addresses" in moving.locked
    named = world.having(COM, "TXT", f'"{text.record.value}"')
    steps = await seen(named, old, NOWHERE)
    assert "the old SPF record" in about(steps, COM, "MX").locked
    assert about(steps, COM, "TXT").act is Act.WAIT
    steps = await seen(named, named.having(HOST, "A", NOWHERE), NOWHERE)
    assert about(steps, COM, "MX").is_open
    assert [step for step in steps if step.finding.topic == "spf"] == []


@pytest.mark.parametrize("mx", BY_ANOTHER_NAME, ids=" ".join)
async def test_nothing_waits_for_an_address_that_only_a_local_network_has(
    mx: Sequence[str],
) -> None:
    world = GOOD_WORLD.having(COM, "MX", *mx)
    steps = await seen(world, world.having(HOST, "A", NOWHERE))
    assert about(steps, COM, "MX").is_open
    assert [step for step in steps if step.finding.topic == "spf"] == []


@pytest.mark.parametrize("text", ["v=spf1 mx a -all", "v=spf1 include=_spf.example.net mx -all"])
@pytest.mark.parametrize("mx", BY_ANOTHER_NAME, ids=" ".join)
async def test_no_receiver_that_has_it_refuses_mail_from_the_server(
    mx: Sequence[str], text: str
) -> None:
    world = spf(GOOD_WORLD, text).having(HOST, "A", NOWHERE)
    for domain in UNPLANNED.apexes:
        world = world.having(domain, "MX", *mx)
    await walk(world, UNPLANNED, late=[RESOLVER])


@pytest.mark.parametrize("mx", ["20 backup.example.net.", "5 old.example.net."])
async def test_another_server_takes_mail_of_those_who_have_no_address_of_this_one_yet(
    mx: str,
) -> None:
    world = spf(GOOD_WORLD, f"v=spf1 {OURS} -all").having(ORG, "MX", f"10 {HOST}.", mx)
    old = world.having(HOST, "A", NOWHERE)
    locked = about(await seen(world, old.without(HOST, "AAAA"), NOWHERE), ORG, "MX").locked
    assert locked.startswith(
        "The AAAA record of mail.example.org is not seen everywhere until 12:05."
    )
    assert about(await seen(world, old, NOWHERE), ORG, "MX").is_open

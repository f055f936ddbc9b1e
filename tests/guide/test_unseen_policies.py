"""What a policy that nobody planned, or nobody could read, makes of the steps to the plan."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.setup import Setup
from tests.guide.looking import Remembering, steps_left
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.guide.test_order import COM, ORG, about, spf
from tests.memory_dns import NS2, policy_page

UNPLANNED = replace(SETUP, domains=tuple(replace(d, mta_sts_id="") for d in SETUP.domains))


async def test_an_mx_waits_for_a_policy_that_nobody_planned() -> None:
    world = GOOD_WORLD.having(ORG, "MX", "10 old.example.net.")
    world = spf(world, "v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 mx -all")
    steps = await steps_left(world.serving(ORG, policy_page(mx="old.example.net")), UNPLANNED)
    policy = about(steps, "_mta-sts.example.org", "TXT")
    assert (policy.act, policy.is_open) == (Act.OUTSIDE, True)
    assert f"“mx: {HOST}”" in policy.what
    assert "MTA-STS policy" in about(steps, ORG, "MX").locked
    testing = world.serving(ORG, policy_page("testing", mx="old.example.net"))
    assert about(await steps_left(testing, UNPLANNED), ORG, "MX").is_open


UNSEEN = [each for each in FetchFailure if each.could_be_here]


@pytest.mark.parametrize("failure", UNSEEN)
async def test_a_policy_that_could_not_be_fetched_is_to_be_seen_before_it_is_announced(
    failure: FetchFailure,
) -> None:
    world = GOOD_WORLD.without("_mta-sts.example.org", "TXT")
    (step,) = await steps_left(world.serving(ORG, PolicyPage(failure=failure)))
    assert (step.act, step.is_open) == (Act.PUBLISH, True)
    assert "First see in a browser" in step.warnings[0]
    assert f"has to allow {HOST}" in step.warnings[0]


@pytest.mark.parametrize("failure", UNSEEN)
@pytest.mark.parametrize("setup", [SETUP, UNPLANNED], ids=["planned", "unplanned"])
async def test_mail_moves_only_under_a_policy_that_could_be_read(
    setup: Setup, failure: FetchFailure
) -> None:
    world = GOOD_WORLD.serving(ORG, PolicyPage(failure=failure))
    world = spf(world, "v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 mx -all")
    steps = await steps_left(world.having(ORG, "MX", "10 old.example.net."), setup)
    assert about(steps, "_mta-sts.example.org", "TXT").act is Act.ASK_AGAIN
    assert "could not be read" in about(steps, ORG, "MX").locked
    lost = await steps_left(world.having(ORG, "MX", "0 ."), setup)
    assert about(lost, ORG, "MX").is_open
    named = world.having("mx.example.org", "A", "1.2.3.4")
    some = await steps_left(named.having(ORG, "MX", "0 .", "10 mx.example.org."), setup)
    assert "could not be read" in about(some, ORG, "MX").locked


async def test_a_policy_is_announced_when_it_allows_all_hosts_that_take_mail() -> None:
    world = GOOD_WORLD.without("_mta-sts.example.org", "TXT").having(
        ORG, "MX", "10 mx.example.org."
    )
    world = world.having("mx.example.org", "A", "1.2.3.4")
    world = world.having("mx.example.org", "AAAA", "2001:db8::10")
    (step,) = await steps_left(world)
    assert (step.act, step.record) == (Act.OUTSIDE, None)
    assert step.what == (
        f"Change the MX record to {HOST}, or add the host to the policy and publish its new id."
    )
    assert f"{HOST}, mx.example.org" in step.warnings[0]
    both = policy_page(mx=f"{HOST}\nmx: mx.example.org")
    (step,) = await steps_left(world.serving(ORG, both))
    assert (step.act, step.is_open) == (Act.PUBLISH, True)


async def test_what_leads_to_a_policy_that_is_announced_already_brings_it_into_effect() -> None:
    world = GOOD_WORLD.without("mta-sts.example.org", "CNAME")
    step = about(await steps_left(world), "mta-sts.example.org", "CNAME")
    assert (step.act, step.is_open) == (Act.PUBLISH, True)
    assert step.warnings[0].startswith(
        "First see in mailcow that the MTA-STS policy of example.org"
    )
    assert f"has to allow {HOST}" in step.warnings[0]
    silent = world.without("_mta-sts.example.org", "TXT")
    assert not about(await steps_left(silent), "mta-sts.example.org", "CNAME").warnings
    for name, text in (("*.example.org", "v=spf1 -all"), ("_mta-sts.example.org", "v=STSv1")):
        other = silent.having(name, "TXT", f'"{text}"')
        assert not about(await steps_left(other), "mta-sts.example.org", "CNAME").warnings
    wild = silent.having("*.example.org", "TXT", '"v=STSv1; id=1;"')
    step = about(await steps_left(wild), "mta-sts.example.org", "CNAME")
    assert step.warnings[0].startswith("First see in mailcow")


@pytest.mark.parametrize("setup", [SETUP, UNPLANNED], ids=["planned", "unplanned"])
async def test_so_does_the_first_address_of_the_host_that_it_leads_to(setup: Setup) -> None:
    gone = GOOD_WORLD.without(HOST, "A").without(HOST, "AAAA")
    gone = gone.serving(COM, PolicyPage(failure=FetchFailure.NO_ADDRESS))
    moving = gone.having(COM, "MX", "10 old.example.net.")
    step = about(await steps_left(moving, setup), HOST, "A")
    (warning,) = step.warnings
    assert warning == (
        "First see in mailcow that the MTA-STS policy of example.com is right: the TXT record is "
        "there already, and senders heed the policy as soon as they find it. The policy has to "
        f"allow {HOST}, old.example.net: senders that heed it deliver to no other host."
    )
    elsewhere = moving.having("mta-sts.example.com", "CNAME", "old.example.net.")
    for other in (gone, moving.without("_mta-sts.example.com", "TXT"), elsewhere):
        assert about(await steps_left(other, setup), HOST, "A").warnings == ()


async def test_a_policy_is_not_looked_for_before_its_host_is_there() -> None:
    world = GOOD_WORLD.without("mta-sts.example.org", "CNAME")
    world = world.serving(ORG, PolicyPage(failure=FetchFailure.NO_ADDRESS))
    steps = await steps_left(world)
    assert about(steps, "mta-sts.example.org", "CNAME").is_open
    assert about(steps, "_mta-sts.example.org", "TXT").locked == (
        "The CNAME record of mta-sts.example.org is not right yet. This step opens as soon as the "
        "policy's host is published."
    )


async def test_a_policy_that_was_read_is_put_right_though_some_do_not_see_its_host_yet() -> None:
    world = GOOD_WORLD.adding("_mta-sts.example.org", "TXT", '"v=STSv1; id=7"')
    world = world.serving(ORG, policy_page(mx="old.example.net"))
    late = Remembering(world, own={NS2: world.without("mta-sts.example.org", "CNAME")})
    for memory in (Remembering(world), late):
        step = about(await steps_left(world, memory=memory), "_mta-sts.example.org", "TXT")
        assert (step.act, step.is_open) == (Act.OUTSIDE, True)
        assert f"has to allow {HOST}" in step.warnings[0]

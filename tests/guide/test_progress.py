"""What is said while somebody saves a record, rightly or not."""

from dataclasses import replace

from mailcow_dns_tui.guide.progress import is_done, is_prepared, progress
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.step import GuideStep
from tests.guide.looking import steps_left
from tests.guide.owner import worlds
from tests.guide.states import GOOD_WORLD, HOST, SETUP, by_wildcard
from tests.guide.test_order import about
from tests.memory_dns import RESOLVER, Fault, MemoryDns, World, policy_page
from tests.topics.setups import findings_about

OWNER = "_smtp._tls.example.org"
WORLD = GOOD_WORLD.without(OWNER, "TXT")
DOMAIN = "example.org"


async def only_step(world: World) -> GuideStep:
    (step,) = await steps_left(world)
    return step


async def now(step: GuideStep, memory: MemoryDns) -> list[Finding]:
    assert step.wanted is not None
    return await findings_about(SETUP, memory, step.wanted)


async def told(before: World, after: World) -> str:
    step = await only_step(before)
    return progress(step, await now(step, MemoryDns(after)))


async def test_what_is_there_is_said_to_be_there() -> None:
    assert await told(WORLD, GOOD_WORLD) == "It is there now."


async def test_a_cname_that_came_is_said_to_be_there() -> None:
    world = GOOD_WORLD.without("autoconfig.example.org", "CNAME")
    assert await told(world, GOOD_WORLD) == "It is there now."
    by_address = world.having("autoconfig.example.org", "A", "1.2.3.4")
    assert "It is there now." not in await told(
        world, by_address.having("autoconfig.example.org", "AAAA", "2001:db8::10")
    )


async def test_nothing_new_is_said_to_be_nothing() -> None:
    assert await told(WORLD, WORLD) == "Looked again: nothing new."


async def test_something_wrong_is_told_with_what_it_is_and_what_is_still_wrong() -> None:
    wrong = WORLD.having(OWNER, "TXT", '"v=TLSRPTv2; rua=mailto:x@example.org"')
    said = await told(WORLD, wrong)
    assert said.startswith("Added: v=TLSRPTv2; rua=mailto:x@example.org. Still wrong: ")


async def test_another_wrong_value_is_told_as_the_new_one() -> None:
    one = WORLD.having(OWNER, "TXT", '"v=TLSRPTv2; rua=mailto:x@example.org"')
    other = WORLD.having(OWNER, "TXT", '"v=TLSRPTv3; rua=mailto:x@example.org"')
    said = await told(one, other)
    assert said.startswith("Changed: it is now v=TLSRPTv3; rua=mailto:x@example.org. Still wrong:")


async def test_what_stays_beside_a_change_is_told_with_it() -> None:
    stays = '"v=TLSRPTv1; rua=nobody"'
    two = WORLD.having(OWNER, "TXT", stays, '"v=TLSRPTv2; rua=one"')
    said = await told(two, WORLD.having(OWNER, "TXT", stays, '"v=TLSRPTv2; rua=other"'))
    values = "v=TLSRPTv1; rua=nobody, v=TLSRPTv2; rua=other"
    assert said.startswith(f"Changed: it is now {values}. Still wrong: ")


async def test_what_was_deleted_is_told() -> None:
    two = GOOD_WORLD.adding(OWNER, "TXT", '"v=TLSRPTv1; rua=nobody"')
    said = await told(two, WORLD)
    assert said.startswith("Gone: v=TLSRPTv1; rua=mailto:mailauth-reports@example.org, v=TLSRPTv1")
    assert await told(two, GOOD_WORLD) == "What was to be deleted is gone now."


async def test_a_step_on_the_way_is_done_though_the_plan_asks_for_more() -> None:
    other = '"google-site-verification=abc"'
    twice = '"v=spf1 ip4:203.0.113.9 redirect=b.example redirect=c.example"'
    before = GOOD_WORLD.having(DOMAIN, "TXT", other, twice)
    step = await only_step(before)
    assert step.record is not None
    assert step.record != step.wanted
    after = before.having(DOMAIN, "TXT", other, step.record.rdata.to_text())
    found = await now(step, MemoryDns(after))
    assert is_done(step, found)
    assert "This step is done" in progress(step, found)
    assert not is_done(step, await now(step, MemoryDns(before)))


async def test_a_second_record_that_spoils_the_right_one_is_no_progress() -> None:
    step = await only_step(WORLD)
    two = GOOD_WORLD.adding(OWNER, "TXT", '"v=TLSRPTv1; rua=mailto:x@example.org"')
    found = await now(step, MemoryDns(two))
    assert not is_done(step, found)
    said = progress(step, found)
    assert said.startswith("Added: v=TLSRPTv1; ")
    assert "x@example.org. Still wrong: " in said


async def test_a_policy_is_done_when_its_record_can_be_published() -> None:
    bare = GOOD_WORLD.without("_mta-sts.example.org", "TXT")
    refused = bare.serving("example.org", PolicyPage(failure=FetchFailure.REFUSED))
    invalid = bare.serving("example.org", replace(policy_page(mx=HOST), body=b"hello"))
    before, other, now = [await only_step(world) for world in (refused, invalid, bare)]
    assert before.key == now.key
    assert is_prepared(before, now)
    assert not is_prepared(before, other)


async def test_what_others_do_not_see_yet_is_there_all_the_same() -> None:
    step = await only_step(WORLD)
    found = await now(step, MemoryDns(GOOD_WORLD, own={RESOLVER: WORLD}))
    assert progress(step, found) == "It is there now."


async def test_what_could_not_be_asked_is_not_said_to_be_missing() -> None:
    step = await only_step(WORLD)
    silent = MemoryDns(WORLD, faults=(Fault(OWNER, Failure.TIMEOUT),))
    assert progress(step, await now(step, silent)).startswith("It could not be looked up this time")


async def test_what_only_a_wildcard_has_is_not_there_yet() -> None:
    before = by_wildcard(1)
    step = (await steps_left(before))[0]
    same = await now(step, MemoryDns(before))
    assert (is_done(step, same), progress(step, same)) == (False, "Looked again: nothing new.")
    (after,) = worlds(before, step)
    assert is_done(step, await now(step, MemoryDns(after)))


async def test_what_is_only_offered_is_not_there_before_it_is() -> None:
    world = GOOD_WORLD.without(HOST, "TXT")
    step = about(await steps_left(world), HOST, "TXT")
    again = (step.finding,)
    assert not is_done(step, again)
    assert progress(step, again) == "Looked again: nothing new."
    assert is_done(step, ())

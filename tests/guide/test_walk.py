"""From any published state to the plan, and no step on the way breaks mail."""

from collections.abc import Sequence

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.model.setup import Setup
from tests.guide.judge import Eye, Published
from tests.guide.owner import worlds
from tests.guide.sending import SendingState, alone, sending_states
from tests.guide.states import (
    ALIASES,
    FACTS,
    OTHER_NAME,
    POLICIES,
    RECORDS,
    SETUP,
    UNPLANNED,
    WILDCARDS,
    State,
    aliased,
    all_wrong,
    by_wildcard,
    elsewhere,
    from_nothing,
    host_alias,
    moved,
    moving,
    on_the_old_server,
    states,
)
from tests.guide.walking import LATE, all_may_send, walk
from tests.memory_dns import RESOLVER, World

# Shrinking takes minutes; a state that fails is short enough to be read as it is.
WALKS = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@settings(WALKS, max_examples=12)
@given(states())
async def test_no_step_breaks_mail_and_the_last_one_leaves_all_good(state: State) -> None:
    await walk(state.world, state.setup)


@settings(WALKS, max_examples=4)
@given(states(), st.sampled_from(LATE))
async def test_no_step_breaks_mail_for_those_who_see_it_late(
    state: State, late: Sequence[str]
) -> None:
    # What a cache has of a wildcard lasts, though a name that exists now cuts the wildcard off.
    assume(not any(owner.is_wild() for owner, _ in state.world.rrsets))
    await walk(state.world, state.setup, late=late)


@settings(WALKS, max_examples=12)
@given(sending_states())
async def test_whoever_was_meant_to_send_may_send_in_the_end(state: SendingState) -> None:
    await all_may_send(state)


@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize("state", tuple(alone()), ids=repr)
async def test_one_fault_alone_is_mended_without_losing_anybody(
    state: SendingState, at: int
) -> None:
    await all_may_send(state, at)


async def test_from_nothing_at_all_to_the_plan() -> None:
    done = await walk(from_nothing())
    assert len(done) >= len(RECORDS)


async def test_from_an_old_server_to_this_one() -> None:
    await walk(on_the_old_server())


@pytest.mark.parametrize("setup", [SETUP, UNPLANNED], ids=["planned", "unplanned"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "mx",
    [
        ["10 old.example.net."],
        ["5 old.example.net.", f"10 {OTHER_NAME}."],
        [f"10 {OTHER_NAME}.", "20 gone.example.net."],
        [f"10 {OTHER_NAME}."],
    ],
    ids=" ".join,
)
async def test_mail_moves_under_whatever_binds_its_senders(
    mx: list[str], policy: str, setup: Setup
) -> None:
    await walk(moving(policy, *mx), setup)


@pytest.mark.parametrize("variant", [1, 2])
async def test_from_a_state_in_which_all_is_wrong(variant: int) -> None:
    await walk(all_wrong(variant))


@pytest.mark.parametrize("variant", range(len(WILDCARDS)))
async def test_from_a_name_that_lives_by_a_wildcard(variant: int) -> None:
    await walk(by_wildcard(variant))


@pytest.mark.parametrize("late", LATE, ids=" and ".join)
@pytest.mark.parametrize(
    "start",
    [
        from_nothing(),
        on_the_old_server(),
        moved("v=spf1 ip4:9.9.9.9 -all"),
        moved("v=spf1 ip4:9.9.9.9 a mx ~all"),
        moved("v=spf1 mx -all"),
        moving("none", "10 old.example.net."),
        elsewhere("v=spf1 ip4:9.9.9.9 -all"),
        elsewhere("v=spf1 include:_spf.example.net ~all"),
    ],
    ids=[
        "nothing",
        "the old server, keys pinned",
        "the old server, by its address",
        "the old server, also by its name",
        "the old server, by its name",
        "another name",
        "elsewhere, by an address",
        "elsewhere, by an include",
    ],
)
async def test_what_is_remembered_elsewhere_breaks_nothing(start: World, late: list[str]) -> None:
    await walk(start, late=late)


@pytest.mark.parametrize("bare", [False, True], ids=["all below it", "nothing below it"])
@pytest.mark.parametrize("variant", range(len(ALIASES)))
async def test_from_a_mail_domain_that_is_a_cname(variant: int, bare: bool) -> None:
    await walk(aliased(variant, bare=bare))


@pytest.mark.parametrize("world", [on_the_old_server(), all_wrong(2)])
async def test_whoever_skips_to_the_last_open_step_breaks_nothing_either(world: World) -> None:
    await walk(world, at=-1)


@pytest.mark.parametrize("words", ["ip4:9.9.9.9", "+ip4:9.9.9.9/32 mx ip4:8.8.4.4"])
async def test_a_server_that_was_left_may_send_no_more_in_the_end(words: str) -> None:
    world = moved(f"v=spf1 {words} -all")
    done = await walk(world, late=[RESOLVER])
    for step in done:
        *_, world = worlds(world, step)
    eye = Eye(Published(world), FACTS)
    assert [eye.spf(domain, "9.9.9.9") for domain in FACTS.domains] == [0, 0, 0]
    assert [eye.spf(domain, "8.8.4.4") for domain in FACTS.domains] == (
        [3, 3, 3] if "8.8.4.4" in words else [0, 0, 0]
    )
    order = [step.finding.topic for step in done if step.finding.domain or not step.wanted]
    assert order[-3:] == ["spf", "spf", "spf"]


@pytest.mark.parametrize("at", [0, -1])
async def test_from_a_host_that_is_a_cname(at: int) -> None:
    await walk(host_alias(), UNPLANNED, at)

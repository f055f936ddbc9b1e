"""From any published state to the plan by `publish`, and no act on the way breaks mail."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.guide.sending import SendingState, sending_states
from tests.guide.states import (
    ALIASES,
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
from tests.guide.walking import LATE
from tests.memory_dns import World
from tests.publish.walking import Stage, walk

# The folder takes the zone files of all walks; each has a name of its own.
WALKS = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@settings(WALKS, max_examples=8)
@given(state=states(), backwards=st.booleans())
async def test_no_act_breaks_mail_and_all_is_good_in_the_end(
    state: State, backwards: bool, tmp_path: Path
) -> None:
    await walk(Stage(state.world, backwards=backwards), tmp_path, state.setup)


@settings(WALKS, max_examples=4)
@given(state=states(), late=st.sampled_from(LATE))
async def test_no_act_breaks_mail_for_those_who_see_it_late(
    state: State, late: list[str], tmp_path: Path
) -> None:
    assume(not any(owner.is_wild() for owner, _ in state.world.rrsets))
    await walk(Stage(state.world, late), tmp_path, state.setup)


@settings(WALKS, max_examples=4)
@given(state=sending_states())
async def test_whatever_senders_there_were(state: SendingState, tmp_path: Path) -> None:
    await walk(Stage(state.world), tmp_path, state.setup)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "world",
    [
        from_nothing(),
        on_the_old_server(),
        all_wrong(1),
        all_wrong(2),
        moved("v=spf1 mx -all"),
        elsewhere("v=spf1 include:_spf.example.net ~all"),
        *(by_wildcard(variant) for variant in range(len(WILDCARDS))),
        *(aliased(variant, bare=False) for variant in range(len(ALIASES))),
    ],
)
async def test_from_states_that_are_far_away(world: World, backwards: bool, tmp_path: Path) -> None:
    await walk(Stage(world, backwards=backwards), tmp_path)


@pytest.mark.parametrize("policy", ["good", "the old server's", "none"])
async def test_mail_moves_as_soon_as_it_may(policy: str, tmp_path: Path) -> None:
    await walk(Stage(moving(policy, "10 old.example.net.")), tmp_path)


async def test_from_a_host_that_is_a_cname(tmp_path: Path) -> None:
    await walk(Stage(host_alias()), tmp_path, UNPLANNED)

"""From any published state to the plan, and no step on the way breaks mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.guide.moving import left_behind
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Setup
from tests.guide.judge import Eye, judge, worse
from tests.guide.looking import Remembering, as_noted, steps_left
from tests.guide.owner import IN_PLAN, stands, worlds
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
from tests.guide.viewers import harm
from tests.memory_dns import NS2, RESOLVER, MemoryDns, World
from tests.topics.setups import findings

DAY = date(2026, 11, 23)
MOST_STEPS = 120
DONE = {Status.OK, Status.INFO}
LATE = ([RESOLVER], [NS2, RESOLVER])
"""Who has not seen yet what was changed: caches, or a secondary as well."""


def told(steps: Sequence[GuideStep]) -> str:
    return "\n".join(f"{s.act.name} {s.what} {s.remove} {s.locked}" for s in steps)


@dataclass
class InTime:
    """Knows since when receivers report about a domain, and refuse nothing yet."""

    since: dict[str, date] = field(default_factory=dict)

    def look(self, world: World, today: date) -> None:
        eye = Eye(world, FACTS)
        for domain in FACTS.domains:
            if not eye.enforces(domain):
                self.since.setdefault(domain, today)
            elif domain in self.since:
                assert today - self.since[domain] >= timedelta(days=14), domain


async def walk(
    world: World, setup: Setup = SETUP, at: int = 0, late: Sequence[str] = ()
) -> list[GuideStep]:
    """Do what the first open step says, until there is none; mail is judged after every act.

    Args:
        world: what is published to begin with.
        setup: the plan to begin with.
        at: another one of the open steps, as for somebody who skips.
        late: who goes on with what was there at first, until nothing is left but to wait.
    """
    done: list[GuideStep] = []
    old, before = world, judge(world, FACTS)
    today, in_time = DAY, InTime()
    in_time.look(world, today)
    while True:
        seen = seen_by(world, old, late)
        setup = await as_noted(world, setup, today, seen)
        steps = await steps_left(world, setup, seen)
        if not steps and any(domain.dmarc_first for domain in setup.domains):
            today += timedelta(days=setup.dmarc.reporting_days)
            continue
        if not steps:
            break
        assert len(done) < MOST_STEPS, f"no end:\n{told(done[-6:])}"
        assert steps[0].is_open, f"nothing can be done:\n{told(steps)}"
        ready = [each for each in steps if each.is_open and each.act is not Act.WAIT]
        if not ready:
            assert old is not world, f"waits for nothing:\n{told(steps)}"
            old = world
            continue
        step = ready[at]
        setup = remembering(planned(setup, step), steps)
        for after in worlds(world, found_in(world, old, step)):
            verdicts = judge(after, FACTS)
            broken = harm(old, world, after, FACTS) if late else worse(before, verdicts)
            assert not broken, f"{broken}\nby {told([step])}\nafter {told(done)}"
            assert step.warnings or not harder(world, after), f"unsaid: {told([step])}"
            in_time.look(after, today)
            world, before = after, verdicts
        done.append(step)
    assert {found.status for found in await findings(setup, MemoryDns(world))} <= DONE
    assert all(good for what, good in judge(world, FACTS).items() if "SPF of 8.8." not in what)
    return done


def found_in(world: World, old: World, step: GuideStep) -> GuideStep:
    """As far as its removals are there: what only a secondary still has is in no panel."""
    there = [each for each in step.removals if stands(world, each) or not stands(old, each)]
    return replace(step, removals=tuple(there))


def seen_by(world: World, old: World, late: Sequence[str]) -> Remembering:
    return Remembering(world, own=dict.fromkeys(late, old))


def remembering(setup: Setup, steps: Sequence[GuideStep]) -> Setup:
    """As the plan keeps which server was left."""
    place = setup.guide
    return replace(setup, guide=replace(place, left=left_behind(place.left, steps)))


def planned(setup: Setup, step: GuideStep) -> Setup:
    """As somebody leaves the plan who does what the step says."""
    if not step.where.startswith(IN_PLAN):
        return setup
    return replace(setup, server=SETUP.server)


def harder(before: World, after: World) -> bool:
    """Whether whom an SPF record does not name fares worse by it."""
    ends = (
        [Eye(world, FACTS).end(domain) for domain in FACTS.domains] for world in (before, after)
    )
    return any(
        was and is_ and "-~?+".index(is_) < "-~?+".index(was)
        for was, is_ in zip(*ends, strict=True)
    )


@settings(deadline=None, max_examples=12)
@given(states())
async def test_no_step_breaks_mail_and_the_last_one_leaves_all_good(state: State) -> None:
    await walk(state.world, state.setup)


@settings(deadline=None, max_examples=4)
@given(states(), st.sampled_from(LATE))
async def test_no_step_breaks_mail_for_those_who_see_it_late(
    state: State, late: Sequence[str]
) -> None:
    # What a cache has of a wildcard lasts, though a name that exists now cuts the wildcard off.
    assume(not any(owner.is_wild() for owner, _ in state.world.rrsets))
    await walk(state.world, state.setup, late=late)


@settings(deadline=None, max_examples=12)
@given(sending_states())
async def test_whoever_was_meant_to_send_may_send_in_the_end(state: SendingState) -> None:
    await _all_may_send(state)


@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize("state", tuple(alone()), ids=repr)
async def test_one_fault_alone_is_mended_without_losing_anybody(
    state: SendingState, at: int
) -> None:
    await _all_may_send(state, at)


async def _all_may_send(state: SendingState, at: int = 0) -> None:
    done, world = await walk(state.world, state.setup, at), state.world
    for step in done:
        *_, world = worlds(world, step)
    eye = Eye(world, FACTS)
    assert [(d, a) for d, a in state.meant if eye.spf(d, a) != 3] == [], told(done)


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
    eye = Eye(world, FACTS)
    assert [eye.spf(domain, "9.9.9.9") for domain in FACTS.domains] == [0, 0, 0]
    assert [eye.spf(domain, "8.8.4.4") for domain in FACTS.domains] == (
        [3, 3, 3] if "8.8.4.4" in words else [0, 0, 0]
    )
    order = [step.finding.topic for step in done if step.finding.domain or not step.wanted]
    assert order[-3:] == ["spf", "spf", "spf"]


@pytest.mark.parametrize("at", [0, -1])
async def test_from_a_host_that_is_a_cname(at: int) -> None:
    await walk(host_alias(), UNPLANNED, at)

"""Do what the guide says until there is nothing left, and judge mail after every act."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mailcow_dns_tui.guide.plan import Guiding, policies_to_fetch
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.dmarc_stage import staged
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.topics.dmarc.topic import noted
from mailcow_dns_tui.topics.moving import left_behind
from tests.guide.glance import Glance, find, only_plan, records_of
from tests.guide.judge import Eye, Published, ends, judge, worse
from tests.guide.owner import IN_PLAN, stands, worlds
from tests.guide.sending import SendingState
from tests.guide.states import FACTS, SETUP
from tests.guide.viewers import harm
from tests.memory_dns import NEGATIVE_TTL, NS2, RESOLVER, World

DAY = date(2026, 11, 23)
MOST_STEPS = 120
LATE = ([RESOLVER], [NS2, RESOLVER])
"""Who has not seen yet what was changed: caches, or a secondary as well."""
DONE = {Status.OK, Status.INFO}


def told(steps: Sequence[GuideStep]) -> str:
    return "\n".join(f"{s.act.name} {s.what} {s.remove} {s.locked}" for s in steps)


@dataclass
class InTime:
    """Knows since when receivers report about a domain, and refuse nothing yet."""

    since: dict[str, date] = field(default_factory=dict)

    def look(self, world: World, today: date) -> None:
        eye = Eye(Published(world), FACTS)
        for domain in FACTS.domains:
            if not eye.enforces(domain):
                self.since.setdefault(domain, today)
            elif domain in self.since:
                assert today - self.since[domain] >= timedelta(days=14), domain


class Looks:
    """A user's looks at what is published; as in the wizard, only what is new is worked out."""

    def __init__(self) -> None:
        self._guiding = Guiding()

    async def noted(self, setup: Setup, today: date, glance: Glance) -> Setup:
        """The plan as the wizard keeps it that has seen this on that day."""
        found = await find(only_plan(setup), glance, "dmarc")
        return staged(noted(setup, found, today), today)

    async def steps(self, setup: Setup, glance: Glance) -> tuple[GuideStep, ...]:
        plan = only_plan(setup)
        records, found = records_of(plan), await find(plan, glance)
        pages = {name: glance.policy(name) for name in policies_to_fetch(records, found)}
        return self._guiding.steps(setup, records, found, policies=pages)


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
    today, in_time, looks = DAY, InTime(), Looks()
    in_time.look(world, today)
    while True:
        seen = Glance(world, dict.fromkeys(late, old))
        setup = await looks.noted(setup, today, seen)
        steps = await looks.steps(setup, seen)
        if not steps and any(domain.dmarc_first for domain in setup.domains):
            today += timedelta(days=setup.dmarc.reporting_days)
            continue
        if not steps:
            break
        assert len(done) < MOST_STEPS, f"no end:\n{told(done[-6:])}"
        assert steps[0].is_open, f"nothing can be done:\n{told(steps)}"
        # Who has lowered a TTL goes on, though a secondary may still have the longer one.
        is_short = world.mx_ttl == NEGATIVE_TTL
        left = [each for each in steps if not (each.lowers_ttl and is_short)]
        ready = [each for each in left if each.is_open and each.act is not Act.WAIT]
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
    found = await find(only_plan(setup), Glance(world))
    assert {each.status for each in found} <= DONE
    assert all(good for what, good in judge(world, FACTS).items() if "SPF of 8.8." not in what)
    return done


def found_in(world: World, old: World, step: GuideStep) -> GuideStep:
    """As far as its removals are there: what only a secondary still has is in no panel."""
    there = [each for each in step.removals if stands(world, each) or not stands(old, each)]
    return replace(step, removals=tuple(there))


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
    return any(
        was and is_ and "-~?+".index(is_) < "-~?+".index(was)
        for was, is_ in zip(ends(before, FACTS), ends(after, FACTS), strict=True)
    )


async def all_may_send(state: SendingState, at: int = 0) -> None:
    """Walk, and see that whoever was meant to send may send in the end."""
    done, world = await walk(state.world, state.setup, at), state.world
    for step in done:
        *_, world = worlds(world, step)
    eye = Eye(Published(world), FACTS)
    assert [(d, a) for d, a in state.meant if eye.spf(d, a) != 3] == [], told(done)

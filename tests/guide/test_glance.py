"""What is only recalled is what would be found anew."""

from collections import Counter
from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from tests.guide.glance import Glance, find, only_plan
from tests.guide.judge import Eye, Published, judge
from tests.guide.looking import Remembering
from tests.guide.states import (
    FACTS,
    GOOD_WORLD,
    SETUP,
    UNPLANNED,
    aliased,
    all_wrong,
    by_wildcard,
    elsewhere,
    on_the_old_server,
)
from tests.memory_dns import NS2, RESOLVER, World
from tests.topics.setups import findings

WORLDS = [
    GOOD_WORLD,
    all_wrong(1),
    all_wrong(2),
    on_the_old_server(),
    elsewhere("v=spf1 include:_spf.example.net ~all"),
    aliased(1, bare=False),
    by_wildcard(2),
]


@pytest.mark.parametrize("late", [[], [RESOLVER], [NS2, RESOLVER]], ids=" and ".join)
@pytest.mark.parametrize("setup", [SETUP, UNPLANNED], ids=["planned", "unplanned"])
async def test_findings(setup: Setup, late: list[str]) -> None:
    own = dict.fromkeys(late, GOOD_WORLD)
    for world in (*WORLDS, *WORLDS):
        recalled = await find(only_plan(setup), Glance(world, own))
        anew = await findings(setup, Remembering(world, own=own))
        assert Counter(map(sorted_lookups, recalled)) == Counter(map(sorted_lookups, anew))


def sorted_lookups(found: Finding) -> Finding:
    """Which of two answers comes first depends on how long each takes."""
    return replace(found, other_lookups=tuple(sorted(found.other_lookups, key=repr)))


@pytest.mark.parametrize("world", WORLDS)
def test_verdicts(world: World) -> None:
    eye = Eye(Published(world), FACTS)
    parts = eye.incoming, eye.outgoing, eye.answering
    anew = dict(pair for domain in FACTS.domains for part in parts for pair in part(domain))
    anew |= {f"certificate of {name}": eye.may_be_issued(name) for name in FACTS.certified}
    assert judge(world, FACTS) == judge(world, FACTS) == anew

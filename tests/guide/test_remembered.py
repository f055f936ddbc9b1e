"""Steps that are kept are the steps that would be made anew."""

from collections.abc import Sequence

import pytest
from dns.name import Name

from mailcow_dns_tui.guide.plan import Guiding, guide
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from tests.guide.looking import Remembering
from tests.guide.states import GOOD_WORLD, RECORDS, SETUP, all_wrong, on_the_old_server
from tests.memory_dns import World
from tests.topics.setups import findings

Subject = tuple[str, Name | None]


def subjects(*found: Sequence[Finding]) -> list[Subject]:
    return list(dict.fromkeys((f.topic, f.domain) for each in found for f in each))


async def pages(world: World) -> dict[Name, PolicyPage]:
    memory = Remembering(world)
    return {apex: await memory.fetch_policy(apex) for apex in SETUP.apexes}


@pytest.mark.parametrize("start", [on_the_old_server(), all_wrong(1)])
async def test_one_subject_after_the_other_is_seen_anew(start: World) -> None:
    before = await findings(SETUP, Remembering(start))
    after = await findings(SETUP, Remembering(GOOD_WORLD))
    served = await pages(start)
    kept = Guiding()
    for subject in subjects(before, after):
        before = [
            *(f for f in before if (f.topic, f.domain) != subject),
            *(f for f in after if (f.topic, f.domain) == subject),
        ]
        steps = kept.steps(SETUP, RECORDS, before, policies=served)
        assert steps == guide(SETUP, RECORDS, before, policies=served)
    served = await pages(GOOD_WORLD)
    assert kept.steps(SETUP, RECORDS, before, policies=served) == ()


async def test_what_is_known_already_is_not_made_again() -> None:
    found = await findings(SETUP, Remembering(all_wrong(1)))
    kept = Guiding()
    one, other = (kept.steps(SETUP, RECORDS, found) for _ in range(2))
    assert one
    assert all(a is b for a, b in zip(one, other, strict=True))

"""What a step is called: a reader without knowledge of DNS is to see what it is about."""

import pytest

from mailcow_dns_tui.guide.titles import still_wrong, title
from mailcow_dns_tui.model.answer import Security
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD
from tests.memory_dns import NS2, Fault, MemoryDns


@pytest.mark.parametrize(
    ("memory", "called"),
    [
        (
            MemoryDns(GOOD_WORLD, faults=(Fault("example.org.", server=NS2),)),
            "name servers of example.org",
        ),
        (
            MemoryDns(GOOD_WORLD, securities={"example.org": Security.BOGUS}),
            "DNSSEC of example.org",
        ),
    ],
    ids=["dead server", "signatures that are not valid"],
)
async def test_what_is_wrong_with_a_zone_is_called_by_its_purpose(
    memory: MemoryDns, called: str
) -> None:
    titles = [title(step) for step in await steps_left(GOOD_WORLD, memory=memory)]
    assert called in titles, titles
    assert not [each for each in titles if each.startswith("SOA ")]


async def test_where_there_is_little_room_it_is_said_what_is_wrong_and_not_all_that_is_there() -> (
    None
):
    others = [f"{number} alt{number}.aspmx.l.google.com." for number in (1, 5, 6, 20)]
    world = GOOD_WORLD.having("example.org.", "MX", "10 mail.example.org.", *others)
    (step, *_) = (s for s in await steps_left(world) if s.finding.topic == "mx")
    assert step.what == "Delete 4 MX records of example.org."
    assert len(still_wrong(step)) > 220
    assert still_wrong(step, 220) == f"MX example.org: {step.finding.message}"
    assert still_wrong(step, 600) == still_wrong(step)

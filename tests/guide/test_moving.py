"""What becomes of the server before this one, when all mail has come here."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailcow_dns_tui.guide.plan import Guiding
from mailcow_dns_tui.guide.progress import is_done, progress
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Spf
from mailcow_dns_tui.model.step import GuidePlace, GuideStep
from mailcow_dns_tui.topics.moving import left_behind
from tests.guide.looking import Remembering, steps_left
from tests.guide.states import GOOD_WORLD, HOST, RECORDS, SETUP, moved
from tests.guide.test_order import ORG, about, spf
from tests.memory_dns import MemoryDns, World
from tests.topics.setups import findings, findings_about

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEFT = replace(SETUP, guide=GuidePlace(left=("9.9.9.9", "2001:db8::99")))
OURS = "ip4:1.2.3.4 ip6:2001:db8::10"
BOTH = f"v=spf1 {OURS} ip4:9.9.9.9 ip6:2001:DB8:0::99 ip4:8.8.8.8 -all"


async def farewell(world: World) -> GuideStep:
    return about(await steps_left(world, LEFT), ORG, "TXT")


async def test_the_addresses_that_the_host_had_are_kept_in_mind() -> None:
    steps = await steps_left(moved("v=spf1 ip4:9.9.9.9 -all").having(HOST, "AAAA", "2001:db8::99"))
    assert left_behind((), steps) == ("9.9.9.9", "2001:db8::99")
    assert left_behind(("9.9.9.9",), ()) == ("9.9.9.9",)
    walk = GuideState().looked(steps, Report(), NOON)
    assert walk.place.left == ("9.9.9.9", "2001:db8::99")
    assert (
        GuideState.from_place(walk.place).looked((), Report(), NOON).place.left == walk.place.left
    )


async def test_they_are_taken_out_of_spf_and_nothing_else_is() -> None:
    step = await farewell(spf(GOOD_WORLD, BOTH))
    assert (step.act, step.is_open) == (Act.CHANGE, True)
    assert step.what == (
        "Change the SPF record of example.org: delete ip4:9.9.9.9, ip6:2001:DB8:0::99 from it."
    )
    assert "server before this one" in step.why
    assert step.record is not None
    assert step.record.value == f"v=spf1 {OURS} ip4:8.8.8.8 -all"
    assert step.remove == (f"example.org TXT {BOTH}",)
    assert "Does the old server still send" in step.warnings[0]


@pytest.mark.parametrize("text", [f"v=spf1 {OURS} ip4:8.8.8.8 -all", f"v=spf1 {OURS} -all"])
async def test_whoever_else_sends_is_not_meant(text: str) -> None:
    assert await steps_left(spf(GOOD_WORLD, text), LEFT) == ()


async def test_what_is_planned_stays() -> None:
    setup = replace(LEFT, spf=Spf(("mx", "ip4:9.9.9.9")))
    assert await steps_left(spf(GOOD_WORLD, "v=spf1 mx a ip4:9.9.9.9 -all"), setup) == ()


async def test_it_waits_until_all_mail_comes_here() -> None:
    world = spf(GOOD_WORLD, BOTH)
    reverse = "4.3.2.1.in-addr.arpa."
    for unfinished in (
        world.having(ORG, "MX", "10 old.example.net."),
        world.having(reverse, "PTR", "static.example.net."),
    ):
        assert "all mail comes to this server" in (await farewell(unfinished)).locked


async def test_it_is_not_done_before_they_are_gone() -> None:
    world = spf(GOOD_WORLD, BOTH)
    step = await farewell(world)
    assert step.wanted is not None
    assert step.record is not None
    now = await findings_about(SETUP, MemoryDns(world), step.wanted)
    assert (is_done(step, now), progress(step, now)) == (False, "Looked again: nothing new.")
    after = spf(GOOD_WORLD, step.record.value)
    now = await findings_about(SETUP, MemoryDns(after), step.wanted)
    assert (is_done(step, now), progress(step, now)) == (True, "It is right now.")


async def test_steps_that_are_kept_know_of_it() -> None:
    found = await findings(SETUP, Remembering(spf(GOOD_WORLD, BOTH)))
    kept = Guiding()
    assert kept.steps(SETUP, RECORDS, found) == ()
    assert len(kept.steps(LEFT, RECORDS, found)) == 1

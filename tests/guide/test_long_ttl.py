"""A long TTL of the MX at the old provider is made short while the rest is still to be done."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.step import GuideStep
from tests.guide.states import HOST, elsewhere
from tests.guide.test_old_provider import BEFORE, DAY, OURS, SHORT, found, steps
from tests.guide.test_order import ORG, about
from tests.guide.walking import LATE, walk
from tests.memory_dns import Fault, World
from tests.wizard.screens.test_guide_claims import Played

THREE = BEFORE.adding(ORG, "MX", "5 alt1.aspmx.l.google.com.").without(HOST, "A")


async def lowering(world: World, ttl: int) -> list[GuideStep]:
    return [step for step in steps(await found(world, ttl)) if step.lowers_ttl]


async def test_it_comes_before_all_that_is_open_while_the_move_itself_waits() -> None:
    seen = steps(await found(THREE, DAY))
    first = seen[0]
    assert first.lowers_ttl
    assert (first.act, first.published, first.removals) == (Act.CHANGE, (), ())
    assert first.what == (
        "Set the TTL of the 2 MX records of example.org to 300, or to the least that can be "
        "chosen, and change nothing else of them."
    )
    assert first.why.startswith("Some senders go on to the old servers for 24 hours after the move")
    assert about(seen, ORG, "MX").locked
    assert len({first.mark, about(seen, ORG, "MX").mark}) == 2


@pytest.mark.parametrize(("ttl", "count"), [(SHORT, 0), (3600, 0), (3601, 1)])
async def test_it_is_proposed_where_the_ttl_is_longer_than_the_rest_takes(
    ttl: int, count: int
) -> None:
    assert len(await lowering(BEFORE, ttl)) == count


async def test_nobody_waits_longer_than_caches_keep_anything() -> None:
    """Whatever the TTL: of 68 years, a cache heeds a week at most (RFC 8767 4)."""
    step, *_ = await lowering(BEFORE, 2**31 - 1)
    assert "for 168 hours after the move" in step.why
    played = (await Played(lasting=2**31 - 1).look(BEFORE)).skips()
    assert "move the mail 168 hours later" in played.text
    played = (await Played(lasting=2**31 - 1).look(BEFORE)).saves().skips()
    assert "TTL of the MX of example.org: so far it is 2147483647." in played.text


async def test_it_is_not_proposed_where_no_mail_moves() -> None:
    assert await lowering(BEFORE.having(ORG, "MX", "10 mail.example.org."), DAY) == []
    assert await lowering(BEFORE.without(ORG, "MX"), DAY) == []


async def test_when_it_is_short_the_wait_is_told_at_once_and_nothing_is_called_wrong() -> None:
    played = await Played(lasting=DAY).look(THREE)
    assert "Set the TTL" in played.text
    played.lasting = SHORT
    text = (await played.look(THREE)).text
    assert (
        "TTL of the MX of example.org: Its TTL is 300 now. Some have it with the old one until "
        "12:02 on 2026-11-24: move the mail after that." in text
    )
    assert "Still wrong" not in text
    assert "Set the TTL" not in text
    assert played.state.done == 1


async def test_the_card_of_the_move_has_the_wait_from_the_same_look() -> None:
    played = (await Played(lasting=DAY).look(BEFORE)).skips()
    assert "give the old MX a TTL of 300 now" in played.text
    played.lasting = SHORT
    text = (await played.look(BEFORE)).text
    assert "some have it with that one until 12:02 on 2026-11-24. Move the mail after" in text
    assert "Its TTL is 300 now." in text
    assert "Still wrong" not in text


async def test_it_may_be_put_off_without_the_move() -> None:
    played = (await Played(lasting=DAY).look(BEFORE)).skips()
    assert played.state.current is not None
    assert played.state.current.moves_mail


async def test_whoever_moves_without_it_is_not_told_to_move() -> None:
    played = (await Played(lasting=DAY).look(BEFORE)).saves()
    moved = BEFORE.having(ORG, "MX", "10 mail.example.org.")
    text = (await played.look(moved)).text
    assert "move the mail" not in text
    assert "TTL of the MX" not in text


async def test_what_was_saved_and_is_still_long_is_looked_for() -> None:
    played = (await Played(lasting=DAY).look(BEFORE)).saves().skips()
    assert "TTL of the MX of example.org: so far it is 86400." in played.text


async def test_it_is_not_done_where_nobody_could_be_asked() -> None:
    played = await Played(lasting=DAY).look(BEFORE)
    await played.look(BEFORE, Fault(ORG, rdtype="MX"))
    assert [told for told in played.state.told.values() if "TTL" in told] == []


@pytest.mark.parametrize("late", [(), *LATE])
async def test_once_done_it_does_not_come_again(late: list[str]) -> None:
    world = replace(elsewhere(f"v=spf1 {OURS} ip4:9.9.9.9 -all"), mx_ttl=DAY)
    assert [step.lowers_ttl for step in await walk(world, late=late)][:2] == [True, False]

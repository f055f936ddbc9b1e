"""It is said to be seen everywhere only when nobody can have what was there before."""

from dataclasses import replace
from datetime import timedelta

from mailcow_dns_tui.guide.state import GuideState
from tests.guide.states import GOOD_WORLD
from tests.guide.test_old_provider import BEFORE, WITH_GOOGLE
from tests.guide.test_order import spf
from tests.memory_dns import World
from tests.wizard.screens.test_guide_claims import Played

OURS = "ip4:1.2.3.4 ip6:2001:db8::10"
WRONG = spf(GOOD_WORLD, "v=spf1 -all")
RIGHT = spf(GOOD_WORLD, f"v=spf1 {OURS} mx a -all")
EVERYWHERE = "It is seen everywhere now."


async def changed(played: Played, before: World, after: World) -> Played:
    """Right on all name servers at 12:02, with a TTL of five minutes before."""
    await played.look(before)
    return await played.look(after, resolver=before)


async def test_one_resolver_does_not_speak_for_all() -> None:
    played = await changed(Played(), WRONG, RIGHT)
    text = (await played.look(RIGHT)).text
    assert (
        "All name servers have it, and your resolver. Others may have the old one until 12:07."
        in text
    )
    assert EVERYWHERE not in text


async def test_it_is_seen_everywhere_when_the_old_ttl_is_over() -> None:
    played = await changed(Played(), WRONG, RIGHT)
    played.clock += timedelta(minutes=5)
    assert EVERYWHERE in (await played.look(RIGHT)).text


async def test_a_name_server_that_was_late_gave_the_old_answer_until_then() -> None:
    played = await Played().look(WRONG)
    await played.look(RIGHT, ns2=WRONG, resolver=WRONG)
    played.clock += timedelta(minutes=30)
    assert "may have the old one until 12:38." in (await played.look(RIGHT)).text


async def test_who_was_not_there_when_it_changed_is_told_only_what_is_known() -> None:
    played = await Played().look(RIGHT, resolver=WRONG)
    (waits,) = played.state.steps
    played.state = replace(played.state, told={waits.mark: "Just wait."})
    text = (await played.look(RIGHT)).text
    assert "All that were asked have it now." in text
    assert EVERYWHERE not in text


async def test_the_end_has_one_time_for_resolvers_and_for_the_old_mailboxes() -> None:
    played = await changed(Played(lasting=3600), BEFORE, WITH_GOOGLE)
    assert "keep its mailboxes at aspmx.l.google.com until 13:02" in played.text
    assert "Resolvers may have old answers until 13:02." in played.text
    assert "maybe for longer" not in played.text


async def test_so_it_is_after_a_new_start() -> None:
    first = await changed(Played(lasting=3600), BEFORE, WITH_GOOGLE)
    played = Played(state=GuideState.from_place(first.state.place), lasting=3600)
    played.clock = first.clock
    await played.look(WITH_GOOGLE, resolver=BEFORE)
    assert "Resolvers may have old answers until 13:0" in played.text
    assert "maybe for longer" not in played.text

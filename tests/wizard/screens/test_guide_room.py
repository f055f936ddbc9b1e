"""What the guide's card does where there is little room for it."""

from dataclasses import replace

import pytest
from dns import rdata

from mailcow_dns_tui.guide.boxes import FormProgress
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DkimKey
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.load import by_id, generic
from mailcow_dns_tui.wizard.screens.guide_card import card
from mailcow_dns_tui.wizard.widgets.hanging import joined
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, RECORDS, SETUP
from tests.memory_dns import RESOLVER, MemoryDns
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.engines import published
from tests.wizard.screens.test_guide import guided, text
from tests.wizard.screens.test_guide_saved import Strict

KEY = next(record for record in RECORDS if record.topic == "dkim")
PIECES = f'"{KEY.value[:200]}" "{KEY.value[200:]}"'
MISNAMED = GOOD_WORLD.without("dkim._domainkey.example.org", "TXT").having(
    "dkim.example.org", "TXT", PIECES
)


async def misnamed_key() -> GuideStep:
    steps = await steps_left(MISNAMED)
    return next(step for step in steps if step.finding.topic == "dkim")


@pytest.mark.parametrize("panel", ["any", "hetzner", "ionos"])
async def test_all_that_is_done_about_a_misnamed_key_fits_into_80_columns(panel: str) -> None:
    step = await misnamed_key()
    profile = by_id(panel)
    assert profile is not None
    shown = card(step, FormProgress.of(step, profile))
    lines = [line.plain for line in joined(shown.lines(75, 19), 75).wrap(75)]
    text = "\n".join(lines[:19])
    assert "b copies box by box. Save it there, and press Enter." in text
    assert "Delete     dkim.example.org TXT v=DKIM1" in text
    assert "v=DKIM1; k=rsa;" in text
    assert KEY.value[-7:] in text
    whole = joined(shown.lines(115, 50), 115).plain.replace("\n", "").replace(" ", "")
    assert KEY.value[-100:] in whole


async def test_where_a_blank_line_would_push_the_last_one_out_there_is_none() -> None:
    (step,) = await steps_left(GOOD_WORLD.without("dkim._domainkey.example.org", "TXT"))
    profile = by_id("all-inkl")
    assert profile is not None
    shown = card(step, FormProgress.of(step, profile))
    for height, has_blank in ((12, False), (13, True)):
        lines = [line.plain for line in joined(shown.lines(55, height), 55).wrap(55)][:height]
        assert lines[-1] == "b copies box by box. Save it there, and press Enter."
        assert ("" in lines) == has_blank


async def test_what_is_copied_of_a_long_value_is_all_of_it() -> None:
    step = await misnamed_key()
    profile = by_id("any")
    assert profile is not None
    assert any(text == KEY.value for _, text in FormProgress.of(step, profile).boxes)


def moved(record: Record) -> Answer:
    """As at a provider that is left, whose mail servers are many."""
    if record.topic != "mx":
        return published(record)
    hosts = (f"{number} mx{number}.mail.example.net." for number in (10, 20, 30))
    there = tuple(rdata.from_text("IN", "MX", host) for host in hosts)
    return replace(published(record), rdatas=there)


async def test_no_text_of_the_card_moves_when_something_is_told_below_it(wizard: MakeApp) -> None:
    app = wizard(engine=Strict(moved))
    async with app.run_test(size=(80, 30)) as pilot:
        screen = await guided(app, pilot)
        told = screen.query_one("#looked")

        async def tells(sentence: str) -> str:
            screen.tell(sentence)
            await settle(pilot, lambda: (told.size.height > 2) == bool(sentence))
            await pilot.pause()
            return text(app, "#step")

        for height in range(30, 16, -1):
            await pilot.resize_terminal(80, height)
            before = await tells("")
            assert await tells("Sent the name to your terminal's clipboard. " * 4) == before


async def test_a_line_of_the_card_is_no_longer_than_is_read_with_ease(wizard: MakeApp) -> None:
    app = wizard(engine=Strict(moved))
    async with app.run_test(size=(200, 50)) as pilot:
        screen = await guided(app, pilot)
        card, rest = screen.query_one("#step"), screen.query_one("#rest")
        await settle(pilot, lambda: rest.region.right == 200)
        assert card.content_size.width <= 92
        assert card.region.right == rest.region.x


async def test_the_end_stands_in_the_middle_of_a_wide_screen(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(200, 50)) as pilot:
        screen = await guided(app, pilot)
        card = screen.query_one("#step")
        await settle(pilot, lambda: card.border_title == "Done")
        await settle(pilot, lambda: card.region.x == 200 - card.region.right)
        assert card.region.width < 100


async def test_nothing_is_to_be_pressed_about_what_can_only_be_waited_for() -> None:
    without = GOOD_WORLD.without("dkim._domainkey.example.org", "TXT")
    memory = MemoryDns(GOOD_WORLD, own={RESOLVER: without})
    (step,) = await steps_left(GOOD_WORLD, memory=memory)
    assert step.act is Act.WAIT
    lines = joined(card(step, FormProgress.of(step, generic())).lines(75, 19), 75).plain
    assert lines.startswith("Just wait: it is published")
    assert "press Enter" not in lines
    assert "Where" not in lines


async def test_the_way_to_what_is_entered_in_the_plan_is_told() -> None:
    domain, *others = SETUP.domains
    unsigned = replace(SETUP, domains=(replace(domain, dkim=(DkimKey(),)), *others))
    steps = await steps_left(GOOD_WORLD, unsigned)
    step = next(each for each in steps if each.finding.topic == "dkim")
    lines = joined(card(step, FormProgress.of(step, generic())).lines(75, 19), 75).plain
    assert "Esc, and then Alt+2, leads there. When that is done, press Enter." in lines

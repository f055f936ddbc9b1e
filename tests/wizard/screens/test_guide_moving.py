"""The step that moves a domain's mail is announced, and warns where nobody can miss it."""

from dataclasses import replace
from datetime import datetime

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Static

from mailcow_dns_tui.guide.old_provider import still_wanted
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from tests.wizard.conftest import BEGUN, SETUP, MakeApp, settle
from tests.wizard.engines import published
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_saved import Strict, misspelt, title


async def moving(app: WizardApp, pilot: Pilot[None]) -> GuideScreen:
    """The guide at the first step that moves mail, with the TTLs before it put off."""
    screen = await guided(app, pilot)
    for _ in SETUP.domains:
        await settle(pilot, lambda: "TTL of the MX" in title(app))
        await pilot.press("s")
    await settle(pilot, lambda: "moves its mail here" in title(app))
    return screen


async def test_it_is_announced_in_the_list_and_warned_of_above_the_boxes(wizard: MakeApp) -> None:
    app = wizard(engine=Strict(misspelt))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await guided(app, pilot)
        assert "✗ MX bücher.example, moves its mail here" in text(app, "#rest")
        assert "moves its mail here" in title(app)
        step = screen.query_one("#step")
        shown = step.content_region
        before = screen.query_one("#before", Static)
        lines = [line.text for line in before.render_lines(Region(0, 0, *before.size))]
        (first,) = (i for i, line in enumerate(lines) if line.startswith("! From then on all mail"))
        (last,) = (i for i, line in enumerate(lines) if line.strip().endswith("allow them too."))
        assert step.scroll_y == 0
        assert first < last < shown.height
        assert not any(line.strip().startswith(("Type ", "Change  ")) for line in lines[:last])


@pytest.mark.parametrize("panel", ["hetzner", "cloudflare", "any"])
async def test_all_that_is_done_fits_beside_all_warnings(wizard: MakeApp, panel: str) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, panel=panel), guide=BEGUN.guide)
    app = wizard(setup, Strict(lambda record: replace(misspelt(record), ttl=86_400)))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await moving(app, pilot)
        await settle(pilot, lambda: "give the old MX a TTL" in text(app, "#step"))
        step, form = screen.query_one("#step"), screen.query_one("#after", Static)
        lines = [line.text for line in form.render_lines(Region(0, 0, *form.size))]
        end = next(i for i, line in enumerate(lines) if line.startswith("b copies box by box"))
        await settle(pilot, lambda: form.region.y + end < step.content_region.bottom)
        assert step.scroll_y == 0


async def test_the_list_comes_back_where_there_is_room(wizard: MakeApp) -> None:
    engine = Strict(lambda record: replace(misspelt(record), ttl=86_400))
    app = wizard(engine=engine)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await moving(app, pilot)
        await settle(pilot, lambda: not screen.query_one("#rest").display)
        engine.answering = no_mx
        await pilot.press("r")
        await settle(pilot, lambda: screen.query_one("#rest").display)


async def test_the_end_says_what_is_left_to_do_at_the_old_provider(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    engine = Strict(misspelt)
    app = wizard(SETUP, engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await pilot.press("b", "enter")
        await settle(pilot, lambda: title(app).endswith("MX bücher.example, moves its mail here"))
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: title(app) == "Done")
        said = text(app, "#step")
        assert "example.org: keep its mailboxes at typo.example.org until " in said
        assert "bücher.example: keep its mailboxes at typo.example.org until " in said
        await settle(pilot, lambda: [m.is_over for m in saved[-1].guide.moves] == [True, True])
    assert "Keep the mailboxes of example.org at typo.example.org until" in "".join(
        still_wanted(saved[-1].guide.moves, datetime.now().astimezone())
    )


async def test_a_first_mx_moves_nothing(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(SETUP, engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        assert "moves" not in text(app, "#rest") + title(app)
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: title(app).endswith("MX bücher.example"))

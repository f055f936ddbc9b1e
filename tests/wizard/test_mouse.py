"""Whoever uses the mouse gets out of each dialog by it, and goes on by keys after a click."""

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot
from textual.widgets import Tab

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.copying import RawScreen
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.status_bar import StepBar
from tests.wizard.conftest import BEGUN, MakeApp, main_screen, settle
from tests.wizard.engines import Answers, absent

DIALOGS = {
    "help": ["f1"],
    "mailcow": ["f2"],
    "watch": ["alt+5", "w"],
    "forms to copy": ["alt+5", "f"],
    "panels": ["alt+5", "p"],
    "muting": ["alt+5", "m"],
}


async def checked(app: WizardApp, pilot: Pilot[None]) -> None:
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])


async def click_on(pilot: Pilot[None], text: str) -> None:
    """Click where the screen shows a text for the last time."""
    lines = [
        "".join(s.text for s in strip) for strip in pilot.app.screen._compositor.render_strips()
    ]
    y = max(y for y, line in enumerate(lines) if text in line)
    await pilot.click(offset=(lines[y].rindex(text) + 1, y))


@pytest.mark.parametrize("keys", DIALOGS.values(), ids=DIALOGS)
@pytest.mark.parametrize("place", ["Esc", "outside"])
async def test_a_click_leaves_a_dialog(wizard: MakeApp, keys: Sequence[str], place: str) -> None:
    app = wizard(engine=Answers(absent))
    async with app.run_test(size=(120, 36)) as pilot:
        await checked(app, pilot)
        await pilot.press(*keys)
        await pilot.pause()
        step = app.screen_stack[0].query_exactly_one(StepBar).active
        assert len(app.screen_stack) == 2
        await pilot.click(".box")
        assert len(app.screen_stack) == 2
        if place == "Esc":
            await click_on(pilot, "Esc ")
        else:
            await pilot.click(offset=(0, 0), times=2)
        await settle(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.pause()
        assert main_screen(app).step.id == step


async def test_a_click_on_esc_leaves_the_plain_text_in_its_window(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await app.push_screen(RawScreen("A text.", "All records"))
        await click_on(pilot, "Esc ")
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))


@pytest.mark.parametrize("below", [0, 1], ids=["tab", "line"])
async def test_after_a_click_on_the_records_tab_the_keys_of_the_records_work(
    wizard: MakeApp, below: int
) -> None:
    app = wizard(BEGUN)
    async with app.run_test(size=(120, 36)) as pilot:
        await checked(app, pilot)
        tab = main_screen(app).query_one(f"#{Step.RECORDS.id}", Tab).region
        await pilot.click(offset=(tab.x + 3, tab.y + below))
        await settle(pilot, lambda: bool(main_screen(app).query(RecordList)))
        rows = main_screen(app).query_one(RecordList)
        await settle(pilot, lambda: app.focused is rows)
        before = rows.highlighted
        await pilot.press("down")
        assert rows.highlighted != before
        await pilot.press("g")
        await settle(pilot, lambda: any(isinstance(s, GuideScreen) for s in app.screen_stack))


async def test_a_click_on_the_tab_that_is_shown_leads_back_into_it(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+3")
        first = app.focused
        await pilot.press("tab", "tab")
        await pilot.click(f"#{Step.POLICY.id}")
        await settle(pilot, lambda: app.focused is first)

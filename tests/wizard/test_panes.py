"""The panes that stand side by side on a wide screen: their titles, and what fits into them."""

import pytest
from textual.widget import Widget

from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import SETUP, MakeApp, settle
from tests.wizard.test_copying import SMALL


def pane(app: WizardApp, selector: str) -> Widget:
    return app.screen.query_one(selector)


async def test_a_step_and_the_preview_say_what_they_are(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+3")
        assert pane(app, "#steps").border_title == "Mail policy"
        assert pane(app, "#preview").border_title == f"Zone preview, {len(app.report.records)}"


async def test_the_list_says_whose_records_are_at_the_cursor(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5", "home")
        count = len(app.report.of_domain(None))
        await settle(
            pilot,
            lambda: pane(app, "#found").border_title == f"Records of the server, {count}",
        )
        assert "mail.example.org  A" in str(pane(app, "#detail").border_title)
        await pilot.press(*["down"] * count)
        await settle(pilot, lambda: "of example.org, " in str(pane(app, "#found").border_title))


async def test_reverse_dns_is_called_by_its_address_and_keeps_its_type(wizard: MakeApp) -> None:
    app = wizard(SETUP)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        rows = app.screen.query_one(RecordList)
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if "2001:db8::10  " in line)
        await settle(pilot, lambda: "2001:db8::10  PTR" in str(pane(app, "#detail").border_title))


async def test_the_frame_of_the_pane_with_the_focus_is_lit(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        in_list = pane(app, "#found").styles.border_top
        beside = pane(app, "#detail").styles.border_top
        assert in_list != beside
        await pilot.press("tab")
        await settle(pilot, lambda: pane(app, "#detail").styles.border_top == in_list)
        assert pane(app, "#found").styles.border_top == beside


@pytest.mark.parametrize("width", [120, 160, 200])
async def test_what_is_whole_in_80_columns_is_whole_in_more(wizard: MakeApp, width: int) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        rows = app.screen.query_one(RecordList)
        whole = {i for i, line in enumerate(rows.lines) if "…" not in line}
        await pilot.resize_terminal(width, 36)
        await settle(pilot, lambda: rows.row_width > 60)
        assert not any("…" in rows.lines[i] for i in whole)


async def test_on_the_widest_screens_list_detail_and_preview_stand_side_by_side(
    wizard: MakeApp,
) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(200, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        panes = [pane(app, each) for each in ("#found", "#detail", "#preview")]
        await settle(pilot, lambda: panes[2].region.right == 200)
        assert panes[0].region.right <= panes[1].region.x
        assert panes[1].region.right <= panes[2].region.x
        assert min(each.region.width for each in panes) > 40
        await pilot.press("ctrl+o")
        await settle(pilot, lambda: panes[1].region.right == 200)
        assert isinstance(app.focused, RecordList)

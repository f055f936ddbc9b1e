"""The zone preview: what is drawn of thousands of lines, and what a mouse selects in it."""

from dataclasses import replace

from textual.pilot import Pilot

from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.widgets.preview import EMPTY, Preview
from tests.wizard.conftest import KEY, SETUP, MakeApp, settle

MANY = replace(
    SETUP,
    domains=tuple(Domain(f"d{n:02}.example", dkim=(DkimKey("dkim", KEY),)) for n in range(30)),
)


def preview(app: WizardApp) -> Preview:
    return app.screen.query_one(Preview)


def drawn(app: WizardApp) -> list[str]:
    """The lines on the screen."""
    view = preview(app)
    height = view.scrollable_content_region.height
    return [view.render_line(y).text.rstrip() for y in range(height)]


async def planned(app: WizardApp, pilot: Pilot[None]) -> None:
    await settle(pilot, lambda: any(preview(app).lines))


async def test_without_records_it_says_what_they_need(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert " ".join(filter(None, drawn(app))) == EMPTY


async def test_it_scrolls_to_what_changed_last(wizard: MakeApp) -> None:
    app = wizard(MANY)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+2")
        await planned(app, pilot)
        assert not any("d20.example" in line for line in drawn(app))
        await pilot.press(*["down"] * 20, "end", "x")
        await settle(pilot, lambda: any("$ORIGIN d20.examplex." in line for line in drawn(app)))


async def test_what_a_mouse_selects_is_copied(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+1")
        await planned(app, pilot)
        await pilot.pause(0.1)
        view = preview(app)
        left, top = view.content_region.offset - view.region.offset
        await pilot.mouse_down(Preview, offset=(left + 1, top))
        await pilot.hover(Preview, offset=(left + 20, top + 1))
        await pilot.mouse_up(Preview, offset=(left + 20, top + 1))
        await pilot.pause()
        first, second, *_ = (line.text for line in view.lines)
        selected = app.screen.get_selected_text()
    assert selected is not None
    above, below = selected.split("\n")
    assert above == first
    assert len(below) > 10
    assert f" {second}".startswith(below)

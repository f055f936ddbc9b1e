"""Screens that are left: twice, too early, or with an answer still on its way."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from rich.style import Style
from textual.command import CommandInput, CommandList, CommandPalette
from textual.events import Click, Key
from textual.message import Message
from textual.widgets import Input, OptionList

from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.base import OwnScreen
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.guide_card import StepView
from mailcow_dns_tui.wizard.screens.help import HelpScreen
from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.screens.overview import OverviewScreen
from mailcow_dns_tui.wizard.screens.propagation import PropagationScreen, ResolverListScreen
from mailcow_dns_tui.wizard.screens.watch import WatchScreen
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.status_bar import StepBar
from tests.wizard.conftest import BEGUN, SETUP, MakeApp, settle
from tests.wizard.engines import Answers, absent
from tests.wizard.observing import NS1, Observing

MAKE: list[Callable[[], OwnScreen[None]]] = [
    HelpScreen.of_guide,
    lambda: MailcowScreen(SETUP),
    lambda: WatchScreen(0.0),
    lambda: ResolverListScreen(SETUP),
]


def key(app: WizardApp, name: str, character: str | None = None) -> None:
    app.post_message(Key(name, character))


@pytest.mark.parametrize("make", MAKE)
async def test_a_screen_is_left_once(wizard: MakeApp, make: Callable[[], OwnScreen[None]]) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await app.push_screen(HelpScreen.of_guide())
        below, screen = app.screen, make()
        await app.push_screen(screen)
        for _ in range(3):
            screen.dismiss()
        await pilot.pause()
        assert app.screen is below


@pytest.mark.parametrize("make", MAKE)
async def test_a_covered_screen_is_left_by_nobody(
    wizard: MakeApp, make: Callable[[], OwnScreen[None]]
) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        covered = make()
        await app.push_screen(covered)
        await app.push_screen(HelpScreen.of_guide())
        covered.dismiss()
        await pilot.pause()
        assert [type(each) for each in app.screen_stack] == [MainScreen, type(covered), HelpScreen]
        await pilot.press("escape")
        covered.dismiss()
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))


@pytest.mark.parametrize("make", MAKE)
async def test_a_screen_is_left_before_it_was_laid_out(
    wizard: MakeApp, make: Callable[[], OwnScreen[None]]
) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        for _ in range(5):
            screen = make()
            app.push_screen(screen)
            screen.dismiss()
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_a_late_answer_of_a_slow_server_meets_nobody(wizard: MakeApp) -> None:
    slow = asyncio.Event()
    engine = Observing(hold={NS1.name: slow})
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await pilot.press("alt+5")
        await settle(pilot, lambda: app.report.all_good)
        for _ in range(5):
            slow.clear()
            engine.asked.clear()
            await pilot.press("e")
            await settle(pilot, lambda: bool(engine.asked))
            assert isinstance(app.screen, PropagationScreen)
            app.screen.dismiss()
            slow.set()
            await settle(pilot, lambda: isinstance(app.screen, MainScreen))


async def test_what_an_overview_would_show_after_it_was_left(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(absent))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(app.report.records))
        for _ in range(5):
            await pilot.press("f3")
            overview = app.screen
            assert isinstance(overview, OverviewScreen)
            overview.on_resize()
            app.report = app.report.forgetting_findings()
            overview.action_back()
            overview.on_resize()
            await settle(pilot, lambda: isinstance(app.screen, MainScreen))


@pytest.mark.parametrize("keys", [["f3"], ["alt+5", "g"], ["alt+5", "e"]], ids=" ".join)
async def test_the_footer_asks_a_screen_that_was_left_for_its_keys(
    wizard: MakeApp, keys: Sequence[str]
) -> None:
    app = wizard(BEGUN)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press(*keys)
        await settle(pilot, lambda: len(app.screen_stack) == 2)
        main, left = app.screen_stack
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is main and not left.children)
        assert left.active_bindings


async def test_a_box_is_copied_right_before_the_guide_is_left(wizard: MakeApp) -> None:
    app = wizard(BEGUN, engine=Answers(absent))
    async with app.run_test() as pilot:
        await pilot.press("alt+5")
        await settle(pilot, lambda: bool(app.report.records))
        await pilot.press("g")
        guide = app.screen
        assert isinstance(guide, GuideScreen)
        guide.query_one(StepView).show_box()
        guide.action_leave()
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))


@pytest.mark.parametrize("size", [(80, 3), (80, 1), (20, 5)])
async def test_the_palette_bears_page_keys_where_it_has_no_room(
    wizard: MakeApp, size: tuple[int, int]
) -> None:
    app = wizard()
    async with app.run_test(size=size) as pilot:
        for each in ("ctrl+p", "pagedown", "pageup", "pagedown", "end", "pageup"):
            key(app, each)
        await settle(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.pause(0.3)
        await pilot.press("pagedown", "pageup")
        assert isinstance(app.screen, CommandPalette)


@pytest.mark.parametrize("opening", ["f", "p"])
async def test_a_menu_bears_page_keys_where_it_has_no_room(wizard: MakeApp, opening: str) -> None:
    app = wizard()
    async with app.run_test(size=(80, 2)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5", opening)
        menu = app.screen.query_one(OptionList)
        await menu.run_action("page_down")
        await menu.run_action("page_up")
        assert app.screen.query_one(OptionList) is menu


@pytest.mark.parametrize("opening", ["f", "p", "ctrl+p"])
async def test_a_click_on_what_is_drawn_still_and_there_no_more(
    wizard: MakeApp, opening: str
) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5", opening)
        await settle(pilot, lambda: bool(app.screen.query(OptionList)))
        menu = app.screen.query_one(OptionList)
        await settle(pilot, lambda: menu.option_count > 0)
        gone = Style.from_meta({"option": menu.option_count})
        at = menu.region.offset
        menu.post_message(Click(menu, 0, 0, 0, 0, 1, False, False, False, at.x, at.y, gone))
        await pilot.pause()
        assert app.screen.query_one(OptionList) is menu


async def test_the_palette_is_opened_closed_and_opened_in_one_burst(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        for _ in range(5):
            key(app, "ctrl+p")
            key(app, "escape")
        key(app, "ctrl+p")
        key(app, "x", "x")
        await settle(pilot, lambda: _typed(app) == "x")
        assert len(app.screen_stack) == 2


def _typed(app: WizardApp) -> str:
    return "".join(line.value for line in app.screen.query(CommandInput))


@pytest.mark.parametrize("said", [Input.Changed, Input.Submitted])
async def test_what_was_typed_last_comes_to_a_palette_that_was_left(
    wizard: MakeApp, said: Callable[[Input, str], Message]
) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await settle(pilot, lambda: isinstance(app.screen, CommandPalette))
        palette = app.screen
        typed = palette.query_one(CommandInput)
        await settle(pilot, lambda: palette.query_one(CommandList).option_count > 0)
        # Its widgets go one after the other, and this may be gone before it is.
        await palette.query_one(CommandList).remove()
        palette.dismiss()
        palette.post_message(said(typed, "x"))
        await settle(pilot, lambda: not palette.is_attached)
        await pilot.press("ctrl+p")
        await settle(pilot, lambda: isinstance(app.screen, CommandPalette))


async def test_the_palette_is_left_once_by_clicks_beside_it(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        palette = app.screen
        for _ in range(3):
            palette.post_message(Click(palette, 1, 1, 0, 0, 1, False, False, False, 1, 1))
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))


@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_a_step_is_entered_while_it_ends(wizard: MakeApp, turns: int) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        app.screen.query_one(StepBar).active = Step.SERVER.id
        for _ in range(turns):
            await asyncio.sleep(0)
    assert not app.is_running, "and run_test raises what it raised"


async def test_a_key_that_comes_before_the_first_screen_waits_for_it(wizard: MakeApp) -> None:
    app = wizard()
    key(app, "alt+4")
    key(app, "alt+2")
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.focused is not None and app.focused.id == "names")


async def test_a_key_that_comes_after_the_end_does_nothing(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.exit()
        for number in (2, 3, 4, 1):
            key(app, f"alt+{number}")
        await settle(pilot, lambda: not app.is_running)
    assert app.return_code == 0

"""The keys in the last line."""

import gc
import weakref

import pytest
from textual.widget import Widget
from textual.widgets import Footer

from tests.wizard.conftest import BEGUN, MakeApp, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_guide import no_mx


async def test_the_keys_below_stay_as_they_are_until_they_are_others(wizard: MakeApp) -> None:
    app = wizard()

    def below() -> list[Widget]:
        return list(app.screen.query_one(Footer).children)

    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good and bool(below()))
        await pilot.press("alt+1")
        await settle(pilot, lambda: app.screen.focused is not None and "Next" in _said(below()))
        before = below()
        await pilot.press("tab")
        await pilot.pause()
        assert below() == before
        await pilot.press("alt+5")
        await settle(pilot, lambda: "Guide" in _said(below()) and "Next" not in _said(below()))


async def test_keys_that_are_shown_no_more_are_forgotten(wizard: MakeApp) -> None:
    app = wizard()

    def below() -> list[Widget]:
        return list(app.screen.query_one(Footer).children)

    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good and "Guide" in _said(below()))
        before = list(map(weakref.ref, below()))
        await pilot.press("alt+1")
        await settle(pilot, lambda: "Next" in _said(below()) and "Guide" not in _said(below()))
        await settle(pilot, lambda: gc.collect() >= 0 and not any(key() for key in before))


@pytest.mark.parametrize("screen", ["alt+1", "alt+2", "alt+5", "ctrl+g"])
async def test_on_a_narrow_screen_help_and_the_way_out_are_whole(
    wizard: MakeApp, screen: str
) -> None:
    app = wizard(BEGUN, Answers(no_mx))

    def shown() -> str:
        return app.screen._compositor.render_strips()[-1].text

    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press(screen)
        await settle(pilot, lambda: "f1 Help" in shown())
        assert shown().rstrip().endswith("^q Quit")
        await pilot.resize_terminal(120, 20)
        await settle(pilot, lambda: all(key.display for key in app.screen.query("FooterKey")))


def _said(keys: list[Widget]) -> str:
    return " ".join(str(key.render()) for key in keys)

"""The keys in the last line."""

import gc
import weakref

from textual.widget import Widget
from textual.widgets import Footer

from tests.wizard.conftest import MakeApp, settle


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


def _said(keys: list[Widget]) -> str:
    return " ".join(str(key.render()) for key in keys)

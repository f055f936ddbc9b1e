"""No key is silent: where it can do nothing it says why, and is not in the footer."""

import pytest

from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen
from tests.wizard.conftest import BEGUN, MakeApp, main_screen, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_end import at_cloudflare, footer, nothing_of
from tests.wizard.screens.test_guide_saved import Strict


@pytest.mark.parametrize(
    ("step", "key", "label", "told"),
    [
        ("alt+1", "ctrl+t", "Take", "No other answer is offered in this step."),
        ("alt+5", "ctrl+t", "Take", "No other answer is offered in this step."),
        ("alt+5", "ctrl+n", "Next", "This is the last step."),
    ],
)
async def test_in_the_steps(wizard: MakeApp, step: str, key: str, label: str, told: str) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press(step)
        await settle(pilot, lambda: "Quit" in footer(app))
        assert label not in footer(app)
        await pilot.press(key)
        await settle(pilot, lambda: told in {each.message for each in app._notifications})


async def test_where_nothing_was_found_there_is_nothing_to_mute(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5", "end", "m")
        told = "Nothing is known here that could be muted."
        await settle(pilot, lambda: told in {each.message for each in app._notifications})
        assert app.screen is main_screen(app)


@pytest.mark.parametrize(
    ("key", "label", "told"),
    [
        ("left", "Back", "You came from no step before this one."),
        ("o", "No SRV", "This step is not about what that key takes out."),
        ("4", "No IPv6", "This step is not about what that key takes out."),
    ],
)
async def test_in_the_guide(wizard: MakeApp, key: str, label: str, told: str) -> None:
    app = wizard(BEGUN, Answers(no_mx))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: "Saved" in footer(app))
        assert label not in footer(app)
        setup = app.setup
        await pilot.press(key)
        await settle(pilot, lambda: text(app, "#looked").startswith(told))
        assert app.setup.is_same_plan(setup)


async def test_where_no_services_are_in_the_file(wizard: MakeApp) -> None:
    app = wizard(BEGUN, Strict(at_cloudflare(nothing_of("dkim"))))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await pilot.press("i")
        await settle(pilot, lambda: isinstance(app.screen, ImportScreen))
        await pilot.press("s")
        told = "There are no records of services in this file."
        await settle(pilot, lambda: told in {each.message for each in app._notifications})

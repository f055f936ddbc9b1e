"""No key is silent: where it can do nothing it says why, and is not in the footer."""

import pytest

from mailcow_dns_tui.model.resolvers import PublicChoice
from mailcow_dns_tui.wizard.screens.overview import OverviewScreen
from mailcow_dns_tui.wizard.screens.propagation import PropagationScreen
from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen
from tests.wizard.conftest import BEGUN, MakeApp, main_screen, settle
from tests.wizard.engines import Answers
from tests.wizard.observing import Observing
from tests.wizard.screens.test_guide import guided, no_mx, text
from tests.wizard.screens.test_guide_end import at_cloudflare, footer, nothing_of
from tests.wizard.screens.test_guide_saved import Strict
from tests.wizard.screens.test_propagation import looking, with_public
from tests.wizard.test_overview import opened


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


EXAMPLE = "This is an example: no public resolver is asked."
OFF = "Public resolvers are off, and never asked. o switches them on."
NOBODY = "Nobody is left out: all who may be asked are asked. r asks all again."


@pytest.mark.parametrize(
    ("engine", "asked", "key", "label", "told"),
    [
        (Observing(is_example=True), True, "enter", "Ask public", EXAMPLE),
        (Observing(is_example=True), True, "o", "On/off", EXAMPLE),
        (Observing(is_example=True), True, "l", "List", EXAMPLE),
        (Observing(), False, "enter", "Ask public", OFF),
        (Observing(), False, "l", "List", OFF),
        (Observing(), True, "a", "Ask all the same", NOBODY),
    ],
)
async def test_where_it_is_looked_who_sees_a_record(
    wizard: MakeApp, engine: Observing, asked: bool, key: str, label: str, told: str
) -> None:
    async with looking(wizard, engine, with_public(PublicChoice(asked))) as (app, pilot):
        await settle(pilot, lambda: "Again" in footer(app))
        assert label not in footer(app)
        await pilot.press(key)
        await settle(pilot, lambda: told in {each.message for each in app._notifications})
        assert isinstance(app.screen, PropagationScreen)


async def test_who_is_asked_already_need_not_be_agreed_to(wizard: MakeApp) -> None:
    async with looking(wizard, Observing()) as (app, pilot):
        await settle(pilot, lambda: "Ask public" in footer(app))
        await pilot.press("enter")
        await settle(pilot, lambda: "Ask public" not in footer(app))
        await pilot.press("enter")
        told = "Public resolvers are asked already. r asks all again."
        await settle(pilot, lambda: told in {each.message for each in app._notifications})


async def test_in_an_overview_where_no_domain_is_left(wizard: MakeApp) -> None:
    app = wizard(engine=Answers())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await settle(pilot, lambda: "Its records" in footer(app))
        await pilot.press("f")
        await settle(pilot, lambda: "Its records" not in footer(app))
        await pilot.press("enter")
        told = "There is no domain here that could be chosen."
        await settle(pilot, lambda: told in {each.message for each in app._notifications})
        assert isinstance(app.screen, OverviewScreen)

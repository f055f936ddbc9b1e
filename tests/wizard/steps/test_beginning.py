"""A new user is told what will happen, what is open and what is only not published yet."""

from dataclasses import replace
from functools import partial

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Footer, Input, OptionList, Tab
from textual.widgets._footer import FooterKey

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.dialogs import PanelScreen, WayScreen
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen
from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.text import SteadyText
from tests.wizard.conftest import MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answering, Answers, absent, published, silent
from tests.wizard.screens.test_guide import text
from tests.wizard.screens.test_mailcow import shown
from tests.wizard.test_boxes import at
from tests.wizard.test_copying import SMALL

NEW = Setup(server=Server("mail.example.org", "192.0.2.10"), domains=(Domain("example.org"),))
OFFER = "→ Ctrl+G begins the guide now"


def tab(app: WizardApp, step: Step) -> str:
    return str(main_screen(app).query_one(f"#{step.id}", Tab).label)


def row(app: WizardApp, label: str) -> str:
    """The line of a service."""
    rows = main_screen(app).query("ServiceRow")
    notes = {str(r.query_one(".label").render()): str(r.query_one(".note").render()) for r in rows}
    return notes[label]


def footer(app: WizardApp) -> list[str]:
    return [key.description for key in app.screen.query_one(Footer).query(FooterKey)]


def is_in_sight(field: Widget, form: Widget) -> bool:
    return form.region.contains_region(field.region)


async def asked(app: WizardApp, pilot: Pilot[None]) -> None:
    await settle(pilot, lambda: app.report.all_asked)


async def test_the_first_screen_says_what_will_happen_and_who_knows_the_answers(
    wizard: MakeApp,
) -> None:
    app = wizard(Setup())
    async with app.run_test(size=(80, 24)) as pilot:
        said = shown(app)
        assert "1 Tell or confirm the server here" in said
        assert "3 The guide leads through the rest, and you publish." in said
        assert "F2 reads these answers from mailcow" in said
        await settle(pilot, lambda: "mailcow" in footer(app))
        await pilot.press("ctrl+n")
        await settle(pilot, lambda: "mailcow" in footer(app))
        await pilot.press("f2")
        assert isinstance(app.screen, MailcowScreen)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_all_questions_of_the_first_screen_can_be_reached(
    wizard: MakeApp, size: tuple[int, int]
) -> None:
    app = wizard(Setup())
    async with app.run_test(size=size) as pilot:
        form = app.screen.query_one("#step-server")
        fields = list(form.query(Input))
        for field in fields:
            await pilot.pause()
            assert app.focused is field
            await settle(pilot, partial(is_in_sight, field, form))
            await pilot.press("tab")


async def test_a_right_answer_that_is_not_published_is_not_called_wrong(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Answers(absent))
    async with app.run_test(size=(80, 40)) as pilot:
        await asked(app, pilot)
        await pilot.press("alt+1")
        await settle(pilot, lambda: "○ not published yet: " in shown(app))
        assert "✗" not in "\n".join(shown(app).splitlines()[2:])
        assert tab(app, Step.SERVER) == "1 Server ✓○"


async def test_a_wrong_answer_is_called_so_by_a_word_and_a_cross(wizard: MakeApp) -> None:
    wrong = replace(NEW, server=Server("mail.example.org", "192.0.2"))
    app = wizard(wrong, engine=Answers(absent))
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("alt+1")
        await settle(pilot, lambda: "✗ not valid: An IPv4 address is wanted" in shown(app))
        assert tab(app, Step.SERVER).startswith("1 Server ✗")


async def test_a_tab_tells_open_answers_from_those_that_serve(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        await pilot.pause()
        assert tab(app, Step.SERVER) == "1 Server ·"
        assert tab(app, Step.POLICY) == "3 Mail policy ✓"
        assert tab(app, Step.RECORDS) == "5 Records ·"


async def test_what_could_not_be_asked_is_neither(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Answers(silent))
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot, lambda: tab(app, Step.SERVER) == "1 Server ✓?")
        await pilot.press("alt+1")
        await settle(pilot, lambda: "? could not be asked: " in shown(app))


@pytest.mark.parametrize(
    ("answering", "said"),
    [(silent, "? 18 could not be asked"), (absent, "○ 18 not published yet")],
)
async def test_a_domain_says_how_many_of_its_records_are_how(
    wizard: MakeApp, answering: Answering, said: str
) -> None:
    app = wizard(NEW, engine=Answers(answering))
    async with app.run_test(size=(80, 40)) as pilot:
        await asked(app, pilot)
        await pilot.press("alt+2")
        await settle(pilot, lambda: f"example.org, 1 of 1  {said}" in shown(app))


async def test_a_service_says_what_step_5_says_of_it(wizard: MakeApp) -> None:
    def answer(record: Record) -> Answer:
        return absent(record) if record.name == "_imaps._tcp" else published(record)

    app = wizard(SMALL, engine=Answers(answer))
    async with app.run_test(size=(120, 36)) as pilot:
        await asked(app, pilot)
        await pilot.press("alt+4")
        await settle(pilot, lambda: row(app, "_imaps._tcp").endswith(" · not published yet"))
        assert row(app, "_imaps._tcp").startswith("○ Mailboxes")
        assert row(app, "_imap._tcp").startswith("✓ Mailboxes")


async def test_the_guide_offers_itself_on_the_way_from_the_domains(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Answers(absent))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        for key in ("alt+2", "ctrl+n", "ctrl+n"):
            await pilot.press(key)
            await settle(pilot, lambda: OFFER in shown(app))
            await settle(pilot, lambda: "Guide" in footer(app))
        await pilot.press("alt+3", "ctrl+g")
        await settle(pilot, lambda: any(isinstance(s, GuideScreen) for s in app.screen_stack))


async def test_it_is_not_offered_where_all_is_good_or_nothing_is_planned(wizard: MakeApp) -> None:
    for setup in (SMALL, Setup(server=NEW.server)):
        app = wizard(setup)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot, lambda: app.report.all_good)  # noqa: B023 - asked in this round
            await pilot.press("alt+3")
            await pilot.pause()
            assert OFFER not in shown(app)


async def test_the_guide_says_what_it_needs_before_it_begins(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: len(app.screen.query("Toast")) == 1)
        said = str(app.screen.query_one("Toast").render())
        assert "The hostname is missing. An IPv4 or an IPv6 address is missing." in said


async def test_an_unknown_panel_is_asked_for_once_when_the_guide_begins(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Answers(absent))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        await pilot.press("alt+2", "ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, PanelScreen))
        await pilot.press(*"netcup", "enter")
        await settle(pilot, lambda: app.setup.server.panel == "netcup")
        assert isinstance(app.screen, GuideScreen)
        await pilot.press("escape", "ctrl+g")
        await pilot.pause()
        assert isinstance(app.screen, GuideScreen)


async def test_whoever_cancels_is_not_asked_again(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Answers(absent))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        await pilot.press("alt+2", "ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, PanelScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: app.setup.guide != GuidePlace())
        await pilot.press("escape", "ctrl+g")
        await pilot.pause()
        assert isinstance(app.screen, GuideScreen)


async def test_a_recognised_panel_is_said_and_not_asked_for(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("helium.ns.hetzner.de."))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await asked(app, pilot)
        await pilot.press("alt+2", "ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        said = app.screen.query_one("#looked", SteadyText)
        await settle(pilot, lambda: "example.org is at Hetzner" in str(said.render()))


def ways(app: WizardApp) -> str:
    options = app.screen.query_one(OptionList).options
    return "\n".join(str(option.prompt) for option in options)


async def test_where_the_panel_imports_files_one_is_offered_first(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Answers(absent))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, PanelScreen))
        await pilot.press(*"hetzner", "enter")
        await settle(pilot, lambda: isinstance(app.screen, WayScreen))
        assert "Import one file" in ways(app)
        # It is an example, of which nothing can be published.
        assert "Publish" not in ways(app)
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, ImportScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await pilot.press("escape", "ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await at_rest(app, pilot)
        assert isinstance(app.screen, GuideScreen)


async def test_who_wants_to_go_one_by_one_is_at_the_first_step(wizard: MakeApp) -> None:
    setup = replace(NEW, server=replace(NEW.server, panel="hetzner"))
    app = wizard(setup, engine=Answers(absent))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, WayScreen))
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        assert "Add the A record of mail.example.org." in text(app, "#step")


async def test_no_way_is_asked_for_where_little_is_left(wizard: MakeApp) -> None:
    def answer(record: Record) -> Answer:
        return absent(record) if record.name == "_imaps._tcp" else published(record)

    setup = replace(SMALL, server=replace(SMALL.server, panel="hetzner"))
    app = wizard(setup, engine=Answers(answer))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await at_rest(app, pilot)
        assert "_imaps._tcp" in text(app, "#step")
        assert isinstance(app.screen, GuideScreen)

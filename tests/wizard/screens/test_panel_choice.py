"""Which provider's form is shown, and how the user says that it is another."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events
from textual.pilot import Pilot

from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file import read_draft, write_plan
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.dialogs import PanelScreen
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import MakeApp, at_rest, main_screen, settle
from tests.wizard.screens.test_mailcow import shown
from tests.wizard.test_boxes import at
from tests.wizard.test_copying import SMALL

HETZNER = "hydrogen.ns.hetzner.com."


def heading(app: WizardApp, text: str) -> str:
    rows = main_screen(app).query_one(RecordList)
    line = next(line for line in rows.lines if line.startswith(text))
    return line.partition("  ")[0]


async def asked(app: WizardApp, pilot: Pilot[None], row: str) -> None:
    """Press p with the cursor on the row of this name."""
    rows = main_screen(app).query_one(RecordList)
    rows.highlighted = next(i for i, line in enumerate(rows.lines) if f" {row} " in line)
    await pilot.press("p")
    await settle(pilot, lambda: isinstance(app.screen, PanelScreen))


async def choose(app: WizardApp, pilot: Pilot[None], row: str, *keys: str) -> None:
    """Ask for the provider of the row of this name, and press these keys."""
    await asked(app, pilot, row)
    await pilot.press(*keys)
    await settle(pilot, lambda: not isinstance(app.screen, PanelScreen))


async def test_the_heading_says_where_the_zone_is(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at(HETZNER))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        assert heading(app, "example.org") == "example.org, at Hetzner"


async def test_the_server_is_not_said_to_be_there_with_its_reverse_dns(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at(HETZNER))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        assert heading(app, "Server") == "Server, set once, example.org at Hetzner"


async def test_nothing_is_said_of_a_provider_that_is_not_known(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("ns1.example.net."))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        assert heading(app, "example.org") == "example.org"


async def test_another_is_chosen_for_a_domain_and_taken_back(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    answers = at(HETZNER)
    app = wizard(SMALL, engine=answers)
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await choose(app, pilot, "_dmarc", *"ionos", "down", "up", "enter")
        await settle(pilot, lambda: heading(app, "example.org") == "example.org, at IONOS")
        await settle(pilot, lambda: "example.org, at IONOS" in shown(app))
        assert [domain.panel for domain in app.setup.domains] == ["ionos"]
        await settle(pilot, lambda: saved[-1:] == [app.setup])
        assert len(answers.checks) == 1
        await choose(app, pilot, "_dmarc", "up", "up", "escape")
        assert app.setup.domains[0].panel == "ionos"
        await choose(app, pilot, "_dmarc", "b", "y", "space", "i", "enter")
        await settle(pilot, lambda: heading(app, "example.org") == "example.org, at Hetzner")


async def test_the_form_of_another_panel_begins_with_its_first_box(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("ns1.example.net."))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await choose(app, pilot, "_dmarc", "escape")
        await pilot.press("b", "b")
        await settle(pilot, lambda: "✓ Name" in shown(app))
        await choose(app, pilot, "_dmarc", *"netcup", "enter")
        await settle(pilot, lambda: "example.org, at netcup" in shown(app))
        assert "✓ Host" not in shown(app)
        await pilot.press("b")
        await settle(pilot, lambda: app.clipboard == "_dmarc")


async def test_a_second_enter_does_no_harm(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("ns1.example.net."))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await asked(app, pilot, "192.0.2.10")
        await pilot.press(*"netcup")
        for _ in range(3):
            app.post_message(events.Key("enter", None))
        await settle(pilot, lambda: app.setup.server.panel == "netcup")
        await settle(pilot, lambda: len(app.screen_stack) == 1)


async def test_one_is_chosen_for_all(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("ns1.example.net."))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await choose(app, pilot, "192.0.2.10", *"netcup", "enter")
        await settle(pilot, lambda: heading(app, "example.org") == "example.org, at netcup")
        assert app.setup.server.panel == "netcup"


@pytest.mark.parametrize("keys", ["bb", "p"], ids=["boxes", "choice"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_screen(
    wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int], keys: str
) -> None:
    app = wizard(SMALL, engine=at(HETZNER))
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        rows = main_screen(app).query_one(RecordList)
        await settle(pilot, lambda: bool(rows.count))
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if " _dmarc " in line)
        await pilot.press(*keys)
        app.clear_notifications()
        assert await at_rest(app, pilot) == picture


@pytest.mark.parametrize("panel", ["cPanel", "Plesk", "ISPConfig", "PowerDNS"])
async def test_a_panel_that_no_name_server_tells_can_be_chosen(wizard: MakeApp, panel: str) -> None:
    app = wizard(SMALL, engine=at("ns1.example.net."))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await choose(app, pilot, "_dmarc", *panel, "enter")
        await settle(pilot, lambda: panel in heading(app, "example.org"))
        await settle(pilot, lambda: "The form there" in shown(app))


async def test_any_other_panel_has_no_name(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at(HETZNER))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await choose(app, pilot, "_dmarc", *"zzz", "enter")
        await settle(pilot, lambda: app.setup.domains[0].panel == "any")
        await settle(pilot, lambda: heading(app, "example.org") == "example.org")
        assert "The form there" not in shown(app)


def test_the_plan_keeps_the_choices(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'version = 1\n[server]\npanel = "netcup"\n[[domains]]\nname = "example.org"\n'
        'panel = "ionos"\n'
    )
    setup = read_draft(plan)
    assert (setup.server.panel, setup.domains[0].panel) == ("netcup", "ionos")
    write_plan(setup, plan)
    assert read_draft(plan) == setup

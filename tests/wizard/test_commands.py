"""What is declared of a key is what it does."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.dom import DOMNode

from mailcow_dns_tui.wizard import commands, screen_commands
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.command import Command
from mailcow_dns_tui.wizard.commands import GUIDE, MAIN, RECORDS
from mailcow_dns_tui.wizard.screens.copying import RawScreen
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.help import help_lines, step_keys
from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.screens.overview import OverviewScreen
from mailcow_dns_tui.wizard.screens.propagation import PropagationScreen
from mailcow_dns_tui.wizard.screens.publishing import PublishScreen
from mailcow_dns_tui.wizard.screens.records import RecordView
from mailcow_dns_tui.wizard.screens.watch import WatchScreen
from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen
from mailcow_dns_tui.wizard.widgets.hanging import Line
from tests.wizard.conftest import BEGUN, MakeApp, settle

WIDTH_OF_HELP = 74
"""At 80 columns, less its frame, its padding and its scroll bar."""
OWNERS: dict[type[DOMNode], tuple[Command, ...]] = {
    WizardApp: commands.APP,
    MainScreen: MAIN,
    RecordView: RECORDS,
    GuideScreen: commands.GUIDE,
    OverviewScreen: screen_commands.OVERVIEW,
    PropagationScreen: screen_commands.PROPAGATION,
    WatchScreen: screen_commands.WATCH,
    ImportScreen: screen_commands.IMPORT,
    PublishScreen: screen_commands.PUBLISH,
}


@pytest.mark.parametrize("owner", OWNERS)
def test_every_key_has_its_action(owner: type[DOMNode]) -> None:
    namespaces = {"app": WizardApp, "screen": MainScreen}
    for command in (command for command in OWNERS[owner] if command.key):
        where, _, name = command.action.partition("(")[0].rpartition(".")
        assert hasattr(namespaces.get(where, owner), f"action_{name}"), command


@pytest.mark.parametrize("group", OWNERS.values(), ids=lambda group: group[0].action)
def test_no_key_of_a_screen_is_declared_twice(group: tuple[Command, ...]) -> None:
    keys = [key for command in group if command.key for key in command.key.split(",")]
    assert len(set(keys)) == len(keys)


def test_a_line_of_the_help_has_its_commands_in_columns() -> None:
    first, second = Command("one", "a", help="does this"), Command("two", "ctrl+b", help="that")
    assert plain(help_lines([first, second], {})) == ["a  does this", "Ctrl+B  that"]
    beside = Command("two", "escape", help="that", column=15)
    assert plain(help_lines([first, beside], {15: 6})) == ["a  does this   Esc   that"]


def plain(lines: Sequence[Line]) -> Sequence[str]:
    return [line.content.plain for line in lines]


@pytest.mark.parametrize("lines", [step_keys(), help_lines(GUIDE, {})])
def test_no_line_of_the_help_is_wider_than_its_window(lines: Sequence[Line]) -> None:
    assert [line for line in plain(lines) if cell_len(line) > WIDTH_OF_HELP] == []


OPENED: dict[str, type[DOMNode]] = {
    "Guide": GuideScreen,
    "Watch": WatchScreen,
    "All domains": OverviewScreen,
    "mailcow": MailcowScreen,
    "Plain text": RawScreen,
}


@pytest.mark.parametrize("title", OPENED)
async def test_the_palette_opens_a_screen_from_every_step(wizard: MakeApp, title: str) -> None:
    app = wizard(BEGUN)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        found = {each.title: each.callback for each in app.get_system_commands(app.screen)}
        await pilot.press("alt+1")
        found[title]()
        await settle(pilot, lambda: isinstance(app.screen, OPENED[title]))


async def test_the_palette_has_each_key_of_the_records_and_of_the_guide(wizard: MakeApp) -> None:
    app = wizard(BEGUN)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        told = {each.title: each.help for each in app.get_system_commands(app.screen)}
        assert told["Mute a fault"] == "Key m"
        assert told["Only faults"].endswith("(l)")
        assert [title for title in told if title.startswith("All domains")] == ["All domains"]
        await pilot.press("g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        told = {each.title: each.help for each in app.get_system_commands(app.screen)}
        assert told["Put this off"] == "Key s"


async def test_the_palette_exports_all_records(wizard: MakeApp, tmp_path: Path) -> None:
    app = wizard()
    app.plan_path = tmp_path / "plan.toml"
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        found = {each.title: each.callback for each in app.get_system_commands(app.screen)}
        found["Export: nsupdate"]()
        file = tmp_path / "records-nsupdate.txt"
        await settle(pilot, file.exists)
        await settle(pilot, lambda: any(str(file) in n.message for n in app._notifications))
    assert "update add example.org. 3600 IN MX 10 mail.example.org." in file.read_text()
    assert file.stat().st_mode & 0o077 == 0

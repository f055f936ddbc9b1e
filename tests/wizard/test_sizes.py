"""A terminal whose size changes faster than a screen can be laid out."""

from collections.abc import Sequence

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message

from mailcow_dns_tui.wizard.screens.base import Fitted, Palette
from mailcow_dns_tui.wizard.screens.dialogs import PanelScreen
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.help import HelpScreen
from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.screens.overview import OverviewScreen
from mailcow_dns_tui.wizard.screens.watch import WatchScreen
from tests.wizard.conftest import BEGUN, MakeApp, settle

ENOUGH = 40
"""How often a screen may be told a size after two changes."""
SCREENS: Sequence[tuple[type[Fitted], Sequence[str]]] = (
    (MainScreen, []),
    (MainScreen, ["alt+5"]),
    (OverviewScreen, ["f3"]),
    (WatchScreen, ["alt+5", "w"]),
    (GuideScreen, ["alt+5", "g"]),
    (PanelScreen, ["alt+5", "p"]),
    (MailcowScreen, ["f2"]),
    (HelpScreen, ["f1"]),
    (Palette, ["ctrl+p"]),
)


@pytest.mark.parametrize(("kind", "keys"), SCREENS)
async def test_a_size_that_has_passed_changes_nothing(
    wizard: MakeApp, kind: type[Fitted], keys: Sequence[str]
) -> None:
    app = wizard(BEGUN)
    told: list[Resize] = []

    def count(message: Message) -> None:
        if isinstance(message, Resize) and message.size in {passed, app.size}:
            told.append(message)
            assert len(told) < ENOUGH, "it goes on and on"

    passed = Size(90, 25)
    async with app.run_test(size=(100, 30), message_hook=count) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press(*keys)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, kind)
        told.clear()
        with app.batch_update():
            for size in (passed, app.size):
                screen.post_message(Resize(size, size))
                # Textual takes sizes next to each other as one.
                screen.call_later(lambda: None)
            await settle(pilot, lambda: screen.message_queue_size == 0)
        assert screen.size == app.size

"""A terminal whose size changes faster than a screen can be laid out."""

from collections.abc import Sequence

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message

from tests.wizard.conftest import MakeApp, settle

ENOUGH = 40
"""How often a screen may be told a size after two changes."""
SCREENS = {
    "main": [],
    "records": ["alt+5"],
    "overview": ["f3"],
    "watch": ["alt+5", "w"],
    "guide": ["alt+5", "g"],
    "mailcow": ["f2"],
    "help": ["f1"],
    "palette": ["ctrl+p"],
}


@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_a_size_that_has_passed_changes_nothing(wizard: MakeApp, keys: Sequence[str]) -> None:
    app = wizard()
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
        told.clear()
        with app.batch_update():
            for size in (passed, app.size):
                screen.post_message(Resize(size, size))
                # Textual takes sizes next to each other as one.
                screen.call_later(lambda: None)
            await settle(pilot, lambda: screen.message_queue_size == 0)
        assert screen.size == app.size

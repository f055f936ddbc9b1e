"""What all screens of the wizard bear."""

from textual.app import App, ComposeResult
from textual.events import MouseDown
from textual.screen import Screen
from textual.widgets import Static

from mailcow_dns_tui.wizard.screens.base import OwnScreen


class TextScreen(OwnScreen[None]):
    def compose(self) -> ComposeResult:
        yield Static("text")


class TextApp(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return TextScreen()


async def test_a_press_on_a_text_that_has_just_gone_does_nothing() -> None:
    app = TextApp()
    async with app.run_test() as pilot:
        with app.batch_update():
            await app.screen.query_one(Static).remove()
            app.screen._forward_event(
                MouseDown(None, 1, 0, 0, 0, 1, False, False, False, screen_x=1, screen_y=0)
            )
        await pilot.pause()
        assert app.is_running

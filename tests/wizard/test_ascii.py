"""Where a terminal has no signs and frames, every screen is drawn in ASCII, as wide as ever."""

import sys
from collections.abc import Mapping, Sequence

import pytest

from mailcow_dns_tui.signs import ASCII
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.wizard.conftest import SETUP
from tests.wizard.terminal import Tmux, tmux_server
from tests.wizard.test_contrast import SCREENS, EachStatus, checked


@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_every_screen_is_drawn_in_ascii(keys: Sequence[str]) -> None:
    app = WizardApp(
        SETUP, engine=EachStatus(), save=lambda setup: None, terminal=Terminal({}, encoding=ASCII)
    )
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await checked(app, pilot)
        await pilot.press(*keys)
        await pilot.pause()
        for strip in app.screen._compositor.render_strips():
            assert strip.text.isascii(), strip.text
            assert len(strip.text) == 100


@pytest.mark.parametrize(
    "environ",
    [{"LANG": "C"}, {"TERM": "linux"}],
    ids=["C", "console"],
)
def test_the_wizard_asks_the_locale_and_the_terminal(environ: Mapping[str, str]) -> None:
    with tmux_server({}) as tmux:
        assert "✓" in started(tmux, {})
    with tmux_server({}) as tmux:
        screen = started(tmux, environ)
        assert screen.isascii()
        assert "enter Its records" in screen


def started(tmux: Tmux, environ: Mapping[str, str]) -> str:
    """The overview of the demo."""
    settings = [f"{name}={value}" for name, value in environ.items()]
    tmux.start(["env", *settings, sys.executable, "-m", "mailcow_dns_tui", "--demo"], visible=False)
    assert tmux.displays("1 Server", "Quit")
    tmux.press("F3")
    assert tmux.displays("Its records", " ok ")
    return tmux.screen

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App

from mailcow_dns_tui.wizard.screens.copying import GO_BACK, RawScreen, RawText, show_raw
from tests.wizard.terminal import Tmux, app_command, tmux_server, wait_until

DKIM = "dkim._domainkey.example.org. 3600 IN TXT v=DKIM1;p=" + "MIIBIjANBg" * 36 + "AQAB"
TEXT = f"$ORIGIN example.org.\n{DKIM}\nlast 3600 IN A 192.0.2.10\n"


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """The app in a pane, where the text is shown plain."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    (tmp_path / "text").write_text(TEXT)
    with tmux_server({}) as tmux:
        tmux.start(app_command(tmp_path))
        assert tmux.shows("ready")
        yield tmux


def show(tmux: Tmux) -> None:
    tmux.press("x")
    assert tmux.shows(GO_BACK)


def test_long_lines_are_not_broken(tmux: Tmux) -> None:
    show(tmux)
    assert not tmux.full_screen
    assert tmux.lines == ["All records", *TEXT.splitlines(), GO_BACK]
    assert len(DKIM) > 400


@pytest.mark.parametrize("key", ["Enter", "C-c", "C-d"])
def test_the_screen_comes_back_and_takes_keys(tmux: Tmux, key: str) -> None:
    show(tmux)
    tmux.press(key)
    assert tmux.shows("ready")
    assert tmux.full_screen
    tmux.press("i")
    assert tmux.shows("count 1")
    show(tmux)
    tmux.press("Enter")
    assert tmux.shows("count 1")


def test_what_was_typed_meanwhile_is_no_key_of_the_wizard(tmux: Tmux) -> None:
    show(tmux)
    tmux.press("i", "i", "Enter")
    assert tmux.shows("ready")
    tmux.press("i")
    assert tmux.shows("count 1")


def test_work_goes_on_meanwhile_and_draws_nothing(tmux: Tmux, tmp_path: Path) -> None:
    def drawn() -> int:
        return int((tmp_path / "drawn").read_text() or 0)

    tmux.press("w")
    assert tmux.shows("drawn")
    show(tmux)
    plain, start = tmux.lines, drawn()
    assert wait_until(lambda: drawn() > start + 40)  # More than the driver's queue can hold.
    assert tmux.lines == plain
    tmux.press("Enter")
    assert tmux.shows("ready")
    assert tmux.shows("drawn")


class PlainApp(App[None]):
    def show(self) -> None:
        self.run_worker(show_raw(self, TEXT, "All records"))


async def test_a_window_where_the_terminal_cannot_be_given_free() -> None:
    app = PlainApp()
    async with app.run_test() as pilot:
        app.show()
        await pilot.pause()
        assert isinstance(app.screen, RawScreen)
        assert not app.screen.query_one(RawText).soft_wrap
        await pilot.press("ctrl+a", "ctrl+c")
        assert app.clipboard == TEXT
        await pilot.press("z", "escape")
        await app.workers.wait_for_complete()
        assert not isinstance(app.screen, RawScreen)


class InterruptedApp(App[None]):
    """Gets Ctrl-C as a signal as soon as it gives the terminal free, and until it has it back."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        os.kill(os.getpid(), signal.SIGINT)
        yield
        os.kill(os.getpid(), signal.SIGINT)


async def test_an_interrupt_at_either_edge_ends_the_text_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    far, near = os.openpty()
    try:
        with os.fdopen(near) as stdin:
            monkeypatch.setattr(sys, "__stdin__", stdin)
            app = InterruptedApp()
            async with app.run_test():
                await show_raw(app, TEXT, "All records")
        assert heard == []
        os.kill(os.getpid(), signal.SIGINT)
        assert heard == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)
        os.close(far)

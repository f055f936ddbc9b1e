import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from mailcow_dns_tui.wizard.clipboard import (
    DESKTOP,
    MAX_BYTES,
    TMUX,
    Channels,
    Clipboard,
    CopyOutcome,
    channels,
    feed,
)

SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
INSIDE_TMUX = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen"}
X11 = {"DISPLAY": ":0"}


class Commands:
    """Stands for the machine: these commands succeed, and what they got is kept."""

    def __init__(self, *succeeding: Sequence[str]) -> None:
        self.succeeding = succeeding
        self.got: dict[Sequence[str], bytes] = {}

    async def feed(self, command: Sequence[str], data: bytes) -> bool:
        self.got[command] = data
        return command in self.succeeding


class Terminal:
    def __init__(self) -> None:
        self.got: list[str] = []

    def clipboard(
        self, environ: Mapping[str, str], commands: Commands, *, web: bool = False
    ) -> Clipboard:
        return Clipboard(
            self.got.append,
            is_web=lambda: web,
            environ=environ,
            platform="linux",
            feed=commands.feed,
        )


async def said(environ: Mapping[str, str], *succeeding: Sequence[str]) -> str:
    clipboard = Terminal().clipboard(environ, Commands(*succeeding))
    return (await clipboard.copy("text")).sentence("the value")


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"])
@pytest.mark.parametrize("desktop", ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"])
def test_over_ssh_the_servers_desktop_is_left_alone(variable: str, desktop: str) -> None:
    assert channels({desktop: "x"}, web=False, platform="linux").desktop
    assert not channels({desktop: "x", variable: "y"}, web=False, platform="linux").desktop


def test_a_mac_has_a_desktop_without_saying_so() -> None:
    assert channels({}, web=False, platform="darwin") == Channels(desktop=True)
    assert channels(SSH, web=False, platform="darwin") == Channels()


async def test_in_a_browser_nothing_of_the_server_is_touched() -> None:
    terminal, commands = Terminal(), Commands(TMUX, DESKTOP)
    copied = await terminal.clipboard(X11 | INSIDE_TMUX, commands, web=True).copy("text")
    assert (terminal.got, commands.got, copied.outcome) == (["text"], {}, CopyOutcome.SENT)


async def test_the_terminal_gets_the_text_whatever_else_does() -> None:
    terminal, commands = Terminal(), Commands(TMUX, DESKTOP)
    copied = await terminal.clipboard(X11 | INSIDE_TMUX, commands).copy("grün")
    assert terminal.got == ["grün"]
    assert commands.got == {TMUX: "grün".encode(), DESKTOP: "grün".encode()}
    assert copied.outcome is CopyOutcome.CONFIRMED


async def test_only_a_confirmed_copy_is_called_copied() -> None:
    assert await said(X11, DESKTOP) == "Copied the value to the desktop's clipboard."
    assert (await said(X11)).startswith("Sent the value to your terminal's clipboard.")
    assert (await said(X11 | INSIDE_TMUX, TMUX)).startswith(
        "Sent the value to tmux and your terminal's clipboard."
    )


async def test_a_tmux_that_may_keep_the_text_is_named() -> None:
    hint = "set -s set-clipboard on"
    assert hint in await said(INSIDE_TMUX)
    assert hint in await said(SSH | {"TERM": "tmux-256color"})
    assert hint in await said(SSH | {"TERM": "screen-256color"})
    assert hint not in await said(INSIDE_TMUX, TMUX)
    assert hint not in await said(SSH | {"TERM": "xterm-256color"})
    assert "GNU screen" in await said({"TERM": "screen", "STY": "1.pts-0"})


async def test_the_way_out_is_told_once() -> None:
    clipboard = Terminal().clipboard(SSH, Commands())
    first, second = await clipboard.copy("a"), await clipboard.copy("b")
    assert first.sentence("the value").endswith("Not there? Press x for plain text.")
    assert second.sentence("the value") == "Sent the value to your terminal's clipboard."


async def test_more_than_a_terminal_takes_is_not_sent() -> None:
    terminal, commands = Terminal(), Commands(TMUX)
    clipboard = terminal.clipboard(INSIDE_TMUX, commands)
    longest = "ü" * (MAX_BYTES // 2)
    copied = await clipboard.copy(longest + "x")
    assert (copied.outcome, terminal.got, commands.got) == (CopyOutcome.TOO_LONG, [], {})
    sentence = copied.sentence("140 records")
    assert "74,994" in sentence
    assert "140 records" in sentence
    assert "press x" in sentence
    assert (await clipboard.copy(longest)).outcome is CopyOutcome.SENT_TO_TMUX
    assert terminal.got == [longest]


async def test_nothing_is_not_copied() -> None:
    terminal = Terminal()
    copied = await terminal.clipboard(X11, Commands(DESKTOP)).copy("")
    assert (copied.outcome, terminal.got) == (CopyOutcome.NOTHING, [])


async def test_a_command_that_is_not_there_is_a_failure_and_no_exception(tmp_path: Path) -> None:
    assert not await feed([str(tmp_path / "nothing")], b"text")


async def test_the_exit_code_decides(tmp_path: Path) -> None:
    got = tmp_path / "got"
    keep = f"import sys, pathlib; pathlib.Path({str(got)!r}).write_bytes(sys.stdin.buffer.read())"
    assert await feed([sys.executable, "-c", keep], b"text" * 20_000)
    assert got.read_bytes() == b"text" * 20_000
    assert not await feed([sys.executable, "-c", "raise SystemExit(3)"], b"text" * 20_000)


async def test_a_cancelled_command_is_gone(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    script = f"exec 3> {fifo}; echo started >&3; exec sleep 1000"
    hanging = asyncio.create_task(feed(["sh", "-c", script], b"text" * 40_000))
    with await asyncio.to_thread(fifo.open) as started:
        assert await asyncio.to_thread(started.readline) == "started\n"
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        # The far end closes when the last process that holds it has ended.
        assert await asyncio.wait_for(asyncio.to_thread(started.read), 5) == ""


class FormApp(App[None]):
    """Wired as the wizard is: one override serves every widget that copies."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.said = ""
        self.copier = Clipboard(
            super().copy_to_clipboard,
            is_web=lambda: self.is_web,
            environ=INSIDE_TMUX,
            feed=commands.feed,
        )

    def compose(self) -> ComposeResult:
        yield Input("mail.example.org")

    def copy_to_clipboard(self, text: str) -> None:
        self.run_worker(self._copy(text), group="clipboard", exclusive=True)

    async def _copy(self, text: str) -> None:
        self.said = (await self.copier.copy(text)).sentence("the selection")


async def test_what_is_selected_in_a_field_goes_the_same_way() -> None:
    commands = Commands(TMUX)
    app = FormApp(commands)
    async with app.run_test() as pilot:
        app.query_one(Input).select_all()
        await pilot.press("ctrl+c")
        await app.workers.wait_for_complete()
    assert app.clipboard == "mail.example.org"
    assert commands.got == {TMUX: b"mail.example.org"}
    assert app.said.startswith("Sent the selection to tmux")

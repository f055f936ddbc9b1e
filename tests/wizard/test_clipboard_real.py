"""The clipboard in real terminals: tmux, X11, and machines where something is broken."""

import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wizard.terminal import (
    PLAIN_ENVIRONMENT,
    SECONDS,
    Tmux,
    app_command,
    pty_running,
    tmux_server,
    wait_until,
)

TEXT = "_dmarc.example.org. 3600 IN TXT \"v=DMARC1; p=reject\"\n# grün, 'quoted' $HOME %s\n" * 20
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "SSH_TTY": "/dev/pts/9"}
SENT = "Sent the value to your terminal's clipboard."
SENT_TO_TMUX = "Sent the value to tmux and your terminal's clipboard."
COPIED = "Copied the value to the desktop's clipboard."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "text").write_text(TEXT, encoding="utf-8")
    return tmp_path


def need(program: str) -> str:
    """The program's path; without it the test is skipped."""
    return shutil.which(program) or pytest.skip(f"{program} is not installed")


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of the test's own."""
    need("Xvfb")
    need("xclip")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-screen", "0", "640x480x8"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as number:
        name = f":{number.readline().strip()}"
    yield name
    server.terminate()
    server.wait()


def in_x11(display: str) -> str:
    return subprocess.run(
        ["xclip", "-o", "-selection", "clipboard"],
        env={**PLAIN_ENVIRONMENT, "DISPLAY": display},
        stdout=subprocess.PIPE,
        check=True,
        timeout=SECONDS,
    ).stdout.decode()


def copy_in(tmux: Tmux, folder: Path, *, visible: bool) -> None:
    """Start the app and press its copy key."""
    tmux.start(app_command(folder), visible=visible)
    assert tmux.shows("ready")
    tmux.press("c")


@pytest.mark.parametrize("environ", [{}, SSH], ids=["local", "ssh"])
def test_a_default_tmux_has_the_text_and_hands_it_to_its_terminal(
    folder: Path, environ: dict[str, str]
) -> None:
    need("tmux")
    with tmux_server(environ) as tmux:
        tmux.start(app_command(folder))
        with pty_running([*tmux.command, "attach-session"], {}) as terminal:
            assert terminal.receives(b"ready")
            tmux.press("c")
            assert tmux.shows(SENT_TO_TMUX)
            assert terminal.receives(base64.b64encode(TEXT.encode()))
        assert tmux.buffer == TEXT


def test_a_plain_terminal_gets_one_osc_52_with_the_selector_c(folder: Path) -> None:
    with pty_running(app_command(folder), SSH) as terminal:
        assert terminal.receives(b"ready")
        terminal.press(b"c")
        assert terminal.receives(b"\x1b]52;c;" + base64.b64encode(TEXT.encode()) + b"\a")
        assert terminal.receives(SENT.encode())


def test_the_text_arrives_on_the_desktop_and_outlives_the_wizard(
    folder: Path, display: str
) -> None:
    need("tmux")
    with tmux_server({"DISPLAY": display}) as tmux:
        copy_in(tmux, folder, visible=False)
        assert tmux.shows(COPIED)
        assert in_x11(display) == TEXT
        tmux.press("q")
        assert wait_until(lambda: not tmux.running)
        assert in_x11(display) == TEXT


def test_a_dead_display_is_not_called_copied_and_spoils_no_screen(folder: Path) -> None:
    need("tmux")
    need("xclip")
    with tmux_server({"DISPLAY": ":4711"}) as tmux:
        copy_in(tmux, folder, visible=False)
        assert tmux.shows(SENT)
        said, *rest = tmux.lines
        assert said.startswith(SENT)
        assert rest == ["count 0", "idle"]


def test_no_clipboard_at_all_is_not_called_copied(folder: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for program in ("env", "tmux"):
        (tools / program).symlink_to(need(program))
    with tmux_server({"DISPLAY": ":4711", "PATH": str(tools)}) as tmux:
        copy_in(tmux, folder, visible=False)
        assert tmux.shows(SENT)
        assert tmux.lines[1:] == ["count 0", "idle"]


@pytest.fixture
def hanging_xclip(tmp_path: Path) -> Path:
    """A folder for PATH with an xclip that never ends; its process number is beside it."""
    script = tmp_path / "bin" / "xclip"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nexec sleep 1000\n")
    script.chmod(0o755)
    return script.parent


def running(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def hanging_since(folder: Path) -> list[int]:
    """The process numbers of the hanging programs, once there are any."""
    pids = folder / "pids"
    assert wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"))
    return [int(pid) for pid in pids.read_text().split()]


def test_a_hanging_xclip_is_given_up(folder: Path, hanging_xclip: Path) -> None:
    need("tmux")
    path = f"{hanging_xclip}:{PLAIN_ENVIRONMENT['PATH']}"
    with tmux_server({"DISPLAY": ":0", "PATH": path}) as tmux:
        copy_in(tmux, folder, visible=False)
        pids = hanging_since(folder)
        started = time.monotonic()
        tmux.press("i")
        assert tmux.shows("count 1")
        assert tmux.lines[0] == "ready"  # The wizard answers while the copy still hangs.
        assert tmux.shows(SENT)
        assert time.monotonic() - started < 3
        assert wait_until(lambda: not any(map(running, pids)))


def test_quitting_does_not_wait_for_a_hanging_xclip(folder: Path, hanging_xclip: Path) -> None:
    need("tmux")
    path = f"{hanging_xclip}:{PLAIN_ENVIRONMENT['PATH']}"
    with tmux_server({"DISPLAY": ":0", "PATH": path}) as tmux:
        copy_in(tmux, folder, visible=False)
        pids = hanging_since(folder)
        tmux.press("q")
        assert wait_until(lambda: not tmux.running, seconds=1.5)
        assert not any(map(running, pids))

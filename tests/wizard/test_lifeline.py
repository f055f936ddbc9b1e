"""How the wizard ends when nobody presses a key: in a real terminal."""

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.plan_file import read_draft, write_plan
from tests.wizard.terminal import wait_until

COMMAND = (sys.executable, "-m", "mailcow_dns_tui")
HEAR = (
    "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
LISTENING = (sys.executable, "-c", HEAR, *COMMAND)
"""A command that a hang-up ends, also where the tests run under nohup."""
DEAF = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh", *COMMAND)
"""A command that a hang-up does not end."""
DEADLINE = 30.0


class Wizard:
    """A wizard in a terminal of its own; `main` is the terminal's other end."""

    def __init__(self, home: Path, command: Sequence[str]) -> None:
        self.main, child = pty.openpty()
        env = {**os.environ, "TERM": "xterm-256color"}
        self.resize(80, 24)
        self.process = subprocess.Popen(
            command,
            stdin=child,
            stdout=child,
            stderr=child,
            env={**env, "XDG_CONFIG_HOME": str(home)},
            start_new_session=True,
        )
        os.close(child)
        self.until(b"Quit")

    def resize(self, columns: int, rows: int) -> None:
        termios.tcsetwinsize(self.main, (rows, columns))

    def until(self, text: bytes) -> None:
        seen = b""
        deadline = time.monotonic() + DEADLINE
        while text not in seen:
            assert select.select([self.main], [], [], deadline - time.monotonic())[0], seen
            seen += os.read(self.main, 65536)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def hearing(tmp_path: Path) -> Iterator[Wizard]:
    wizard = Wizard(tmp_path, LISTENING)
    yield wizard
    wizard.end()
    os.close(wizard.main)


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[Wizard]:
    wizard = Wizard(tmp_path, DEAF)
    yield wizard
    wizard.end()


def test_on_sigterm_the_terminal_gets_its_own_screen_back(hearing: Wizard) -> None:
    hearing.process.terminate()
    hearing.until(b"\x1b[?1049l")
    assert hearing.process.wait(DEADLINE) == 143


def test_without_its_terminal_it_ends(deaf: Wizard) -> None:
    os.close(deaf.main)
    assert deaf.process.wait(DEADLINE) == 143


def test_without_its_terminal_it_ends_while_plain_text_is_shown(tmp_path: Path) -> None:
    write_plan(demo_setup(), tmp_path / "mailcow-dns-tui" / "plan.toml")
    wizard = Wizard(tmp_path, LISTENING)
    try:
        os.write(wizard.main, b"\x1b5")
        wizard.until(b"Guide")
        os.write(wizard.main, b"x")
        wizard.until(b"Press Enter to go back.")
        os.close(wizard.main)
        # With which code it ends is seen by nobody: what it waits for may fail as well.
        assert wizard.process.wait(DEADLINE)
    finally:
        wizard.end()


@pytest.mark.parametrize("end", [b"\x11", signal.SIGHUP, signal.SIGTERM], ids=str)
def test_what_was_typed_last_is_saved(hearing: Wizard, tmp_path: Path, end: bytes | int) -> None:
    os.write(hearing.main, b"mx1.example.net")
    hearing.until(b"mx1.example.net")
    if isinstance(end, bytes):
        os.write(hearing.main, end)
    else:
        hearing.process.send_signal(end)
    hearing.until(b"\x1b[?1049l")
    hearing.process.wait(DEADLINE)
    plan = tmp_path / "mailcow-dns-tui" / "plan.toml"
    assert read_draft(plan).server.hostname == "mx1.example.net"


def test_keys_are_served_after_a_storm_of_sizes(hearing: Wizard) -> None:
    os.write(hearing.main, b"\x1bOR")
    hearing.until(b"searches")
    for number in range(200):
        hearing.resize(90 + number % 7, 24 + number % 5)
        hearing.process.send_signal(signal.SIGWINCH)
        select.select([], [], [], 0.002 * (number % 10))
        os.set_blocking(hearing.main, False)
        with suppress(BlockingIOError):
            os.read(hearing.main, 65536)
    os.set_blocking(hearing.main, True)
    os.write(hearing.main, b"\x11")
    hearing.until(b"\x1b[?1049l")
    assert hearing.process.wait(DEADLINE) == 0


def children(process: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, check=False)
    return [int(line) for line in found.stdout.split()]


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(shutil.which("pgrep") is None, reason="pgrep is not installed")
def test_the_process_of_its_checks_ends_with_it_however_it_ends(hearing: Wizard) -> None:
    assert wait_until(lambda: bool(children(hearing.process.pid)), DEADLINE)
    (checks,) = children(hearing.process.pid)
    hearing.end()
    assert wait_until(lambda: not lives(checks), DEADLINE)

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
from tests.wizard.terminal import ROOT, wait_until

COMMAND = (sys.executable, "-m", "mailcow_dns_tui")
HEAR = (
    "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
HEARING = (sys.executable, "-c", HEAR, sys.executable)
LISTENING = (*HEARING, *COMMAND[1:])
"""A command that a hang-up ends, also where the tests run under nohup."""
DEAF = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh", *COMMAND)
"""A command that a hang-up does not end."""
DEADLINE = 30.0
HOSTNAME = "mx1.example.net"


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
            cwd=ROOT,
            env={**env, "XDG_CONFIG_HOME": str(home), "TMPDIR": str(home)},
            start_new_session=True,
        )
        os.close(child)
        self._drawn = b""
        self.until(b"Quit")

    def resize(self, columns: int, rows: int) -> None:
        termios.tcsetwinsize(self.main, (rows, columns))

    def until(self, text: bytes) -> bytes:
        """All that is drawn up to the text."""
        deadline = time.monotonic() + DEADLINE
        while text not in self._drawn:
            assert self.draws(deadline - time.monotonic()), self._drawn
        before, found, self._drawn = self._drawn.partition(text)
        return before + found

    def draws(self, seconds: float) -> bool:
        """Whether something comes in this time, as a terminal takes it."""
        came = bool(select.select([self.main], [], [], seconds)[0])
        if came:
            self._drawn += os.read(self.main, 65536)
        return came

    def obeys(self, key: bytes) -> bool:
        """Whether it has ended, soon after a key."""
        os.write(self.main, key)
        with suppress(OSError):
            self.draws(0.5)
        return self.process.poll() is not None

    def go_on(self) -> None:
        """As a shell's `fg`, where it has stopped."""
        is_there = self.process.poll() is None
        if is_there and os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOHANG):
            self.process.send_signal(signal.SIGCONT)

    def has_come_back(self, text: bytes) -> bool:
        """Whether it has drawn the text since it took the terminal last."""
        # It may stop only after the last signal has come.
        self.go_on()
        self.draws(0.1)
        _, taken, drawn = self._drawn.rpartition(b"\x1b[?1049h")
        return bool(taken) and text in drawn

    def ends(self, how: bytes | int) -> int:
        """The exit code, after a key or a signal."""
        if isinstance(how, bytes):
            os.write(self.main, how)
        else:
            self.process.send_signal(how)
        with suppress(OSError):
            # All is drawn, and the last end of the terminal is closed.
            while self.draws(DEADLINE):
                pass
        return self.process.wait(DEADLINE)

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


@pytest.mark.parametrize(
    ("end", "code"),
    [(b"\x11", 0), (signal.SIGHUP, 143), (signal.SIGTERM, 143), (signal.SIGINT, 130)],
    ids=str,
)
def test_what_was_typed_last_is_saved(
    hearing: Wizard, tmp_path: Path, end: bytes | int, code: int
) -> None:
    typed(hearing)
    assert hearing.ends(end) == code
    hearing.until(b"\x1b[?1049l")
    plan = tmp_path / "mailcow-dns-tui" / "plan.toml"
    assert read_draft(plan).server.hostname == HOSTNAME


def test_keys_are_served_after_a_storm_of_sizes(hearing: Wizard) -> None:
    os.write(hearing.main, b"\x1bOR")
    hearing.until(b"searches")
    for number in range(200):
        hearing.resize(90 + number % 7, 24 + number % 5)
        hearing.process.send_signal(signal.SIGWINCH)
        hearing.draws(0.002 * (number % 10))
    assert hearing.ends(b"\x11") == 0


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Wizard]:
    plan = tmp_path / "mailcow-dns-tui" / "plan.toml"
    wizard = Wizard(tmp_path, [*HEARING, "-m", "tests.wizard.failing_app", str(plan)])
    yield wizard
    wizard.end()


LOOP, WAIT, FAIL = b"\x1b[17~", b"\x1b[18~", b"\x1b[19~"


def typed(wizard: Wizard) -> None:
    os.write(wizard.main, b"mx1.example.net")
    wizard.until(b"mx1.example.net")


@pytest.mark.parametrize("hang", [LOOP, WAIT], ids=["loop", "wait"])
@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM], ids=str)
def test_it_ends_in_good_order_whatever_hangs(
    failing: Wizard, tmp_path: Path, hang: bytes, end: int
) -> None:
    typed(failing)
    os.write(failing.main, hang)
    failing.until(b"\a")
    assert failing.ends(end) == 143
    back = failing.until(b"\x1b[?1049l")
    assert all(mode in back for mode in (b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[<u"))
    assert termios.tcgetattr(failing.main)[3] & (termios.ICANON | termios.ECHO)
    assert read_draft(tmp_path / "mailcow-dns-tui" / "plan.toml").server.hostname == HOSTNAME


def test_without_its_terminal_it_ends_whatever_hangs(failing: Wizard, tmp_path: Path) -> None:
    typed(failing)
    os.write(failing.main, LOOP)
    failing.until(b"\a")
    os.close(failing.main)
    assert failing.process.wait(DEADLINE) in {129, 143}
    assert read_draft(tmp_path / "mailcow-dns-tui" / "plan.toml").server.hostname == HOSTNAME


def test_a_fault_of_its_own_ends_it_in_good_order(failing: Wizard, tmp_path: Path) -> None:
    typed(failing)
    assert failing.ends(FAIL) == 70
    failing.until(b"\x1b[?1049l")
    said = failing.until(b"please report it with them.\r\n").decode()
    assert "has failed by a fault of its own. What was typed is saved. The details are in" in said
    assert "Traceback" not in said
    (details,) = tmp_path.glob("mailcow-dns-tui-fault-*.txt")
    assert f" {details}: " in said
    assert details.stat().st_mode & 0o777 == 0o600
    assert "in action_fail" in details.read_text()
    assert "LookupError: 7" in details.read_text()
    assert "hunter2" not in said + details.read_text()
    assert termios.tcgetattr(failing.main)[3] & (termios.ICANON | termios.ECHO)
    assert read_draft(tmp_path / "mailcow-dns-tui" / "plan.toml").server.hostname == HOSTNAME


@pytest.mark.parametrize(("end", "code"), [(b"\x11", 1), (signal.SIGHUP, 143)], ids=str)
def test_it_ends_though_its_plan_answers_no_more(
    hearing: Wizard, tmp_path: Path, end: bytes | int, code: int
) -> None:
    typed(hearing)
    plan = tmp_path / "mailcow-dns-tui" / "plan.toml"
    assert wait_until(plan.exists, DEADLINE)
    plan.unlink()
    os.mkfifo(plan)
    os.write(hearing.main, b".example")
    hearing.until(b"can't be saved")
    assert hearing.ends(end) == code
    hearing.until(b"\x1b[?1049l")
    hearing.until(b"The plan can't be saved")


@pytest.mark.parametrize(
    "data",
    [
        b"m\xfcller",
        b"\x1b[200~m\xfcller\x1b[201~",
        b"m\x1b[M\x20\xe0\xa1ller",
        b"m\x1b[99999999999uller",
        b"m\x1b[48;24;80;0;0t\x1b[<35;5;5Mller",
    ],
    ids=["key", "paste", "old mouse", "no such key", "a window of no size"],
)
def test_it_bears_what_terminals_send(hearing: Wizard, data: bytes) -> None:
    os.write(hearing.main, data)
    hearing.until(b"ller")
    os.write(hearing.main, b"x.example")
    hearing.until(b"x.example")
    assert hearing.ends(b"\x11") == 0


def test_what_is_no_utf_8_is_no_good_answer(hearing: Wizard) -> None:
    os.write(hearing.main, b"m\xfcller.example.org\r")
    hearing.until("m\N{REPLACEMENT CHARACTER}ller.example.org".encode())
    hearing.until("✗".encode())


def test_stops_in_quick_succession_leave_it_as_it_was(hearing: Wizard) -> None:
    typed(hearing)
    for number in (signal.SIGTSTP, signal.SIGCONT) * 6:
        hearing.process.send_signal(number)
        hearing.draws(0.1)
    assert wait_until(lambda: hearing.has_come_back(b"Hostname"), DEADLINE)

    def ends() -> bool:
        hearing.go_on()
        # What is typed while it stops is thrown away.
        return hearing.obeys(b"\x11")

    assert wait_until(ends, DEADLINE)
    assert hearing.process.returncode == 0
    assert termios.tcgetattr(hearing.main)[3] & (termios.ICANON | termios.ECHO)


def test_after_a_stop_that_nobody_announced_it_gives_the_terminal_back(hearing: Wizard) -> None:
    typed(hearing)
    hearing.process.send_signal(signal.SIGSTOP)
    hearing.process.send_signal(signal.SIGCONT)
    hearing.until(b"\x1b[?1049h")
    hearing.until(b"Hostname")
    assert hearing.ends(b"\x11") == 0
    assert termios.tcgetattr(hearing.main)[3] & (termios.ICANON | termios.ECHO)


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

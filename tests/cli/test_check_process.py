"""`check` as a process of its own: silence, terminals and pipes."""

import os
import pty
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.command_line import ANSWERS, COMMAND
from tests.servers import free_port

PLAIN = {
    name: value
    for name, value in os.environ.items()
    if name not in {"NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"}
}
TERMINAL = {**PLAIN, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}


def on_terminal(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """The exit code, and what stood on a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
    os.close(ours)
    return process.returncode, shown.decode()


def _read(terminal: int) -> bytes:
    """The next piece; Linux has an error in place of an end."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.fixture
def silent() -> str:
    """A resolver that nobody answers at; nothing listens there."""
    return f"127.0.0.1:{free_port()}"


def test_a_silent_resolver_ends_with_the_time_limit() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{resolver.getsockname()[1]}"
        command = [*COMMAND, "check", *ANSWERS, "--resolver", address, "--timeout", "1"]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        spent = time.monotonic() - began
    assert done.returncode == 3
    assert "✗" not in done.stdout.replace("✗ 0 error", "")
    assert "missing" not in done.stdout
    assert 1 <= spent < 4


def test_a_check_on_a_terminal_is_coloured(silent: str) -> None:
    arguments = ("check", *ANSWERS, "--resolver", silent, "--timeout", "0.2")
    code, coloured = on_terminal(TERMINAL, *arguments)
    assert code == 3
    assert "\x1b[35m" in coloured
    code, plain = on_terminal({**TERMINAL, "NO_COLOR": "1"}, *arguments)
    assert code == 3
    assert "\x1b" not in plain
    assert "? unknown" in plain
    assert max(map(len, plain.splitlines())) <= 80


def test_a_piped_check_is_plain(silent: str) -> None:
    command = [*COMMAND, "check", *ANSWERS, "--resolver", silent, "--timeout", "0.2"]
    done = subprocess.run(command, env=TERMINAL, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "\x1b" not in done.stdout


def test_whoever_reads_one_line_gets_it_quietly() -> None:
    with (
        subprocess.Popen(
            [*COMMAND, "export", *ANSWERS],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as export,
        subprocess.Popen(
            ["head", "-1"], stdin=export.stdout, stdout=subprocess.PIPE, text=True
        ) as head,
    ):
        assert head.communicate()[0] == "$ORIGIN example.org.\n"
        assert export.stderr is not None
        told = export.stderr.read().splitlines()
    # Of the pipe that was closed nothing is said.
    assert [line.partition(";")[0] for line in told] == ["example.org: p=none first"]


@pytest.mark.parametrize("arguments", [(), ("--demo",)])
def test_without_a_terminal_there_is_a_sentence(arguments: tuple[str, ...]) -> None:
    command = [*COMMAND, *arguments]
    done = subprocess.run(
        command, env=TERMINAL, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    shown = done.stdout + done.stderr
    assert done.returncode == 2
    assert "mailcow-dns-tui check" in shown
    assert "mailcow-dns-tui export" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_closed_pipe_is_no_error_of_a_record(silent: str, output: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*COMMAND, "check", *ANSWERS, "--resolver", silent, "--format", output]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == ""


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_watch_that_ends_before_its_first_check_says_nothing(
    by: signal.Signals, code: int
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.0.0.1", 0))
        resolver.settimeout(20)
        address = f"127.0.0.1:{resolver.getsockname()[1]}"
        process = subprocess.Popen(
            [*COMMAND, "check", *ANSWERS, "--watch", "--resolver", address],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        resolver.recv(512)
        process.send_signal(by)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")


def test_a_watch_ends_when_nobody_reads_it(silent: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*COMMAND, "check", *ANSWERS, "--resolver", silent, "--timeout", "0.2", "--watch"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_changes_on_a_terminal_are_coloured_and_narrow(silent: str, tmp_path: Path) -> None:
    last = str(tmp_path / "last.json")
    arguments = ("check", *ANSWERS, "--resolver", silent, "--timeout", "0.2", "--save", last)
    assert on_terminal(TERMINAL, *arguments)[0] == 3
    text = Path(last).read_text()
    Path(last).write_text(text.replace('"status": "unknown"', '"status": "ok"'))
    code, coloured = on_terminal(TERMINAL, *arguments, "--against", last)
    assert code == 3
    assert "\x1b[35m  ? unknown" in coloured
    Path(last).write_text(text.replace('"status": "unknown"', '"status": "ok"'))
    code, plain = on_terminal({**TERMINAL, "NO_COLOR": "1"}, *arguments, "--against", last)
    assert code == 3
    assert "\x1b" not in plain
    assert plain.count("ok → could not ask") == plain.count("? unknown") > 3
    assert plain.count("None of these could be asked.") == 1
    assert plain.count("→ Check this machine") == 1

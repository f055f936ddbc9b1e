"""Real terminals for tests: panes of a private tmux, and bare pseudo-terminals."""

import os
import secrets
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS = 15.0
ROOT = Path(__file__).parents[2]
PLAIN_ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PATH": os.environ["PATH"],
    "TERM": "xterm-256color",
}
"""A console without a desktop, SSH or tmux."""


def wait_until(condition: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return met


def app_command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.wizard.clipboard_app", str(folder)]


class Tmux:
    """One pane in a tmux server with default settings."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {**PLAIN_ENVIRONMENT, **environ}
        self.command = ["tmux", "-L", f"test-{secrets.token_hex(8)}", "-f", "/dev/null"]

    def __call__(self, *arguments: str) -> str:
        return subprocess.run(
            [*self.command, *arguments],
            cwd=ROOT,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        ).stdout

    def start(
        self, command: Sequence[str], *, visible: bool = True, columns: int = 80, rows: int = 24
    ) -> None:
        """Run a command in the pane; unless tmux is `visible` to it, it sees a plain terminal."""
        hidden = ["env", "-u", "TMUX", "-u", "TMUX_PANE", "TERM=xterm-256color"]
        size = ["-x", str(columns), "-y", str(rows)]
        self("new-session", "-d", *size, *([] if visible else hidden), *command)

    def press(self, *keys: str) -> None:
        self("send-keys", *keys)

    def type(self, text: str) -> None:
        self("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """As a terminal pastes: in brackets, where the command asked for them."""
        self("set-buffer", "-b", "pasted", text)
        self("paste-buffer", "-p", "-d", "-b", "pasted")

    @property
    def screen(self) -> str:
        """What the pane shows now, row by row."""
        return self("capture-pane", "-p")

    def displays(self, *texts: str) -> bool:
        """Whether the screen shows all the texts, or soon does."""
        return wait_until(lambda: all(text in screen for screen in [self.screen] for text in texts))

    @property
    def lines(self) -> list[str]:
        """What the pane shows and has scrolled off: lines, joined where the pane wrapped them."""
        text = self("capture-pane", "-p", "-J", "-S", "-")
        return [line.rstrip() for line in text.splitlines() if line.strip()]

    @property
    def buffer(self) -> str:
        return self("show-buffer")

    @property
    def full_screen(self) -> bool:
        return self("display-message", "-p", "#{alternate_on}").strip() == "1"

    @property
    def running(self) -> bool:
        return bool(self("list-sessions"))

    def shows(self, text: str) -> bool:
        """Whether the text is, or soon comes, on a line of the pane."""
        return wait_until(lambda: any(text in line for line in self.lines))


@contextmanager
def tmux_server(environ: Mapping[str, str]) -> Iterator[Tmux]:
    tmux = Tmux(environ)
    try:
        yield tmux
    finally:
        tmux("kill-server")


class Pty:
    """The far end of a pseudo-terminal: what a terminal would get from the command."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._received = b""

    def press(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def receives(self, data: bytes) -> bool:
        """Whether the data has come, or comes soon."""
        end = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self._fd, selectors.EVENT_READ)
            while data not in self._received and (left := end - time.monotonic()) > 0:
                if selector.select(left):
                    self._received += os.read(self._fd, 65536)
        return data in self._received


@contextmanager
def pty_running(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Pty]:
    far, near = os.openpty()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**PLAIN_ENVIRONMENT, **environ},
        stdin=near,
        stdout=near,
        stderr=near,
        start_new_session=True,
    )
    os.close(near)
    try:
        yield Pty(far)
    finally:
        process.kill()
        process.wait()
        os.close(far)

"""The clipboard over SSH, in tmux and on a desktop, and what is certain to have reached it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

Feed = Callable[[Sequence[str], bytes], Awaitable[bool]]
"""Runs a command with the data on its stdin; True only if it succeeded."""

LIMIT_SECONDS = 2.0


async def feed(command: Sequence[str], data: bytes) -> bool:
    """Run a command with the data on its stdin; True if it succeeded within the limit.

    After the limit, or when cancelled, the command and whatever it started are killed. What a
    successful command leaves in the background stays: with X11 that is the clipboard itself.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await process.communicate(data)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            await _kill(process)
    return process.returncode == 0


async def _kill(process: Process) -> None:
    # The process leads a session of its own, so its group is everything that it started.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


MAX_BYTES = 74_994
"""What fits into an OSC 52 sequence of 100,000 bytes: longer ones are dropped by terminals."""

TMUX = ("tmux", "load-buffer", "-w", "-")
DESKTOP = (sys.executable, "-P", "-m", "mailcow_dns_tui.wizard.clipboard_desktop")

SSH_VARIABLES = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
DESKTOP_VARIABLES = ("WAYLAND_DISPLAY", "DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP")

NOT_THERE = "Not there? Press x for plain text."
TMUX_DOUBT = "If you are in tmux, it needs: set -s set-clipboard on."
SCREEN_DOUBT = "GNU screen may not pass it on."


class CopyOutcome(Enum):
    """What happened to a text; the value is the sentence about it."""

    CONFIRMED = "Copied {what} to the desktop's clipboard."
    SENT = "Sent {what} to your terminal's clipboard."
    SENT_TO_TMUX = "Sent {what} to tmux and your terminal's clipboard."
    TOO_LONG = (
        f"Not copied: terminals take at most {MAX_BYTES:,} bytes, and {{what}} would be more. "
        "Copy one domain at a time, or press x for plain text."
    )
    NOTHING = "There is nothing to copy."


@dataclass(frozen=True)
class Copied:
    """What really happened to a text, as far as anyone can know: terminals don't answer.

    Attributes:
        hints: what the user may have to do; sentences.
    """

    outcome: CopyOutcome
    hints: tuple[str, ...] = ()

    @property
    def is_sent(self) -> bool:
        """Whether it went anywhere."""
        return self.outcome not in {CopyOutcome.TOO_LONG, CopyOutcome.NOTHING}

    def sentence(self, what: str) -> str:
        """For the user; `what` is a noun phrase, such as "the value" or "14 records"."""
        return " ".join((self.outcome.value.format(what=what), *self.hints))


@dataclass(frozen=True)
class Channels:
    """Where a text goes besides the terminal.

    Attributes:
        doubt: why the terminal may not get it; empty where nothing speaks against it.
    """

    tmux: bool = False
    desktop: bool = False
    doubt: str = ""


def channels(environ: Mapping[str, str], *, web: bool, platform: str) -> Channels:
    """Where a text may go: never to a clipboard that belongs to another person or machine.

    On the `web` the user sits at a browser, so tmux and desktop here are someone else's.
    """
    if web:
        return Channels()
    remote = any(environ.get(variable) for variable in SSH_VARIABLES)
    desktop = platform == "darwin" or any(environ.get(name) for name in DESKTOP_VARIABLES)
    tmux = bool(environ.get("TMUX"))
    return Channels(tmux, desktop and not remote, "" if tmux else _doubt(environ))


def _doubt(environ: Mapping[str, str]) -> str:
    if environ.get("STY"):
        return SCREEN_DOUBT
    # A tmux on the user's side of an SSH connection shows in nothing else.
    return TMUX_DOUBT if environ.get("TERM", "").startswith(("tmux", "screen")) else ""


class Clipboard:
    """Sends a text to every clipboard that may be the user's.

    Args:
        send: writes OSC 52 to the terminal (`App.copy_to_clipboard`).
        is_web: whether the wizard is shown in a browser; asked at each copy.
    """

    def __init__(
        self,
        send: Callable[[str], None],
        *,
        is_web: Callable[[], bool],
        environ: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
        feed: Feed = feed,
    ) -> None:
        self._send = send
        self._is_web = is_web
        self._environ = environ
        self._platform = platform
        self._feed = feed
        self._way_out_told = False

    async def copy(self, text: str) -> Copied:
        """Copy a text; the terminal has it at once, the answer takes at most two seconds."""
        data = text.encode()
        if not data:
            return Copied(CopyOutcome.NOTHING)
        if len(data) > MAX_BYTES:
            return Copied(CopyOutcome.TOO_LONG)
        self._send(text)
        to = channels(self._environ, web=self._is_web(), platform=self._platform)
        tmux, desktop = await asyncio.gather(
            self._run(to.tmux, TMUX, data), self._run(to.desktop, DESKTOP, data)
        )
        if desktop:
            return Copied(CopyOutcome.CONFIRMED)
        if tmux:
            return Copied(CopyOutcome.SENT_TO_TMUX, self._way_out())
        doubt = TMUX_DOUBT if to.tmux else to.doubt
        return Copied(CopyOutcome.SENT, (*filter(None, [doubt]), *self._way_out()))

    async def _run(self, wanted: bool, command: Sequence[str], data: bytes) -> bool:
        return wanted and await self._feed(command, data)

    def _way_out(self) -> tuple[str, ...]:
        if self._way_out_told:
            return ()
        self._way_out_told = True
        return (NOT_THERE,)

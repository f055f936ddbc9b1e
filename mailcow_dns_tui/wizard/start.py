"""Starts the wizard, on the user's plan or the embedded example, and ends it, whatever hangs."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from rich.color import ColorSystem
from rich.console import Console

from mailcow_dns_tui.crash import CRASHED, tell_crash
from mailcow_dns_tui.engine.local import MakeNetwork, demo_network, system_network
from mailcow_dns_tui.engine.protocol import Engine, RemoteEngine
from mailcow_dns_tui.files import complain
from mailcow_dns_tui.gc_tuning import collect_no_more, collecting_at_rest
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file import KeptPlan, PlanError, default_plan_path
from mailcow_dns_tui.saver import Save
from mailcow_dns_tui.signs import terminal_encoding
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.terminal import Terminal

TERMINATED = 128 + signal.SIGTERM
"""What a shell says of a command that SIGTERM ended."""
INTERRUPTED = 128 + signal.SIGINT
NOT_SAVED = 1
ENDING = frozenset({signal.SIGTERM, signal.SIGHUP})
PAUSE = 1.0
"""Seconds between two looks at the terminal, and whether the wizard is ending."""
GRACE = 5.0
"""Seconds for the good order."""
PATIENCE = 1.0
"""Seconds for writing to the terminal, which may not read, or may be gone."""
GIVEN_BACK = "".join(
    f"\x1b[{code}"
    for code in (
        *("?2026l", "?2004l", "?7h", "?2048l"),  # drawing at once, pastes, no wrapping, sizes
        *("?1000l", "?1003l", "?1015l", "?1006l", "?1016l"),  # the mouse
        *("<u", "?1049l", "?25h", "?1004l"),  # keys, the other screen, no cursor, the focus
    )
)
"""Takes back what Textual asks of a terminal."""


class Ending(Protocol):
    """An app as its end sees it."""

    @property
    def is_ending(self) -> bool:
        """Whether it was asked to end, or has to."""
        ...

    @property
    def return_code(self) -> int | None:
        """The exit code that it ends with; None before."""
        ...

    @property
    def unsaved(self) -> str:
        """Why what was typed could not be saved: a sentence; empty where it was."""
        ...

    def exit(self, result: None = None, return_code: int = 0) -> None:
        """End in good order; called in its event loop."""
        ...

    def save_last(self) -> None:
        """Save what was typed last; called from a thread apart."""
        ...


class Shutdown:
    """A thread apart from the event loop, which may hang, as may a file system or a terminal.

    On SIGTERM and SIGHUP, and where the terminal is gone, it asks the app to end; on SIGINT, which
    plain text takes for itself, the signal's handler does. Whoever wants the end, it ends the
    process when that takes too long, with the plan saved and the terminal given back. Leaving the
    context is a part of the end, too: of the process no more than its own end is left then.
    """

    def __init__(self, app: Ending) -> None:
        self._app = app
        self._has_terminal = True

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._screen = os.dup(2)
        self._attributes = _attributes()
        # Whichever thread gets a signal: the handler in Python would wait for the main one.
        self._signals, signalled = os.pipe()
        os.set_blocking(signalled, False)
        signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
        handlers = {
            **dict.fromkeys(ENDING, _leave_it_to_the_thread),
            signal.SIGINT: self._interrupt,
        }
        for number, handler in handlers.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)
        Thread(target=self._watch, name="lifeline", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._has_terminal = False

    def _watch(self) -> None:
        code = self._until_its_end()
        time.sleep(GRACE)
        self._end_at_once(code)

    def _until_its_end(self) -> int:
        """Wait for the time to end, and ask the app to; the exit code."""
        while self._has_terminal and not self._app.is_ending:
            if self._is_asked() or _attributes() is None:
                self._tell_loop(partial(self._app.exit, return_code=TERMINATED))
                return TERMINATED
        return self._app.return_code or 0

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """As asyncio would, by its own handler, but with a code that tells of it."""
        self._tell_loop(partial(self._app.exit, return_code=INTERRUPTED))

    def _is_asked(self) -> bool:
        """Whether a signal says so, now or in the next second."""
        if not select.select([self._signals], [], [], PAUSE)[0]:
            return False
        # Another one may have come right before the loop fell asleep.
        self._tell_loop(lambda: None)
        return not ENDING.isdisjoint(os.read(self._signals, 512))

    def _tell_loop(self, call: Callable[[], None]) -> None:
        # It may have come to its end just now.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call)

    def _end_at_once(self, code: int) -> None:
        try:
            self._app.save_last()
            if self._has_terminal:
                self._give_back()
        finally:
            os._exit(code or (NOT_SAVED if self._app.unsaved else 0))

    def _give_back(self) -> None:
        # From the background, a shell would be asked first.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        # What is still to be drawn must not come after it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        said = GIVEN_BACK + (f"{self._app.unsaved}\n" if self._app.unsaved else "")
        writing = Thread(target=os.write, args=[self._screen, said.encode()], daemon=True)
        writing.start()
        writing.join(PATIENCE)
        if self._attributes is not None:
            termios.tcsetattr(0, termios.TCSANOW, self._attributes)


def _leave_it_to_the_thread(number: int, frame: FrameType | None) -> None:
    """Keeps the signal from what it would do by itself."""


def _attributes() -> list[Any] | None:
    """How the terminal is set; None where it is gone."""
    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None


BAD_PLAN = 2


def run(
    plan_path: Path | None,
    mailcow: Path | None = None,
    *,
    connects: bool = True,
    connect: MakeNetwork | None = None,
) -> int:
    """Run the wizard until the user quits.

    The exit code is 2 for a plan that can't be read, and 1 for one that could not be saved.

    Args:
        plan_path: None: the user's own plan.
        mailcow: its folder, to read the answers from.
        connects: to the mail server's port 25, where it has TLSA records.
        connect: makes the network; another than the real one in tests.
    """
    path = plan_path or default_plan_path()
    plan = KeptPlan(path)
    try:
        setup = plan.read()
    except (PlanError, OSError) as error:
        complain(f"{error}\n")
        return BAD_PLAN
    system = partial(system_network, mailcow, connects=connects)
    engine = RemoteEngine(connect or system, mailcow)
    code = asyncio.run(_run(setup, engine, plan.save, path))
    collect_no_more()
    return code


def run_demo() -> int:
    """Run the wizard on the embedded example; neither the network nor a plan is touched."""
    return asyncio.run(_run_demo())


async def _run(setup: Setup, engine: Engine, save: Save, plan: Path | None = None) -> int:
    terminal = Terminal(os.environ, _colours(), terminal_encoding())
    app = WizardApp(setup, engine=engine, save=save, terminal=terminal)
    app.plan_path = plan
    try:
        return await run_app(app)
    finally:
        await engine.close()


SWITCH = 0.0005
"""Seconds for which another thread, as the one that saves a plan of thousands, keeps a key waiting:
Python's own 5 ms come several times in one key."""


async def run_app(app: WizardApp) -> int:
    """Run it to its end, whatever hangs, and tell on the bare terminal what is to be told."""
    sys.setswitchinterval(SWITCH)
    with Shutdown(app):
        async with collecting_at_rest(lambda: app.touched):
            await app.run_async()
    complain(f"{app.unsaved}\n" if app.unsaved else _parting_words(app))
    if app.crash is not None:
        tell_crash(app.crash, also="" if app.unsaved else "What was typed is saved.")
        return CRASHED
    return app.return_code or (NOT_SAVED if app.unsaved else 0)


def _parting_words(app: WizardApp) -> str:
    from mailcow_dns_tui.guide.end import parting_words
    from mailcow_dns_tui.guide.old_provider import still_wanted

    path = app.plan_path
    if path is None or app.setup == Setup():
        return ""
    also = still_wanted(app.setup.guide.moves, datetime.now().astimezone())
    return parting_words(path, app.report, also=also)


async def _run_demo() -> int:
    from mailcow_dns_tui.demo import DemoDns, demo_setup

    async with DemoDns.start() as demo:
        engine = RemoteEngine(partial(demo_network, demo), is_example=True)
        return await _run(demo_setup(), engine, lambda setup: None)


COLOUR_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT}


def _colours() -> ColorSystem:
    """How many colours the terminal has, by what the environment says of it."""
    system = Console(file=sys.stderr, force_terminal=True).color_system
    return COLOUR_SYSTEMS.get(system or "standard", ColorSystem.TRUECOLOR)

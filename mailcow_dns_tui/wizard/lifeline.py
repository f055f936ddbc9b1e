"""Ends the wizard when the system wants it to, or its terminal is gone, whatever hangs."""

import asyncio
import os
import select
import signal
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

TERMINATED = 128 + signal.SIGTERM
"""What a shell says of a command that SIGTERM ended."""
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
    def is_ending(self) -> bool: ...
    @property
    def return_code(self) -> int | None: ...
    @property
    def unsaved(self) -> str:
        """Why what was typed could not be saved: a sentence; empty where it was."""
        ...

    def exit(self, result: None = None, return_code: int = 0) -> None: ...
    def save_last(self) -> None:
        """Save what was typed last; called from a thread apart."""
        ...


class Lifeline:
    """A thread apart from the event loop, which may hang, as may a file system or a terminal.

    On SIGTERM and SIGHUP, and where the terminal is gone, it asks the app to end. Whoever wants
    the end, it ends the process when that takes too long, with the plan saved and the terminal
    given back. Leaving the context is a part of the end, too: of the process no more than its own
    end is left then.
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
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _leave_it_to_the_thread)
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

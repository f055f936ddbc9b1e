"""Text outside the full screen: in plain lines, which a terminal can select and copy unbroken."""

import asyncio
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar

from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import TextArea

from mailcow_dns_tui.wizard.own_screen import OwnScreen

GO_BACK = "Press Enter to go back."


async def show_raw(app: App[None], text: str, title: str) -> None:
    """Show the text in unwrapped lines, and return when the user comes back.

    The terminal is given free meanwhile; where that can't be, as in a browser, a window opens
    instead. Call it in a worker: the app and its lookups go on. The text must be safe for a
    terminal (`model.txt.safe`).
    """
    if sys.__stdin__ is None or not sys.__stdin__.isatty():
        await app.push_screen_wait(RawScreen(text, title))
        return
    done = asyncio.Event()
    try:
        # Repaints wait in the batch: while suspended, nothing takes them off the driver's queue.
        with app.batch_update(), _heeding_interrupts(done), app.suspend():
            _print(text, title)
            await _enter(sys.__stdin__.fileno(), done)
    except SuspendNotSupported:
        await app.push_screen_wait(RawScreen(text, title))


def _print(text: str, title: str) -> None:
    # On stderr, as the wizard itself: stdout may be redirected.
    lines = text.rstrip("\n")
    print(f"\n{title}\n\n{lines}\n\n{GO_BACK} ", end="", file=sys.__stderr__, flush=True)


@contextmanager
def _heeding_interrupts(done: asyncio.Event) -> Iterator[None]:
    """Have Ctrl-C end the text alone, from before the terminal sends it as a signal until after.

    The handler of asyncio.run would end the whole wizard; one of the loop's own would take from
    the lifeline what it hears signals by.
    """
    loop = asyncio.get_running_loop()
    interrupt = signal.signal(
        signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(done.set)
    )
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)


async def _enter(terminal: int, done: asyncio.Event) -> None:
    """Wait for a line, end of file or Ctrl-C, and forget what was typed."""
    loop = asyncio.get_running_loop()
    loop.add_reader(terminal, done.set)
    try:
        await done.wait()
    finally:
        loop.remove_reader(terminal)
        # A terminal that is gone has nothing to be forgotten.
        with suppress(termios.error):
            termios.tcflush(terminal, termios.TCIFLUSH)


class RawText(TextArea):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+a", "select_all", "Select all"),
    ]


class RawScreen(ModalScreen[None], OwnScreen[None]):
    """The same in a window, for where the terminal can't be given free."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", "Close"),
    ]
    DEFAULT_CSS = """
    RawScreen > RawText { width: 1fr; height: 1fr; border: round $primary; }
    """

    def __init__(self, text: str, title: str) -> None:
        super().__init__()
        self._text = text
        self._title = title

    def compose(self) -> ComposeResult:
        area = RawText(self._text, read_only=True, soft_wrap=False)
        area.border_title = self._title
        area.border_subtitle = "Ctrl+A selects all, Ctrl+C copies, Esc closes"
        yield area

"""Textual's driver for a terminal, where it does not bear what terminals and shells do."""

import os
import re
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Iterator
from types import FrameType

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

AT_ONCE = 4096
"""Bytes that are read at once."""
PAUSE = 0.1
"""Seconds between two looks whether the driver is to end, or a lone Esc was one."""
OLD_MOUSE = re.compile(rb"\x1b\[M.{3}", re.DOTALL)
"""A report of the mouse in bytes that are no text; Textual has no use for it."""
OLD_MOUSE_BEGUN = re.compile(rb"\x1b\[M.{0,2}\Z", re.DOTALL)


class TerminalInput:
    """Makes messages of all bytes that a terminal may send.

    What is no UTF-8 becomes the replacement character, which no answer takes for good; a sequence
    that means nothing is passed over.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._begun = b""

    def read(self, data: bytes) -> Iterator[Message]:
        """What the bytes mean; call it without any to have a lone Esc in time."""
        for character in self._text(data):
            yield from self._meant(character)
        yield from self._parser.tick()

    def _text(self, data: bytes) -> str:
        data = OLD_MOUSE.sub(b"", self._begun + data)
        begun = OLD_MOUSE_BEGUN.search(data)
        self._begun = begun[0] if begun else b""
        return self._decoder.decode(data.removesuffix(self._begun))

    def _meant(self, character: str) -> Iterator[Message]:
        try:
            yield from filter(_is_encodable, self._parser.feed(character))
        except (ArithmeticError, ValueError):
            # The number of a key that there can't be, or a window of no size.
            self._parser = XTermParser()


def _is_encodable(message: Message) -> bool:
    """Whether it is no key whose text is half a character, which no file can keep."""
    text = (message.character or "") if isinstance(message, Key) else ""
    return not any("\ud800" <= character <= "\udfff" for character in text)


class TerminalDriver(LinuxDriver):
    """Bears bytes that are no text, a terminal that is gone, and stops in quick succession."""

    _is_switching = False
    """Whether it is giving the terminal away, or taking it again."""
    _is_to_stop = False
    _was_continued = False

    def run_input_thread(self) -> None:
        meaning = TerminalInput()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                data = b""
                if selector.select(PAUSE):
                    data = self._read()
                    if not data:
                        # The terminal is gone, and would be read for ever.
                        return
                for message in meaning.read(data):
                    self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, AT_ONCE)
        except OSError:
            return b""

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - ends the app as one of its own would
            self._app.call_later(self._app._handle_exception, error)

    def _sigtstp_application(self, *_: int | FrameType | None) -> None:
        self._is_to_stop = True
        self._switch_soon()

    def _sigcont_application(self, *_: int | FrameType | None) -> None:
        self._is_to_stop = False
        self._was_continued = True
        self._switch_soon()

    def _switch_soon(self) -> None:
        """Not in the middle of what a signal interrupts, which may be a write to the terminal."""
        if not self._is_switching:
            self._loop.call_soon_threadsafe(self._switch)

    def _switch(self) -> None:
        """Stop and go on as often as signals say, the last of them in the end."""
        self._is_switching = True
        try:
            while self._is_to_stop or self._was_continued:
                self._stop_and_go_on()
        finally:
            self._is_switching = False

    def _stop_and_go_on(self) -> None:
        if self._has_terminal and self._auto_restart:
            self.suspend_application_mode()
        if self._is_to_stop:
            self._is_to_stop = False
            os.kill(os.getpid(), signal.SIGSTOP)
        self._was_continued = False
        if self._auto_restart:
            # Where a shell still has the terminal, it stops here, and tries again when continued.
            self._must_signal_resume = True
            self.resume_application_mode()
            self._app.call_later(self._app.refresh, layout=True)

    @property
    def _has_terminal(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

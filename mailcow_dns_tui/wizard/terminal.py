"""The terminal: what is known of it, and a driver that bears what terminals and shells do."""

import os
import re
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType

from rich.color import ColorSystem
from rich.segment import Segment
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.filter import LineFilter
from textual.message import Message

from mailcow_dns_tui.signs import UTF_8, shown


@dataclass(frozen=True)
class Terminal:
    """The surroundings of the process.

    Attributes:
        colours: how many it can show, as Rich names them.
        encoding: of the characters that it can show.
    """

    environ: Mapping[str, str]
    colours: ColorSystem = ColorSystem.TRUECOLOR
    encoding: str = UTF_8

    @property
    def few_colours(self) -> bool:
        """Whether its own 16 are to be used, or none.

        With so few, Textual's themes draw an error and a success alike; and NO_COLOR, which
        otherwise gives greys, gives no colour at all.
        """
        return "NO_COLOR" in self.environ or self.colours is ColorSystem.STANDARD


class Signs(LineFilter):
    """Draws signs and frames in ASCII, where the terminal has no others."""

    def __init__(self, encoding: str) -> None:
        super().__init__(enabled=encoding != UTF_8)
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Write in ASCII what the terminal's encoding lacks, cell by cell as wide."""
        return [
            Segment(shown(text, self._encoding), style, control)
            for text, style, control in segments
        ]


THIS_TERMINAL = Terminal(os.environ)


AT_ONCE = 4096
"""Bytes that are read at once."""
PAUSE = 0.1
"""Seconds between two looks whether the driver is to end, or a lone Esc was one."""
NO_USE = re.compile(rb"\x1b(?:\[M.{3}|\[[?>=][0-9;:]*[@-~]|[]P_][ -~]*(?:\x07|\x1b\\))", re.DOTALL)
"""What Textual has no use for, and would take for keys: a report of the mouse in bytes that are no
text, and answers of the terminal to what another program has asked (ECMA-48 5.4, 5.6)."""
NO_USE_BEGUN = re.compile(rb"\x1b\[(?:M.{0,2}|[?>=][0-9;:]*)\Z", re.DOTALL)

ALT_DIGITS = {f"\x1b{digit}": f"alt+{digit}" for digit in "12345"}


class OwnParser(XTermParser):
    """Takes Alt and a digit for that key, and not for the sign that a Mac's Option key types."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        key = ALT_DIGITS.get(sequence)
        return [Key(key, None)] if key else super()._sequence_to_key_events(sequence, alt)


class TerminalInput:
    """Makes messages of all bytes that a terminal may send.

    What is no UTF-8 becomes the replacement character, which no answer takes for good; a sequence
    that means nothing is passed over.
    """

    def __init__(self) -> None:
        self._parser = OwnParser()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._begun = b""

    def read(self, data: bytes) -> Iterator[Message]:
        """What the bytes mean; call it without any to have a lone Esc in time."""
        for character in self._text(data):
            yield from self._meant(character)
        yield from self._parser.tick()

    def _text(self, data: bytes) -> str:
        data = NO_USE.sub(b"", self._begun + data)
        begun = NO_USE_BEGUN.search(data)
        self._begun = begun[0] if begun else b""
        return self._decoder.decode(data.removesuffix(self._begun))

    def _meant(self, character: str) -> Iterator[Message]:
        try:
            yield from filter(_is_encodable, self._parser.feed(character))
        except (ArithmeticError, ValueError):
            # The number of a key that there can't be, or a window of no size.
            self._parser = OwnParser()


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
        """Read until the terminal is gone or the app ends; runs in a thread of its own."""
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

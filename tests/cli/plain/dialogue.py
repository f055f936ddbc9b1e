"""A dialogue with a process on a pseudo-terminal that has no cursor, as Emacs or a braille line."""

import codecs
import fcntl
import os
import selectors
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECONDS = 40.0
END_OF_INPUT, INTERRUPT = "\x04", "\x03"
ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.environ["PATH"], "TERM": "dumb"}


class Dialogue:
    """Hears what the process says, in order, and answers."""

    def __init__(self, fd: int, process: "subprocess.Popen[bytes]") -> None:
        self._fd = fd
        self._process = process
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._heard = 0
        self.text = ""
        """All that was said and typed so far."""

    def hears(self, *texts: str) -> str:
        """Wait until one of the texts is said, and give all that was new, the text included."""
        end = time.monotonic() + SECONDS
        while not (ends := sorted(self._ends_of(texts))):
            assert self._receives(end), f"none of {texts} in {self.text[self._heard :]!r}"
        said, self._heard = self.text[self._heard : ends[0]], ends[0]
        return said

    def _ends_of(self, texts: Sequence[str]) -> Iterator[int]:
        places = ((self.text.find(text, self._heard), text) for text in texts)
        yield from (place + len(text) for place, text in places if place >= 0)

    def says(self, text: str, end: str = "\n") -> None:
        os.write(self._fd, f"{text}{end}".encode())

    def ends(self) -> int:
        """The exit code, after all was heard."""
        end = time.monotonic() + SECONDS
        while self._receives(end):
            pass
        return self._process.wait(max(0.1, end - time.monotonic()))

    def _receives(self, end: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._fd, selectors.EVENT_READ)
            if not selector.select(max(0.0, end - time.monotonic())):
                return False
        try:
            more = os.read(self._fd, 65536)
        except OSError:  # of a terminal that nobody has open any more
            return False
        self.text += self._decoder.decode(more)
        return bool(more)


@contextmanager
def dialogue(
    command: Sequence[str], environ: Mapping[str, str], columns: int = 80
) -> Iterator[Dialogue]:
    """Run a command on a terminal of its own, whose Ctrl+C it gets."""
    far, near = os.openpty()
    _be_plain(near, columns)
    process = subprocess.Popen(
        ["setsid", "--ctty", *command],
        cwd=ROOT,
        env={**ENVIRONMENT, **environ},
        stdin=near,
        stdout=near,
        stderr=near,
    )
    os.close(near)
    try:
        yield Dialogue(far, process)
    finally:
        process.kill()
        process.wait()
        os.close(far)


def _be_plain(fd: int, columns: int) -> None:
    """Add nothing to what is said: no carriage return before the end of a line."""
    attributes = termios.tcgetattr(fd)
    attributes[1] &= ~termios.ONLCR
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

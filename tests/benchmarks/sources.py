"""Measures the time to the first paint with each of mailcow's sources broken in turn.

The wizard runs in a pseudo-terminal on a folder laid out as mailcow's; beside each time stands the
one without any source, taken right after it, since a machine that others use is not always as
fast. After the first paint F2 is pressed, and what has to be said must come. Prints a line for
each state; exits with 1 where one delays the first paint by more than the noise, or takes longer
than a second.
"""

import os
import pty
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import RESOLVER_ADDRESS
from tests.mailcow.source_states import STATES, State, mail_host, without_privilege

RUNS = 3
LIMIT = 1.0
NOISE = 0.1
SMTP = 25
TIMEOUT = 40.0
PAINTED = b"Quit"
SIZE = {"COLUMNS": "80", "LINES": "24"}


@dataclass
class Terminal:
    """What a wizard has written so far, from its start on."""

    main: int
    seen: bytes = b""

    def seconds_until(self, text: bytes, began: float) -> float:
        while b"".join(text.split()) not in packed(self.seen):
            left = began + TIMEOUT - time.perf_counter()
            if left < 0 or not select.select([self.main], [], [], left)[0]:
                sys.exit(f"{text!r} was never drawn:\n{self.seen!r}")
            self.seen += os.read(self.main, 65536)
        return time.perf_counter() - began


def packed(written: bytes) -> bytes:
    """Without blanks and what steers the terminal: a sentence may go on in the next row."""
    text = b"".join(part.partition(b"m")[2] for part in written.split(b"\x1b["))
    return b"".join(text.split()).replace("│".encode(), b"")


def measured(command: Sequence[str], environ: Mapping[str, str], said: str) -> float:
    """Seconds to the first paint; with a sentence, F2 must then show it."""
    main, child = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environ)
    os.close(child)
    try:
        terminal = Terminal(main)
        seconds = terminal.seconds_until(PAINTED, began)
        if said:
            os.write(main, b"\x1bOQ")
            terminal.seconds_until(said.encode(), time.perf_counter())
        return seconds
    finally:
        process.kill()
        process.wait()
        os.close(main)


def times(state: State) -> tuple[float, float]:
    """Medians: in this state, and without any source."""
    broken, none = [], []
    with (
        tempfile.TemporaryDirectory() as name,
        socket.socket(type=socket.SOCK_DGRAM) as dead,
        mail_host(Path(name), SMTP) as host,
    ):
        state.make(host)
        dead.bind((RESOLVER_ADDRESS, 0))
        environ = {**os.environ, **SIZE, "TERM": "xterm-256color", **host.environ}
        resolver = str(dead.getsockname()[1])
        wizard = [*without_privilege(), sys.executable, "-m", "tests.local_wizard"]
        for number in range(RUNS):
            command = [*wizard, f"{name}/{number}.toml", resolver, resolver, "--mailcow"]
            broken.append(measured([*command, str(host.folder)], environ, state.said))
            Path(command[-4]).unlink(missing_ok=True)
            none.append(measured([*command, f"{name}/nowhere"], environ, ""))
    return statistics.median(broken), statistics.median(none)


def main() -> int:
    late = 0
    for name, state in STATES.items():
        broken, none = times(state)
        late += broken > LIMIT and broken > none + NOISE
        print(f"{name:<25} {broken:.3f} s  (no source {none:.3f} s)  {state.said}", flush=True)
    print(f"limit {LIMIT} s, or what it takes without any source")
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())

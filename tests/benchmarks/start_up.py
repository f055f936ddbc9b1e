"""Measures the time from start to the first full paint: ours, and a bare Textual app's.

Both run in a pseudo-terminal, in turn. A screen is painted in full when its last widget, the
footer, has been drawn. Then `--help` and `--version`, beside a Python that does nothing.
"""

import math
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.figures import Figure, run

RUNS = 15
LIMIT = 1.3
"""Times a bare app's."""
WORDS_LIMIT = 2
"""Times a bare Python's."""
OURS = [sys.executable, "-m", "mailcow_dns_tui"]
BARE_HELP = "import argparse; argparse.ArgumentParser().print_help()"
BARE_APP = Path(__file__).with_name("bare_app.py")
SIZE = {"COLUMNS": "80", "LINES": "24"}


def seconds_to_paint(command: Sequence[str], last_drawn: bytes, home: str) -> float:
    """Start a command in a new terminal and wait until it has drawn a text."""
    main, child = pty.openpty()
    env = {**os.environ, **SIZE, "TERM": "xterm-256color", "XDG_CONFIG_HOME": home}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=env)
    os.close(child)
    try:
        return _when_drawn(main, last_drawn) - began
    finally:
        process.kill()
        process.wait()
        os.close(main)


def _when_drawn(terminal: int, text: bytes) -> float:
    seen = b""
    deadline = time.perf_counter() + 20
    while text not in seen:
        if not select.select([terminal], [], [], deadline - time.perf_counter())[0]:
            sys.exit(f"{text!r} was never drawn:\n{seen!r}")
        seen += os.read(terminal, 65536)
    return time.perf_counter()


def seconds_to_end(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def figures(is_small: bool = False) -> Iterator[Figure]:
    runs = 2 if is_small else RUNS
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(runs + 1):
            ours.append(seconds_to_paint(OURS, b"Quit", home))
            bare.append(seconds_to_paint([sys.executable, str(BARE_APP)], b"Quit", home))
    # The first pair warms the caches of the file system.
    yield compared("start to the first full paint", ours[1:], bare[1:], "a bare Textual app", LIMIT)
    nothing = [seconds_to_end([sys.executable, "-c", "pass"]) for _ in range(runs)]
    argparse_alone = [seconds_to_end([sys.executable, "-c", BARE_HELP]) for _ in range(runs)]
    for option in ("--help", "--version"):
        spent = [seconds_to_end([*OURS, option]) for _ in range(runs)]
        yield compared(f"`{option}`", spent, nothing, "`python -c pass`", WORDS_LIMIT)
    yield compared("a help of argparse alone", argparse_alone, nothing, "`python -c pass`")


def compared(
    what: str, ours: Sequence[float], bare: Sequence[float], name: str, limit: float = math.inf
) -> Figure:
    """How many times as long as the other, by medians."""
    median, other = statistics.median(ours), statistics.median(bare)
    beside = f"{median:.3f} s, {name}: {other:.3f} s"
    return Figure(what, median / other, "times", most=limit, beside=beside)


if __name__ == "__main__":
    run(figures())

"""Measures the time from start to the first full paint: ours, and a bare Textual app's.

Both run in a pseudo-terminal, in turn. A screen is painted in full when its last widget, the
footer, has been drawn. Prints the medians and their ratio; exits with 1 above the limit.
"""

import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
LIMIT = 1.3
BARE_APP = Path(__file__).with_name("bare_app.py")
SIZE = {"COLUMNS": "80", "LINES": "24"}


def seconds_to_paint(command: list[str], last_drawn: bytes, home: str) -> float:
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


def main() -> int:
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(RUNS + 1):
            command = [sys.executable, "-m", "mailcow_dns_tui"]
            ours.append(seconds_to_paint(command, b"Quit", home))
            bare.append(seconds_to_paint([sys.executable, str(BARE_APP)], b"Quit", home))
    # The first pair warms the caches of the file system.
    ratio = statistics.median(ours[1:]) / statistics.median(bare[1:])
    for name, times in (("wizard", ours[1:]), ("bare app", bare[1:])):
        print(f"{name:<9} {statistics.median(times):.3f} s  ({min(times):.3f} to {max(times):.3f})")
    print(f"ratio     {ratio:.2f}  (limit {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())

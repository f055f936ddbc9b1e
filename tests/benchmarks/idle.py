"""Measures what an idle wizard costs that watches: bytes to its terminal, and CPU.

Between two looks it has nothing to do, and its terminal may be a slow line.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, run
from tests.benchmarks.keystrokes import ALT, Screen, setup, staged

SECONDS = 30.0
CLOCK = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Seconds that a process and those below it have taken."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(user) + int(system)) / CLOCK + sum(cpu(int(child)) for child in children)


def watching(screen: Screen) -> None:
    """With nothing left to look at, nor to paint."""
    screen.until(b"Quit")
    screen.press(ALT + b"5", b"Server, set once")
    screen.until_still()
    screen.press(b"w", b"watched")
    os.write(screen.main, b"\x1b")
    screen.until_still()


def figures(is_small: bool = False) -> Iterator[Figure]:
    seconds = 2.0 if is_small else SECONDS
    with staged(setup(1)) as stage, stage.wizard() as screen:
        watching(screen)
        before = cpu(screen.process.pid)
        time.sleep(seconds)
        spent = cpu(screen.process.pid) - before
        written = screen.waiting()
    yield Figure("the watch between two looks: to the terminal", written, "bytes", most=0)
    yield Figure("the same: CPU, both processes", spent / seconds * 1000, "ms a second", most=2)


if __name__ == "__main__":
    run(figures())

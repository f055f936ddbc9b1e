"""Measures the plan, the overview and the exports of ten thousand domains.

The overview is opened without a network, so that nothing is measured but the wizard's own work.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.plan_file import read_plan, write_plan
from tests.benchmarks.figures import Figure, run
from tests.benchmarks.keystrokes import BACKSPACE, OVERVIEW, PAUSE, QUIT_LIMIT, Screen, longest
from tests.benchmarks.thousand import MEBIBYTE, setup

COUNT = 10_000
READ_LIMIT, SAVE_LIMIT, OPEN_LIMIT, EXPORT_LIMIT = 2.0, 1.0, 1.0, 10.0
"""Seconds."""
KEY_LIMIT = 50
"""Milliseconds."""
KEYS = 12
PAGE_DOWN = b"\x1b[6~"


def plan_file(path: Path, count: int) -> Iterator[Figure]:
    wanted = setup(count)
    began = time.perf_counter()
    write_plan(wanted, path)
    saved = time.perf_counter() - began
    yield Figure(f"a plan of {count} domains, saved", saved, "s", most=SAVE_LIMIT)
    began = time.perf_counter()
    if read_plan(path) != wanted:
        sys.exit("the plan did not come back as it was")
    yield Figure("the same, read", time.perf_counter() - began, "s", most=READ_LIMIT)


def overview(path: Path, count: int) -> Iterator[Figure]:
    command = [sys.executable, "-m", "tests.local_wizard", str(path), "9", "9"]
    screen = Screen(command, 120, 36)
    try:
        screen.until(b"Quit", 120)
        opened = screen.press(OVERVIEW, b"d00010.test")
        yield Figure(f"the overview of {count}, opened", opened, "s", most=OPEN_LIMIT)
        screen.rest(2)
        scrolled = longest(scrolling(screen)) * 1000
        yield Figure("its pages turned, 95 of 100", scrolled, "ms a key", most=KEY_LIMIT)
        searched = longest(searching(screen)) * 1000
        yield Figure("searched, 95 of 100", searched, "ms a key", most=KEY_LIMIT)
        yield Figure("to quit", screen.quit(), "s", most=QUIT_LIMIT)
    finally:
        screen.close()


def scrolling(screen: Screen) -> Iterator[float]:
    # The first only takes the cursor to the last row.
    os.write(screen.main, PAGE_DOWN)
    screen.rest(1)
    for _ in range(KEYS):
        yield screen.press(PAGE_DOWN, b".test")
        screen.rest(PAUSE)


def searching(screen: Screen) -> Iterator[float]:
    screen.press(b"/", b"")
    screen.rest(1)
    for _ in range(KEYS // 2):
        yield screen.press(b"!", b"No domain is like that")
        screen.rest(PAUSE)
        yield screen.press(BACKSPACE, b".test")
        screen.rest(PAUSE)


def exports(path: Path) -> Iterator[Figure]:
    for name in FORMATS:
        command = [sys.executable, "-m", "mailcow_dns_tui", "export", str(path), "--format", name]
        began = time.perf_counter()
        with (path.parent / "exported").open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{name}: exit {process.returncode}")
        spent, memory = time.perf_counter() - began, used.ru_maxrss * 1024 / MEBIBYTE
        beside = f"{memory:.0f} MiB"
        yield Figure(f"exported as `{name}`", spent, "s", most=EXPORT_LIMIT, beside=beside)


def figures(is_small: bool = False) -> Iterator[Figure]:
    count = 400 if is_small else COUNT
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        yield from plan_file(path, count)
        yield from overview(path, count)
        yield from exports(path)


if __name__ == "__main__":
    run(figures())

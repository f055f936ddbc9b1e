"""Measures everything, and prints README's table: `python -m tests.benchmarks [--small] [NAME]…`.

A quarter of an hour on two processors that do nothing else. With `--small` each is run once with
little to do, which says only that it still works.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module

from tests.benchmarks.figures import Figure, tell

NAMES = ("start_up", "round_trips", "judging", "keystrokes", "idle", "ten_thousand", "thousand")


def figures(names: Sequence[str], is_small: bool) -> Iterator[Figure]:
    for name in names:
        yield from import_module(f"tests.benchmarks.{name}").figures(is_small)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME")
    arguments = parser.parse_args()
    missed = tell(figures(arguments.names or NAMES, arguments.small))
    return 0 if arguments.small else missed


if __name__ == "__main__":
    sys.exit(main())

"""What may stand on the command line, value by value; loads next to nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

TYPE_CHECKING = False  # typing takes as long to load as argparse
if TYPE_CHECKING:
    from pathlib import Path

NAGIOS = "nagios"
"""The format that answers a monitoring system."""
PACE = 60.0
LEAST_PACE = 5.0
"""Name servers are others' machines."""
PATIENCE = 120.0
"""Seconds in which most providers have a change on all of their name servers."""


def mistyped(plan: Path, commands: Iterable[str]) -> str | None:
    """The command that a plan which is not there was probably meant for."""
    from difflib import get_close_matches

    is_bare = str(plan) == plan.name and not plan.suffix
    if not is_bare or plan.exists():
        return None
    return next(iter(get_close_matches(plan.name, tuple(commands))), None)


def file_path(text: str) -> Path:
    """Of a file or a folder."""
    from pathlib import Path

    return Path(text)


def with_pace(argv: Sequence[str]) -> Sequence[str]:
    """`--watch PLAN` as `--watch 60 PLAN`: the seconds may be left out."""
    places = [n for n, each in enumerate(argv) if each == "--watch" and not _number(argv[n + 1 :])]
    return [*argv[: places[0] + 1], f"{PACE:g}", *argv[places[0] + 1 :]] if places else argv


def _number(words: Sequence[str]) -> bool:
    try:
        float(words[0])
    except (ValueError, IndexError):
        return False
    return True


def pace(text: str) -> float:
    """Seconds from check to check, of which there have to be enough."""
    asked = seconds(text)
    if asked < LEAST_PACE:
        raise argparse.ArgumentTypeError(f"at least {LEAST_PACE:g} seconds are wanted")
    return asked


def seconds(text: str) -> float:
    """A time above 0, and finite."""
    try:
        asked = float(text)
    except ValueError:
        asked = 0.0
    if not 0 < asked < float("inf"):
        raise argparse.ArgumentTypeError("a number of seconds above 0 is wanted")
    return asked


def command_words(text: str) -> list[str]:
    """A command and its arguments, split as a shell does; at least one."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a quotation mark is not closed") from None
    if not words:
        raise argparse.ArgumentTypeError("a command is wanted")
    return words

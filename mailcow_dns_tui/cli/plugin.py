"""What a monitoring plugin says; loads neither Textual nor dnspython.

As the guidelines of the Monitoring Plugins have it
(https://www.monitoring-plugins.org/doc/guidelines.html): a line of text, performance data behind a
bar, then further lines; and an exit code that is the state.
"""

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import Enum

from mailcow_dns_tui.model.text import brief

SERVICE = "DNS"
LONGEST_LINE = 300
"""Characters; with `MOST_LINES` it keeps all of it below the 4 KB that Nagios 3 reads."""
MOST_LINES = 10


class State(Enum):
    """A plugin's word and exit code."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


def plugin_text(
    state: State, said: str, measured: Mapping[str, str] | None = None, more: Iterable[str] = ()
) -> str:
    """All that a plugin prints.

    Args:
        state: of the service.
        said: the first line, as all panels and messages show it.
        measured: names, and values with their units.
        more: further lines, which only some show; too many are counted.
    """
    head = f"{SERVICE} {state.name} - {_line(said)}"
    data = " ".join(f"{name}={value};;;0" for name, value in (measured or {}).items())
    lines = list(map(_line, more))
    left = len(lines) - MOST_LINES
    rest = [f"… and {left} more"] if left > 0 else []
    return "\n".join([f"{head} | {data}" if data else head, *lines[:MOST_LINES], *rest, ""])


def _line(text: str) -> str:
    """A bar would begin the performance data."""
    return brief(" ".join(text.split()), LONGEST_LINE).replace("|", "¦")


def refuse(said: str) -> int:
    """Say why nothing could be checked, where a monitoring system reads it; the exit code."""
    if sys.stdout is not None:
        with suppress(OSError):
            sys.stdout.write(plugin_text(State.UNKNOWN, said))
            sys.stdout.flush()
    return State.UNKNOWN.value

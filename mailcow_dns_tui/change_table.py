"""What has changed since an earlier check, in lines for people."""

from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from mailcow_dns_tui.change_report import counted, how, mark, values, what
from mailcow_dns_tui.check_report import Checked
from mailcow_dns_tui.check_table import (
    LONGEST_MESSAGE,
    STATUS_WIDTH,
    STYLES,
    print_line,
    printer,
    summary,
    width_of,
    wrapped,
)
from mailcow_dns_tui.model.changes import Change, Kind
from mailcow_dns_tui.model.txt import brief


def write_changes(told: Sequence[Change], checked: Checked, file: TextIO) -> None:
    """Write what is new, and how all stands now; as wide and coloured as the table of `check`."""
    console = printer(file)
    width = width_of(console)
    silent = [change for change in told if change.kind is Kind.COULD_NOT_ASK]
    for change in told:
        if change.kind is not Kind.COULD_NOT_ASK or len(silent) == 1:
            _write(console, change, width)
    if len(silent) > 1:
        _write_silent(console, silent, width)
    print_line(console, Text(f"Since the last check: {counted(told) or 'nothing has changed'}."))
    print_line(console, summary(checked))


def _head(change: Change) -> Text:
    style = STYLES[change.now.standing] if change.now else "dim"
    head = Text(f"  {mark(change)}".ljust(STATUS_WIDTH), style)
    head.append(what(change), "default")
    return head.append(f"  {how(change)}", "bold")


def _write_silent(console: Console, silent: Sequence[Change], width: int) -> None:
    """A network that is gone is one piece of news."""
    for change in silent:
        print_line(console, _head(change))
    first = silent[0].about
    _say(console, f"None of these could be asked. Of the first: {first.message}", "", width)
    if first.fix:
        _say(console, f"→ {first.fix}", "bold", width)


def _write(console: Console, change: Change, width: int) -> None:
    print_line(console, _head(change))
    about = change.about
    for line in wrapped(console, Text(brief(about.message, LONGEST_MESSAGE)), width):
        print_line(console, line)
    if about.muted:
        _say(console, f"Meant to be so: {about.muted}", "dim", width)
    elif about.fix and change.now is not None:
        _say(console, f"→ {about.fix}", "bold", width)
    for label, value in values(change):
        _say(console, f"{label:<10} {value}", "dim", width)


def _say(console: Console, text: str, style: str, width: int) -> None:
    for line in wrapped(console, Text(brief(text, LONGEST_MESSAGE), style), width):
        print_line(console, line)

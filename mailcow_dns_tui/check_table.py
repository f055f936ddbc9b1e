"""The outcome of a check for people."""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mailcow_dns_tui.check_report import COUNTED, Checked
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.txt import brief, safe
from mailcow_dns_tui.topics.words import reasons

STYLES = {
    Status.OK: "green",
    Status.INFO: "cyan",
    Status.WARNING: "yellow",
    Status.ERROR: "red",
    Status.UNKNOWN: "magenta",
    Status.MUTED: "dim",
}
STATUS_WIDTH = 12
NAME_WIDTH = 24
TYPE_WIDTH = 6
LEAST_WIDTH = 30
"""What messages are wrapped to, however narrow the terminal."""
LONGEST_MESSAGE = 1000
LONGEST_VALUE = 200
MOST_VALUES = 5
"""What is left out is in the JSON."""


class Printer(Console):
    """Leaves a closed pipe to the command; Rich's own exit code says that a record has an error."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def write_table(checked: Checked, file: TextIO) -> None:
    """Write a line a finding, and below what is not ok the message, what to do and the values.

    What several in a row could not be asked for is said once, below the last of them. As wide
    as the terminal, 80 columns without one; coloured on a terminal only.
    """
    console = printer(file)
    width = width_of(console)
    for domain, findings in groupby(checked.findings, key=lambda finding: finding.domain):
        print_line(
            console, Text("Server, set once" if domain is None else both_forms(domain), "bold")
        )
        _write_group(console, list(findings), width)
        print_line(console, Text())
    print_line(console, summary(checked))


def printer(file: TextIO) -> Console:
    # Rich itself leaves bold and dim on under NO_COLOR.
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Printer(file=file, color_system=colours, highlight=False, markup=False, emoji=False)


def width_of(console: Console) -> int:
    return max(console.width, STATUS_WIDTH + LEAST_WIDTH)


def print_line(console: Console, line: Text) -> None:
    console.print(line, soft_wrap=True)


def _write_group(console: Console, findings: Sequence[Finding], width: int) -> None:
    widths = [cell_len(_name(finding)) for finding in findings]
    name_width = max((each for each in widths if each <= NAME_WIDTH), default=0)
    first = {each.record: each for each in reversed(findings) if not each.muted}
    for silence, run in groupby(findings, key=_silence):
        alike = list(run)
        if silence and len(alike) > 1:
            _write_silent(console, alike, silence, name_width, width)
            continue
        for finding in alike:
            for line in _lines(console, finding, name_width, width):
                print_line(console, line)
            if finding.record is None or finding is first.get(finding.record):
                _write_values(console, finding, width)


def _silence(finding: Finding) -> str:
    """Why nothing at all was heard of what the finding is about; else an empty text."""
    lookup = finding.lookup
    if finding.code != "could-not-ask" or lookup is None or lookup.heard:
        return ""
    return reasons(lookup.failed)


def _write_silent(
    console: Console, findings: Sequence[Finding], silence: str, name_width: int, width: int
) -> None:
    for finding in findings:
        print_line(console, next(_lines(console, finding, name_width, width)))
    message = f"None of these could be looked up: {silence}."
    for line in _told(console, message, findings[0].fix, width):
        print_line(console, line)


def _write_values(console: Console, finding: Finding, width: int) -> None:
    """What the message compares, where there is anything to compare."""
    if finding.muted or finding.code == "could-not-ask" or finding.found == finding.expected:
        return
    if finding.status is Status.OK or not finding.expected:
        return
    more = len(finding.found) - MOST_VALUES
    found = [brief(value, LONGEST_VALUE) for value in finding.found[:MOST_VALUES]]
    found += [f"… and {more} more"] if more > 0 else []
    wanted = [brief(value, LONGEST_VALUE) for value in finding.expected]
    there = "wildcard" if finding.of_wildcard else "published"
    for label, values in (("wanted", wanted), (there, found)):
        for value in values:
            for line in wrapped(console, Text(f"{label:<10} {value}", "dim"), width):
                print_line(console, line)


def _lines(console: Console, finding: Finding, name_width: int, width: int) -> Iterator[Text]:
    head = _head(finding, name_width)
    if finding.status is Status.OK and len(head) + LEAST_WIDTH <= width:
        yield head.append_text(_gist(finding, width - len(head)))
        return
    head.rstrip()
    yield head
    if finding.status is Status.OK:
        yield Text(" " * STATUS_WIDTH).append_text(_gist(finding, width - STATUS_WIDTH))
        return
    if finding.muted:
        yield from _accepted(console, finding, width)
        return
    yield from _told(console, finding.message, finding.fix, width)


def _accepted(console: Console, finding: Finding, width: int) -> Iterator[Text]:
    said = f"{finding.status.word}: {finding.message}"
    for text in (said, f"Meant to be so: {finding.muted}"):
        yield from wrapped(console, Text(brief(text, LONGEST_MESSAGE), "dim"), width)


def _told(console: Console, message: str, fix: str, width: int) -> Iterator[Text]:
    yield from wrapped(console, Text(brief(message, LONGEST_MESSAGE)), width)
    if fix:
        yield from wrapped(console, Text(f"→ {brief(fix, LONGEST_MESSAGE)}", "bold"), width)


def _head(finding: Finding, name_width: int) -> Text:
    status, name = finding.standing, _name(finding)
    style = STYLES[status] if finding.muted else "default"
    head = Text(f"  {status.glyph} {status.word}".ljust(STATUS_WIDTH), STYLES[status])
    head.append(name + " " * (name_width - cell_len(name)) + " ", style)
    kind = "zone" if finding.rdtype == "SOA" else finding.rdtype
    return head.append(kind.ljust(TYPE_WIDTH), style)


def _name(finding: Finding) -> str:
    record = finding.record
    return unicode_form(finding.name) if record is None or record.foreign else record.name


def _gist(finding: Finding, width: int) -> Text:
    """What is ok, on one line; `export` has the value whole."""
    text = Text(safe(", ".join(finding.expected) or finding.message), "dim")
    text.truncate(width, overflow="ellipsis")
    return text


def wrapped(console: Console, text: Text, width: int) -> Iterator[Text]:
    """The text in lines that stand below a name."""
    for line in text.wrap(console, width - STATUS_WIDTH, overflow="fold"):
        line.rstrip()
        yield Text(" " * STATUS_WIDTH).append_text(line)


def summary(checked: Checked) -> Text:
    shown = (s for s in COUNTED if s is not Status.MUTED or checked.counts[s])
    counts = [f"{status.glyph} {checked.counts[status]} {status.word}" for status in shown]
    return Text(f"{'  '.join(counts)}  in {checked.seconds:.1f} s, {checked.queries} questions")

"""The outcome of a check, and what has changed since an earlier one, in lines for people."""

import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mailcow_dns_tui.cli.report import Checked, Outcome
from mailcow_dns_tui.model.changes import Change, ChangeKind, counted, how, mark, values, what
from mailcow_dns_tui.model.code import COULD_NOT_ASK
from mailcow_dns_tui.model.finding import COUNTED, Finding, Status
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.text import brief, safe
from mailcow_dns_tui.topics.phrases import reasons

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
LEAST_WIDTH = 28
"""What messages are wrapped to, however narrow the terminal."""
LONGEST_MESSAGE = 1000
LONGEST_VALUE = 200
MOST_VALUES = 5
"""What is left out is in the JSON."""


class Printer(Console):
    """Prints lines, and texts below them.

    It raises for a closed pipe; Rich's own exit code would mean a bad record.
    """

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError."""
        raise BrokenPipeError

    @property
    def text_width(self) -> int:
        """The width that texts are wrapped to, in columns."""
        return max(self.width, STATUS_WIDTH + LEAST_WIDTH)

    def print_line(self, line: Text) -> None:
        """Print a line as it is; the terminal wraps it."""
        self.print(line, soft_wrap=True)

    def print_below(self, text: str, style: str = "") -> None:
        """Print a text, wrapped and indented to stand below a name."""
        shown = Text(brief(text, LONGEST_MESSAGE), style)
        for line in shown.wrap(self, self.text_width - STATUS_WIDTH, overflow="fold"):
            line.rstrip()
            self.print_line(Text(" " * STATUS_WIDTH).append_text(line))

    def print_advice(self, message: str, fix: str) -> None:
        """Print what is wrong, and what to do."""
        self.print_below(message)
        if fix:
            self.print_below(f"→ {fix}", "bold")


def printer(file: TextIO, plain_width: int | None = None) -> Printer:
    """One on a file, which colours only a terminal, and none under NO_COLOR."""
    # Rich itself leaves bold and dim on under NO_COLOR.
    is_plain = plain_width or os.environ.get("NO_COLOR")
    colours: Literal["auto"] | None = None if is_plain else "auto"
    return Printer(
        file=file,
        width=plain_width,
        color_system=colours,
        highlight=False,
        markup=False,
        emoji=False,
    )


def write_table(checked: Checked, file: TextIO, plain_width: int | None = None) -> None:
    """Write a line a finding, and below what is not ok the message, what to do and the values.

    What several in a row could not be asked for is said once, below the last of them. As wide
    as the terminal, 80 columns without one; coloured on a terminal only, and never where the
    width is given.
    """
    console = printer(file, plain_width)
    write_findings(console, checked.findings)
    console.print_line(summary(checked.outcome))


def write_findings(console: Printer, findings: Iterable[Finding]) -> None:
    """Write the lines of some domains, below the name of each."""
    for domain, group in groupby(findings, key=lambda finding: finding.domain):
        console.print_line(
            Text("Server, set once" if domain is None else both_forms(domain), "bold")
        )
        _write_group(console, list(group))
        console.print_line(Text())


def _write_group(console: Printer, findings: Sequence[Finding]) -> None:
    widths = [cell_len(_name(finding)) for finding in findings]
    name_width = max((each for each in widths if each <= NAME_WIDTH), default=0)
    first = {each.record: each for each in reversed(findings) if not each.muted}
    for silence, run in groupby(findings, key=_silence):
        alike = list(run)
        if silence and len(alike) > 1:
            for finding in alike:
                console.print_line(_bare_head(finding, name_width))
            message = f"None of these could be looked up: {silence}."
            console.print_advice(message, alike[0].fix)
            continue
        for finding in alike:
            _write_finding(console, finding, name_width)
            if finding.record is None or finding is first.get(finding.record):
                _write_values(console, finding)


def _silence(finding: Finding) -> str:
    """Why nothing at all was heard of what the finding is about; else an empty text."""
    lookup = finding.lookup
    if finding.code != COULD_NOT_ASK or lookup.answered:
        return ""
    return reasons(lookup.failed)


def _write_values(console: Printer, finding: Finding) -> None:
    """What the message compares, where there is anything to compare."""
    if finding.muted or finding.code == COULD_NOT_ASK or finding.found == finding.expected:
        return
    if finding.status is Status.OK or not finding.expected:
        return
    more = len(finding.found) - MOST_VALUES
    found = [brief(value, LONGEST_VALUE) for value in finding.found[:MOST_VALUES]]
    found += [f"… and {more} more"] if more > 0 else []
    wanted = [brief(value, LONGEST_VALUE) for value in finding.expected]
    there = "wildcard" if finding.of_wildcard else "published"
    for label, texts in (("wanted", wanted), (there, found)):
        for value in texts:
            console.print_below(f"{label:<10} {value}", "dim")


def _write_finding(console: Printer, finding: Finding, name_width: int) -> None:
    head, width = _head(finding, name_width), console.text_width
    if finding.status is Status.OK and len(head) + LEAST_WIDTH <= width:
        console.print_line(head.append_text(_gist(finding, width - len(head))))
        return
    console.print_line(_bare_head(finding, name_width))
    if finding.status is Status.OK:
        gist = _gist(finding, width - STATUS_WIDTH)
        console.print_line(Text(" " * STATUS_WIDTH).append_text(gist))
    elif finding.muted:
        console.print_below(f"{finding.status.word}: {finding.message}", "dim")
        console.print_below(f"Meant to be so: {finding.muted}", "dim")
    else:
        console.print_advice(finding.message, finding.fix)


def _head(finding: Finding, name_width: int) -> Text:
    status, name = finding.effective_status, _name(finding)
    style = STYLES[status] if finding.muted else "default"
    head = Text(f"  {status.glyph} {status.word}".ljust(STATUS_WIDTH), STYLES[status])
    head.append(name + " " * (name_width - cell_len(name)) + " ", style)
    kind = "zone" if finding.rdtype == "SOA" else finding.rdtype
    return head.append(kind.ljust(TYPE_WIDTH), style)


def _bare_head(finding: Finding, name_width: int) -> Text:
    """Without the blanks at its end, where nothing follows."""
    head = _head(finding, name_width)
    head.rstrip()
    return head


def _name(finding: Finding) -> str:
    record = finding.record
    return unicode_form(finding.name) if record is None or record.external else record.name


def _gist(finding: Finding, width: int) -> Text:
    """What is ok, on one line; `export` has the value whole."""
    text = Text(safe(", ".join(finding.expected) or finding.message), "dim")
    text.truncate(width, overflow="ellipsis")
    return text


def summary(outcome: Outcome) -> Text:
    """How many findings count as what, in which time and with how many questions."""
    shown = (s for s in COUNTED if s is not Status.MUTED or outcome.counts[s])
    counts = [f"{status.glyph} {outcome.counts[status]} {status.word}" for status in shown]
    return Text(f"{'  '.join(counts)}  in {outcome.seconds:.1f} s, {outcome.queries} questions")


def write_changes(told: Sequence[Change], outcome: Outcome, file: TextIO) -> None:
    """Write what is new, and how all stands now; as wide and coloured as the table of `check`."""
    console = printer(file)
    silent = [change for change in told if change.kind is ChangeKind.COULD_NOT_ASK]
    for change in told:
        if change.kind is not ChangeKind.COULD_NOT_ASK or len(silent) == 1:
            _write_change(console, change)
    if len(silent) > 1:
        # A network that is gone is one piece of news.
        for change in silent:
            console.print_line(_change_head(change))
        first = silent[0].about
        message = f"None of these could be asked. Of the first: {first.message}"
        console.print_advice(message, first.fix)
    console.print_line(Text(f"Since the last check: {counted(told) or 'nothing has changed'}."))
    console.print_line(summary(outcome))


def _change_head(change: Change) -> Text:
    style = STYLES[change.now.effective_status] if change.now else "dim"
    head = Text(f"  {mark(change)}".ljust(STATUS_WIDTH), style)
    head.append(what(change), "default")
    return head.append(f"  {how(change)}", "bold")


def _write_change(console: Printer, change: Change) -> None:
    about = change.about
    console.print_line(_change_head(change))
    console.print_advice(about.message, "" if about.muted or change.now is None else about.fix)
    if about.muted:
        console.print_below(f"Meant to be so: {about.muted}", "dim")
    for label, value in values(change):
        console.print_below(f"{label:<10} {value}", "dim")

"""The outcome of a check as a table for people."""

from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mailcow_dns_tui.check_report import COUNTED, Checked
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.txt import safe

STYLES = {
    Status.OK: "green",
    Status.INFO: "cyan",
    Status.WARNING: "yellow",
    Status.ERROR: "red",
    Status.UNKNOWN: "magenta",
}
WIDTH_WITHOUT_TERMINAL = 100


def write_table(checked: Checked, file: TextIO) -> None:
    """Write all findings; coloured on a terminal only, and never cut off."""
    width = None if file.isatty() else WIDTH_WITHOUT_TERMINAL
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    for domain, findings in groupby(checked.findings, key=lambda finding: finding.domain):
        title = "Server, set once" if domain is None else both_forms(domain)
        console.print(Text(title, "bold"))
        console.print(Padding(_table(list(findings)), (0, 0, 1, 0)))
    console.print(_summary(checked))


def _table(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=5)
    for finding in findings:
        status = finding.status
        table.add_row(
            Text(f"  {status.glyph} {status.word}", STYLES[status]),
            Text(_name(finding)),
            Text(finding.rdtype),
            _words(finding),
        )
    return table


def _name(finding: Finding) -> str:
    record = finding.record
    return unicode_form(finding.name) if record is None or record.foreign else record.name


def _words(finding: Finding) -> Text:
    """The wanted value where all is well; else what is the case, and what to do."""
    if finding.status is Status.OK and finding.expected:
        return Text(", ".join(finding.expected), "dim")
    text = Text(safe(finding.message))
    if finding.fix:
        text.append(f"\n→ {safe(finding.fix)}", "bold")
    return text


def _summary(checked: Checked) -> Text:
    counts = [f"{status.glyph} {checked.counts[status]} {status.word}" for status in COUNTED]
    return Text(f"{'  '.join(counts)}  in {checked.seconds:.1f} s, {checked.queries} questions")

"""All records and their status, grouped by what they serve."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import dns.reversename
from dns.name import Name
from textual.content import Content
from textual.reactive import var

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, both_forms
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.wizard.columns import fitted
from mailcow_dns_tui.wizard.pasted import is_there
from mailcow_dns_tui.wizard.report import Part, Report
from mailcow_dns_tui.wizard.row_list import RowList
from mailcow_dns_tui.wizard.status import PASTED, status_cell


@dataclass(frozen=True)
class Heading:
    text: str
    domain: Name | None = None
    is_of_records: bool = True


@dataclass(frozen=True)
class Leftovers:
    """The row behind which lies what DNS can't show."""


Row = Heading | Record | Finding | Leftovers
NAME_WIDTH = range(14, 27)


def rows(report: Report) -> tuple[Row, ...]:
    """The server's records, then each domain's, each group with the findings about its zone."""
    found = [row for part in report.parts.values() for row in rows_of(part)]
    return (
        (*found, Heading("When DNS is done", is_of_records=False), Leftovers())
        if report.records
        else ()
    )


_ROWS: WeakKeyDictionary[Part, tuple[Row, ...]] = WeakKeyDictionary()


def rows_of(part: Part) -> tuple[Row, ...]:
    """Made once for each part, since most of them stay as they are."""
    found = _ROWS.get(part)
    if found is None:
        others = (f for f in part.others.values() if f.status is not Status.OK)
        found = (
            (Heading(_title(part.domain), part.domain), *part.records, *others)
            if part.records
            else ()
        )
        _ROWS[part] = found
    return found


def _title(domain: Name | None) -> str:
    return "Server, set once" if domain is None else both_forms(domain)


def row_name(record: Record) -> str:
    """The name as its panel wants it: of reverse DNS the address, of a foreign zone all of it."""
    if record.topic == "ptr":
        return dns.reversename.to_address(record.owner)
    return ascii_form(record.owner) if record.foreign else record.name


class RecordList(RowList):
    """The cursor chooses the record that is explained beside the list."""

    report: var[Report] = var(Report())
    setup: var[Setup] = var(Setup())
    chosen: var[Row | None] = var(None)
    """Watched by who explains it: a message would come too late for the same frame."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()

    @property
    def count(self) -> int:
        return len(self._rows)

    def is_heading(self, index: int) -> bool:
        return isinstance(self._rows[index], Heading)

    def content(self, index: int, width: int) -> Content:
        return row_content(self._rows[index], self.report, self.setup, width)

    def watch_highlighted(self, before: int | None, now: int | None) -> None:
        super().watch_highlighted(before, now)
        self._choose()

    def _choose(self) -> None:
        self.chosen = None if self.highlighted is None else self._rows[self.highlighted]

    def watch_report(self, before: Report, report: Report) -> None:
        new = rows(report)
        if new == self._rows:
            self._show_statuses(before, report)
        else:
            self._fill(new)

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        if panels(before) != panels(setup):
            self.redraw(0, self.count)

    def _fill(self, new: tuple[Row, ...]) -> None:
        place = self._place_of(self.chosen, new)
        self._rows = new
        self.fill(place)
        self._choose()

    def _show_statuses(self, before: Report, report: Report) -> None:
        start = 0
        for domain, part in report.parts.items():
            count = len(rows_of(part))
            marked = before.pasted ^ report.pasted
            if part is not before.part(domain) or not marked.isdisjoint(part.records):
                self.redraw(start, count)
            start += count

    def _place_of(self, chosen: Row | None, new: Sequence[Row]) -> int | None:
        """Where the cursor goes: to the same row, else to the same height, else to the first."""
        if chosen in new:
            return new.index(chosen)
        first = next((i for i, row in enumerate(new) if not isinstance(row, Heading)), None)
        if self.highlighted is None or self.highlighted >= len(new):
            return first
        return first if isinstance(new[self.highlighted], Heading) else self.highlighted

    def choose_next_left(self) -> None:
        """Put the cursor on the next record that is not good, from here on and round."""
        here = self.highlighted or 0
        around = [*range(here + 1, self.count), *range(here)]
        left = (i for i in around if self._is_left(self._rows[i]))
        self.highlighted = next(left, self.highlighted)

    def _is_left(self, row: Row) -> bool:
        return isinstance(row, Record) and not row.foreign and self.report.is_left(row)

    def choose_domain(self, domain: Name | None) -> None:
        """Put the cursor on the first of the rows of a domain, or of the server."""
        start = 0
        for each, part in self.report.parts.items():
            if each == domain:
                self.highlighted = min(start + 1, self.count - 1)
                self.scroll_to(y=start, animate=False, force=True, immediate=True)
                return
            start += len(rows_of(part))


def panels(setup: Setup) -> tuple[str, ...]:
    """The providers that were chosen: for all, then for each domain."""
    return (setup.server.panel, *(domain.panel for domain in setup.domains))


def row_content(row: Row, report: Report, setup: Setup, width: int) -> Content:
    if isinstance(row, Heading):
        return Content.styled(_heading(row, report, setup), "bold $text-primary").truncate(width)
    if isinstance(row, Leftovers):
        return Content("→ Outside tests, and reading the reports")
    if isinstance(row, Finding):
        kind = "zone" if row.rdtype == "SOA" else row.rdtype
        return _line(row.standing, _cells(ascii_form(row.name), kind, row.message, width), width)
    status = report.status(row)
    cells = _cells(row_name(row), row.type_text, row.value, width)
    is_sought = row in report.pasted and not is_there(row, report.findings.get(row, ()))
    return _line(status, cells, width, PASTED if is_sought else None)


def _heading(row: Heading, report: Report, setup: Setup) -> str:
    """With the provider, where it is known; the last heading is of no records."""
    # The first paint need not wait for the profiles of all panels.
    from mailcow_dns_tui.wizard.panel_of import provider_of

    provider = provider_of(report.part(row.domain), setup) if row.is_of_records else None
    return f"{row.text}, at {provider.title}" if provider else row.text


def _line(status: Status, cells: Content, width: int, mark: Content | None = None) -> Content:
    line = Content.assemble(mark or status_cell(status), " ", cells)
    line = line.truncate(width, ellipsis=True)
    return line.stylize("dim") if status is Status.MUTED else line


def _cells(name: str, rdtype: str, value: str, width: int) -> Content:
    name_width = NAME_WIDTH[min(max(0, width - 56), len(NAME_WIDTH) - 1)]
    shown = (safe(value), "$text-muted")
    return Content.assemble(fitted(name, name_width), f" {rdtype:<5} ", shown)

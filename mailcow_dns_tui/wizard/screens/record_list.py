"""All records and their status, grouped by what they serve."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import dns.reversename
from dns.name import Name
from textual.content import Content
from textual.reactive import var

from mailcow_dns_tui.model.finding import COUNTED, Finding, Status
from mailcow_dns_tui.model.names import ascii_form, both_forms, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import DomainReport, Report, is_live
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.wizard.widgets.row_list import RowList
from mailcow_dns_tui.wizard.widgets.text import PASTED, STYLES, WORD_WIDTH, fitted, status_cell


@dataclass(frozen=True)
class Heading:
    """Stands above the records of the server or of a domain."""

    text: str
    domain: Name | None = None
    is_of_records: bool = True


@dataclass(frozen=True)
class NextSteps:
    """The row behind which lies what DNS can't show."""


Row = Heading | Record | Finding | NextSteps
NAME_WIDTH = range(14, 27)


def rows(report: Report) -> tuple[Row, ...]:
    """The server's records, then each domain's, each group with the findings about its zone."""
    found = [row for part in report.parts.values() for row in rows_of(part)]
    return (
        (*found, Heading("When DNS is done", is_of_records=False), NextSteps())
        if report.records
        else ()
    )


FAULTS = frozenset({Status.ERROR, Status.WARNING, Status.UNKNOWN})
"""Something is wrong there, or could not be asked."""
NOTABLE = frozenset({Status.INFO})
NO_RECORDS = "No records yet: they need a hostname, an address and a domain."
WORKING_OUT = "Working the records out …"
NO_FAULT = "There is no fault."
NO_FAULT_YET = "No fault so far: not everything was asked yet."
ONLY_FAULTS = "Only faults are shown; l shows all."
ONLY_NOTABLE = f"{NO_FAULT} What is only worth knowing is shown; l shows all."
IS_NOTABLE = f"{NO_FAULT} This is only worth knowing."


@dataclass(frozen=True)
class RowFilter:
    """Which of the rows are shown.

    Attributes:
        words: parts that a row has, each somewhere, in whatever case.
        only: how they stand; empty: in any way.
    """

    words: str = ""
    only: frozenset[Status] = frozenset()

    def of(self, rows: Sequence[Row], report: Report) -> tuple[Row, ...]:
        """What is left of them, and the headings above that."""
        if self == EVERY_ROW:
            return tuple(rows)
        left: list[Row] = []
        for row in reversed(rows):
            below = left[-1] if left else None
            has_rows = below is not None and not isinstance(below, Heading)
            if has_rows if isinstance(row, Heading) else self._shows(row, report):
                left.append(row)
        return tuple(reversed(left))

    def _shows(self, row: Row, report: Report) -> bool:
        text = _text(row).casefold()
        has_words = all(word in text for word in self.words.casefold().split())
        return has_words and (not self.only or _stands(row, report, self.only))


EVERY_ROW = RowFilter()


def _text(row: Row) -> str:
    """What a row is found by."""
    if isinstance(row, Record):
        return f"{both_forms(row.owner)} {row.name} {row.type_text} {row.label} {row.value}"
    if isinstance(row, Finding):
        return f"{both_forms(row.name)} {row.rdtype} {row.topic} {row.message}"
    return ""


def _stands(row: Row, report: Report, statuses: Collection[Status]) -> bool:
    """Whether it is a record or a finding that stands so."""
    if isinstance(row, Record):
        return report.status(row) in statuses
    return isinstance(row, Finding) and row.effective_status in statuses


_ROWS: WeakKeyDictionary[DomainReport, tuple[Row, ...]] = WeakKeyDictionary()


def rows_of(part: DomainReport) -> tuple[Row, ...]:
    """Made once for each part, since most of them stay as they are."""
    found = _ROWS.get(part)
    if found is None:
        # What is good shows where a record is, so that one that was proposed does not vanish.
        others = (f for f in part.others.values() if f.found or f.status is not Status.OK)
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
    if record.is_reverse:
        return dns.reversename.to_address(record.owner)
    return ascii_form(record.owner) if record.external else record.name


class RecordList(RowList):
    """The cursor chooses the record that is explained beside the list."""

    report: var[Report] = var(Report())
    setup: var[Setup] = var(Setup())
    filter: var[RowFilter] = var(EVERY_ROW)
    chosen: var[Row | None] = var(None)
    """Watched by what explains it: a message would come too late for the same frame."""

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
        """Fill anew only where other rows are shown: news come ten times a second."""
        new = self.filter.of(rows(report), report)
        if new != self._rows:
            self._fill(new)
        elif self.filter == EVERY_ROW:
            self._show_statuses(before, report)
        else:
            self.redraw(0, self.count)

    def watch_filter(self) -> None:
        self._fill(self.filter.of(rows(self.report), self.report))

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        """Another panel has other names for what is copied."""
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

    def show_only(self) -> str:
        """Show faults only, else what is worth knowing, or all again; says which."""
        if self.filter.only:
            self.filter = replace(self.filter, only=frozenset())
            return ""
        for only, said in ((FAULTS, ONLY_FAULTS), (NOTABLE, ONLY_NOTABLE)):
            self.filter = replace(self.filter, only=only)
            if self.count and (only is FAULTS or self.report.all_asked):
                return said
        self.filter = replace(self.filter, only=frozenset())
        return self._no_fault

    def choose_fault(self, step: int) -> str:
        """Put the cursor on the fault after it (1) or before it (-1); where there is none, say so.

        Then it goes to what is only worth knowing.
        """
        here = self.highlighted or 0
        around = [(here + step * distance) % self.count for distance in range(1, self.count + 1)]
        for statuses, said in ((FAULTS, ""), (NOTABLE, IS_NOTABLE)):
            places = (i for i in around if _stands(self._rows[i], self.report, statuses))
            if (found := next(places, None)) is not None and (not said or self.report.all_asked):
                self.highlighted = found
                return said
        return self._no_fault

    @property
    def _no_fault(self) -> str:
        return NO_FAULT if self.report.all_asked else NO_FAULT_YET

    def _is_left(self, row: Row) -> bool:
        return isinstance(row, Record) and not row.external and self.report.is_left(row)

    def choose_domain(self, domain: Name | None) -> None:
        """Put the cursor on the first of the rows of a domain, or of the server."""
        start = 0
        for each, part in self.report.parts.items():
            if each == domain and self.count:
                self.highlighted = min(start + 1, self.count - 1)
                self.scroll_to(y=start, animate=False, force=True, immediate=True)
                return
            start += len(rows_of(part))


def panels(setup: Setup) -> tuple[str, ...]:
    """The providers that were chosen: for all, then for each domain."""
    return (setup.server.panel, *(domain.panel for domain in setup.domains))


def why_empty(report: Report, setup: Setup) -> str:
    """Why there is no record; empty where there is one."""
    if report.records:
        return ""
    # Before a check has come to its end, what is wanted may not be known yet.
    return WORKING_OUT if setup.zones and not report.checked else NO_RECORDS


def list_title(row: Row | None, report: Report) -> Content:
    """`Records of example.org, 23`: of whom those around a row are."""
    if row is None or isinstance(row, NextSteps):
        return Content(f"Records, {len(report.records)}")
    owner = "the server" if row.domain is None else both_forms(row.domain)
    return Content(f"Records of {owner}, {len(report.of_domain(row.domain))}")


def detail_title(row: Row | None, report: Report) -> Content:
    """`✗ error  mail.example.org  A`: how it stands, and whose record it is."""
    if isinstance(row, Record):
        named = row_name(row) if row.is_reverse else unicode_form(row.owner)
        status, name = report.status(row), f"{named}  {row.type_text}"
    elif isinstance(row, Finding):
        status, name = row.effective_status, unicode_form(row.name)
    else:
        return Content(row.text if isinstance(row, Heading) else "")
    return Content.assemble((f"{status.glyph} {status.word}", STYLES[status]), f"  {name}")


def row_content(row: Row, report: Report, setup: Setup, width: int) -> Content:
    """One line, no wider than that."""
    if isinstance(row, Heading):
        return Content.styled(_heading(row, report, setup), "bold $text-primary").truncate(width)
    if isinstance(row, NextSteps):
        return Content("→ Outside tests, and reading the reports")
    if isinstance(row, Finding):
        kind = "zone" if row.rdtype == "SOA" else row.rdtype
        return _line(
            row.effective_status, _cells(ascii_form(row.name), kind, row.message, width), width
        )
    status = report.status(row)
    cells = _cells(row_name(row), row.type_text, row.value, width)
    is_sought = row in report.pasted and not is_live(row, report.findings.get(row, ()))
    return _line(status, cells, width, PASTED if is_sought else None)


def _heading(row: Heading, report: Report, setup: Setup) -> str:
    """With the provider, where it is known; the last heading is of no records."""
    if not row.is_of_records:
        return row.text
    part = report.part(row.domain)
    title, counts = f"{row.text}{_provider(part, report, setup)}", part.counts
    return "  ".join([title, *(f"{s.glyph} {counts[s]}" for s in COUNTED if counts[s])])


def _provider(part: DomainReport, report: Report, setup: Setup) -> str:
    """Where the own records are edited; the server's by their zone: reverse DNS is elsewhere."""
    # The first paint need not wait for the profiles of all panels.
    from mailcow_dns_tui.guide.boxes import provider_of

    provider = provider_of(part, setup)
    if provider is None or part.domain is not None:
        return f", at {provider.title}" if provider else ""
    zone = next(report.placed(each).zone for each in part.records if not each.external)
    return f", {unicode_form(zone)} at {provider.title}"


def head_line(width: int) -> str:
    """The heads of the columns."""
    return f"{'':2}{'Status':<{WORD_WIDTH}} {_cells('Name', 'Type', 'Value', width).plain}"


def _line(status: Status, cells: Content, width: int, mark: Content | None = None) -> Content:
    line = Content.assemble(mark or status_cell(status), " ", cells)
    line = line.truncate(width, ellipsis=True)
    return line.stylize("dim") if status is Status.MUTED else line


def _cells(name: str, rdtype: str, value: str, width: int) -> Content:
    name_width = NAME_WIDTH[min(max(0, width - 64), len(NAME_WIDTH) - 1)]
    shown = (safe(value), "$text-muted")
    return Content.assemble(fitted(name, name_width), f" {rdtype:<5} ", shown)


def zone_at(row: Row | None, report: Report, setup: Setup) -> Name | None:
    """The user's own zone that a row is about; what is in somebody else's serves one of them."""
    if isinstance(row, Record) and not row.external:
        return report.placed(row).zone
    about = row.domain if isinstance(row, Record | Finding | Heading) else None
    return about or setup.host_zone


def zone_line(record: Record) -> str:
    """The record as one line that stands in any zone file: the name is whole."""
    data = record.rdata.to_text()
    return f"{record.owner.to_text()} {record.ttl} IN {record.type_text} {data}"

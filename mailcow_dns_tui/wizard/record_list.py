"""All records and their status, grouped by what they serve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dns.reversename
from dns.name import Name
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, both_forms
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status import status_cell


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Leftovers:
    """The row behind which lies what DNS can't show."""


Row = Heading | Record | Finding | Leftovers
NAME_WIDTH = range(14, 27)


def rows(report: Report) -> Iterator[Row]:
    """The server's records, then each domain's, each group with the findings about its zone."""
    for domain, records in report.by_domain.items():
        yield Heading(_title(domain))
        yield from records
        yield from (f for f in report.others_of_domain(domain) if f.status is not Status.OK)
    if report.records:
        yield Heading("When DNS is done")
        yield Leftovers()


def _title(domain: Name | None) -> str:
    return "Server, set once" if domain is None else both_forms(domain)


def row_name(record: Record) -> str:
    """The name as its panel wants it: of reverse DNS the address, of a foreign zone all of it."""
    if record.topic == "ptr":
        return dns.reversename.to_address(record.owner)
    return ascii_form(record.owner) if record.foreign else record.name


class RecordList(OptionList):
    """The cursor chooses the record that is explained beside the list."""

    report: reactive[Report] = reactive(Report())

    class Chosen(Message):
        """The cursor came to another row."""

        def __init__(self, row: Row) -> None:
            self.row = row
            super().__init__()

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, markup=False, compact=True)
        self._rows: tuple[Row, ...] = ()

    @property
    def chosen(self) -> Row | None:
        return None if self.highlighted is None else self._rows[self.highlighted]

    def watch_report(self, before: Report, report: Report) -> None:
        new = tuple(rows(report))
        if new == self._rows:
            self._show_statuses(before, report)
        else:
            self._fill(new)

    def on_resize(self) -> None:
        self._fill(tuple(rows(self.report)))

    def _fill(self, new: tuple[Row, ...]) -> None:
        place = self._place_of(self.chosen, new)
        self._rows = new
        self.set_options(
            Option(self._prompt(row), disabled=isinstance(row, Heading)) for row in new
        )
        self.highlighted = place

    def _show_statuses(self, before: Report, report: Report) -> None:
        for index, row in enumerate(self._rows):
            if isinstance(row, Record) and before.status(row) is not report.status(row):
                self.replace_option_prompt_at_index(index, self._prompt(row))

    def _place_of(self, chosen: Row | None, new: Sequence[Row]) -> int | None:
        """Where the cursor goes: to the same row, else to the same height, else to the first."""
        if chosen in new:
            return new.index(chosen)
        first = next((i for i, row in enumerate(new) if not isinstance(row, Heading)), None)
        if self.highlighted is None or self.highlighted >= len(new):
            return first
        return first if isinstance(new[self.highlighted], Heading) else self.highlighted

    def _prompt(self, row: Row) -> Content:
        width = max(20, self.scrollable_content_region.width - 2)
        return row_content(row, self.report, width)

    def on_option_list_option_highlighted(self) -> None:
        if self.chosen is not None:
            self.post_message(self.Chosen(self.chosen))


def row_content(row: Row, report: Report, width: int) -> Content:
    if isinstance(row, Heading):
        return Content.styled(row.text, "bold $text-primary")
    if isinstance(row, Leftovers):
        return Content("→ Outside tests, and reading the reports")
    if isinstance(row, Finding):
        kind = "zone" if row.rdtype == "SOA" else row.rdtype
        return _cells(row.standing, ascii_form(row.name), kind, row.message, width)
    return _cells(report.status(row), row_name(row), row.type_text, row.value, width)


def _cells(status: Status, name: str, rdtype: str, value: str, width: int) -> Content:
    name_width = NAME_WIDTH[min(max(0, width - 56), len(NAME_WIDTH) - 1)]
    line = Content.assemble(
        status_cell(status),
        " ",
        _fitted(name, name_width),
        f" {rdtype:<5} ",
        (safe(value), "$text-muted"),
    )
    line = line.truncate(width, ellipsis=True)
    return line.stylize("dim") if status is Status.MUTED else line


def _fitted(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else f"{text[: width - 1]}…"

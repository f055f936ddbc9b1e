"""Step 5: the records, and beside them the one under the cursor."""

from collections.abc import Sequence
from itertools import takewhile
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.messages import (
    CopyRequested,
    GuideRequested,
    Pasted,
    PlainTextRequested,
    SeenRequested,
    WatchRequested,
)
from mailcow_dns_tui.wizard.record_list import Heading, Leftovers, RecordList, Row, panels, row_name
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.steps.step_content import StepContent

ABOVE_NEXT_BOX = 4
EMPTY = "No records yet: they need a hostname, an address and a domain."


class RecordView(Container, StepContent):
    """The list of records with its copy keys, and the explanation of the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "guide", "Guide", tooltip="Be led through what is left, one by one"),
        Binding("c", "copy_record", "Copy", tooltip="Copy the record as a line of a zone file"),
        Binding("b", "copy_box", "Box", tooltip="Copy the next box of the panel's form"),
        Binding("f", "copy_form", "Form", show=False, tooltip="Copy records in the panel's form"),
        Binding("p", "panel", "Panel", show=False, tooltip="Choose the DNS provider of the domain"),
        Binding("n", "copy_name", "Name", show=False, tooltip="Copy the record's name"),
        Binding("v", "copy_value", "Value", tooltip="Copy the record's value"),
        Binding("e", "seen", "Everywhere", show=False, tooltip="Show who sees this record"),
        Binding("d", "copy_domain", "Domain", show=False, tooltip="Copy the domain's records"),
        Binding("z", "copy_zone", "Zone", show=False, tooltip="Copy all records as zone files"),
        Binding("m", "mute", "Mute", show=False, tooltip="Say that it is meant to be so"),
        Binding("w", "watch", "Watch", show=False, tooltip="Check again and again"),
        Binding("o", "screen.overview", "All", show=False, tooltip="All domains at a glance"),
        Binding("x", "plain", "Plain", show=False, tooltip="Show all records as plain text"),
    ]

    def compose(self) -> ComposeResult:
        yield RecordList(id="list").data_bind(RecordView.report, RecordView.setup)
        with VerticalScroll(id="detail"):
            yield SteadyText(EMPTY)

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._filling: tuple[Record | None, str, int] = (None, "", 0)

    @property
    def row(self) -> Row | None:
        return self.query_one(RecordList).chosen

    def on_mount(self) -> None:
        self.watch(self.query_one(RecordList), "chosen", self._explain_from_top, init=False)

    def _explain_from_top(self) -> None:
        self.query_one("#detail", VerticalScroll).scroll_home(animate=False)
        self._explain()

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        if panels(before) != panels(setup):
            self._explain()

    def watch_report(self) -> None:
        self.call_after_refresh(self._explain)

    def _explain(self) -> None:
        self.query_one("#detail SteadyText", SteadyText).show(self._explanation(self.row))

    def _explanation(self, row: Row | None) -> Content:
        if row is None or isinstance(row, Heading):
            return Content(EMPTY)
        # The first paint need not wait for what explains a record.
        from mailcow_dns_tui.wizard import leftovers
        from mailcow_dns_tui.wizard.mailcow_says import mailcow_says
        from mailcow_dns_tui.wizard.record_detail import finding_content, record_content

        if isinstance(row, Leftovers):
            return leftovers.content(self.report.all_good and not self.problems)
        if isinstance(row, Record):
            said = mailcow_says(row, self.report, self.setup)
            return record_content(row, self.report, self.setup, said, self._filled(row))
        return finding_content(row)

    def action_copy_box(self) -> None:
        """Copy box after box of the panel's form; once all are pasted and saved, look for it."""
        from mailcow_dns_tui.wizard.panel_of import form, panel_of, to_paste

        record = self.row
        if not isinstance(record, Record):
            return
        panel = panel_of(record, self.report, self.setup)
        rendered = form(self.report.placed(record), panel)
        boxes = to_paste(rendered)
        index = self._filled(record)
        if index < len(boxes):
            self._filling = (record, panel.id, index + 1)
            label = panel.label(record.type_text, boxes[index].key)
            self._copy(boxes[index].text, f"{label}, {index + 1} of {len(boxes)} boxes")
            self._explain()
            self.call_after_refresh(self._show_next_box)
        elif boxes:
            self._filling = (None, "", 0)
            self._sought(record)
        else:
            self.notify(" ".join(note.text for note in rendered.notes), markup=False)

    def _filled(self, record: Record) -> int:
        """How many of its boxes were copied, in the form that is shown now."""
        from mailcow_dns_tui.wizard.panel_of import panel_of

        before, panel, done = self._filling
        is_same = before == record and panel == panel_of(record, self.report, self.setup).id
        return done if is_same else 0

    def _show_next_box(self) -> None:
        """Scroll to where the form is being filled in: few of its boxes fit into 24 lines."""
        detail = self.query_one("#detail", VerticalScroll)
        lines = self._explanation(self.row).wrap(max(1, detail.query_one(SteadyText).size.width))
        next_box = _last_mark([line.plain for line in lines])
        is_in_sight = next_box < detail.size.height - 2
        detail.scroll_to(y=0 if is_in_sight else next_box - ABOVE_NEXT_BOX, animate=False)

    def _sought(self, record: Record) -> None:
        self.post_message(Pasted(record))
        self.notify(f"Looking for {record.type_text} {row_name(record)} now.", markup=False)
        self.query_one(RecordList).choose_next_left()

    def action_copy_form(self) -> None:
        from mailcow_dns_tui.wizard.form_copy import Scope, in_form, scopes
        from mailcow_dns_tui.wizard.form_screen import FormScreen

        def take(scope: Scope | None) -> None:
            if scope is not None:
                self._copy(*in_form(scope, self.report, self.setup))

        if self.report.records:
            row = self.row if isinstance(self.row, Record | Finding) else None
            self.app.push_screen(FormScreen(tuple(scopes(row, self.report))), take)

    def action_panel(self) -> None:
        row = self.row
        if row is not None and not isinstance(row, Leftovers):
            from mailcow_dns_tui.wizard.choosing_panel import choose_panel

            choose_panel(self, self.report.part(row.domain), self.setup)

    def action_copy_name(self) -> None:
        if isinstance(self.row, Record):
            self._copy(row_name(self.row), "the name")

    def action_copy_value(self) -> None:
        if isinstance(self.row, Record):
            self._copy(self.row.value, "the value")

    def action_copy_record(self) -> None:
        if isinstance(self.row, Record):
            self._copy(zone_line(self.row), "the record")

    def action_seen(self) -> None:
        if isinstance(self.row, Record):
            self.post_message(SeenRequested(self.row))

    def action_copy_domain(self) -> None:
        if isinstance(self.row, Record):
            domain = self.row.domain
            records = self.report.of_domain(domain)
            owner = "the server" if domain is None else both_forms(domain)
            from mailcow_dns_tui.export.zone import zone_text

            self._copy(zone_text(records), f"{len(records)} records of {owner}")

    def action_copy_zone(self) -> None:
        self.post_message(CopyRequested.of_all(self.report))

    def action_mute(self) -> None:
        from mailcow_dns_tui.wizard.muting import mute_or_unmute

        row = self.row
        if isinstance(row, Record):
            mute_or_unmute(self, self.report.findings.get(row, ()))
        elif isinstance(row, Finding):
            mute_or_unmute(self, (row,))

    def action_watch(self) -> None:
        self.post_message(WatchRequested())

    def action_guide(self) -> None:
        self.post_message(GuideRequested())

    def action_plain(self) -> None:
        self.post_message(PlainTextRequested.of_all(self.report))

    def _copy(self, text: str, what: str) -> None:
        self.post_message(CopyRequested(text, what))


def _last_mark(lines: Sequence[str]) -> int:
    """The line of the next box, or of the last: the form stands below the title and a blank."""
    form = takewhile(str.strip, lines[2:])
    marked = [y for y, line in enumerate(form, 2) if line.startswith(("▸ ", "✓ "))]
    return max(marked, default=0)


def zone_line(record: Record) -> str:
    """The record as one line that stands in any zone file: the name is whole."""
    data = record.rdata.to_text()
    return f"{record.owner.to_text()} {record.ttl} IN {record.type_text} {data}"

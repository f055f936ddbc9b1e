"""Step 5: the records and their keys, beside them what is explained of the one at the cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input

from mailcow_dns_tui.guide.boxes import FormProgress, panel_of
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, counted
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.commands import RECORDS
from mailcow_dns_tui.wizard.messages import (
    CopyRequested,
    ImportRequested,
    Pasted,
    PropagationRequested,
)
from mailcow_dns_tui.wizard.screens.panel_choice import choose_panel
from mailcow_dns_tui.wizard.screens.publish_keys import PUBLISHING, PublishKeys
from mailcow_dns_tui.wizard.screens.record_list import (
    EVERY_ROW,
    Heading,
    NextSteps,
    RecordList,
    Row,
    detail_title,
    head_line,
    list_title,
    panels,
    row_name,
    why_empty,
    zone_at,
    zone_line,
)
from mailcow_dns_tui.wizard.steps.step import StepContent
from mailcow_dns_tui.wizard.widgets.hanging import joined
from mailcow_dns_tui.wizard.widgets.inputs import LineInput
from mailcow_dns_tui.wizard.widgets.text import SteadyText, entitle
from mailcow_dns_tui.wizard.widgets.text_view import TextView

if TYPE_CHECKING:
    from mailcow_dns_tui.guide.plan import Guiding

ABOVE_NEXT_BOX = 4
COPYING = ("copy_box", "copy_record", "copy_value")
SEARCH = "A part of a name, type or value"
NOT_ASKED_YET = "Not everything was asked yet: press d again in a moment."
LEFT_OUT = (
    "Left out, {count}: not to be added as planned, now or beside what is published. The guide (g) "
    "leads through them."
)
NO_RECORD = "This row has no record: choose another one for that key."
NOTHING_TO_DO = "Nothing of this row can be published now: the guide (g) says what is left."
NOTHING_KNOWN = "Nothing is known here that could be muted."
NOTHING_FOUND = "No record is like that: Esc shows all."


class RecordView(Container, StepContent, PublishKeys):
    """The list of records with its copy keys, and the explanation of the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(RECORDS)

    offered: var[frozenset[str]] = var(frozenset(), bindings=True)
    """The actions of publishing that work at the cursor."""

    def compose(self) -> ComposeResult:
        with Vertical(id="found"):
            yield LineInput(placeholder=SEARCH, id="search", compact=True)
            yield SteadyText(id="heads")
            yield RecordList(id="list").data_bind(RecordView.report, RecordView.setup)
        yield TextView(id="detail")

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._filling: tuple[Record, FormProgress] | None = None
        self._guiding: Guiding | None = None
        self._unmuting: Row | None = None
        """Where the key was pressed once that ends a mute."""

    @property
    def row(self) -> Row | None:
        """What is at the cursor; None in an empty list."""
        return self.query_one(RecordList).chosen

    @property
    def _detail(self) -> TextView:
        return self.query_one("#detail", TextView)

    @property
    def _at_cursor(self) -> Record | None:
        """The record there, or the one that a finding there proposes."""
        record = self.row.remedy if isinstance(self.row, Finding) else self.row
        return record if isinstance(record, Record) else None

    @property
    def _record(self) -> Record | None:
        """What is to be published of it; where there is none, says why."""
        if record := self._at_cursor:
            step = self._step_for(record)
            return step.record if step and step.record else record
        self.notify(why_empty(self.report, self.setup) or NO_RECORD, markup=False)
        return None

    @property
    def idle(self) -> Collection[str]:
        idle = set() if self._at_cursor else {*COPYING}
        return idle | (PUBLISHING - self.offered)

    @property
    def shown_step(self) -> GuideStep | str:
        record = self._at_cursor
        step = self._step_for(record) if record else None
        return step or NOTHING_TO_DO

    def _offered_here(self) -> frozenset[str]:
        """Cheaply: the steps of all zones are not looked through at each move of the cursor."""
        record, is_over = self._at_cursor, self.report.all_good or not self.report.all_asked
        if record is None or record.external or is_over:
            return frozenset()
        panel = panel_of(record, self.report, self.setup)
        offered = self.offered_at(record.zone, panel)
        return offered - {"publish_this"} if self.report.status(record).is_good else offered

    @property
    def known_steps(self) -> Sequence[GuideStep]:
        return self._steps()

    def _step_for(self, record: Record) -> GuideStep | None:
        """What the guide does about it: it may publish less now, or not yet.

        An SPF record, for one, keeps those who send by the one that is published.
        """
        is_left = not self.report.status(record).is_good
        if not (is_left and self.report.all_asked and self.report.is_of(self.setup)):
            return None
        # The first paint need not wait for all topics.
        from mailcow_dns_tui.guide.plan import policies_to_fetch

        if policies_to_fetch((record,), tuple(self.report.standing)):
            return None
        kind = record.owner, record.rdtype
        own = (s for s in self._steps() if s.wanted == record and not s.lowers_ttl)
        return next(
            (s for s in own if s.record is None or (s.record.owner, s.record.rdtype) == kind), None
        )

    def _steps(self) -> Sequence[GuideStep]:
        """The guide's, where no MTA-STS policy was looked at."""
        from mailcow_dns_tui.guide.plan import Guiding

        if self._guiding is None:
            self._guiding = Guiding()
        known = (self.setup, self.report.records, tuple(self.report.standing))
        return self._guiding.steps(*known, datetime.now().astimezone())

    def on_mount(self) -> None:
        self.watch(self.query_one(RecordList), "chosen", self._explain_from_top, init=False)
        # The list had its cursor before, where everything was known already.
        self.call_after_refresh(self._explain)

    def on_resize(self) -> None:
        # The panes are laid out after what holds them.
        self.call_after_refresh(self._explain)

    def action_search(self) -> None:
        """Show the line that rows are searched by."""
        self.query_one("#search").display = True
        self.screen.set_focus(self.query_one("#search"))

    @on(Input.Changed, "#search")
    def _filter(self, event: Input.Changed) -> None:
        rows = self.query_one(RecordList)
        rows.filter = replace(rows.filter, words=event.value)

    @on(Input.Submitted, "#search")
    def _to_rows(self) -> None:
        self.query_one(RecordList).focus()

    def action_only_faults(self) -> None:
        """Show the rows with faults only, or all again."""
        if said := self.query_one(RecordList).show_only():
            self.notify(said, markup=False)

    def action_fault(self, step: int) -> None:
        """To the fault after the cursor (1), or before it (-1)."""
        if said := self.query_one(RecordList).choose_fault(step):
            self.notify(said, markup=False)

    def end_search(self) -> bool:
        """Show all rows again; False where that was so."""
        rows, search = self.query_one(RecordList), self.query_one("#search", LineInput)
        was_searching = rows.filter != EVERY_ROW or search.display
        if was_searching:
            rows.filter = EVERY_ROW
            search.value = ""
            search.display = False
            rows.focus()
        return was_searching

    def _explain_from_top(self) -> None:
        self.refresh_bindings()
        self._detail.scroll_to(y=0, animate=False, immediate=True)
        self._explain()

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        if panels(before) != panels(setup):
            self._explain()

    def watch_report(self) -> None:
        self.call_after_refresh(self._explain)

    watch_connections = watch_report

    def _explain(self) -> None:
        self._show_titles()
        self.offered = self._offered_here()
        self._detail.show(self._explanation(self.row))

    def _show_titles(self) -> None:
        row, rows, detail = self.row, self.query_one(RecordList), self._detail
        self.query_one("#heads", SteadyText).show(head_line(rows.row_width))
        entitle(self.query_one("#found"), list_title(row, self.report))
        title = detail_title(row, self.report)
        # Without corners there is no blank beside it.
        blank = 0 if detail.styles.border_left[0] or not title else 1
        entitle(detail, title.pad(blank, blank))

    def _explanation(self, row: Row | None) -> Content:
        if row is None or isinstance(row, Heading):
            return Content(why_empty(self.report, self.setup) or NOTHING_FOUND)
        # The first paint need not wait for what explains a record.
        from mailcow_dns_tui.wizard.screens.guide_end import outside_dns
        from mailcow_dns_tui.wizard.screens.record_detail import (
            finding_lines,
            mailcow_says,
            record_lines,
        )

        if isinstance(row, NextSteps):
            return outside_dns(all_good=self.report.all_good and not self.problems)
        if isinstance(row, Finding):
            return joined(finding_lines(row), self._detail.width)
        said, step = mailcow_says(row, self.report, self.setup), self._step_for(row)
        told = record_lines(row, self.report, self.setup, said, self._filled(row), step)
        return joined(told, self._detail.width)

    def action_copy_box(self) -> None:
        """Copy box after box of the panel's form; once all are pasted and saved, look for it."""
        record, row = self._record, self.row
        if record is None:
            return
        planned = row if isinstance(row, Record) else record
        form = self._form_of(record, planned)
        if box := form.next_box:
            self._filling = planned, replace(form, copied=form.copied + 1)
            self._copy(box[1], form.said)
            self._explain()
            self.call_after_refresh(self._show_next_box)
        elif form.boxes:
            self._filling = None
            self._sought(planned)
        else:
            notes = (note.text for _, rendered in form.forms for note in rendered.notes)
            self.notify(" ".join(notes), markup=False)

    def _form_of(self, record: Record, planned: Record) -> FormProgress:
        """What is published in the place of the planned one, in its panel's form."""
        panel = panel_of(planned, self.report, self.setup)
        form = FormProgress.of_record(self.report.placed(record), panel)
        return replace(form, copied=self._filled(planned))

    def _filled(self, record: Record) -> int:
        """How many of its boxes were copied, in the form that is shown now."""
        if self._filling is None:
            return 0
        before, form = self._filling
        panel = panel_of(record, self.report, self.setup)
        return form.copied if (before, form.panel.id) == (record, panel.id) else 0

    def _show_next_box(self) -> None:
        """Scroll to where the form is being filled in: few of its boxes fit into 24 lines."""
        next_box = _last_mark(self._detail.lines)
        is_in_sight = next_box < self._detail.size.height - 2
        self._detail.scroll_to(y=0 if is_in_sight else next_box - ABOVE_NEXT_BOX, animate=False)

    def _sought(self, record: Record) -> None:
        self.post_message(Pasted(record))
        self.notify(f"Looking for {record.type_text} {row_name(record)} now.", markup=False)
        self.query_one(RecordList).choose_next_left()

    def action_copy_form(self) -> None:
        """Ask which records to copy in the form of their panels."""
        from mailcow_dns_tui.wizard.screens.copying import FormScreen, Scope, in_form, scopes

        def take(scope: Scope | None) -> None:
            if scope is not None:
                self._copy(*in_form(scope, self.report, self.setup))

        if self.report.records:
            row = self.row if isinstance(self.row, Record | Finding) else None
            self.app.push_screen(FormScreen(tuple(scopes(row, self.report))), take)

    def action_panel(self) -> None:
        """Ask for the DNS provider of the domain at the cursor."""
        row = self.row
        if row is not None and not isinstance(row, NextSteps):
            choose_panel(self, self.report.part(row.domain), self.setup)

    def action_copy_name(self) -> None:
        """Copy the record's name as its panel wants it."""
        if record := self._record:
            self._copy(row_name(record), "the name")

    def action_copy_value(self) -> None:
        """Copy the record's value."""
        if record := self._record:
            self._copy(record.value, "the value")

    def action_copy_record(self) -> None:
        """Copy the record as a line of a zone file."""
        if record := self._record:
            self._copy(zone_line(record), "the record")

    def action_seen(self) -> None:
        """Show which servers and resolvers have the record."""
        if record := self._record:
            self.post_message(PropagationRequested(record))

    def action_copy_domain(self) -> None:
        """Copy what can be added now of the records of the domain, or of the server."""
        record = self._record
        if record is None:
            return
        if not self.report.all_asked:
            self.notify(NOT_ASKED_YET, markup=False)
            return
        from mailcow_dns_tui.export.zone import zone_text
        from mailcow_dns_tui.guide.zone_import import addable

        domain = record.domain
        records = self.report.of_domain(domain)
        found = [f for part in self.report.parts.values() for f in part.all]
        held = addable(records, self.setup, self._steps(), found)
        owner = "the server" if domain is None else both_forms(domain)
        left_out = LEFT_OUT.format(count=len(records) - len(held)) if held != records else ""
        if held:
            self._copy(zone_text(held), f"{counted(len(held), 'record')} of {owner}", left_out)
        else:
            self.notify(f"Nothing of {owner} can be added now. {left_out}", markup=False)

    def action_import_zone(self) -> None:
        """Show what can be imported now of the zone at the cursor."""
        zone = zone_at(self.row, self.report, self.setup)
        if zone is not None:
            self.post_message(ImportRequested(zone))

    def action_mute(self) -> None:
        """Mute what is found at the cursor, or end that."""
        row = self.row
        own = self.report.findings.get(row, ()) if isinstance(row, Record) else ()
        findings = (row,) if isinstance(row, Finding) else own
        reasons = [each.muted for each in findings if each.muted]
        from mailcow_dns_tui.wizard.screens.muting import mute_or_unmute, to_mute

        if to_mute(findings) is None and reasons and self._unmuting != row:
            self._unmuting = row
            said = f"Muted, because: {brief(reasons[0])}. Press m once more to end that."
            self.notify(said, markup=False)
        elif findings:
            self._unmuting = None
            mute_or_unmute(self, findings)
        else:
            self.notify(NOTHING_KNOWN, markup=False)

    def _copy(self, text: str, what: str, hint: str = "") -> None:
        self.post_message(CopyRequested(text, what, hint=hint))


def _last_mark(lines: Sequence[str]) -> int:
    """The line of the next box, or of the last: the form comes first."""
    form = takewhile(str.strip, lines)
    marked = [y for y, line in enumerate(form) if line.startswith(("▸ ", "✓ "))]
    return max(marked, default=0)

"""One zone file of what is safe to publish now, for a panel that imports such files."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from dns.name import Name
from dns.rdatatype import RdataType
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import var

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.guide.boxes import panel_of
from mailcow_dns_tui.guide.plan import guide, policies_to_fetch
from mailcow_dns_tui.guide.state import findings_of
from mailcow_dns_tui.guide.titles import title
from mailcow_dns_tui.guide.zone_import import (
    ZoneImport,
    can_import,
    expectation,
    quirks,
    refusal,
    zone_import,
)
from mailcow_dns_tui.model.finding import Status, worst
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import counted, enumerated, listed, safe
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.messages import CopyRequested, FileRequested, Pasted, PlainTextRequested
from mailcow_dns_tui.wizard.screen_commands import IMPORT
from mailcow_dns_tui.wizard.screens.base import Dialog, with_click
from mailcow_dns_tui.wizard.widgets.text import (
    STYLES,
    SteadyText,
    fitted,
    status_content,
    status_lines,
)

NOT_ASKED_YET = "Not everything was asked yet: press i again in a moment."
NOTHING = "Nothing of {zone} can be imported now."
HINT = "{panel} {does} zone files: i makes one of what is safe now."
PUBLISH_HINT = "t publishes this at {place}, a all that is safe now."
OWN_SERVER = "a name server of your own (RFC 2136)"
LOOKED_FOR = "Import it now: each record is looked for, and turns ✓ by itself."
NO_SERVICES = "There are no records of services in this file."
LEFT_OUT = "Left out: {records} of services."
MOST_BY_HAND = 3
NAME_WIDTH = 24


async def steps_of(zone: Name, report: Report, setup: Setup, engine: Engine) -> Sequence[GuideStep]:
    """The guide's, as it would have them in this zone: with the MTA-STS policies that are served.

    Raises:
        WorkerDiedError: nothing can be asked.
    """
    if not report.all_asked:
        return ()
    found = tuple(report.standing)
    due = [each for each in policies_to_fetch(report.records, found) if each.is_subdomain(zone)]
    pages = await engine.policies(setup, due) if due else {}
    return guide(setup, report.records, found, datetime.now().astimezone(), pages)


def offered(
    zone: Name, steps: Sequence[GuideStep], report: Report, setup: Setup
) -> ZoneImport | str:
    """What can be imported of a zone now; where that is nothing, why, in a few sentences.

    Args:
        zone: as the check has found it.
        steps: the guide's.
        report: what was found.
        setup: the plan.
    """
    panel = panel_of_zone(zone, report, setup)
    if no := refusal(panel):
        return no
    if not report.all_asked:
        return NOT_ASKED_YET
    made = zone_import(zone, panel, setup, steps, tuple(report.standing))
    if made.records:
        return made
    return " ".join([NOTHING.format(zone=both_forms(zone)), *left_lines(made)])


def is_offered(
    step: GuideStep | None, steps: Sequence[GuideStep], report: Report, setup: Setup
) -> bool:
    """Whether a file of the zone that a step is about would bring something now."""
    zone = own_zone(step, report)
    if zone is None or not can_import(panel_of_zone(zone, report, setup)):
        return False
    return isinstance(offered(zone, steps, report, setup), ZoneImport)


def own_zone(step: GuideStep | None, report: Report) -> Name | None:
    """The user's own zone that a step is about."""
    record = (step.record or step.wanted) if step else None
    return None if record is None or record.external else report.placed(record).zone


def panel_of_zone(zone: Name, report: Report, setup: Setup) -> Profile:
    """Whose form is open for the zone."""
    inside = (r for r in report.records if not r.external and report.placed(r).zone == zone)
    record = next(inside, None)
    return panel_of(record, report, setup) if record else generic()


def import_hint(report: Report, setup: Setup) -> str:
    """That one of the panels imports zone files, in a sentence; empty where none is known to."""
    panels = (panel_of(each, report, setup) for each in report.records if not each.external)
    panel = next(filter(can_import, panels), None)
    return hint_of(panel) if panel else ""


def hint_of(panel: Profile) -> str:
    """That one imports zone files, and how to get one."""
    does = "imports" if panel.verified("import") else "is said to import"
    return HINT.format(panel=panel.title, does=does)


def offer_hint(panel: Profile, offers: Collection[str]) -> str:
    """What else can be done than to copy, by a key: of the actions that are offered the first."""
    if "publish_this" in offers:
        return PUBLISH_HINT.format(place=panel.title if panel.is_known else OWN_SERVER)
    return hint_of(panel) if "import_zone" in offers else ""


def left_lines(offer: ZoneImport) -> Iterator[str]:
    """What is left to do besides, in sentences."""
    if offer.by_hand:
        names = listed(map(title, offer.by_hand), MOST_BY_HAND)
        yield f"To be done by hand, {len(offer.by_hand)}: {names}. The guide (g) leads through it."
    if offer.later:
        yield f"Not safe yet, {offer.later}: left for later, and the guide says when."


class ImportScreen(Dialog[None]):
    """Shows what goes into the file, what to expect and what is left; copies and saves it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(IMPORT)
    DEFAULT_CSS = """
    ImportScreen {
        & > .box { width: 78; }
        & Static { height: auto; }
        & #records {
            height: auto; max-height: 8; margin: 1 0; scrollbar-size-vertical: 1;
            & Static { text-wrap: nowrap; text-overflow: ellipsis; }
        }
        & #left { color: $text-muted; }
    }
    """

    report: var[Report] = var(Report())

    def __init__(self, offer: ZoneImport) -> None:
        at = f", at {offer.panel.title}" if offer.panel.is_known else ""
        super().__init__(f"A file for {both_forms(offer.zone)}{at}", "")
        self._whole = self._offer = offer
        self._said = ""

    def compose_box(self) -> ComposeResult:
        yield SteadyText(id="what")
        with VerticalScroll(id="records", can_focus=False):
            yield SteadyText()
        yield SteadyText(status_lines(_to_know(self._offer)), id="know")
        yield SteadyText(id="left")

    def on_mount(self) -> None:
        self._show()

    def watch_report(self) -> None:
        if self.is_alive:
            self._show()

    def _show(self) -> None:
        self.query_one("#what", SteadyText).show(self._said or _what(len(self._offer.records)))
        is_whole = self._offer is self._whole
        keys = _keys(self._whole, "leaves out" if is_whole else "takes in")
        self.query_one(".box").border_subtitle = with_click(keys, "screen.leave")
        left_out = () if is_whole else self._whole.service_records
        without = [LEFT_OUT.format(records=_by_type(left_out))] if left_out else []
        left = " ".join([*without, *left_lines(self._offer)])
        self.query_one("#left", SteadyText).show(left)
        of_steps = {r: _status(s, r, self.report) for s in self._offer.steps for r in s.published}
        lines = [_line(record, status) for record, status in of_steps.items()]
        self.query_one("#records SteadyText", SteadyText).show(Content("\n").join(lines))

    def action_scroll(self, direction: str) -> None:
        """Scroll the list of records: `up`, `down`, `page_up` or `page_down`."""
        getattr(self.query_one("#records", VerticalScroll), f"scroll_{direction}")(animate=False)

    def action_services(self) -> None:
        """Leave the records of services out, or take them in again."""
        if self._whole.service_records:
            is_whole = self._offer is self._whole
            self._offer = self._whole.without_services if is_whole else self._whole
            self._said = ""
            self._show()
        else:
            self.notify(NO_SERVICES, markup=False)

    def action_copy(self) -> None:
        """Copy the file, and look for its records."""
        offer = self._offer
        what = f"a file of {counted(len(offer.records), 'record')}"
        if offer.records:
            begin = partial(self._begin_search, offer)
            self.app.post_message(CopyRequested(offer.text, what, begin))

    def action_plain(self) -> None:
        """Show the file on the bare terminal."""
        name = self._offer.file_name
        self.app.post_message(PlainTextRequested(self._offer.text, name))

    def action_save(self) -> None:
        """Save the file beside the plan, and look for its records."""
        offer = self._offer
        if offer.records:
            begin = partial(self._begin_search, offer)
            self.app.post_message(FileRequested(offer.text, offer.file_name, begin))

    def _begin_search(self, given: ZoneImport, sentence: str) -> None:
        """Look for what was given away, which may be another offer than the one shown now."""
        for record in given.wanted:
            self.app.post_message(Pasted(record))
        if self.is_alive:
            self._said = f"{sentence} {LOOKED_FOR}"
            self._show()


def _what(count: int) -> str:
    if count == 1:
        return "This record is safe to publish now. Import it where your provider has the zone."
    return (
        f"These {count} records are safe to publish now, all at once. Import them where your "
        "provider has the zone."
    )


def _by_type(records: Sequence[Record]) -> str:
    """`11 SRV and 2 TXT`."""
    counts = Counter(record.type_text for record in records)
    return enumerated([f"{count} {rdtype}" for rdtype, count in sorted(counts.items())])


def _keys(offer: ZoneImport, does: str) -> str:
    services = sum(1 for record in offer.service_records if record.rdtype == RdataType.SRV)
    of_services = [f"s {does} {services} SRV"] if services else []
    return "   ".join(["c copies", "w saves", *of_services, "Esc closes"])


def _to_know(offer: ZoneImport) -> Iterator[Content]:
    for text in (expectation(offer.panel), *quirks(offer.panel)):
        yield status_content(Status.INFO, text)


def _status(step: GuideStep, record: Record, report: Report) -> Status:
    """Of the plan's record that it is or works towards, or of what was found in its place."""
    planned = report.of_domain(record.domain)
    of_plan = next((r for r in (record, step.wanted) if r in planned), None)
    if of_plan is not None:
        return report.status(of_plan)
    found = worst(each.effective_status for each in findings_of(step, report))
    return found or step.finding.effective_status


def _line(record: Record, status: Status) -> Content:
    name = fitted(record.owner_text, NAME_WIDTH)
    cells = Content.assemble(name, f" {record.type_text:<5} ", (safe(record.value), "$text-muted"))
    return Content.assemble((f"{status.glyph} ", STYLES[status]), cells)

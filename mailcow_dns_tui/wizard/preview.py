"""The zone as it is wanted, beside the form."""

from collections.abc import Iterable, Iterator

from textual.containers import VerticalScroll
from textual.reactive import reactive
from textual.widgets import Static

from mailcow_dns_tui.export.zone import ZoneLine, zone_lines
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.zone_content import zone_content

EMPTY = "The records appear here as you type: first the hostname, an address and a domain."
Lines = tuple[ZoneLine, ...]


class ZonePreview(Static):
    """The lines of one zone; drawn again only when they, or their marks, change."""

    DEFAULT_CSS = "ZonePreview { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    lines: reactive[Lines] = reactive(())
    changed: reactive[frozenset[Record]] = reactive(frozenset())

    def __init__(self, lines: Lines, changed: frozenset[Record]) -> None:
        super().__init__(markup=False)
        self.set_reactive(ZonePreview.lines, lines)
        self.set_reactive(ZonePreview.changed, changed)

    def on_mount(self) -> None:
        self._draw()

    def watch_lines(self) -> None:
        self._draw()

    def watch_changed(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.update(zone_content(self.lines, self.changed))


class Preview(VerticalScroll):
    """Every wanted record as zone files; what changed last is marked and scrolled to."""

    BORDER_TITLE = "Zone preview"

    report: reactive[Report] = reactive(Report())

    def compose(self) -> Iterator[Static]:
        yield Static(EMPTY, classes="intro", markup=False)

    async def watch_report(self, before: Report, report: Report) -> None:
        records = report.records
        if records == before.records:
            return
        # Nothing is marked on the first showing: all of it would be.
        changed = frozenset(records).difference(before.records or records)
        zones = list(_zones(zone_lines(records))) if records else []
        self.query_one(".intro").display = not zones
        await self._show(zones, changed)

    async def _show(self, zones: list[Lines], changed: frozenset[Record]) -> None:
        shown = list(self.query(ZonePreview))
        for preview, lines in zip(shown, zones, strict=False):
            preview.lines = lines
            preview.changed = _among(lines, changed)
        for preview in shown[len(zones) :]:
            await preview.remove()
        await self.mount_all(
            ZonePreview(lines, _among(lines, changed)) for lines in zones[len(shown) :]
        )
        self.call_after_refresh(self._scroll_to_change)

    def _scroll_to_change(self) -> None:
        for preview in self.query(ZonePreview):
            first = next(
                (i for i, line in enumerate(preview.lines) if line.record in preview.changed), None
            )
            if first is not None:
                top = preview.virtual_region.y + first
                self.scroll_to(y=max(0, top - self.size.height // 3), animate=False)
                return


def _zones(lines: Iterable[ZoneLine]) -> Iterator[Lines]:
    """The lines of each zone together: a zone begins with its `$ORIGIN`."""
    zone: list[ZoneLine] = []
    for line in lines:
        if line.text.startswith("$ORIGIN") and zone:
            yield tuple(zone)
            zone = []
        zone.append(line)
    yield tuple(zone)


def _among(lines: Lines, changed: frozenset[Record]) -> frozenset[Record]:
    return changed.intersection(line.record for line in lines if line.record)

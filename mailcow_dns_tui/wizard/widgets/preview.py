"""The wanted zone, as a coloured zone file beside the form."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report

if TYPE_CHECKING:
    from mailcow_dns_tui.export.zone import ZoneBlock, ZoneLine


CHANGED_MARK = "▌"


@lru_cache(maxsize=4096)
def _coloured(line: str) -> Content:
    from textual.highlight import highlight

    return highlight(line, language="zone")


def zone_content(line: ZoneLine, *, changed: bool) -> Content:
    """The line with zone-file colours; that of a changed record marked at the left and bold."""
    coloured = _coloured(line.text)
    if not changed:
        return Content(" ").append(coloured)
    return Content.assemble(
        (CHANGED_MARK, "$text-accent"), coloured.stylize("bold $text on $accent 25%")
    )


KEPT = 500
"""Drawn lines, for the next change of a few of them."""
EMPTY = "The records appear here as you type: first the hostname, an address and a domain."


class Preview(ScrollView, can_focus=True):
    """Every wanted record as zone files; what changed last is marked and scrolled to.

    Only the lines that are on the screen are written: there may be thousands.
    """

    DEFAULT_CSS = """
    Preview { overflow-x: hidden; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    report: var[Report] = var(Report())

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._blocks: tuple[ZoneBlock, ...] = ()
        self._tops: list[int] = []
        self._before: frozenset[Record] = frozenset()
        self._strips = LRUCache[tuple[str, bool, int], Strip](KEPT)

    def watch_report(self, before: Report, report: Report) -> None:
        """Write the zone anew only where records have changed, and mark those that are new."""
        records = report.records
        if records == before.records:
            return
        from mailcow_dns_tui.export.zone import zone_blocks

        # Nothing is marked on the first showing: all of it would be.
        self._before = frozenset(before.records or records)
        self._blocks = zone_blocks(records)
        self._tops = list(accumulate((block.height for block in self._blocks), initial=0))
        self.border_title = f"Zone preview, {len(records)}"
        self._measure()
        self.refresh()
        self.call_after_refresh(self._scroll_to_change)

    @property
    def lines(self) -> Iterator[ZoneLine]:
        """Everything, from the first zone on."""
        return (line for block in self._blocks for line in block.lines)

    def is_marked(self, line: ZoneLine) -> bool:
        """Whether its record is new since the last change."""
        # All at once would take long: equal records of two plans are not always the same object.
        return line.record is not None and line.record not in self._before

    def _measure(self) -> None:
        height = self._tops[-1] if self._blocks else len(self._intro())
        self.virtual_size = Size(self.scrollable_content_region.width, height)

    on_resize = _measure

    def _intro(self) -> list[Content]:
        width = self.scrollable_content_region.width
        return Content.styled(EMPTY, "$text-muted").wrap(width) if width else []

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the zone, with offsets by which Textual finds what is selected."""
        place = self.scroll_offset.y + y
        return self._strip(place).apply_offsets(0, place)

    def _strip(self, place: int) -> Strip:
        line = self._line(place)
        if line is None:
            intro = [] if self._blocks else self._intro()
            return self._drawn(intro[place] if place < len(intro) else Content(), place)
        is_marked, width = self.is_marked(line), self.scrollable_content_region.width
        strip = None if self.text_selection else self._strips.get((line.text, is_marked, width))
        if strip is None:
            strip = self._drawn(zone_content(line, changed=is_marked), place)
        if not self.text_selection:
            self._strips[line.text, is_marked, width] = strip
        return strip

    def _line(self, place: int) -> ZoneLine | None:
        if not self._blocks or place >= self._tops[-1]:
            return None
        number = bisect_right(self._tops, place) - 1
        return self._blocks[number].lines[place - self._tops[number]]

    def _drawn(self, content: Content, place: int) -> Strip:
        selected = self._selected(content, place)
        width, style = self.scrollable_content_region.width, self.visual_style
        strips = Visual.to_strips(self, selected, width, 1, style, apply_selection=False, pad=True)
        return strips[0] if strips else Strip.blank(width, self.rich_style)

    def _selected(self, content: Content, place: int) -> Content:
        span = self.text_selection.get_span(place) if self.text_selection else None
        if span is None:
            return content
        start, end = span
        style = self.screen.get_visual_style("screen--selection")
        return content.stylize(style, start, len(content) if end < 0 else end)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The text as it is drawn, a blank in place of each mark; and what ends it."""
        blank = " "
        text = "\n".join(f"{blank}{line.text}" for line in self.lines)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def _scroll_to_change(self) -> None:
        for top, block in zip(self._tops, self._blocks, strict=False):
            wanted = block.records
            if not self._before.issuperset(wanted.own + wanted.foreign):
                offset = next(i for i, line in enumerate(block.lines) if self.is_marked(line))
                self.scroll_to(y=max(0, top + offset - self.size.height // 3), animate=False)
                return

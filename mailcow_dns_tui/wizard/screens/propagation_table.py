"""The table of who sees what; its rows keep their place while answers arrive."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.content import Content
from textual.reactive import var
from textual.widgets.option_list import Option

from mailcow_dns_tui.model.propagation import (
    ObservationState,
    PropagationRow,
    Vantage,
    VantageKind,
)
from mailcow_dns_tui.model.text import brief, safe, short_duration, time_of_day
from mailcow_dns_tui.wizard.screens.base import Menu
from mailcow_dns_tui.wizard.widgets.text import fitted

STYLES = {
    ObservationState.CURRENT: "$text-success",
    ObservationState.OLD: "$text-warning",
    ObservationState.OTHER: "$text-error",
    ObservationState.ABSENT: "$text-error",
    ObservationState.COULD_NOT_ASK: "$status-unknown",
    ObservationState.NOT_ASKED: "$text-muted",
    ObservationState.PENDING: "$text-muted",
}
VIEW_WIDTH = max(len(view.word) for view in ObservationState) + 2
LEFT_WIDTH, BY_WIDTH = 8, 9
WHO_WIDTH = range(30, 43)
NARROW = 78
"""Columns at which the viewers have the least room."""
LONGEST = 200
HEADINGS = {
    VantageKind.NAME_SERVER: "Name servers of the zone",
    VantageKind.SYSTEM: "Resolvers of this machine",
    VantageKind.MAILCOW: "Resolvers of this machine",
    VantageKind.PUBLIC: "Public resolvers",
}


def viewer_text(viewer: Vantage) -> str:
    """`ns1.example.net 192.0.2.53`, `Quad9 9.9.9.9`."""
    return safe(f"{viewer.name.removesuffix('.')} {viewer.address or viewer.url}".strip())


def view_cell(view: ObservationState) -> Content:
    """`✓ current`, as wide as every other."""
    return Content.styled(f"{view.glyph} {view.word}".ljust(VIEW_WIDTH), STYLES[view])


def head(width: int) -> Content:
    """What stands above the columns."""
    cells = [
        "Sees".ljust(VIEW_WIDTH),
        "Who".ljust(_who_width(width)),
        *(() if _is_tight(width) else ("TTL left".rjust(LEFT_WIDTH),)),
        "Gone by".rjust(BY_WIDTH),
        *(() if _is_tight(width) else ("What",)),
    ]
    return Content.styled(" ".join(cells), "bold $text-muted").truncate(width)


def row_content(row: PropagationRow, now: datetime, width: int) -> Content:
    """One line, no wider than that; where it is tight, the rest stands below the table."""
    left = row.ttl_left(now)
    by = time_of_day(row.gone_by, now) if row.gone_by else ""
    rest = ("" if left is None else short_duration(left)).rjust(LEFT_WIDTH)
    what = Content.styled(brief(row.sight.data, LONGEST), "$text-muted")
    cells = [
        view_cell(row.view),
        Content(fitted(viewer_text(row.viewer), _who_width(width))),
        *(() if _is_tight(width) else (Content(rest),)),
        Content(by.rjust(BY_WIDTH)),
        *(() if _is_tight(width) else (what,)),
    ]
    return Content(" ").join(cells).truncate(width, ellipsis=True)


def _is_tight(width: int) -> bool:
    return width < NARROW - LEFT_WIDTH


def _who_width(width: int) -> int:
    if _is_tight(width):
        return max(1, width - VIEW_WIDTH - BY_WIDTH - 2)
    return WHO_WIDTH[min(max(0, width - NARROW), len(WHO_WIDTH) - 1)]


TableEntry = str | PropagationRow


def entries(rows: Sequence[PropagationRow]) -> Iterator[TableEntry]:
    """The headings, and under each its rows."""
    before = None
    for row in rows:
        heading = HEADINGS[row.viewer.kind]
        if heading != before:
            yield heading
        before = heading
        yield row


class PropagationTable(Menu):
    """The cursor chooses the row that is explained below."""

    rows: var[tuple[PropagationRow, ...]] = var(())
    now: var[datetime] = var(datetime.min)

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, markup=False, compact=True)
        self._entries: tuple[TableEntry, ...] = ()

    @property
    def chosen(self) -> PropagationRow | None:
        """The row at the cursor; None at a heading."""
        entry = None if self.highlighted is None else self._entries[self.highlighted]
        return entry if isinstance(entry, PropagationRow) else None

    def watch_rows(self, rows: Sequence[PropagationRow]) -> None:
        """Lay out only where other places are shown; else draw, with the cursor where it was."""
        chosen = self.chosen
        before = [_place(entry) for entry in self._entries]
        self._entries = tuple(entries(rows))
        places = [_place(entry) for entry in self._entries]
        if places == before:
            self._draw()
            return
        self.set_options(
            Option(self._prompt(entry), disabled=isinstance(entry, str)) for entry in self._entries
        )
        kept = chosen is not None and chosen.viewer in places
        first = 1 if places else None
        self.highlighted = places.index(chosen.viewer) if chosen and kept else first

    def _draw(self) -> None:
        for index, entry in enumerate(self._entries):
            prompt = self._prompt(entry)
            if prompt != self.get_option_at_index(index).prompt:
                self.replace_option_prompt_at_index(index, prompt)

    watch_now = on_resize = _draw

    def _prompt(self, entry: TableEntry) -> Content:
        if isinstance(entry, str):
            return Content.styled(entry, "bold $text-primary")
        width = max(20, self.scrollable_content_region.width)
        return row_content(entry, self.now, width)


def _place(entry: TableEntry) -> str | Vantage:
    return entry if isinstance(entry, str) else entry.viewer

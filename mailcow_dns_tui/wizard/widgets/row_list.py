"""A list of rows with a cursor, of which only what is on the screen is ever drawn."""

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from mailcow_dns_tui.wizard.widgets.text import Reversible


class RowList(ScrollView, Reversible, can_focus=True):
    """One line a row; headings are passed over by the cursor.

    A subclass says how many rows there are, and what is in each.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor"}
    DEFAULT_CSS = """
    RowList {
        overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .rows--cursor {
            color: $foreground; background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .rows--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
    }
    """

    highlighted: var[int | None] = var(None)

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._strips: dict[tuple[int, bool], Strip] = {}

    @property
    @abstractmethod
    def count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def is_heading(self, index: int) -> bool:
        """Whether the cursor passes over a row."""
        ...

    @abstractmethod
    def content(self, index: int, width: int) -> Content:
        """What is in a row, no wider than that."""

    @property
    def lines(self) -> list[str]:
        """All rows as they would be drawn, without colours."""
        return [self.content(index, self.row_width).plain for index in range(self.count)]

    @property
    def row_width(self) -> int:
        """What is left of the screen, less a blank before the scroll bar."""
        return max(20, self.scrollable_content_region.width - 1)

    def fill(self, place: int | None) -> None:
        """Begin anew with other rows, the cursor at one of them."""
        self._strips.clear()
        self.virtual_size = Size(self.size.width, self.count)
        self.set_reactive(RowList.highlighted, place)
        self._show_cursor()
        self.refresh()

    def redraw(self, start: int, count: int) -> None:
        """Draw some rows again whose content has changed."""
        for index in range(start, start + count):
            self._strips.pop((index, False), None)
            self._strips.pop((index, True), None)
        self.refresh_lines(start, count)

    def on_resize(self) -> None:
        self._strips.clear()
        self.virtual_size = Size(self.size.width, self.count)
        self._show_cursor()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def _forget_drawn(self) -> None:
        self._strips.clear()

    on_focus = on_blur = _forget_drawn

    def render_line(self, y: int) -> Strip:
        """As wide as the list; each row is drawn once with the cursor, and once without."""
        index = self.scroll_offset.y + y
        if index >= self.count:
            return Strip.blank(self.size.width, self.rich_style)
        key = index, index == self.highlighted
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._drawn(*key)
        return strip

    def _drawn(self, index: int, is_under_cursor: bool) -> Strip:
        style = self.visual_style
        if is_under_cursor:
            style += self.get_visual_style("rows--cursor")
        width = self.row_width
        strips = Visual.to_strips(self, self.content(index, width), width, 1, style)
        return strips[0].extend_cell_length(width + 1, style.rich_style)

    def watch_highlighted(self, before: int | None, now: int | None) -> None:
        """Draw two lines only: the one that had the cursor, and the one that has it."""
        for index in {before, now} - {None}:
            self.refresh_line(index or 0)
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll so that the row, and a heading right above it, can be seen."""
        if self.highlighted is None or not self.size.height:
            return
        above = self.highlighted > 0 and self.is_heading(self.highlighted - 1)
        top = self.highlighted - above
        region = Region(0, top, self.size.width, 1 + above)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; headings and what is below the last row take none."""
        index = self.scroll_offset.y + event.y
        if index < self.count and not self.is_heading(index):
            self.highlighted = index

    def _nearest(self, index: int, step: int) -> int | None:
        """The first row from there on that is no heading; from an end on at the other one."""
        for distance in range(self.count):
            place = (index + distance * step) % self.count
            if not self.is_heading(place):
                return place
        return None

    def action_move(self, step: int) -> None:
        """Move the cursor by so many rows, over headings; after the last comes the first."""
        start = self.highlighted
        self.highlighted = self._nearest(0 if start is None else start + step, step)

    def action_first(self) -> None:
        """To the first row."""
        self.highlighted = self._nearest(0, 1)

    def action_last(self) -> None:
        """To the last row."""
        self.highlighted = self._nearest(self.count - 1, -1)

    def action_page(self, step: int) -> None:
        """Move the cursor by so many pages."""
        place = (self.highlighted or 0) + step * max(1, self.size.height - 1)
        if 0 < place < self.count - 1:
            self.highlighted = self._nearest(place, step)
        elif step < 0:
            self.action_first()
        else:
            self.action_last()

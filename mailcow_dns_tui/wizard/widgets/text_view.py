"""A text that scrolls, beside others."""

from typing import ClassVar

from textual.content import Content
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual


class TextView(ScrollView, can_focus=True):
    """Draws its lines itself: nothing is laid out anew where another text has more of them."""

    DEFAULT_CSS: ClassVar[str] = "TextView { overflow-x: hidden; }"

    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._content = Content()
        self._strips: list[Strip] = []
        self._blank = Strip([])

    @property
    def width(self) -> int:
        """That lines are broken for, in cells."""
        return self.scrollable_content_region.width

    @property
    def lines(self) -> list[str]:
        """As they are drawn."""
        return [strip.text for strip in self._strips]

    def show(self, content: Content) -> None:
        """Take another text; texts of other colours differ, too."""
        if not content.is_same(self._content):
            self._content = content
            self._draw()

    def render(self) -> Content:
        """All of it."""
        return self._content

    def render_line(self, y: int) -> Strip:
        place = self.scroll_offset.y + y
        return self._strips[place] if place < len(self._strips) else self._blank

    def watch_virtual_size(self, size: Size) -> None:
        self._scroll_update(size)

    def on_resize(self) -> None:
        self._draw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._draw()
        self.refresh()

    def selection_updated(self, selection: Selection | None) -> None:
        self._draw()

    def _draw(self) -> None:
        width, before = self.width, len(self._strips)
        if width:
            style = self.visual_style
            self._strips = Visual.to_strips(self, self._content, width, None, style)
            self._blank = Strip.blank(width, style.rich_style)
            self.virtual_size = Size(width, len(self._strips))
            # Below both texts nothing changes.
            self.refresh(Region(0, 0, width, max(before, len(self._strips))))

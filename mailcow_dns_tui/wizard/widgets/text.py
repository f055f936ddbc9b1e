"""Texts in columns, statuses as glyph, word and colour, texts that are drawn only on change."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.geometry import Region
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line


def fitted(text: str, width: int) -> str:
    """As wide as its column, in cells; with an ellipsis where something is cut off."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return f"{set_cell_size(text, width - 1)}…"


STYLES = {
    Status.OK: "$text-success",
    Status.INFO: "$status-info",
    Status.WARNING: "$text-warning",
    Status.ERROR: "$text-error",
    Status.UNKNOWN: "$status-unknown",
    Status.PENDING: "$text-muted",
    Status.MUTED: "dim",
}
WORD_WIDTH = max(len(status.word) for status in Status)


def status_content(status: Status, text: str) -> Content:
    """`✗ The record is cut off.`"""
    return Content.assemble((f"{status.glyph} ", STYLES[status]), text)


def status_lines(lines: Iterable[Content]) -> Hanging:
    """Such sentences, each with its rest below its text."""
    return Hanging(Line(each, 2) for each in lines)


def status_cell(status: Status) -> Content:
    """`✗ error  `, as wide as every other."""
    return Content.styled(f"{status.glyph} {status.word:<{WORD_WIDTH}}", STYLES[status])


PASTED = Content.styled(f"▸ {'pasted':<{WORD_WIDTH}}", "$text-accent")
"""Of a record that the user has saved, while it is looked for."""


class SteadyText(Static):
    """A text without markup, drawn only where it has changed.

    With each drawing of a `Static` its whole screen is laid out anew, and news arrive ten times a
    second, most of them about something else.
    """

    def __init__(
        self,
        content: Content | Hanging | str = "",
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(content, id=id, classes=classes, markup=False)

    def show(self, content: Content | Hanging | str) -> None:
        """Texts of other colours differ, too."""
        shown = self.content
        before = shown if isinstance(shown, Content | Hanging) else Content(str(shown))
        now = Content(content) if isinstance(content, str) else content
        if not _is_same(now, before):
            self.update(now)


def _is_same(now: Content | Hanging, before: Content | Hanging) -> bool:
    if isinstance(now, Hanging):
        return now.is_same(before)
    return isinstance(before, Content) and now.is_same(before)


def entitle(widget: Widget, title: Content) -> None:
    """Give it a title; Textual would draw all of it again, also where that is the same."""
    if title != widget._border_title:
        widget._border_title = title
        line = Region.from_offset(-widget.content_offset, (widget.outer_size.width, 1))
        widget.refresh(line)


class Reversible(Widget):
    """Draws its parts in reverse where their style says so, which Textual leaves out.

    As a base it comes last: Textual styles a widget as it does the first of its bases.
    """

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """As Textual's, with the reverse of the parts' styles."""
        style = super().get_visual_style(*component_classes, partial=partial)
        parts = map(self.get_component_styles, component_classes)
        is_reverse = any(part.text_style.reverse for part in parts)
        return style + Style(reverse=True) if is_reverse else style

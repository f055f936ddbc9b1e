"""Rows of a label and a text, and the boxes of a form among them."""

from collections.abc import Iterator

from textual.content import Content

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.panels.doubt import doubt
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Box, Rendered

LABEL_WIDTH = 10
Line = tuple[bool, Content]
"""Whether it is the box to be pasted next, and what it says."""


def fact(label: str, text: str) -> Content:
    return Content.assemble((f"{label:<{LABEL_WIDTH}} ", "$text-muted"), safe(text))


def is_to_paste(box: Box) -> bool:
    """Whether a text is pasted into it."""
    return bool(box.text) and not box.choose


def box_rows(record: Record, rendered: Rendered, panel: Profile, filled: int) -> Iterator[Content]:
    """The same lines, where nobody scrolls to the next box."""
    return (content for _, content in box_lines(record, rendered, panel, filled))


def box_lines(record: Record, rendered: Rendered, panel: Profile, filled: int) -> Iterator[Line]:
    """Box by box, an arrow at the next one to be pasted; then what nobody has verified.

    Args:
        record: what the form is of.
        rendered: the record in the form.
        panel: whose form it is.
        filled: how many boxes were pasted; below 0 where it is not this form's turn yet.
    """
    for box in rendered.boxes:
        label = panel.label(record.type_text, box.key)
        yield box_line(label, box.text or "leave it empty", filled if is_to_paste(box) else None)
        filled -= is_to_paste(box)
    if unsure := doubt(rendered.unverified, panel):
        yield False, Content.styled(f"? {unsure}", "$text-muted")


def box_line(label: str, text: str, filled: int | None) -> Line:
    """One box; `filled` as of `box_lines`, None where nothing is pasted into it."""
    mark = " " if filled is None else _mark(filled)
    return filled == 0, Content.assemble((f"{mark} ", "bold"), fact(label, text))


def _mark(filled: int) -> str:
    if filled == 0:
        return "▸"
    return "✓" if filled > 0 else " "

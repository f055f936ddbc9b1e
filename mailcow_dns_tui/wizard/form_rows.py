"""Rows of a label and a text, and the boxes of a form among them."""

from collections.abc import Iterator

from textual.content import Content

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.panels.doubt import doubt
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Box, Rendered

LABEL_WIDTH = 10


def fact(label: str, text: str) -> Content:
    return Content.assemble((f"{label:<{LABEL_WIDTH}} ", "$text-muted"), safe(text))


def is_to_paste(box: Box) -> bool:
    """Whether a text is pasted into it."""
    return bool(box.text) and not box.choose


def box_rows(record: Record, rendered: Rendered, panel: Profile, filled: int) -> Iterator[Content]:
    """Box by box, an arrow at the next one to be pasted; then what nobody has verified.

    Args:
        record: what the form is of.
        rendered: the record in the form.
        panel: whose form it is.
        filled: how many boxes were pasted; below 0 where it is not this form's turn yet.
    """
    for box in rendered.boxes:
        mark = _mark(filled) if is_to_paste(box) else " "
        filled -= is_to_paste(box)
        label = panel.label(record.type_text, box.key)
        yield Content.assemble((f"{mark} ", "bold"), fact(label, box.text or "leave it empty"))
    if unsure := doubt(rendered.unverified, panel):
        yield Content.styled(f"? {unsure}", "$text-muted")


def _mark(filled: int) -> str:
    if filled == 0:
        return "▸"
    return "✓" if filled > 0 else " "

"""The boxes of a form on the screen, and other facts behind a label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from mailcow_dns_tui.guide.boxes import is_to_paste, said_of_box
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Rendered
from mailcow_dns_tui.panels.sheet import unverified_claims
from mailcow_dns_tui.wizard.widgets.hanging import Line

LABEL_WIDTH = 10
WIDEST_LABEL = 18
"""What is longer than that moves its own text alone."""
LONGEST_WHOLE = 130
"""Of what is shown whole where there is little room: about two lines."""
BEGINNING, ENDING = 60, 8
"""What is shown of more; the end shows whether a panel has cut it."""


def label_width(forms: Iterable[tuple[Record, Rendered]], panel: Profile) -> int:
    """Of the column in which the labels of all these boxes stand, in cells."""
    labels = (
        panel.label(record.type_text, box.key) for record, form in forms for box in form.boxes
    )
    return max([LABEL_WIDTH, *(len(label) for label in labels if len(label) <= WIDEST_LABEL)])


def fact(label: str, text: str, width: int = LABEL_WIDTH) -> Content:
    """`Wanted     v=spf1 mx -all`: a label and a text, safe to show."""
    return Content.assemble((f"{label:<{width}} ", "$text-muted"), safe(text))


def fact_line(  # noqa: PLR0913 - a line of a form is made of that
    label: str,
    text: str,
    width: int = LABEL_WIDTH,
    mark: str = " ",
    *,
    is_next: bool = False,
    short: str = "",
) -> Line:
    """The same behind a mark; `short`: where there is little room."""
    whole, brief = (
        Content.assemble((f"{mark} ", "bold"), fact(label, each, width))
        for each in (text, short or text)
    )
    return Line(whole, 3 + max(width, len(label)), is_next, brief)


def box_lines(  # noqa: PLR0913 - a box is what its record, its panel and its place make of it
    record: Record,
    rendered: Rendered,
    panel: Profile,
    filled: int,
    width: int,
    *,
    is_there: bool = False,
) -> Iterator[Line]:
    """Box by box, an arrow at the next one to be pasted; then what nobody has verified.

    Args:
        record: what the form is of.
        rendered: the record in the form.
        panel: whose form it is.
        filled: how many boxes were pasted; below 0 where it is not this form's turn yet.
        width: as of `label_width`.
        is_there: whether it is of a record that is changed, whose form is filled already.
    """
    for box in rendered.boxes:
        label = panel.label(record.type_text, box.key)
        said = said_of_box(box, is_there=is_there)
        yield box_line(label, said, filled if is_to_paste(box) else None, width)
        filled -= is_to_paste(box)
    if unsure := unverified_claims(rendered.unverified, panel):
        yield Line(Content.styled(f"? {unsure}", "$text-muted"), 2)


def box_line(label: str, text: str, filled: int | None, width: int = LABEL_WIDTH) -> Line:
    """One box; `filled` as of `box_lines`, None where nothing is pasted into it."""
    mark = " " if filled is None else _mark(filled)
    return fact_line(label, text, width, mark, is_next=filled == 0, short=_ends(text))


def _ends(text: str) -> str:
    if len(text) <= LONGEST_WHOLE:
        return text
    return f"{text[:BEGINNING]}…{text[-ENDING:]} ({len(text)} characters)"


def _mark(filled: int) -> str:
    if filled == 0:
        return "▸"
    return "✓" if filled > 0 else " "

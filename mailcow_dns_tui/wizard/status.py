"""A status on the screen: always a glyph, a word where there is room, and a colour on top."""

from textual.content import Content

from mailcow_dns_tui.model.finding import Status

STYLES = {
    Status.OK: "$text-success",
    Status.INFO: "$text-accent",
    Status.WARNING: "$text-warning",
    Status.ERROR: "$text-error",
    Status.UNKNOWN: "$text-secondary",
    Status.PENDING: "$text-muted",
    Status.MUTED: "dim",
}
WORD_WIDTH = max(len(status.word) for status in Status)


def status_content(status: Status, text: str) -> Content:
    """`✗ The record is cut off.`"""
    return Content.assemble((f"{status.glyph} ", STYLES[status]), text)


def status_cell(status: Status) -> Content:
    """`✗ error  `, as wide as every other."""
    return Content.styled(f"{status.glyph} {status.word:<{WORD_WIDTH}}", STYLES[status])


PASTED = Content.styled(f"▸ {'pasted':<{WORD_WIDTH}}", "$text-accent")
"""Of a record that the user has saved, while it is looked for."""

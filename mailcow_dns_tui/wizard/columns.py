"""Texts in columns."""

from rich.cells import cell_len, set_cell_size


def fitted(text: str, width: int) -> str:
    """As wide as its column, in cells; with an ellipsis where something is cut off."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return f"{set_cell_size(text, width - 1)}…"

"""A zone file as coloured text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from mailcow_dns_tui.export.zone import ZoneLine

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

"""A zone as coloured text."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from textual.content import Content

from mailcow_dns_tui.export.zone import ZoneLine
from mailcow_dns_tui.model.record import Record

CHANGED_MARK = "▌"


@lru_cache(maxsize=4096)
def _coloured(line: str) -> Content:
    from textual.highlight import highlight

    return highlight(line, language="zone")


def zone_content(lines: Sequence[ZoneLine], changed: Collection[Record]) -> Content:
    """The lines with zone-file colours; those of changed records marked at the left and bold."""
    return Content("\n").join(_line(line, line.record in changed) for line in lines)


def _line(line: ZoneLine, changed: bool) -> Content:
    coloured = _coloured(line.text)
    if not changed:
        return Content(" ").append(coloured)
    return Content.assemble(
        (CHANGED_MARK, "$text-accent"), coloured.stylize("bold $text on $accent 25%")
    )

"""What was read from mailcow, and what could not be."""

from collections.abc import Iterator

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.told import UNTOLD, Told

MOST_TROUBLES = 3


def news_lines(told: Told) -> Iterator[Content]:
    """The sources on one line, then each trouble on its own."""
    known = told.mailcow
    if known.sources:
        yield status_content(Status.OK, f"Read from mailcow: {', '.join(known.sources)}.")
    for trouble in known.troubles:
        yield status_content(Status.UNKNOWN, safe(trouble))


class News(Static):
    """A few lines above the first form; none where there is nothing to tell."""

    DEFAULT_CSS = "News { height: auto; margin-bottom: 1; display: none; }"

    told: reactive[Told] = reactive(UNTOLD, init=False)

    def __init__(self) -> None:
        super().__init__(markup=False)

    def watch_told(self, told: Told) -> None:
        lines = list(news_lines(told))
        more = len(lines) - MOST_TROUBLES - 1
        if more > 0:
            lines[MOST_TROUBLES + 1 :] = [Content(f"  and {more} more: press F2")]
        self.update(Content("\n").join(lines))
        self.display = bool(lines)

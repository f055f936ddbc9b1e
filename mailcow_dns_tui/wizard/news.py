"""What was read from mailcow, and what could not be."""

from collections.abc import Iterator

from textual.content import Content
from textual.reactive import var

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.told import UNTOLD, Told

MOST_TROUBLES = 3
FOUND_OUT = frozenset({"server.ipv4", "server.ipv6", "server.spki_sha256"})


def news_lines(told: Told) -> Iterator[Content]:
    """The sources on one line, then each trouble on its own."""
    known = told.mailcow
    if known.sources:
        yield status_content(Status.OK, f"Read from mailcow: {', '.join(known.sources)}.")
    for trouble in known.troubles:
        yield status_content(Status.UNKNOWN, safe(trouble))


def remark_lines(told: Told) -> Iterator[Content]:
    """What could not be found out of the addresses and the certificate; it stands there, too."""
    remarks = told.mailcow.remarks
    for sentence in dict.fromkeys(each.sentence for each in remarks if each.key in FOUND_OUT):
        yield status_content(Status.INFO, safe(sentence))


class News(SteadyText):
    """A few lines above the first form; none where there is nothing to tell."""

    DEFAULT_CSS = "News { height: auto; margin-bottom: 1; display: none; }"

    told: var[Told] = var(UNTOLD, init=False)

    def __init__(self) -> None:
        super().__init__()

    def watch_told(self, told: Told) -> None:
        lines = list(news_lines(told))
        if not lines and not self.display:
            return
        more = len(lines) - MOST_TROUBLES - 1
        if more > 0:
            lines[MOST_TROUBLES + 1 :] = [Content(f"  and {more} more: press F2")]
        self.show(Content("\n").join(lines))
        self.display = bool(lines)

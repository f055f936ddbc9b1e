"""What was read from mailcow, and what could not be."""

from collections.abc import Iterator

from textual.content import Content
from textual.reactive import var

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content, status_lines

MOST_TROUBLES = 3
FOUND_OUT = frozenset({"server.ipv4", "server.ipv6", "server.spki_sha256"})


def news_lines(suggestions: Suggestions) -> Iterator[Content]:
    """The sources on one line, then each trouble on its own."""
    known = suggestions.mailcow
    if known.sources:
        yield status_content(Status.OK, f"Read from mailcow: {', '.join(known.sources)}.")
    for trouble in known.troubles:
        yield status_content(Status.UNKNOWN, safe(trouble))


def remark_lines(suggestions: Suggestions) -> Iterator[Content]:
    """What could not be found out of the addresses and the certificate; it stands there, too."""
    remarks = suggestions.mailcow.remarks
    for sentence in dict.fromkeys(each.sentence for each in remarks if each.key in FOUND_OUT):
        yield status_content(Status.INFO, safe(sentence))


OFFER = "F2 reads these answers from mailcow or its API."
WHERE = "F2 shows what."


class SourceBanner(SteadyText):
    """A few lines above the first form: what was read, or how it can be."""

    DEFAULT_CSS = "SourceBanner { height: auto; margin-bottom: 1; }"

    suggestions: var[Suggestions] = var(NO_SUGGESTIONS, init=False)

    def __init__(self) -> None:
        super().__init__(status_lines([status_content(Status.INFO, OFFER)]))

    def watch_suggestions(self, suggestions: Suggestions) -> None:
        """At most three troubles; of more it says how many."""
        lines = list(news_lines(suggestions))
        more = len(lines) - MOST_TROUBLES - 1
        if more > 0:
            lines[MOST_TROUBLES + 1 :] = [Content(f"  and {more} more: press F2")]
        if suggestions.mailcow.sources:
            lines[0] = Content.assemble(lines[0], f" {WHERE}")
        else:
            lines.insert(0, status_content(Status.INFO, OFFER))
        self.show(status_lines(lines))

"""Where somebody else has another answer to a question."""

from textual.content import Content

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Suggestion
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.wizard.question import Question
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.told import Told

LONGEST = 90
"""Characters of an answer that are shown; more is cut."""


def offered(question: Question, told: Told, setup: Setup) -> Suggestion | None:
    """The answer that may be taken over; None where there is none, or it is the user's own."""
    suggestion = told.other_than(question.key, setup)
    if suggestion is None:
        return None
    shown = question.read(suggestion.taken(setup))
    return None if shown == question.read(setup) else suggestion


def difference(question: Question, told: Told, setup: Setup) -> Content | None:
    """What it is and how it is taken, as one line."""
    suggestion = offered(question, told, setup)
    if suggestion is None:
        return None
    said = suggestion.sentence or f"{suggestion.source} has {_shown(question, suggestion, setup)}."
    return status_content(Status.INFO, f"{said} Ctrl+T takes it.")


def _shown(question: Question, suggestion: Suggestion, setup: Setup) -> str:
    text = " ".join(question.read(suggestion.taken(setup)).split())
    return brief(text, LONGEST) or "nothing here"

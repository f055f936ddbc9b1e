"""What the steps are, how far each one is, and what the content of each is given."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from textual.reactive import var
from textual.widget import Widget

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.wizard.connections import Connections


class Step(Enum):
    """A step, with the answers that it asks for: those whose keys begin so."""

    SERVER = ("server", "Server", ("server.",))
    DOMAINS = ("domains", "Domains", ("domains",))
    POLICY = ("policy", "Mail policy", ("spf", "dmarc", "tls_reports"))
    SERVICES = ("services", "Services", ("services.",))
    RECORDS = ("records", "Records", ())

    def __init__(self, id_: str, title: str, keys: tuple[str, ...]) -> None:
        self.id = id_
        self.title = title
        self.keys = keys

    @property
    def number(self) -> int:
        """From 1 on, as in its key and its tab."""
        return list(Step).index(self) + 1

    def owns(self, problem: Problem) -> bool:
        """Whether the answer that a problem is about is asked for in this step."""
        return bool(self.keys) and problem.key.startswith(self.keys)


def wrong_steps(problems: Sequence[Problem]) -> tuple[Step, ...]:
    """The steps with an answer that can't be published."""
    wrong = [problem for problem in problems if not problem.missing]
    return tuple(step for step in Step if any(map(step.owns, wrong)))


def differing_steps(suggestions: Suggestions, setup: Setup) -> tuple[Step, ...]:
    """The steps whose answers differ from suggestions; what is only offered is no difference."""
    places = [
        suggestion.place(setup)
        for suggestion in suggestions.best
        if not suggestion.offered and not suggestion.is_applied(setup)
    ]
    if suggestions.domains_to_add(setup):
        places.append("domains")
    problems = [Problem(place, "") for place in places if place is not None]
    return tuple(step for step in Step if any(map(step.owns, problems)))


@dataclass(frozen=True)
class Progress:
    """How far a step is: a glyph and a word for its answers, and what is published of them.

    Attributes:
        published: the worst of the records that depend on the answers; None where there are none.
    """

    glyph: str
    word: str
    published: Status | None = None


OPEN = Progress("·", "to do")
ANSWERED = Progress("✓", "answered")
WRONG = Progress("✗", "wrong")


def progress(step: Step, problems: Sequence[Problem], report: Report) -> Progress:
    """The answers by themselves, and apart from them what is published; of step 5 only that."""
    if not step.keys:
        worst = report.worst if report.records else None
        return Progress(worst.glyph, worst.word) if worst else OPEN
    mine = [problem for problem in problems if step.owns(problem)]
    is_wrong = any(not problem.missing for problem in mine)
    answers = WRONG if is_wrong else OPEN if mine else ANSWERED
    return replace(answers, published=_worst(step, report))


def _worst(step: Step, report: Report) -> Status | None:
    """The worst of the topics that depend on its answers; what planned them is loaded then."""
    if not report.parts:
        return None
    from mailcow_dns_tui.topics.registry import topics_of_step

    return report.worst_of_topics(topics_of_step(step.id))


def is_ready(report: Report) -> bool:
    """Whether enough is planned to begin: records of the host and of a domain."""
    return {"host", "mx"} <= report.by_topic.keys()


class StepContent(Widget):
    """Holds what is known; it is kept up to date while the step is shown.

    As a base it comes second: Textual styles a widget as it does the first of its bases.
    """

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    suggestions: var[Suggestions] = var(NO_SUGGESTIONS)
    connections: var[Connections] = var(Connections())

    @property
    def idle(self) -> Collection[str]:
        """The actions that do nothing now: their keys say why, and are not in the footer."""
        return ()

    def end_search(self) -> bool:
        """Show everything again; False where nothing was searched for."""
        return False

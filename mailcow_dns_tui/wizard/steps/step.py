"""What the steps are, and how far each one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.wizard.report import Report


class Step(Enum):
    """A step, with the answers that it asks for and the topics that depend on them."""

    SERVER = ("server", "Server", ("server.",), ("host", "ptr", "tlsa", "caa"))
    DOMAINS = ("domains", "Domains", ("domains",), ("mx", "dkim", "verification", "mta-sts"))
    POLICY = ("policy", "Mail policy", ("spf", "dmarc", "tls_reports"), ("spf", "dmarc", "tls-rpt"))
    SERVICES = ("services", "Services", ("services.",), ("clients",))
    RECORDS = ("records", "Records", (), ())

    def __init__(
        self, id_: str, title: str, keys: tuple[str, ...], topics: tuple[str, ...]
    ) -> None:
        self.id = id_
        self.title = title
        self.keys = keys
        self.topics = topics

    @property
    def number(self) -> int:
        return list(Step).index(self) + 1

    def owns(self, problem: Problem) -> bool:
        return bool(self.keys) and problem.key.startswith(self.keys)


def wrong_steps(problems: Sequence[Problem]) -> tuple[Step, ...]:
    """The steps with an answer that can't be published."""
    wrong = [problem for problem in problems if not problem.missing]
    return tuple(step for step in Step if any(map(step.owns, wrong)))


@dataclass(frozen=True)
class Progress:
    """How far a step is: a glyph and a word."""

    glyph: str
    word: str


TO_DO = Progress("·", "to do")
WRONG = Progress("✗", "wrong")


def progress(step: Step, problems: Sequence[Problem], report: Report) -> Progress:
    """A step with unfinished answers is to do; a complete one is as good as its records."""
    mine = [problem for problem in problems if step.owns(problem)]
    if any(not problem.missing for problem in mine):
        return WRONG
    if mine:
        return TO_DO
    status = report.worst_of_topics(step.topics) if step.topics else report.worst
    return _of_status(status) if status else TO_DO


def _of_status(status: Status) -> Progress:
    return Progress(status.glyph, status.word)

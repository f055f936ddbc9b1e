"""What is published of an answer, so that nobody takes it for a mistake in the answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual.content import Content

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import DomainReport, Report
from mailcow_dns_tui.wizard.widgets.text import STYLES


@dataclass(frozen=True)
class Published:
    """How what is published stands to an answer: a glyph, a word and a colour."""

    glyph: str
    word: str
    style: str


def _of_status(status: Status, word: str) -> Published:
    return Published(status.glyph, word, STYLES[status])


GOOD = _of_status(Status.OK, "published")
UNASKED = _of_status(Status.UNKNOWN, "could not be asked")
WAITING = _of_status(Status.PENDING, "not everywhere")
NOT_YET = Published("○", "not published yet", "$status-info")
OTHERWISE = Published("≠", "not as wanted", "$text-warning")
MUTED = _of_status(Status.MUTED, "muted")
NOTED = _of_status(Status.INFO, "published otherwise")
PUBLISHED = (GOOD, NOTED, NOT_YET, OTHERWISE, WAITING, UNASKED, MUTED)


def published(finding: Finding) -> Published:
    """How it stands by what the topic has found."""
    status, act = finding.effective_status, finding.code.act
    if status in {Status.OK, Status.MUTED}:
        return GOOD if status is Status.OK else MUTED
    by_act = {Act.PUBLISH: NOT_YET, Act.WAIT: WAITING, Act.ASK_AGAIN: UNASKED}
    if act in by_act:
        return by_act[act]
    if status is Status.UNKNOWN:
        return UNASKED
    return NOTED if status is Status.INFO else OTHERWISE


def published_content(finding: Finding, text: str) -> Content:
    """`○ not published yet: …`; what is good needs no word before it says so."""
    found = published(finding)
    word = "" if found in {GOOD, NOTED} else f"{found.word}: "
    return Content.assemble((f"{found.glyph} {word}", found.style), text)


def mark(status: Status | None) -> Published | None:
    """What is said in a glyph of all that depends on some answers; None where all is good."""
    if status is Status.UNKNOWN:
        return UNASKED
    return NOT_YET if status in {Status.WARNING, Status.ERROR} else None


def wrong_content(sentence: str) -> Content:
    """`✗ not valid: …`: what was typed can't be published."""
    return Content.assemble((f"{Status.ERROR.glyph} not valid: {sentence}", STYLES[Status.ERROR]))


class WorstFinding:
    """The worst that was found about some records: most parts of a report stay as they are."""

    def __init__(self, selects: Callable[[Record], bool]) -> None:
        self._selects = selects
        self._known: dict[DomainReport, Finding | None] = {}
        self._report = Report()
        self._found: Finding | None = None

    def of(self, report: Report) -> Finding | None:
        """In all parts; None where nothing was found about them."""
        if report is not self._report:
            known, parts = self._known, report.parts.values()
            self._known = {p: known[p] if p in known else self._in_part(p) for p in parts}
            self._report, self._found = report, _worst(filter(None, self._known.values()))
        return self._found

    def _in_part(self, part: DomainReport) -> Finding | None:
        return _worst(found[0] for record, found in part.findings.items() if self._selects(record))


def _worst(findings: Iterable[Finding]) -> Finding | None:
    return min(findings, key=lambda f: f.effective_status.rank, default=None)

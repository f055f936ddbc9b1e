"""Messages from widgets to the app, which owns all state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from textual.message import Message

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers
from mailcow_dns_tui.model.text import counted

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.mailcow.secret import Access
    from mailcow_dns_tui.model.step import GuideStep
    from mailcow_dns_tui.panels.profile import Profile
    from mailcow_dns_tui.wizard.publishing import Places
    from mailcow_dns_tui.wizard.screens.overview_rows import Overviewed


@dataclass
class Edited(Message):
    """The user changed an answer.

    Attributes:
        change: makes the new setup from the current one. A whole setup in its place would undo
            an edit that is still on its way.
        removes: what it takes out at one key, and can be brought back; empty for other edits.
    """

    change: Callable[[Setup], Setup]
    removes: str = ""


@dataclass
class FindingsArrived(Message):
    """A running check has judged some records.

    Attributes:
        asked: when the check began, on the monotonic clock.
    """

    findings: Sequence[Finding]
    asked: float


@dataclass
class Pasted(Message):
    """The user has saved a record in the panel: it can be looked for."""

    record: Record


@dataclass
class SearchEnded(Message):
    """A pasted record was found, or the search for it gave up."""

    record: Record


@dataclass
class CheckEnded(Message):
    """A whole check is over: with all of its findings, and the setup that it was about.

    Attributes:
        asked: when it began, on the monotonic clock.
    """

    setup: Setup
    findings: Sequence[Finding]
    asked: float


@dataclass
class IntervalChosen(Message):
    """The user chose how often to check by itself; seconds, 0 for never."""

    interval: float


@dataclass
class PublishedAnswersRead(Message):
    """After a check, what DNS publishes already was read as answers."""

    published: PublishedAnswers


@dataclass
class BellChosen(Message):
    """The terminal's bell is to ring for what the watch sees, or no more."""

    rings: bool


@dataclass
class AccessGranted(Message):
    """The user lets mailcow's sources be read in another way."""

    access: Access


NOT_ALL_SAFE = (
    "Do not import them as they are: some are not safe yet, and may move mail or stand beside a "
    "published SPF record."
)


def caution(report: Report) -> str:
    """What to know of all records together; empty where each is published and good."""
    return "" if report.all_good else NOT_ALL_SAFE


@dataclass
class CopyRequested(Message):
    """The user wants a text on the clipboard.

    Attributes:
        what: names the text in a sentence.
        tell: takes the sentence about where it is now; None, and where it could not be copied: that
            is shown over the screen.
        hint: what is said after it.
    """

    text: str
    what: str
    tell: Callable[[str], None] | None = None
    hint: str = ""

    @classmethod
    def of_all(cls, report: Report, hint: str = "") -> Self:
        """All records, as zone files."""
        from mailcow_dns_tui.export.zone import zone_text

        told = f"{caution(report)} {hint}".strip()
        return cls(zone_text(report.records), counted(len(report.records), "record"), hint=told)


@dataclass
class FileRequested(Message):
    """The user wants a text in a file beside the plan, that nobody else can read.

    Attributes:
        name: of the file; one that is there is replaced.
        saved: takes the sentence that says where it is.
    """

    text: str
    name: str
    saved: Callable[[str], None]


@dataclass
class ImportRequested(Message):
    """The user wants as one file what can be imported of a zone now.

    Attributes:
        steps: the guide's; None: they are not known yet.
    """

    zone: Name
    steps: Sequence[GuideStep] | None = None


@dataclass
class ConnectRequested(Message):
    """The user wants to give a provider's credentials, or other ones.

    Attributes:
        zone: one that is there.
        panel: of the provider.
        tell: takes the sentence that says what came of it.
    """

    zone: Name
    panel: Profile
    tell: Callable[[str], None]


@dataclass
class PublishRequested(Message):
    """The user wants to publish in these zones.

    Attributes:
        marks: of the guide's steps to keep to; None: all that is safe now.
    """

    places: Places
    marks: frozenset[str] | None = None


@dataclass
class PlainTextRequested(Message):
    """The user wants a text on the bare terminal."""

    text: str
    title: str

    @classmethod
    def of_all(cls, report: Report) -> Self:
        """All records, as zone files."""
        from mailcow_dns_tui.export.zone import zone_text

        return cls(zone_text(report.records), "All records")


@dataclass
class OverviewRequested(Message):
    """The user wants to see all domains at a glance; `then` is told which one was chosen."""

    then: Callable[[Overviewed | None], Awaitable[None]]


@dataclass
class TopicChecked(Message):
    """One topic of the server (None) or of a mail domain was checked by itself.

    Attributes:
        asked: when that check began, on the monotonic clock.
    """

    topic: str
    domain: Name | None
    findings: Sequence[Finding]
    asked: float


class CheckRequested(Message):
    """The user wants everything asked again; what is known so far counts no more."""


@dataclass
class PropagationRequested(Message):
    """The user wants to see which servers and resolvers have a record already."""

    record: Record

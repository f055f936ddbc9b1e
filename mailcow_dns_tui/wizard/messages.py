"""What widgets tell the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Self

from textual.message import Message

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published
from mailcow_dns_tui.wizard.report import Report

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.mailcow.access import Access
    from mailcow_dns_tui.wizard.overview import Overviewed


class Edited(Message):
    """The user changed an answer.

    Attributes:
        change: makes the new setup from the current one. A whole setup in its place would undo
            an edit that is still on its way.
    """

    def __init__(self, change: Callable[[Setup], Setup]) -> None:
        self.change = change
        super().__init__()


class Judged(Message):
    """Findings arrived from a check in the background.

    Attributes:
        asked: when the check began, on the monotonic clock.
    """

    def __init__(self, findings: Sequence[Finding], asked: float) -> None:
        self.findings = findings
        self.asked = asked
        super().__init__()


class Pasted(Message):
    """The user has saved a record in the panel: it can be looked for."""

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__()


class SoughtEnough(Message):
    """A pasted record was seen, or is not looked for any more."""

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__()


class CheckEnded(Message):
    """A whole check is over: with all of its findings, and the setup that it was about.

    Attributes:
        asked: when it began, on the monotonic clock.
    """

    def __init__(self, setup: Setup, findings: Sequence[Finding], asked: float) -> None:
        self.setup = setup
        self.findings = findings
        self.asked = asked
        super().__init__()


class WatchRequested(Message):
    """The user wants to see the watch."""


class PaceChosen(Message):
    """The user wants to be told of changes; a check every so many seconds, 0 for none."""

    def __init__(self, pace: float) -> None:
        self.pace = pace
        super().__init__()


class Compared(Message):
    """What DNS has already was compared with the answers."""

    def __init__(self, published: Published) -> None:
        self.published = published
        super().__init__()


class SourcesRequested(Message):
    """The user wants to see what was read from mailcow, and to read more."""


class AccessGranted(Message):
    """The user lets mailcow's sources be read in another way."""

    def __init__(self, access: Access) -> None:
        self.access = access
        super().__init__()


class CopyRequested(Message):
    """The user wants a text on the clipboard.

    Attributes:
        what: names the text in a sentence.
        tell: takes the sentence about what became of it; None: it is shown over the screen.
    """

    def __init__(self, text: str, what: str, tell: Callable[[str], None] | None = None) -> None:
        self.text = text
        self.what = what
        self.tell = tell
        super().__init__()

    @classmethod
    def of_all(cls, report: Report) -> Self:
        records = report.records
        from mailcow_dns_tui.export.zone import zone_text

        return cls(zone_text(records), f"{len(records)} records")


class PlainTextRequested(Message):
    """The user wants a text on the bare terminal."""

    def __init__(self, text: str, title: str) -> None:
        self.text = text
        self.title = title
        super().__init__()

    @classmethod
    def of_all(cls, report: Report) -> Self:
        from mailcow_dns_tui.export.zone import zone_text

        return cls(zone_text(report.records), "All records")


class OverviewRequested(Message):
    """The user wants to see all domains at a glance; `then` is told which one was chosen."""

    def __init__(self, then: Callable[[Overviewed | None], Awaitable[None]]) -> None:
        self.then = then
        super().__init__()


class GuideRequested(Message):
    """The user wants to be led through what is left."""


class LookedAgain(Message):
    """One topic of the server (None) or of a mail domain was looked up once more.

    Attributes:
        asked: when the look began, on the monotonic clock.
    """

    def __init__(
        self,
        topic: str,
        domain: Name | None,
        findings: Sequence[Finding],
        asked: float,
    ) -> None:
        self.topic = topic
        self.domain = domain
        self.findings = findings
        self.asked = asked
        super().__init__()


class CheckRequested(Message):
    """The user wants everything asked again; what is known so far counts no more."""


class SeenRequested(Message):
    """The user wants to know who sees a record."""

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__()

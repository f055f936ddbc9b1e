"""What widgets tell the app."""

from collections.abc import Callable, Sequence
from typing import Self

from textual.message import Message

from mailcow_dns_tui.export.zone import zone_text
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.report import Report


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
    """Findings arrived from a check in the background."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = findings
        super().__init__()


class CopyRequested(Message):
    """The user wants a text on the clipboard; `what` names it in a sentence."""

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        super().__init__()

    @classmethod
    def of_all(cls, report: Report) -> Self:
        records = report.records
        return cls(zone_text(records), f"{len(records)} records")


class PlainTextRequested(Message):
    """The user wants a text on the bare terminal."""

    def __init__(self, text: str, title: str) -> None:
        self.text = text
        self.title = title
        super().__init__()

    @classmethod
    def of_all(cls, report: Report) -> Self:
        return cls(zone_text(report.records), "All records")


class CheckRequested(Message):
    """The user wants everything asked again; what is known so far counts no more."""

"""What is found about records that are not planned yet."""

from collections.abc import Callable, Iterable

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard.report import Report

Change = Callable[[Report], Report]


class Early:
    """Keeps all that becomes known while records are planned, for the time when they are."""

    def __init__(self) -> None:
        self._is_planning = False
        self._changes: list[Change] = []

    def begin(self) -> None:
        """Records are being planned; they may be so anew, before the last plan was made."""
        self._is_planning = True

    def note(self, change: Change) -> None:
        if self._is_planning:
            self._changes.append(change)

    def end(self, report: Report, records: Iterable[Record]) -> Report:
        """With the records that were planned, and all that was noted, in order."""
        report = report.with_records(records)
        for change in self._changes:
            report = change(report)
        self._is_planning, self._changes = False, []
        return report

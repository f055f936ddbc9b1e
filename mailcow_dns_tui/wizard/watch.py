"""What was seen while the wizard watched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from mailcow_dns_tui.model.changes import Change, History

MOST_ENTRIES = 1000
"""The oldest are forgotten first."""


@dataclass(frozen=True)
class SeenChange:
    """A change, and when it was seen."""

    at: datetime
    change: Change

    @property
    def line(self) -> str:
        """`16:02:11  ✗ error   example.org MX: ok → error: …`: safe to show."""
        from mailcow_dns_tui.model.changes import change_line

        return f"{self.at:%H:%M:%S}  {change_line(self.change)}"

    @property
    def parts(self) -> tuple[str, str]:
        """The same in two lines, the sentence for itself."""
        from mailcow_dns_tui.model.changes import head, said

        return f"{self.at:%H:%M:%S}  {head(self.change)}", said(self.change)

    @property
    def log_line(self) -> str:
        """As `check --watch --log` has it."""
        from mailcow_dns_tui.model.changes import change_json

        stamp = {"time": self.at.isoformat(timespec="seconds"), "event": "changed"}
        return json.dumps({**stamp, **change_json(self.change)})


@dataclass(frozen=True, eq=False)
class WatchState:
    """One immutable value, replaced after each whole check.

    Attributes:
        interval: seconds from check to check; 0 where nothing is watched.
        entries: all that has changed so far, in order.
        checks: how many were compared.
        rings: whether the terminal's bell rings for each change.
    """

    interval: float = 0.0
    entries: tuple[SeenChange, ...] = ()
    checks: int = 0
    last: datetime | None = None
    rings: bool = False
    _setup: Setup | None = None
    _history: History | None = None

    def at_interval(self, interval: float) -> WatchState:
        """Faster or slower; what was seen is kept, also when it ends."""
        return replace(self, interval=interval, _history=self._history if interval else None)

    def with_check(self, setup: Setup, findings: Iterable[Finding], at: datetime) -> WatchState:
        """With a whole check; after other answers it begins anew: those changes are the user's."""
        if not self.interval:
            return self
        from mailcow_dns_tui.model.changes import History, state_of

        states = tuple(map(state_of, findings))
        seen = replace(self, checks=self.checks + 1, last=at, _setup=setup)
        if self._history is None or not setup.is_same_plan(self._setup):
            return replace(seen, _history=History.beginning(states))
        history, told = self._history.then(states)
        entries = (*self.entries, *(SeenChange(at, change) for change in told))
        return replace(seen, _history=history, entries=entries[-MOST_ENTRIES:])


UNWATCHED = WatchState()

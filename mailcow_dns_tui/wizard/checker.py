"""Keeps checking in the background while the user types."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from textual import work
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.messages import Compared, Judged

PAUSE_AT_START = 0.8
"""The first screen is drawn in this time; loading the network's modules would hold it up."""
PAUSE_AFTER_TYPING = 0.6
PAUSE_BETWEEN_SHOWINGS = 0.05


class Checker(Widget):
    """Draws nothing; starts a check when the setup has rested a moment, and tells what it found.

    A new check ends the one before it, so no late answer to an old question arrives.
    """

    DEFAULT_CSS = "Checker { display: none; }"

    setup: reactive[Setup] = reactive(Setup(), init=False)

    def __init__(self, examiner: Examiner, setup: Setup) -> None:
        super().__init__()
        self.set_reactive(Checker.setup, setup)
        self._examiner = examiner
        self._found: list[Finding] = []
        self._showing: Timer | None = None

    def on_mount(self) -> None:
        self.check(self.setup, pause=PAUSE_AT_START)

    def watch_setup(self, setup: Setup) -> None:
        self.check(setup, pause=PAUSE_AFTER_TYPING)

    def check_again(self) -> None:
        self.check(self.setup, pause=0, anew=True)

    @work(exclusive=True, group="check")
    async def check(self, setup: Setup, *, pause: float, anew: bool = False) -> None:
        await asyncio.sleep(pause)
        async with aclosing(self._examiner.examine(setup, anew=anew)) as judged:
            async for findings in judged:
                self._keep(findings)
        self.post_message(Compared(await self._examiner.published(setup)))

    def _keep(self, findings: Sequence[Finding]) -> None:
        """Gather what arrives together, so that a burst of answers is drawn once."""
        self._found.extend(findings)
        if self._showing is None:
            self._showing = self.set_timer(PAUSE_BETWEEN_SHOWINGS, self._show)

    def _show(self) -> None:
        found, self._found, self._showing = self._found, [], None
        self.post_message(Judged(found))

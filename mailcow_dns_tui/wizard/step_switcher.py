"""Where the steps stand, one at a time."""

import asyncio
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import ContentSwitcher

from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.steps.contents import content, content_id
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.steps.step_content import StepContent
from mailcow_dns_tui.wizard.told import UNTOLD, Told


class StepSwitcher(ContentSwitcher):
    """Makes each step when it is first entered, and tells it the news only while it is shown.

    With all steps listening, a hundred widgets that nobody sees would act on each key.
    """

    setup: var[Setup] = var(Setup(), init=False)
    problems: var[tuple[Problem, ...]] = var((), init=False)
    report: var[Report] = var(Report(), init=False)
    told: var[Told] = var(UNTOLD, init=False)

    def __init__(self, first: Step, setup: Setup, problems: Sequence[Problem]) -> None:
        super().__init__(id="steps", initial=content_id(first))
        self._first = first
        self._entering = asyncio.Lock()
        self.set_reactive(StepSwitcher.setup, setup)
        self.set_reactive(StepSwitcher.problems, tuple(problems))

    def compose(self) -> ComposeResult:
        yield self._made(self._first)

    def _made(self, step: Step) -> StepContent:
        made = content(step)
        made.set_reactive(StepContent.setup, self.setup)
        made.set_reactive(StepContent.problems, self.problems)
        made.set_reactive(StepContent.report, self.report)
        made.set_reactive(StepContent.told, self.told)
        return made

    async def enter(self, step: Step) -> None:
        """Show a step, with all its fields there when this returns."""
        # A click on a tab and a key come from two tasks.
        async with self._entering:
            if not self.query_children(f"#{content_id(step)}"):
                made = self._made(step)
                made.display = False
                await self.mount(made)
            self.current = content_id(step)
        self._tell()

    def watch_setup(self) -> None:
        self._tell()

    def watch_problems(self) -> None:
        self._tell()

    def watch_report(self) -> None:
        self._tell()

    def watch_told(self) -> None:
        self._tell()

    def _tell(self) -> None:
        shown = self.visible_content if self.is_mounted else None
        if isinstance(shown, StepContent):
            shown.setup, shown.problems = self.setup, self.problems
            shown.report, shown.told = self.report, self.told

"""The steps in a row, each with how far it is."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import var
from textual.widgets import Tab, Tabs

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status import STYLES
from mailcow_dns_tui.wizard.steps.step import Progress, Step, progress

STYLE_OF_GLYPH = {status.glyph: STYLES[status] for status in Status}


class StepBar(Tabs):
    """The tabs of the steps; enter and the down arrow lead into the step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "screen.focus_next", "Into the step", show=False)
    ]

    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())

    def __init__(self, active: Step, problems: Sequence[Problem]) -> None:
        self._shown = {step: progress(step, problems, Report()) for step in Step}
        tabs = [Tab(_label(step, how_far), id=step.id) for step, how_far in self._shown.items()]
        super().__init__(*tabs, active=active.id)

    def watch_problems(self) -> None:
        self._update_labels()

    def watch_report(self) -> None:
        self._update_labels()

    def _update_labels(self) -> None:
        for step in Step:
            how_far = progress(step, self.problems, self.report)
            if self.is_mounted and how_far != self._shown[step]:
                self._shown[step] = how_far
                self.query_one(f"#{step.id}", Tab).label = _label(step, how_far)


def _label(step: Step, how_far: Progress) -> Content:
    style = STYLE_OF_GLYPH.get(how_far.glyph, "$text-muted")
    return Content.assemble(f"{step.number} {step.title} ", (how_far.glyph, style))

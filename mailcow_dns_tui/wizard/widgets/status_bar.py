"""The two lines at the top: whose records these are and how they stand, and the steps."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import Tab, Tabs

from mailcow_dns_tui.model.finding import COUNTED, Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import counted
from mailcow_dns_tui.wizard.steps.step import Progress, Step, progress, wrong_steps
from mailcow_dns_tui.wizard.watch import UNWATCHED, WatchState
from mailcow_dns_tui.wizard.widgets.published import mark
from mailcow_dns_tui.wizard.widgets.text import STYLES

TITLE = "mailcow DNS"
SHOWN = (*COUNTED, Status.PENDING)


class StatusLine(Widget):
    """The hostname, how many domains, wrong steps, and how many records are how."""

    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $panel; }
    """

    setup: reactive[Setup] = reactive(Setup())
    report: reactive[Report] = reactive(Report())
    watched: reactive[WatchState] = reactive(UNWATCHED)
    problems: reactive[tuple[Problem, ...]] = reactive(())

    def render(self) -> RenderResult:
        right = self._counts()
        room = max(0, self.content_size.width - right.cell_length - 1)
        subject = Content.assemble(self._subject(), self._wrong())
        titled = Content.assemble((TITLE, "bold"), "   ", subject)
        left = titled if titled.cell_length <= room else subject
        return Content.assemble(left.truncate(room, ellipsis=True, pad=True), " ", right)

    def _subject(self) -> str:
        domains = counted(len(self.setup.domains), "domain")
        host = self.setup.server.hostname or "no hostname yet"
        return " · ".join([host, domains, *self._watched()])

    def _watched(self) -> Iterator[str]:
        if self.watched.interval:
            yield "watched"
        if seen := len(self.watched.entries):
            yield counted(seen, "change")

    def _wrong(self) -> Content:
        """Records that a wrong answer keeps from being planned are in no count."""
        numbers = ", ".join(str(step.number) for step in wrong_steps(self.problems))
        return Content.styled(f" · ✗ step {numbers}" if numbers else "", STYLES[Status.ERROR])

    def _counts(self) -> Content:
        counts = self.report.counts if self.report.records else Counter[Status]()
        cells = [(f"{s.glyph} {counts[s]}", STYLES[s]) for s in SHOWN if counts[s]]
        return Content("  ").join(Content.styled(text, style) for text, style in cells)


STYLE_OF_GLYPH = {status.glyph: STYLES[status] for status in Status}


class StepBar(Tabs):
    """The tabs of the steps, with how the answers are, and a mark where what is published is not.

    Enter and the down arrow lead into the step.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "screen.focus_next", "Into the step", show=False)
    ]

    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())

    @dataclass
    class Clicked(Message):
        """The user has clicked on a step, and goes on in it by keys."""

        step: Step

    def __init__(self, active: Step, problems: Sequence[Problem]) -> None:
        self._shown = {step: progress(step, problems, Report()) for step in Step}
        tabs = [Tab(_label(step, how_far), id=step.id) for step, how_far in self._shown.items()]
        super().__init__(*tabs, active=active.id)

    def _activate_tab(self, tab: Tab) -> None:
        """Textual calls it for a click on a tab, and on the line below; it has the focus then."""
        self.post_message(self.Clicked(next(step for step in Step if step.id == tab.id)))

    def _update_labels(self) -> None:
        for step in Step:
            how_far = progress(step, self.problems, self.report)
            if self.is_mounted and how_far != self._shown[step]:
                self._shown[step] = how_far
                self.query_one(f"#{step.id}", Tab).label = _label(step, how_far)

    watch_problems = watch_report = _update_labels


def _label(step: Step, how_far: Progress) -> Content:
    style = STYLE_OF_GLYPH.get(how_far.glyph, "$text-muted")
    left = mark(how_far.published)
    return Content.assemble(
        f"{step.number} {step.title} ",
        (how_far.glyph, style),
        (left.glyph if left else "", left.style if left else ""),
    )

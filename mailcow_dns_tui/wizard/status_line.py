"""The top line: whose records these are, and how they stand."""

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status import STYLES
from mailcow_dns_tui.wizard.steps.step import wrong_steps

TITLE = "mailcow DNS"
SHOWN = (
    Status.OK,
    Status.INFO,
    Status.WARNING,
    Status.ERROR,
    Status.UNKNOWN,
    Status.MUTED,
    Status.PENDING,
)


class StatusLine(Widget):
    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $panel; }
    """

    setup: reactive[Setup] = reactive(Setup())
    report: reactive[Report] = reactive(Report())
    pace: reactive[float] = reactive(0.0)
    problems: reactive[tuple[Problem, ...]] = reactive(())

    def render(self) -> RenderResult:
        right = self._counts()
        room = max(0, self.content_size.width - right.cell_length - 1)
        left = Content.assemble((TITLE, "bold"), "   ", self._subject(), self._wrong()).truncate(
            room, ellipsis=True, pad=True
        )
        return Content.assemble(left, " ", right)

    def _subject(self) -> str:
        count = len(self.setup.domains)
        domains = f"{count} domain{'' if count == 1 else 's'}"
        watched = " · watched" if self.pace else ""
        return f"{self.setup.server.hostname or 'no hostname yet'} · {domains}{watched}"

    def _wrong(self) -> Content:
        """Records that a wrong answer keeps from being planned are in no count."""
        numbers = ", ".join(str(step.number) for step in wrong_steps(self.problems))
        return Content.styled(f" · ✗ step {numbers}" if numbers else "", STYLES[Status.ERROR])

    def _counts(self) -> Content:
        counts = self.report.counts
        cells = [(f"{s.glyph} {counts[s]}", STYLES[s]) for s in SHOWN if counts[s]]
        return Content("  ").join(Content.styled(text, style) for text, style in cells)

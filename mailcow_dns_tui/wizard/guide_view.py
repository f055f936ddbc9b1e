"""One step of the guide on the screen."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from mailcow_dns_tui.wizard.guide_content import ASKING
from mailcow_dns_tui.wizard.steady_text import SteadyText


class StepView(VerticalScroll):
    """Scrolls to the next box, so that who copies sees what."""

    DEFAULT_CSS = """
    StepView { & Static { height: auto; } & Static.-empty { display: none; } }
    """

    def compose(self) -> ComposeResult:
        yield SteadyText(ASKING, id="before")
        yield SteadyText(id="box", classes="-empty")
        yield SteadyText(id="after", classes="-empty")

    def show(self, *parts: Content) -> None:
        """Up to three parts, one below the other."""
        for text, part in zip(self.query(SteadyText), (*parts, *[Content("")] * 2), strict=False):
            text.set_class(not part.plain, "-empty")
            text.show(part)

    def show_box(self) -> None:
        # The screen may be left before.
        self.screen.call_after_refresh(self._scroll_to_box)

    def _scroll_to_box(self) -> None:
        self.query_one("#box").scroll_visible(animate=False)

    @property
    def text(self) -> str:
        """All of it, as it reads."""
        shown = (text for text in self.query(SteadyText) if not text.has_class("-empty"))
        return "\n".join(str(text.render()) for text in shown)

"""One step of the guide on the screen."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from mailcow_dns_tui.wizard.guide_content import ASKING


class StepView(VerticalScroll):
    """Scrolls to the next box, so that who copies sees what."""

    DEFAULT_CSS = """
    StepView { & Static { height: auto; } & Static.-empty { display: none; } }
    """

    def compose(self) -> ComposeResult:
        yield Static(ASKING, id="before", markup=False)
        yield Static(id="box", classes="-empty", markup=False)
        yield Static(id="after", classes="-empty", markup=False)

    def show(self, *parts: Content) -> None:
        """Up to three parts, one below the other."""
        for static, part in zip(self.query(Static), (*parts, *[Content("")] * 2), strict=False):
            static.set_class(not part.plain, "-empty")
            static.update(part)

    def show_box(self) -> None:
        self.call_after_refresh(self._scroll_to_box)

    def _scroll_to_box(self) -> None:
        self.query_one("#box").scroll_visible(animate=False)

    @property
    def text(self) -> str:
        """All of it, as it reads."""
        shown = (static for static in self.query(Static) if not static.has_class("-empty"))
        return "\n".join(str(static.render()) for static in shown)

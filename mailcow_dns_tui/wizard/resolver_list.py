"""Where the user names the public resolvers that may be asked."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.public_resolvers import BUILT_IN
from mailcow_dns_tui.model.resolver_text import resolver_problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.text_inputs import LinesInput

ABOUT = (
    "One a line: an IP address, or an https:// URL for DNS over HTTPS. They are asked without a "
    "further question. With nothing here, the wizard knows these, and asks you first:"
)


class ResolverListScreen(ModalScreen[None], OwnScreen[None]):
    """Takes one resolver a line; what is typed is saved at once."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", priority=True)]
    DEFAULT_CSS = """
    ResolverListScreen {
        align: center middle;
        & > Vertical {
            width: 76; max-width: 100%; height: auto;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & Static { height: auto; }
        & .known { margin: 0 0 1 2; color: $text-muted; }
        & TextArea { height: 6; border: none; padding: 0; background: $boost; }
        & TextArea:focus { background: $surface-lighten-2; }
        & #wrong { min-height: 1; }
    }
    """

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._listed = setup.public.listed

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Public resolvers of your own choice"
            box.border_subtitle = "Esc closes"
            yield Static(ABOUT, markup=False)
            known = (f"{each.operator}, {each.country}: {each.address}" for each in BUILT_IN)
            yield Static("\n".join(known), classes="known", markup=False)
            area = LinesInput("\n".join(self._listed), compact=True)
            area.cursor_blink = False
            yield area
            yield Static(id="wrong", markup=False)

    @on(TextArea.Changed)
    def _take(self, event: TextArea.Changed) -> None:
        listed = tuple(filter(None, map(str.strip, event.text_area.text.splitlines())))
        wrong = next(filter(None, map(resolver_problem, listed)), None)
        said = status_content(Status.ERROR, wrong) if wrong else Content()
        self.query_one("#wrong", Static).update(said)
        if listed != self._listed:
            self._listed = listed
            self.app.post_message(Edited(lambda setup: with_listed(setup, listed)))


def with_listed(setup: Setup, listed: tuple[str, ...]) -> Setup:
    return replace(setup, public=replace(setup.public, listed=listed))

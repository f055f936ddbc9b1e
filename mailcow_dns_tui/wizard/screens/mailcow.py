"""What was read from mailcow, and the ways to read more."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import var
from textual.widgets import Button, Input, Static

from mailcow_dns_tui.mailcow.secret import Access, Secret
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions.server import ABOUT_KEY, ABOUT_OUTSIDE
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.wizard.messages import AccessGranted
from mailcow_dns_tui.wizard.screens.base import Dialog
from mailcow_dns_tui.wizard.widgets.inputs import LineInput
from mailcow_dns_tui.wizard.widgets.source_banner import news_lines, remark_lines
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_lines

NOTHING_READ = (
    "Nothing was read from mailcow. On the mail host, start the wizard as root, with "
    "--mailcow FOLDER if mailcow lies in no usual place. From elsewhere, use the API."
)


class MailcowScreen(Dialog[None]):
    """Shows every source; takes the API's address and key, which are never saved."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "dismiss", "Close"),
        Binding("pageup", "page('up')", show=False),
        Binding("pagedown", "page('down')", show=False),
    ]
    DEFAULT_CSS = """
    MailcowScreen {
        & > .box { width: 80; }
        & .row { height: 1; margin-top: 1; }
        & .label { width: 17; }
        & Input { width: 1fr; }
        & .note { margin-left: 2; color: $text-muted; height: auto; }
        & .read { height: auto; }
        & Button { margin-top: 1; margin-left: 2; }
    }
    """

    suggestions: var[Suggestions] = var(NO_SUGGESTIONS)

    def __init__(self, setup: Setup) -> None:
        super().__init__("mailcow", "Esc closes")
        self._host = setup.server.hostname

    def compose_box(self) -> ComposeResult:
        yield SteadyText(classes="read")
        url = f"https://{self._host}" if self._host else None
        yield from _row("API address", LineInput(url, id="url", compact=True))
        yield from _row("API key", LineInput(id="key", password=True, compact=True))
        yield Static(ABOUT_KEY, classes="note", markup=False)
        yield Button("Read from the API", id="api", compact=True, variant="primary")
        yield Button("Ask for the public address", id="outside", compact=True)
        yield Static(ABOUT_OUTSIDE, classes="note", markup=False)

    def on_mount(self) -> None:
        # What was read comes first, and may push the fields off the screen.
        self.set_focus(self.query_one("#url"), scroll_visible=False)

    def action_page(self, direction: str) -> None:
        """Scroll by a page, `up` or `down`, whatever has the focus."""
        scroll = self.query_one(VerticalScroll)
        if direction == "up":
            scroll.scroll_page_up()
        else:
            scroll.scroll_page_down()

    def watch_suggestions(self, suggestions: Suggestions) -> None:
        """What was read so far, and what could not be; each trouble on its own line."""
        lines = [*news_lines(suggestions), *remark_lines(suggestions)]
        for read in self.query(".read").results(SteadyText):
            read.show(status_lines(lines) if lines else NOTHING_READ)

    @on(Input.Submitted, "#url")
    def _to_key(self) -> None:
        self.query_one("#key").focus()

    @on(Input.Submitted, "#key")
    @on(Button.Pressed, "#api")
    def _read(self) -> None:
        key = self.query_one("#key", Input)
        url = self.query_one("#url", Input).value.strip()
        self.app.post_message(AccessGranted(Access(url, Secret(key.value.strip()))))
        key.value = ""

    @on(Button.Pressed, "#outside")
    def _ask_outside(self) -> None:
        self.app.post_message(AccessGranted(Access(outside=True)))


def _row(label: str, line: Input) -> ComposeResult:
    with Horizontal(classes="row"):
        yield Static(label, classes="label", markup=False)
        yield line

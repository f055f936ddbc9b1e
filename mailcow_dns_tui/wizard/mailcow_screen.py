"""What was read from mailcow, and the ways to read more."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from mailcow_dns_tui.mailcow.access import Access
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.messages import AccessGranted
from mailcow_dns_tui.wizard.news import news_lines, remark_lines
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.text_inputs import LineInput
from mailcow_dns_tui.wizard.told import UNTOLD, Told

NOTHING_READ = (
    "Nothing was read from mailcow. On the mail host, start the wizard as root, with "
    "--mailcow FOLDER if mailcow lies in no usual place. From elsewhere, use the API."
)
ABOUT_KEY = (
    "A read-only key is enough: in mailcow under System, Configuration, Access, API. Allow this "
    "machine's address there. The key is tried once, and kept nowhere."
)
ABOUT_OUTSIDE = (
    "Behind NAT this machine can't know its public address. ip4.mailcow.email and "
    "ip6.mailcow.email, which mailcow itself uses, can tell; they learn the address by it."
)


class MailcowScreen(ModalScreen[None], OwnScreen[None]):
    """Shows every source; takes the API's address and key, which are never saved."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "dismiss", "Close"),
        Binding("pageup", "page('up')", show=False),
        Binding("pagedown", "page('down')", show=False),
    ]
    DEFAULT_CSS = """
    MailcowScreen {
        align: center middle;
        & > VerticalScroll {
            width: 80; max-width: 100%; height: auto; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & .row { height: 1; margin-top: 1; }
        & .label { width: 17; }
        & Input { width: 1fr; background: $boost; }
        & Input:focus { background: $surface-lighten-2; }
        & .note { margin-left: 2; color: $text-muted; height: auto; }
        & .read { height: auto; }
        & Button { margin-top: 1; margin-left: 2; }
    }
    """

    told: var[Told] = var(UNTOLD)

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._host = setup.server.hostname

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as scroll:
            scroll.border_title = "mailcow"
            scroll.border_subtitle = "Esc closes"
            yield SteadyText(classes="read")
            url = f"https://{self._host}" if self._host else None
            yield from _row("API address", LineInput(url, id="url", compact=True))
            yield from _row("API key", LineInput(id="key", password=True, compact=True))
            yield Static(ABOUT_KEY, classes="note", markup=False)
            yield Button("Read from the API", id="api", compact=True, variant="primary")
            yield Button("Ask for the public address", id="outside", compact=True)
            yield Static(ABOUT_OUTSIDE, classes="note", markup=False)

    def on_mount(self) -> None:
        for line in self.query(Input):
            line.cursor_blink = False
        # What was read comes first, and may push the fields off the screen.
        self.set_focus(self.query_one("#url"), scroll_visible=False)

    def action_page(self, direction: str) -> None:
        scroll = self.query_one(VerticalScroll)
        if direction == "up":
            scroll.scroll_page_up()
        else:
            scroll.scroll_page_down()

    def watch_told(self, told: Told) -> None:
        lines = [*news_lines(told), *remark_lines(told)] or [Content(NOTHING_READ)]
        for read in self.query(".read").results(SteadyText):
            read.show(Content("\n").join(lines))

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

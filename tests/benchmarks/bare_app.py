"""A bare Textual app with the kinds of widgets, and as many, as the wizard's first screen."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher, Footer, Input, OptionList, Static, Tabs, TextArea

FIELDS = 6


class BareApp(App[None]):
    # TextArea and OptionList are shown by later screens; their modules are loaded by both.
    LATER: ClassVar = (TextArea, OptionList)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    CSS = """
    .row { height: 1; }
    .field { height: auto; }
    .label { width: 17; }
    .note { height: auto; }
    .control { width: 1fr; height: 1; }
    #preview { display: none; }
    #steps { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "next", "Next"),
        Binding("escape", "back", "Back"),
        Binding("ctrl+o", "preview", "Preview"),
        Binding("ctrl+r", "check", "Check"),
        Binding("f1", "help", "Help"),
        Binding("ctrl+q", "quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        yield Static("A title line")
        yield Tabs("1 One", "2 Two", "3 Three", "4 Four", "5 Five")
        with Horizontal():
            with ContentSwitcher(initial="one", id="steps"), VerticalScroll(id="one"):
                for number in range(FIELDS):
                    if number in {0, 4}:
                        yield Static("A section")
                    yield from self._field(number)
            with VerticalScroll(id="preview"):
                yield Static("A preview")
        yield Footer(compact=True)

    def _field(self, number: int) -> ComposeResult:
        with Vertical(classes="field"):
            with Horizontal(classes="row"):
                yield Static(f"Label {number}", classes="label")
                with Container(classes="control"):
                    yield Input(placeholder="192.0.2.10", compact=True)
            yield Static("A line on what the answer does and where to find it.", classes="note")


if __name__ == "__main__":
    BareApp().run()

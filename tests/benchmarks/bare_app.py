"""A bare Textual app with the kinds of widgets that the wizard's first screen has."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.highlight import highlight
from textual.widgets import ContentSwitcher, Footer, Input, OptionList, Static, Tabs, TextArea

ZONE = "\n".join(f"name{i} 3600 IN TXT \"value {i}\"" for i in range(30))


class BareApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "next", "Next"),
        Binding("f1", "help", "Help"),
        Binding("ctrl+q", "quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        yield Static("Title")
        yield Tabs("One", "Two", "Three", "Four", "Five")
        with Horizontal():
            with ContentSwitcher(initial="one"):
                with VerticalScroll(id="one"):
                    for number in range(6):
                        with Horizontal():
                            yield Static(f"Label {number}")
                            yield Input(compact=True)
                        yield Static("A line on what it does.")
                yield TextArea(id="two")
                yield OptionList("First", "Second", id="three")
            with VerticalScroll():
                yield Static(highlight(ZONE, language="zone"))
        yield Footer(compact=True)


if __name__ == "__main__":
    BareApp().run()

"""One of a few, on one line."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

Options = tuple[tuple[str, str], ...]


class Choice(Widget, can_focus=True):
    """Shows all options beside each other; the arrow keys, the space bar or a click choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous", show=False),
        Binding("right,space", "move(1)", "Next", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--other"}
    DEFAULT_CSS = """
    Choice {
        height: 1;
        & > .choice--other { color: $text-muted; }
        & > .choice--chosen { color: $text; background: $surface-lighten-2; text-style: bold; }
        &:focus > .choice--chosen {
            color: $block-cursor-foreground; background: $block-cursor-background;
        }
    }
    """

    value: reactive[str] = reactive("")

    class Changed(Message):
        """The user chose another option."""

        def __init__(self, choice: "Choice", value: str) -> None:
            self.choice = choice
            self.value = value
            super().__init__()

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, options: Options, value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._known = options
        self.set_reactive(Choice.value, value)

    @property
    def options(self) -> Options:
        """The options; a value from a plan that is none of them is offered too."""
        if self.value in dict(self._known):
            return self._known
        return (*self._known, (self.value, self.value))

    def render(self) -> Content:
        chosen = self.get_visual_style("choice--chosen")
        other = self.get_visual_style("choice--other")
        cells = [
            (f"‹{label}›", chosen) if value == self.value else (f" {label} ", other)
            for value, label in self.options
        ]
        return Content.assemble(*cells)

    def action_move(self, by: int) -> None:
        values = [value for value, _ in self.options]
        self._choose(values[(values.index(self.value) + by) % len(values)])

    def on_click(self, event: events.Click) -> None:
        end = 0
        for value, label in self.options:
            end += len(label) + 2
            if event.x < end:
                self._choose(value)
                return

    def _choose(self, value: str) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self, value))

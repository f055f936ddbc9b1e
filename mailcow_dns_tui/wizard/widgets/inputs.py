"""Where an answer is given: a line, a text of several lines, or a choice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import Input, TextArea

from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions.question import NO_QUESTION, Question
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.widgets.text import Reversible

Options = tuple[tuple[str, str], ...]


class Choice(Reversible, can_focus=True):
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
            text-style: $block-cursor-text-style;
        }
    }
    """

    value: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """The user chose another option."""

        choice: "Choice"
        value: str

        @property
        def control(self) -> "Choice":
            """The sender, as Textual's `@on` asks for it."""
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
        """Choose the option so many places on; after the last comes the first."""
        values = [value for value, _ in self.options]
        self._choose(values[(values.index(self.value) + by) % len(values)])

    def on_click(self, event: events.Click) -> None:
        """Choose the label that was clicked on: each takes its length and two cells."""
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


class LineInput(Input):
    """A line, with a cursor that stands still: each blink is sent over the wire."""

    cursor_blink = var(False, init=False)

    def on_focus(self) -> None:
        """Show the cursor of a line that is longer than its field; Textual does when it moves."""
        before = cell_len(self.value[: self.cursor_position])
        self.scroll_to_region(Region(before, 0, 1, 1), force=True, animate=False)

    def on_paste(self, event: events.Paste) -> None:
        """Say so where a paste is cut: Textual takes its first line."""
        if len(event.text.strip().splitlines()) > 1:
            self.notify("This takes one line: only the first was pasted.", markup=False)


class LinesInput(TextArea):
    """A text of several lines, or one that is long.

    Attributes:
        is_one: it is a single answer, however many lines it is shown in.
    """

    cursor_blink = var(False, init=False)
    is_one = False

    @property
    def is_done(self) -> bool:
        """Whether Enter leads on, as in a line: where nobody wants to begin another one."""
        row, _ = self.cursor_location
        at_start = self.cursor_location == (0, 0)
        return self.is_one or at_start or not self.document.get_line(row).strip()


def _text_widget(question: Question, answer: str) -> Input | TextArea:
    if question.lines > 1:
        area = LinesInput(answer, compact=True, placeholder=question.placeholder)
        area.is_one = question.is_one
        return area
    return LineInput(
        # Setting a value, even an empty one, makes the start slower.
        answer or None,
        placeholder=question.placeholder,
        restrict=question.restrict,
        select_on_focus=question.is_retyped,
        compact=True,
    )


class Control(Container):
    """Takes the answer to one question, and follows the setup while the user is elsewhere."""

    DEFAULT_CSS = """
    Control {
        height: 100%;
        width: 1fr;
        & TextArea { padding: 0; border: none; height: 100%; }
        & Input, & TextArea { background: $surface; }
        & Input:focus, & TextArea:focus { background: $surface-lighten-2; }
    }
    """

    setup: var[Setup] = var(Setup(), init=False)
    question: var[Question] = var(NO_QUESTION, init=False)

    def __init__(self, question: Question, setup: Setup) -> None:
        super().__init__()
        self.set_reactive(Control.question, question)
        self.set_reactive(Control.setup, setup)

    def compose(self) -> ComposeResult:
        yield self._widget(self.question.read(self.setup))

    def _widget(self, answer: str) -> Widget:
        question = self.question
        if question.choices:
            return Choice(question.choices, answer)
        return _text_widget(question, answer)

    @on(Input.Changed)
    @on(Choice.Changed)
    def _take_line(self, event: Input.Changed | Choice.Changed) -> None:
        event.stop()
        self._take(event.value)

    @on(TextArea.Changed)
    def _take_text(self, event: TextArea.Changed) -> None:
        event.stop()
        self._take(event.text_area.text)

    def _take(self, answer: str) -> None:
        question = self.question
        self.post_message(Edited(lambda setup: question.write(setup, answer)))
        if said := question.elsewhere(self.setup, answer):
            self.notify(said, markup=False)
            self._show(question.read(question.write(self.setup, answer)))

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        """Show an answer that came otherwise than by typing here."""
        if self.is_mounted and not (self.has_focus_within and self._is_typed(before)):
            self._show(self.question.read(setup))

    @property
    def _typed(self) -> str | None:
        """The text that stands there; None of a choice, and before there is a widget for it."""
        for widget in self.children:
            if isinstance(widget, Input | TextArea):
                return widget.value if isinstance(widget, Input) else widget.text
        return None

    def _is_typed(self, setup: Setup) -> bool:
        """Whether something else stands there than this setup has."""
        return self._typed not in {None, self.question.read(setup)}

    def watch_question(self, before: Question, question: Question) -> None:
        """Keep what was typed for the question before, and show the answer to the new one."""
        if self.is_mounted:
            self._keep(before)
            self._show(question.read(self.setup))

    def answering(self) -> Callable[[Setup], Setup]:
        """The function that writes what is typed now into a setup, whichever that is by then."""
        question, text = self.question, self._typed
        return lambda setup: setup if text is None else question.write(setup, text)

    def _keep(self, question: Question) -> None:
        """Take what was typed a moment ago, and of which the message is still on its way."""
        text = self._typed
        if text is not None and text != question.read(self.setup):
            self.post_message(Edited(partial(question.write, text=text)))

    def on_descendant_blur(self) -> None:
        """Show the answer as the setup has it, which may be tidier than what was typed."""
        self._show(self.question.read(self.setup))

    def _show(self, answer: str) -> None:
        with self.prevent(Input.Changed, TextArea.Changed):
            # Without a query: at the start this is done for every field, several times.
            for widget in self.children:
                if isinstance(widget, Choice):
                    widget.value = answer
                elif isinstance(widget, Input) and widget.value != answer:
                    is_open = not widget.value
                    widget.value = answer
                    # Whoever comes back goes on typing at the end.
                    widget.cursor_position = len(answer)
                    if is_open and widget.has_focus:
                        # Whoever is about to type here may not have seen it.
                        widget.select_all()
                elif isinstance(widget, TextArea) and widget.text != answer:
                    widget.text = answer

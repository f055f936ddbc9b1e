"""Where an answer is given: a line, a text of several lines, or a choice."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input, TextArea

from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.choice import Choice
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.question import NO_QUESTION, Question
from mailcow_dns_tui.wizard.text_inputs import LineInput, LinesInput


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
        select_on_focus=False,
        compact=True,
    )


class Control(Container):
    """Takes the answer to one question, and follows the setup while the user is elsewhere."""

    DEFAULT_CSS = """
    Control {
        height: 100%;
        width: 1fr;
        & TextArea { padding: 0; border: none; height: 100%; }
        & Input, & TextArea { background: $boost; }
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
        widget = _text_widget(question, answer)
        # Each blink is sent over the wire.
        widget.cursor_blink = False
        return widget

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

    def watch_setup(self, before: Setup, setup: Setup) -> None:
        if self.is_mounted and not (self.has_focus_within and self._is_typed(before)):
            self._show(self.question.read(setup))

    def _is_typed(self, setup: Setup) -> bool:
        """Whether something else stands there than this setup has."""
        known = self.question.read(setup)
        texts = [area.text for area in self.query(TextArea)]
        return any(text != known for text in [*texts, *(line.value for line in self.query(Input))])

    def watch_question(self, before: Question, question: Question) -> None:
        if self.is_mounted:
            self._keep(before)
            self._show(question.read(self.setup))

    def answering(self) -> Callable[[Setup], Setup]:
        question = self.question
        texts = [area.text for area in self.query(TextArea)]
        texts += [line.value for line in self.query(Input)]
        return lambda setup: question.write(setup, texts[0]) if texts else setup

    def _keep(self, question: Question) -> None:
        """Take what was typed a moment ago, and of which the message is still on its way."""
        for area in self.query(TextArea):
            self._write(question, area.text)
        for line in self.query(Input):
            self._write(question, line.value)

    def _write(self, question: Question, answer: str) -> None:
        if answer != question.read(self.setup):
            self.post_message(Edited(lambda setup: question.write(setup, answer)))

    def on_descendant_blur(self) -> None:
        self._show(self.question.read(self.setup))

    def _show(self, answer: str) -> None:
        with self.prevent(Input.Changed, TextArea.Changed):
            # Without a query: at the start this is done for every field, several times.
            for widget in self.children:
                if isinstance(widget, Choice):
                    widget.value = answer
                elif isinstance(widget, Input) and widget.value != answer:
                    widget.value = answer
                    # Whoever comes back goes on typing at the end.
                    widget.cursor_position = len(answer)
                elif isinstance(widget, TextArea) and widget.text != answer:
                    widget.text = answer

"""Where text is typed: a line, or several."""

from textual import events
from textual.widgets import Input, TextArea


class LineInput(Input):
    def on_paste(self, event: events.Paste) -> None:
        """Say so where a paste is cut: Textual takes its first line."""
        if len(event.text.strip().splitlines()) > 1:
            self.notify("This takes one line: only the first was pasted.", markup=False)


class LinesInput(TextArea):
    """A text of several lines, or one that is long.

    Attributes:
        is_one: it is a single answer, however many lines it is shown in.
    """

    is_one = False

    @property
    def is_done(self) -> bool:
        """Whether Enter leads on, as in a line: where nobody wants to begin another one."""
        row, _ = self.cursor_location
        at_start = self.cursor_location == (0, 0)
        return self.is_one or at_start or not self.document.get_line(row).strip()

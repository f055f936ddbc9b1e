"""Text widgets that obey their keys in the order they were pressed.

Textual runs a binding only after its key has travelled up to the app, and by then text that was
typed later may stand in the widget already. Here the widget runs its own bindings at once.
"""

from collections.abc import Iterable, Mapping

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea


def actions(bindings: Iterable[BindingType]) -> Mapping[str, str]:
    """The action of each key."""
    pairs = (
        (binding.key, binding.action) if isinstance(binding, Binding) else binding[:2]
        for binding in bindings
    )
    return {key.strip(): action for keys, action in pairs for key in keys.split(",")}


INPUT_ACTIONS = actions(Input.BINDINGS)
AREA_ACTIONS = actions(TextArea.BINDINGS)


class LineInput(Input):
    def on_paste(self, event: events.Paste) -> None:
        """Say so where a paste is cut: Textual takes its first line."""
        if len(event.text.strip().splitlines()) > 1:
            self.notify("This takes one line: only the first was pasted.", markup=False)

    async def on_key(self, event: events.Key) -> None:
        action = INPUT_ACTIONS.get(event.key)
        # Enter leads on, which is for the screen to do.
        if action is not None and event.key != "enter":
            event.stop()
            event.prevent_default()
            await self.run_action(action)


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

    async def on_key(self, event: events.Key) -> None:
        action = AREA_ACTIONS.get(event.key)
        if action is not None:
            event.stop()
            event.prevent_default()
            await self.run_action(action)

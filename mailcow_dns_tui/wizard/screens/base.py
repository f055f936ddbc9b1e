"""What the wizard's screens are made from: a screen, a dialog, a menu, and the command palette."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandList, CommandPalette
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click, Event, Mount, Resize
from textual.geometry import Offset
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, OptionList

from mailcow_dns_tui.wizard.widgets.text import Reversible


class Fitted(MessagePump):
    """What a screen is besides: laid out for the size that its terminal has, and for no other.

    A layout for another size than the last has the screen told that size once more. Of two sizes
    on their way each would call the other back, without end, and no key would be served any more.
    """

    async def on_event(self, event: Event) -> None:
        """Leave out a resize to the size that the app has no more, or not yet."""
        if not isinstance(event, Resize) or event.size == self.app.size:
            await super().on_event(event)


R = TypeVar("R")


class OwnScreen(Fitted, Screen[R]):
    """A screen that may meet a second key that leaves it, and answers to nobody any more.

    Textual leaves whatever screen is on top at each call of `dismiss`, and ends the workers of a
    screen only after its widgets are gone. As a base it comes second: Textual styles a screen as
    it does the first of its bases.
    """

    @property
    def was_left(self) -> bool:
        """Whether it is neither shown nor covered by another one; at the end all are left."""
        return not self.app.is_running or self not in self.app.screen_stack

    @property
    def is_alive(self) -> bool:
        """Whether it has all its widgets."""
        return self.is_mounted and not self.was_left

    def on_compose(self) -> None:
        """Be styled for the terminal's size at once: Textual does it after the first layout."""
        width, height = self.app.size
        wide = self._get_breakpoint_classes(width, self.HORIZONTAL_BREAKPOINTS or [])
        tall = self._get_breakpoint_classes(height, self.VERTICAL_BREAKPOINTS or [])
        self.add_class(*wide, *tall)

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Leave this screen, if it is the one that the user looks at, and end its workers."""
        if not self.is_active:
            return AwaitComplete()
        self.workers.cancel_node(self)
        return super().dismiss(result)

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Where a selection begins or ends: in nothing that is drawn still, and gone already."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        return (None, None) if widget and not widget.is_attached else (widget, offset)

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Call it if the screen is still there then: another one may be drawn next."""

        def call() -> Any:
            return None if self.was_left else callback(*args, **kwargs)

        return super().call_after_refresh(call)

    async def on_event(self, event: Event) -> None:
        """A screen that was left before it had all its widgets begins nothing with them."""
        if not isinstance(event, Mount) or not self.was_left:
            await super().on_event(event)


class Dialog(ModalScreen[R], OwnScreen[R]):
    """A box with a title over the screen below, never larger than the terminal; Esc leaves it.

    A click outside of the box, or on what is said of Esc below it, leaves it as well. A subclass
    says by `compose_box` what is in it, and by its style how wide it is. A second key that leaves
    it does nothing.

    Args:
        title: above the box.
        keys: below it, what the keys do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close")]
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > .box {
            max-width: 100%; height: auto; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & Input { background: $background; }
        & Input:focus { background: $surface-lighten-2; }
    }
    """

    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self._title = title
        self._keys = keys

    def make_box(self) -> Widget:
        """The box itself, without a style; one that scrolls, and is passed over by Tab."""
        return VerticalScroll(can_focus=False)

    def compose(self) -> ComposeResult:
        with self.make_box().add_class("box") as box:
            box.border_title = self._title
            box.border_subtitle = with_click(self._keys, "screen.leave")
            yield from self.compose_box()

    @abstractmethod
    def compose_box(self) -> ComposeResult:
        """What is in the box."""

    async def action_leave(self) -> None:
        """Do what Esc does; unlike a second Esc, a second time it does nothing to what is below."""
        escape = self.active_bindings["escape"]
        await self.app.run_action(escape.binding.action, escape.node)

    async def on_click(self, event: Click) -> None:
        """A click beside the window leaves it, as Esc does."""
        if event.widget is self:
            await self.action_leave()


def with_click(keys: str, action: str) -> Content:
    """What keys do, of which the last part, what Esc does, can be clicked."""
    others, escape, does = keys.rpartition("Esc")
    return Content.assemble(others, (escape + does, Style.from_meta({"@click": action})))


class Drawn(OptionList, Reversible):
    """A list of options that bears a click on one that is drawn still, and there no more."""

    def on_click(self, event: Click) -> None:
        """Leave out one on an option that is there no more: Textual would look for it."""
        if event.style.meta.get("option", 0) >= self.option_count:
            event.prevent_default()


class Menu(Drawn):
    """One that also bears a page key where it has no height.

    Textual then looks for a row that it has not laid out.
    """

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)


class _Commands(CommandList, Drawn, can_focus=False):
    pass


class Palette(CommandPalette, OwnScreen[None]):
    """Textual's own, with a list that bears the same; once left, it hears its widgets no more."""

    async def _on_message(self, message: Message) -> None:
        # Its widgets go one after the other, and what was typed last may come in between.
        is_said = isinstance(message, Input.Changed | Input.Submitted | OptionList.OptionMessage)
        if not (is_said and self.was_left):
            await super()._on_message(message)

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            yield _Commands() if isinstance(widget, CommandList) else widget

    def _action_command_list(self, action: str) -> None:
        has_rows = bool(self.query_one(CommandList).scrollable_content_region)
        if has_rows or not action.startswith("page_"):
            super()._action_command_list(action)

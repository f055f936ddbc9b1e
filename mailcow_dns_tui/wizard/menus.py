"""Lists to choose from, and Textual's palette of commands."""

from typing import Literal

from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette
from textual.events import Click
from textual.widgets import OptionList

from mailcow_dns_tui.wizard.own_screen import OwnScreen


class Drawn(OptionList):
    """A list of options that bears a click on one that is drawn still, and there no more."""

    def on_click(self, event: Click) -> None:
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
    """Textual's own, with a list that bears the same."""

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            yield _Commands() if isinstance(widget, CommandList) else widget

    def _action_command_list(self, action: str) -> None:
        has_rows = bool(self.query_one(CommandList).scrollable_content_region)
        if has_rows or not action.startswith("page_"):
            super()._action_command_list(action)

"""Lists to choose from, and Textual's palette of commands."""

from typing import Literal

from textual.command import CommandList, CommandPalette
from textual.widgets import OptionList

from mailcow_dns_tui.wizard.own_screen import OwnScreen


class Menu(OptionList):
    """A list of options that also bears a page key where it has no height.

    Textual then looks for a row that it has not laid out.
    """

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)


class Palette(CommandPalette, OwnScreen[None]):
    """Textual's own, with a list that bears the same."""

    def _action_command_list(self, action: str) -> None:
        has_rows = bool(self.query_one(CommandList).scrollable_content_region)
        if has_rows or not action.startswith("page_"):
            super()._action_command_list(action)

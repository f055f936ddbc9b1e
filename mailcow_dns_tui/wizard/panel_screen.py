"""Lets the user say which provider's form is open."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.panels.profile import GENERIC, Profile
from mailcow_dns_tui.wizard.menus import Menu
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.text_inputs import LineInput

BY_NAME_SERVERS = "by its name servers"


class PanelScreen(ModalScreen[str | None], OwnScreen[str | None]):
    """Ends with a profile's id, an empty one for whichever the name servers tell, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        Binding("down", "move('cursor_down')", "Next", show=False),
        Binding("up", "move('cursor_up')", "Previous", show=False),
    ]
    DEFAULT_CSS = """
    PanelScreen {
        align: center middle;
        & > Vertical {
            width: 60; max-width: 100%; height: auto; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & Static { height: auto; margin-bottom: 1; color: $text-muted; }
        & Input { background: $boost; }
        & Input:focus { background: $surface-lighten-2; }
        & OptionList { height: 12; margin-top: 1; background: $surface; border: none; padding: 0; }
    }
    """

    def __init__(self, what: str, chosen: str, seen: Profile | None) -> None:
        """Ask for one.

        Args:
            what: whose provider it is, in words.
            chosen: the id of the one that counts now; empty for the one by the name servers.
            seen: whose name servers have answered.
        """
        super().__init__()
        self._what = what
        self._chosen = chosen
        self._seen = seen

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "DNS provider"
            box.border_subtitle = "Enter chooses, Esc cancels"
            yield Static(f"Whose form is open for {self._what}?", markup=False)
            line = LineInput(placeholder="Type a part of its name", compact=True)
            line.cursor_blink = False
            yield line
            listed = Menu(*self._options(""), markup=False, compact=True)
            listed.can_focus = False
            yield listed

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.highlighted = listed.get_option_index(self._chosen)

    def _options(self, typed: str) -> Iterator[Option]:
        seen = f": {self._seen.title}" if self._seen else ""
        options = [("", BY_NAME_SERVERS + seen), *((each.id, each.title) for each in profiles())]
        for panel_id, title in options:
            if typed.strip().casefold() in title.casefold() or panel_id == GENERIC:
                yield Option(title, id=panel_id)

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        listed = self.query_one(OptionList)
        listed.set_options(self._options(event.value))
        listed.highlighted = 0

    def action_move(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)

    @on(OptionList.OptionSelected)
    def _take_clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

"""Lets the user choose which records to copy in the form of the panel."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mailcow_dns_tui.wizard.form_copy import Scope
from mailcow_dns_tui.wizard.menus import Menu
from mailcow_dns_tui.wizard.own_screen import OwnScreen


class FormScreen(ModalScreen[Scope | None], OwnScreen[Scope | None]):
    """A menu whose lines have keys; ends with None where nothing was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f,q", "dismiss", "Close")]
    DEFAULT_CSS = """
    FormScreen {
        align: center middle;
        & > Vertical {
            width: 66; max-width: 100%; height: auto; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & OptionList {
            height: auto; max-height: 100%; border: none; padding: 0; background: $surface;
        }
    }
    """

    def __init__(self, scopes: Sequence[Scope]) -> None:
        super().__init__()
        self._scopes = {scope.key: scope for scope in scopes}

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Copy in the panel's form, box by box"
            box.border_subtitle = "A letter or Enter copies, Esc cancels"
            yield Menu(*map(_option, self._scopes.values()), markup=False, compact=True)

    def on_key(self, event: events.Key) -> None:
        if event.character in self._scopes:
            event.stop()
            self.dismiss(self._scopes[event.character])

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._scopes[event.option_id or ""])


def _option(scope: Scope) -> Option:
    label = Content.assemble((f"{scope.key}  ", "bold $text-accent"), scope.label)
    return Option(label, id=scope.key)

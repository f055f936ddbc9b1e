"""Asks for the sentence that mutes a finding."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.wizard.fitted import Fitted
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.text_inputs import LineInput

ABOUT = (
    "Is this meant to be so? Say why, in a sentence. It is then shown in grey and counts as no "
    "fault, until another value is published, or something else is said of it."
)
LONGEST = 400


class MuteScreen(Fitted, ModalScreen[str]):
    """Ends with the sentence; an empty one mutes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "Cancel")]
    DEFAULT_CSS = """
    MuteScreen {
        align: center middle;
        & > VerticalScroll {
            width: 76; max-width: 100%; height: auto; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & Static { height: auto; margin-bottom: 1; }
        & .about { color: $text-muted; }
        & Input { background: $boost; }
        & Input:focus { background: $surface-lighten-2; }
    }
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._finding = finding

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as scroll:
            scroll.border_title = "Mute"
            scroll.border_subtitle = "Enter mutes, Esc cancels"
            yield Static(self._said(), markup=False)
            yield Static(ABOUT, classes="about", markup=False)
            line = LineInput(placeholder="It is our own backup server.", compact=True)
            line.cursor_blink = False
            yield line

    def _said(self) -> Content:
        return status_content(self._finding.status, brief(self._finding.message, LONGEST))

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.notify("Say why in a sentence, or press Esc.", markup=False)

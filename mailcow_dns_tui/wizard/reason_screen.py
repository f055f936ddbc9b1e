"""Asks for the sentence that says why."""

from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.text_inputs import LineInput

ABOUT_POLICY = (
    "From then on receivers refuse mail in the name of the domain that passes neither SPF nor "
    "DKIM. Only the reports that p=none brings show whom that hits: a newsletter, a shop, a "
    "forwarding. If you need no reports, say why, in a sentence; it is kept in the plan."
)
ABOUT_MUTE = (
    "Is this meant to be so? Say why, in a sentence. It is then shown in grey and counts as no "
    "fault, until another value is published, or something else is said of it."
)
LONGEST = 400


class ReasonScreen(ModalScreen[str], OwnScreen[str]):
    """Ends with the sentence; with an empty one where it was cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "Cancel")]
    DEFAULT_CSS = """
    ReasonScreen {
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

    def __init__(self, title: str, does: str, said: Content, about: str, example: str) -> None:
        super().__init__()
        self._title = title
        self._does = does
        self._said = said
        self._about = about
        self._example = example

    @classmethod
    def of_mute(cls, finding: Finding) -> Self:
        said = status_content(finding.status, brief(finding.message, LONGEST))
        return cls("Mute", "mutes", said, ABOUT_MUTE, "It is our own backup server.")

    @classmethod
    def of_policy(cls, name: str, policy: str) -> Self:
        said = Content(f"Publish p={policy} for {brief(name, LONGEST)} at once?")
        return cls(
            "At once", "opens it", said, ABOUT_POLICY, "The domain is new: only this server sends."
        )

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as scroll:
            scroll.border_title = self._title
            scroll.border_subtitle = f"Enter {self._does}, Esc cancels"
            yield Static(self._said, markup=False)
            yield Static(self._about, classes="about", markup=False)
            line = LineInput(placeholder=self._example, compact=True)
            line.cursor_blink = False
            yield line

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.notify("Say why in a sentence, or press Esc.", markup=False)

"""Dialogs that ask for one answer: whose form is open, how records come there, or a reason."""

from collections.abc import Collection, Iterator
from typing import ClassVar, Self

from dns.name import Name
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from mailcow_dns_tui.model.dmarc_stage import at_once, strongest, waiting_first
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import brief
from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.panels.profile import GENERIC, Profile
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.screens.base import Dialog, Menu
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line
from mailcow_dns_tui.wizard.widgets.inputs import LineInput
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content

BY_NAME_SERVERS = "by its name servers"


class PanelScreen(Dialog[str | None]):
    """Ends with a profile's id, an empty one for whichever the name servers tell, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", "Next", show=False),
        Binding("up", "move('cursor_up')", "Previous", show=False),
    ]
    DEFAULT_CSS = """
    PanelScreen {
        & > .box { width: 60; }
        & Static { height: auto; margin-bottom: 1; color: $text-muted; }
        & OptionList { height: 12; margin-top: 1; background: $surface; border: none; padding: 0; }
    }
    """

    def __init__(
        self, what: str, chosen: str, seen: Profile | None, *, is_known: bool = True
    ) -> None:
        """Ask for one.

        Args:
            what: whose provider it is, in words.
            chosen: the id of the one that counts now; empty for the one by the name servers.
            seen: whose name servers have answered.
            is_known: whether the name servers may tell.
        """
        super().__init__("DNS provider", "Enter chooses, Esc cancels")
        self._what = what
        self._chosen = chosen
        self._seen = seen
        self._is_known = is_known

    def make_box(self) -> Widget:
        return Vertical()

    def compose_box(self) -> ComposeResult:
        yield Static(f"Where do you edit the DNS of {self._what}?", markup=False)
        yield LineInput(placeholder="Type a part of its name", compact=True)
        listed = Menu(*self._options(""), markup=False, compact=True)
        listed.can_focus = False
        yield listed

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.highlighted = listed.get_option_index(self._chosen)

    def _options(self, typed: str) -> Iterator[Option]:
        seen = f": {self._seen.title}" if self._seen else ""
        options = [(each.id, each.title) for each in profiles()]
        if self._is_known:
            options.insert(0, ("", BY_NAME_SERVERS + seen))
        elif not typed.strip():
            options.insert(0, options.pop())
        for panel_id, title in options:
            if typed.strip().casefold() in title.casefold() or panel_id == GENERIC:
                yield Option(title, id=panel_id)

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        listed = self.query_one(OptionList)
        listed.set_options(self._options(event.value))
        listed.highlighted = 0

    def action_move(self, action: str) -> None:
        """Move the cursor of the list while the line keeps the focus."""
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


class WayScreen(Dialog[str]):
    """Ends with the action of a way to bring records to the provider; empty: one by one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "One by one")]
    DEFAULT_CSS = """
    WayScreen {
        & > .box { width: 76; }
        & OptionList { height: auto; background: $surface; border: none; padding: 0; }
    }
    """

    def __init__(self, panel: Profile, actions: Collection[str]) -> None:
        super().__init__(
            f"How do the records come to {panel.title}?", "Enter chooses, Esc: one by one"
        )
        self._panel = panel
        self._actions = actions

    def compose_box(self) -> ComposeResult:
        yield Menu(*self._options(), markup=False, compact=True)

    def _options(self) -> Iterator[Option]:
        for action, (way, key, about) in WAYS.items():
            if not action or action in self._actions:
                told = f"  {key}\n{about.format(panel=self._panel.title)}"
                yield Option(Content.assemble((way, "bold"), (told, "$text-muted")), id=action)

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


WAYS = {
    "publish_all": (
        "Publish them from here",
        "later: a",
        "{panel} wants an API token or the like. First you see what changes.",
    ),
    "import_zone": (
        "Import one file",
        "later: i",
        "All that is safe now. You copy it into the import of {panel}.",
    ),
    "": (
        "One by one",
        "",
        "The guide shows each form of {panel}, and copies box after box.",
    ),
}
"""By the action of the guide's key: what it is, that key, and how it goes."""
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


class ReasonScreen(Dialog[str]):
    """Ends with the sentence; with an empty one where it was cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "Cancel")]
    DEFAULT_CSS = """
    ReasonScreen {
        & > .box { width: 76; }
        & Static { height: auto; margin-bottom: 1; }
        & .about { color: $text-muted; }
    }
    """

    def __init__(self, title: str, does: str, said: Line, about: str, example: str) -> None:
        super().__init__(title, f"Enter {does}, Esc cancels")
        self._said = said
        self._about = about
        self._example = example

    @classmethod
    def of_mute(cls, finding: Finding) -> Self:
        """Asks why a finding is meant to be so."""
        said = Line(status_content(finding.status, brief(finding.message, LONGEST)), 2)
        return cls("Mute", "mutes", said, ABOUT_MUTE, "It is our own backup server.")

    @classmethod
    def of_policy(cls, name: str, policy: str) -> Self:
        """Asks why a stricter DMARC policy need not wait for reports."""
        said = Line(Content(f"Publish p={policy} for {brief(name, LONGEST)} at once?"))
        return cls(
            "At once", "opens it", said, ABOUT_POLICY, "The domain is new: only this server sends."
        )

    def compose_box(self) -> ComposeResult:
        yield SteadyText(Hanging([self._said]))
        yield Static(self._about, classes="about", markup=False)
        yield LineInput(placeholder=self._example, compact=True)

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.notify("Say why in a sentence, or press Esc.", markup=False)


def ask_at_once(widget: Widget, setup: Setup, here: Name | None) -> bool:
    """Ask why a stricter DMARC policy need not wait; False where none has to.

    Args:
        widget: who asks.
        setup: the plan.
        here: the domain that is meant, if its policy waits; else the first one whose does.
    """
    domain = waiting_first(setup, here)
    if domain is None or domain.apex is None:
        return False
    apex = domain.apex

    def take(reason: str | None) -> None:
        if reason:
            widget.app.post_message(Edited(lambda setup: at_once(setup, apex, reason)))

    policy = strongest(setup.dmarc_of(domain))
    widget.app.push_screen(ReasonScreen.of_policy(unicode_form(apex), policy), take)
    return True

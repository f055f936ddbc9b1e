"""The dialog that takes the credentials of a provider, and tries them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dns.name import Name
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.applying import in_thread, read
from mailcow_dns_tui.publish.changes import Trouble
from mailcow_dns_tui.publish.credential_file import (
    CredentialFileError,
    Stored,
    keep_credentials,
    read_credentials,
)
from mailcow_dns_tui.publish.providers import Credential, Publisher, publisher_of
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.publishing import hindrance
from mailcow_dns_tui.wizard.screens.base import Dialog
from mailcow_dns_tui.wizard.state import StateApp
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line
from mailcow_dns_tui.wizard.widgets.inputs import LineInput
from mailcow_dns_tui.wizard.widgets.panel_form import fact_line
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content

if TYPE_CHECKING:
    from mailcow_dns_tui.wizard.connections import Given

ABOUT = (
    "To publish in {zone}. What you give is kept for this run only. Where you name a file, it is "
    "kept there, too, and found again."
)
FILE, NO_FILE = "File", "none; one that is there already is read"
CONNECTED = "Connected to {title}."
TRYING = "Reading the zone …"


class ConnectScreen(Dialog["Given | None"]):
    """Ends with credentials by which the zone could be read, or with None.

    Args:
        publisher: who wants them.
        zone: one that is there.
        file: in which they are kept, by the plan; empty: in none.
        known: what was given before, and is to be replaced; else what is stored is tried at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        # Else they scroll the box where it is higher than the terminal.
        Binding("down", "app.focus_next", "Next", show=False, priority=True),
        Binding("up", "app.focus_previous", "Previous", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ConnectScreen {
        & > .box { width: 78; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        & Static { height: auto; }
        & .row { height: 1; }
        & .label { padding-right: 1; }
        & Input { width: 1fr; }
        & #about { margin-bottom: 1; }
        & #notes, & #said { margin-top: 1; }
        & #said.-empty { display: none; }
    }
    """

    def __init__(
        self, publisher: Publisher, zone: Name, file: str, known: Given | None = None
    ) -> None:
        super().__init__(f"Connect: {publisher.title}", "Enter connects, Esc cancels")
        self._publisher = publisher
        self._zone = zone
        self._file = file
        self._is_new = known is None
        stored, self._unread = stored_in(file)
        self._known = known or stored.of(publisher, zone)

    def compose_box(self) -> ComposeResult:
        yield Static(ABOUT.format(zone=both_forms(self._zone)), id="about", markup=False)
        labels = [each.label for each in self._publisher.credentials]
        lines = map(self._line, self._publisher.credentials)
        file = LineInput(self._file, placeholder=NO_FILE, id="file", compact=True)
        for text, line in zip([*labels, FILE], [*lines, file], strict=True):
            with Horizontal(classes="row"):
                label = Static(text, classes="label", markup=False)
                label.styles.width = max(map(len, [*labels, FILE])) + 1
                yield label
                yield line
        yield SteadyText(Hanging(self._notes()), id="notes")
        yield SteadyText(id="said", classes="-empty")

    def _line(self, wanted: Credential) -> LineInput:
        known = self._known.get(wanted.key)
        return LineInput(
            known.reveal() if known else None,
            placeholder=wanted.default or f"or ${wanted.env}",
            password=wanted.secret,
            id=f"give-{wanted.key}",
            compact=True,
        )

    def on_mount(self) -> None:
        lines = self._given_lines
        self.set_focus(next((line for line in lines if not line.value), lines[-1]))
        wanted = self._publisher.credentials
        if self._unread:
            self._complain(self._unread)
        elif self._is_new and all(self._known[each.key] or each.default for each in wanted):
            self._connect(self._known)

    @property
    def _given_lines(self) -> Sequence[LineInput]:
        wanted = self._publisher.credentials
        return [self.query_one(f"#give-{each.key}", LineInput) for each in wanted]

    def _notes(self) -> Iterator[Line]:
        yield fact_line("Made", self._publisher.made_at, 6)
        yield fact_line("Rights", self._publisher.rights, 6)
        for text in self._publisher.limits:
            yield Line(status_content(Status.WARNING, safe(text)), 2)

    @on(Input.Submitted)
    def _go_on(self, event: Input.Submitted) -> None:
        event.stop()
        lines = self._given_lines
        if event.input in lines[:-1]:
            self.focus_next()
            return
        stored, why = stored_in(self._named_file)
        known = stored.of(self._publisher, self._zone)
        wanted = zip(self._publisher.credentials, lines, strict=True)
        given = {each.key: Secret(line.value.strip()) or known[each.key] for each, line in wanted}
        if why:
            self._complain(why)
        else:
            self._connect(given)

    @property
    def _named_file(self) -> str:
        """By its whole path, since the wizard may be started elsewhere next time."""
        text = self.query_one("#file", LineInput).value.strip()
        path = Path(text)
        with suppress(RuntimeError):  # nobody has that home
            path = path.expanduser()
        return str(path.absolute()) if text else ""

    def _connect(self, given: Given) -> None:
        self._say(Line(Content.styled(TRYING, "$text-muted")))
        self._try(given)

    # Without a description, Textual writes out the arguments.
    @work(exclusive=True, group="connect", description="connect")
    async def _try(self, given: Given) -> None:
        trouble = await _trouble(self._publisher, given, self._zone)
        if why := trouble.text if trouble else self._not_kept(given):
            self._complain(why)
        else:
            self.dismiss(given)

    def _not_kept(self, given: Given) -> str:
        """Why it can't be kept where the user wants it; empty where it is, or need not be."""
        file = self._named_file
        try:
            if file:
                keep_credentials(Path(file), self._publisher, self._zone, given)
        except CredentialFileError as error:
            return str(error)
        if file != self._file:
            self.app.post_message(Edited(partial(_naming, file)))
        return ""

    def _complain(self, why: str) -> None:
        self._say(Line(status_content(Status.ERROR, safe(why)), 2))

    def _say(self, said: Line) -> None:
        line = self.query_one("#said", SteadyText)
        line.remove_class("-empty")
        line.show(Hanging([said]))
        line.scroll_visible(animate=False)


def stored_in(file: str) -> tuple[Stored, str]:
    """What need not be typed, and why the file can't be read; it need not be there yet."""
    try:
        return read_credentials(Path(file) if file else None, may_lack=True), ""
    except CredentialFileError as error:
        return Stored(), str(error)


def _naming(file: str, setup: Setup) -> Setup:
    return replace(setup, server=replace(setup.server, credentials=file))


async def _trouble(publisher: Publisher, given: Given, zone: Name) -> Trouble | None:
    """Why the zone can't be read; the first time it loads the provider's package."""
    from mailcow_dns_tui.publish.octodns_zone import connect

    made = await in_thread(partial(connect, publisher, given, zone))
    answer = made if isinstance(made, Trouble) else await read(made)
    return answer if isinstance(answer, Trouble) else None


async def connected(app: StateApp, zone: Name, panel: Profile, *, anew: bool = False) -> bool:
    """Whether the provider of a zone has what it wants; else it is asked for, if that helps.

    Args:
        app: who knows it.
        zone: one that is there.
        panel: of the provider.
        anew: ask also where it is known.
    """
    publisher = publisher_of(panel.id)
    if publisher is None or hindrance(zone, panel, app.connections):
        return False
    file = app.setup.server.credentials
    has_own = stored_in(file)[0].has_own(publisher, zone)
    place = panel.id, zone if has_own else None
    known = app.connections.given.get(place)
    if known is None or anew:
        given = await app.push_screen_wait(ConnectScreen(publisher, zone, file, known))
        if given is None:
            return False
        app.connections = app.connections.having(place, given)
    return True

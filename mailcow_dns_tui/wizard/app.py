"""The application: it opens the screens, and copies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import on, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, Key
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import ThemeProvider

from mailcow_dns_tui.engine.protocol import Engine
from mailcow_dns_tui.export.formats import FORMATS, load
from mailcow_dns_tui.files import FOR_OWNER, not_written, write_atomically
from mailcow_dns_tui.model.dmarc_stage import due
from mailcow_dns_tui.model.resolvers import PublicResolver
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import BEGINNING
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.saver import Save
from mailcow_dns_tui.signs import UTF_8
from mailcow_dns_tui.wizard import messages
from mailcow_dns_tui.wizard.checker import Checker, notify_if_worker_died
from mailcow_dns_tui.wizard.clipboard import Clipboard
from mailcow_dns_tui.wizard.colours import Contrast, own_variables
from mailcow_dns_tui.wizard.command import Command, bindings
from mailcow_dns_tui.wizard.commands import APP, GUIDE, MAIN, RECORDS
from mailcow_dns_tui.wizard.screens.base import Palette
from mailcow_dns_tui.wizard.screens.main import MainScreen
from mailcow_dns_tui.wizard.state import StateApp, Today
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.terminal import THIS_TERMINAL, Signs, Terminal, TerminalDriver

T = TypeVar("T")
DUE = (
    "Receivers have reported long enough about p=none, so the stricter DMARC policy of {names} is "
    "due: read the reports, then follow the guide."
)
IMPORT_AGAIN = "i asks again."
FIRST = "The guide begins when there are records. {missing}"
UNNAMED_PLAN = "plan.toml"
UNWANTED_COMMANDS = frozenset({"Keys", "Maximize", "Minimize"})


class WizardApp(StateApp):
    """Shows what is known: opens the screens, takes the keys in order, and copies."""

    TITLE = "mailcow DNS"
    CSS_PATH = "wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(APP)

    plan_path: Path | None = None
    """Where the plan is kept; None where it is not."""

    def __init__(
        self,
        setup: Setup,
        *,
        engine: Engine,
        save: Save,
        terminal: Terminal = THIS_TERMINAL,
        today: Today = date.today,
    ) -> None:
        self._terminal = terminal
        self._own_filters = (Contrast(terminal.colours), Signs(terminal.encoding))
        super().__init__(setup, save, engine, today, few_colours=terminal.few_colours)
        if terminal.few_colours:
            self.theme = "ansi-dark"
        self._asks_for_panel = False
        self._told = ""
        """What was said last of a copy or a file."""
        self._agreed_resolvers: set[PublicResolver] = set()
        """Public ones that were named on the screen and then asked by the user, in this run."""
        self.touched = 0.0
        """When the last key came, on the monotonic clock."""
        send = super().copy_to_clipboard
        self._clipboards = Clipboard(send, is_web=lambda: self.is_web, environ=terminal.environ)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, then those for readable colours and for ASCII, where they are on."""
        own = (each for each in self._own_filters if each.enabled)
        return [*super().get_line_filters(), *own]

    def get_key_display(self, binding: Binding) -> str:
        display = super().get_key_display(binding)
        # In ASCII it has no sign of one cell.
        return "enter" if display == "⏎" and self._terminal.encoding != UTF_8 else display

    def get_css_variables(self) -> dict[str, str]:
        """Textual's, with the colours of statuses that the theme's contrast asks for."""
        variables = super().get_css_variables()
        # The same object is what texts take their colours from.
        variables.update(own_variables(variables))
        return variables

    def get_driver_class(self) -> type[Driver]:
        """The terminal's; another where the environment names one, as for a browser."""
        chosen = super().get_driver_class()
        return TerminalDriver if issubclass(TerminalDriver, chosen) else chosen

    def get_default_screen(self) -> Screen[None]:
        """The main screen, at the first step that lacks an answer."""
        screen = MainScreen(self._engine, self.setup, self.problems, self._first_step())
        return screen.data_bind(
            WizardApp.setup,
            WizardApp.problems,
            WizardApp.report,
            WizardApp.suggestions,
            WizardApp.watched,
            WizardApp.connections,
        )

    def _first_step(self) -> Step:
        """Where the last start has left off: the first step with something to do."""
        steps = (step for step in Step if any(map(step.owns, self.problems)))
        return next(steps, Step.RECORDS)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: Textual's own that are of use here, then those of the screen."""
        # The keys are in the help; the others would blow up a single row.
        known = super().get_system_commands(screen)
        yield from (command for command in known if command.title not in UNWANTED_COMMANDS)
        yield from palette(screen)

    def action_command_palette(self) -> None:
        """Show the command palette."""
        self._open(Palette())

    def search_themes(self) -> None:
        """Show Textual's list of themes."""
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key):
            self.touched = time.monotonic()
        await super().on_event(event)

    def on_ready(self) -> None:
        """After a lost connection the guide goes on; what has become due is said."""
        names = [domain.name for domain in due(self.setup, self._today())]
        if names:
            self.notify(DUE.format(names=listed(names)), timeout=20, markup=False)
        if self.setup.guide.is_open and self.setup.zones:
            self.call_after_refresh(self.action_guide)

    def action_guide(self) -> None:
        """Open the guide, once there is something to lead through."""
        from mailcow_dns_tui.wizard.screens.guide import GuideScreen

        missing = [each.sentence for each in self.problems if each.stops_planning]
        if missing and not self.report.records:
            self.notify(FIRST.format(missing=" ".join(missing)), markup=False)
            return
        self._asks_for_panel |= self.setup.guide == BEGINNING
        screen = GuideScreen(self._engine, self.setup, self.report, plan=self.plan_path)
        self._open(
            screen.data_bind(
                WizardApp.setup,
                WizardApp.report,
                WizardApp.problems,
                WizardApp.watched,
                WizardApp.connections,
            )
        )
        self._ask_for_panel()

    def _ask_for_panel(self) -> None:
        """When the guide first begins; before all was asked, nobody can tell which it is."""
        if not (self._asks_for_panel and self.report.all_asked):
            return
        from mailcow_dns_tui.wizard.screens.guide import GuideScreen
        from mailcow_dns_tui.wizard.screens.panel_choice import settle_panels

        if isinstance(self.screen, GuideScreen):
            self._asks_for_panel = False
            settle_panels(self.screen)

    watch_report = _ask_for_panel

    def _open(
        self, screen: Screen[T], then: Callable[[T | None], Awaitable[None]] | None = None
    ) -> None:
        """Show a screen; a key that is pressed twice opens it once."""
        if type(self.screen) is not type(screen):
            self.push_screen(screen, then)

    @on(messages.OverviewRequested)
    def _show_overview(self, event: messages.OverviewRequested) -> None:
        from mailcow_dns_tui.wizard.screens.overview import OverviewScreen

        screen = OverviewScreen().data_bind(
            WizardApp.setup,
            WizardApp.report,
            WizardApp.problems,
            WizardApp.suggestions,
            WizardApp.watched,
        )
        self._open(screen, event.then)

    def action_watch(self) -> None:
        """Show the watch."""
        from mailcow_dns_tui.wizard.screens.watch import WatchScreen

        self._open(WatchScreen(self.watched.interval).data_bind(WizardApp.watched))

    @property
    def lists_changes(self) -> bool:
        from mailcow_dns_tui.wizard.screens.watch import WatchScreen

        return any(isinstance(screen, WatchScreen) for screen in self.screen_stack[-1:])

    def action_mailcow(self) -> None:
        """Show what was read from mailcow."""
        from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen

        self._open(MailcowScreen(self.setup).data_bind(WizardApp.suggestions))

    @on(messages.ImportRequested)
    @work(group="import", exclusive=True)
    async def _offer_import(self, event: messages.ImportRequested) -> None:
        from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen, offered, steps_of

        zone, steps, asking = event.zone, event.steps, self.screen
        if steps is None:
            with notify_if_worker_died(asking, IMPORT_AGAIN):
                steps = await steps_of(zone, self.report, self.setup, self._engine)
        # Meanwhile the user may have gone elsewhere.
        if steps is None or self.screen is not asking:
            return
        offer = offered(zone, steps, self.report, self.setup)
        if isinstance(offer, str):
            self.notify(offer, markup=False)
        else:
            self._open(ImportScreen(offer).data_bind(WizardApp.report))

    @on(messages.ConnectRequested)
    @work(group="publish", exclusive=True, description="connect")
    async def _connect(self, event: messages.ConnectRequested) -> None:
        from mailcow_dns_tui.wizard.publishing import publishes_at
        from mailcow_dns_tui.wizard.screens.publish_connect import CONNECTED, connected

        if await connected(self, event.zone, event.panel, anew=True):
            event.tell(CONNECTED.format(title=publishes_at(event.panel)))

    @on(messages.PublishRequested)
    @work(group="publish", exclusive=True, description="publish")
    async def _publish(self, event: messages.PublishRequested) -> None:
        from mailcow_dns_tui.wizard.screens.publish_connect import connected
        from mailcow_dns_tui.wizard.screens.publishing import PublishScreen

        # Each provider by itself: who leaves one out can publish at the others.
        ready = [await connected(self, *place) for place in event.places.items()]
        if any(ready):
            known = self._engine, self.setup, self.connections
            plan = self.plan_path or Path(UNNAMED_PLAN)
            self._open(PublishScreen(*known, plan, event.places, event.marks))

    def action_export(self, name: str) -> None:
        """Write all records into a file beside the plan."""
        if not self.report.records:
            self.notify("There are no records yet.", markup=False)
            return
        text, told = load(name).text(self.report.records), messages.caution(self.report)

        def tell(sentence: str) -> None:
            self._tell(f"{sentence} {told}".rstrip())

        self.post_message(messages.FileRequested(text, f"records-{name}.txt", tell))

    @on(messages.FileRequested)
    @work(group="save-file")
    async def _save_file(self, event: messages.FileRequested) -> None:
        folder = self.plan_path.parent if self.plan_path else Path()
        path = folder / event.name
        try:
            await asyncio.to_thread(write_atomically, path, event.text, FOR_OWNER)
        except OSError as error:
            self.notify(str(not_written(path, error)), severity="error", markup=False)
        else:
            event.saved(f"Saved as {path}.")

    @on(messages.Pasted)
    def _search(self, event: messages.Pasted) -> None:
        # Whatever screen lies over it, the checker is on the first.
        self.screen_stack[0].query_one(Checker).search(event.record)

    @on(messages.CheckRequested)
    def _check_anew(self) -> None:
        self.screen_stack[0].query_one(Checker).check_again()

    @on(messages.PropagationRequested)
    def _show_seen(self, event: messages.PropagationRequested) -> None:
        from mailcow_dns_tui.wizard.screens.propagation import PropagationScreen, name_servers

        servers = name_servers(self.report, event.record)
        screen = PropagationScreen(
            event.record, servers, self._engine, self._agreed_resolvers, self.setup
        )
        self._open(screen.data_bind(WizardApp.setup))

    def copy_to_clipboard(self, text: str) -> None:
        """Every copy of Textual's own widgets comes through here, too."""
        self._copy(text, "the selection", self._tell)

    @on(messages.CopyRequested)
    def _copy_records(self, event: messages.CopyRequested) -> None:
        self._copy(event.text, event.what, event.tell or self._tell, event.hint)

    @work(group="copy", exclusive=True)
    async def _copy(
        self, text: str, what: str, tell: Callable[[str], None], hint: str = ""
    ) -> None:
        copied = await self._clipboards.copy(text)
        (tell if copied.is_sent else self._tell)(f"{copied.sentence(what)} {hint}".rstrip())

    def _tell(self, sentence: str) -> None:
        # Box after box, the messages would pile up over the form that they are about.
        for each in [each for each in self._notifications if each.message == self._told]:
            self._unnotify(each)
        self._told = sentence
        self.notify(sentence, markup=False)

    @on(messages.PlainTextRequested)
    def _show_plain(self, event: messages.PlainTextRequested) -> None:
        self._leave_screen(event.text, event.title)

    @work(group="plain", exclusive=True)
    async def _leave_screen(self, text: str, title: str) -> None:
        from mailcow_dns_tui.wizard.screens.copying import show_raw

        await show_raw(self, text, title)


def palette(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """What the command palette offers on a screen, besides Textual's own: each with its key."""
    from mailcow_dns_tui.wizard.screens.guide import GuideScreen

    if isinstance(screen, GuideScreen):
        yield from (_entry(each, screen, screen) for each in GUIDE if each.key and each.help)
    elif isinstance(screen, MainScreen):
        of_all = {each.action: each for each in MAIN if each.palette}
        yield from (_entry(each, screen, screen) for each in of_all.values())
        for command in RECORDS:
            everywhere = command.action.startswith(("app.", "screen."))
            is_new = command.help and command.action.removeprefix("screen.") not in of_all
            if is_new and (everywhere or screen.step is Step.RECORDS):
                yield _entry(command, screen, screen if everywhere else screen.step_content)
        yield from (_export(name, screen) for name in FORMATS)


def _entry(command: Command, screen: Screen[Any], owner: DOMNode | None) -> SystemCommand:
    title, told = command.told
    action = command.action.removeprefix("screen.")
    # A message that a widget posts on behalf of its screen would go no further than there.
    run = partial(screen.app.call_later, screen.app.run_action, action, owner)
    return SystemCommand(title, told, run)


def _export(name: str, screen: Screen[Any]) -> SystemCommand:
    run = partial(screen.app.call_later, screen.app.run_action, f"app.export('{name}')")
    return SystemCommand(f"Export: {name}", "All records in a file beside the plan", run)

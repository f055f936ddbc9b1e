"""The application: its screens, its keys and its clipboard."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, Key
from textual.screen import Screen
from textual.theme import ThemeProvider

from mailcow_dns_tui.model.dmarc_stage import due
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.clipboard import Clipboard
from mailcow_dns_tui.wizard.consent import Consent
from mailcow_dns_tui.wizard.examiner import Examiner
from mailcow_dns_tui.wizard.keys import as_pressed
from mailcow_dns_tui.wizard.knowing_app import KnowingApp, Today
from mailcow_dns_tui.wizard.learner import Learner, Unlearned
from mailcow_dns_tui.wizard.main_screen import MainScreen
from mailcow_dns_tui.wizard.menus import Palette
from mailcow_dns_tui.wizard.messages import (
    CopyRequested,
    GuideRequested,
    OverviewRequested,
    PlainTextRequested,
    SeenRequested,
    SourcesRequested,
    WatchRequested,
)
from mailcow_dns_tui.wizard.onlooker import Blind, Onlooker
from mailcow_dns_tui.wizard.saver import Save
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.terminal import THIS_TERMINAL, Terminal
from mailcow_dns_tui.wizard.terminal_driver import TerminalDriver

T = TypeVar("T")
DUE = (
    "Receivers have reported long enough about p=none, so the stricter DMARC policy of {names} is "
    "due: read the reports, then press g in the records."
)
UNWANTED_COMMANDS = frozenset({"Keys", "Maximize", "Minimize"})


class WizardApp(KnowingApp):
    """Shows what is known: opens the screens, takes the keys in order, and copies."""

    TITLE = "mailcow DNS"
    CSS_PATH = "wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", tooltip="Quit; what was typed is saved", priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]

    def __init__(  # noqa: PLR0913 - each collaborator has its stand-in
        self,
        setup: Setup,
        *,
        examiner: Examiner,
        save: Save,
        learner: Learner | None = None,
        onlooker: Onlooker | None = None,
        terminal: Terminal = THIS_TERMINAL,
        today: Today = date.today,
    ) -> None:
        few_colours = terminal.few_colours
        super().__init__(setup, save, learner or Unlearned(), today, few_colours=few_colours)
        if terminal.few_colours:
            self.theme = "ansi-dark"
        self._examiner = examiner
        self._onlooker = onlooker or Blind()
        self._consent = Consent()
        self.touched = 0.0
        """When the last key came, on the monotonic clock."""
        send = super().copy_to_clipboard
        self._clipboards = Clipboard(send, is_web=lambda: self.is_web, environ=terminal.environ)

    def get_driver_class(self) -> type[Driver]:
        """The terminal's; another where the environment names one, as for a browser."""
        chosen = super().get_driver_class()
        return TerminalDriver if issubclass(TerminalDriver, chosen) else chosen

    def get_default_screen(self) -> Screen[None]:
        screen = MainScreen(self._examiner, self.setup, self.problems, self._first_step())
        return screen.data_bind(
            WizardApp.setup,
            WizardApp.problems,
            WizardApp.report,
            WizardApp.told,
            WizardApp.pace,
        )

    def _first_step(self) -> Step:
        """Where the last start has left off: the first step with something to do."""
        steps = (step for step in Step if any(map(step.owns, self.problems)))
        return next(steps, Step.RECORDS)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        # The keys are in the help; the others would blow up a single row.
        known = super().get_system_commands(screen)
        yield from (command for command in known if command.title not in UNWANTED_COMMANDS)
        if isinstance(screen, MainScreen):
            from mailcow_dns_tui.wizard.commands import commands

            yield from commands(screen)

    def action_command_palette(self) -> None:
        self._open(Palette())

    def search_themes(self) -> None:
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key):
            self.touched = time.monotonic()
            event = as_pressed(event)
        await super().on_event(event)

    def on_ready(self) -> None:
        """After a lost connection the guide goes on; what has become due is said."""
        from mailcow_dns_tui.topics.words import listed

        names = [domain.name for domain in due(self.setup, self._today())]
        if names:
            self.notify(DUE.format(names=listed(names)), timeout=20, markup=False)
        if self.setup.guide.is_open and self.setup.zones:
            self.call_after_refresh(self._guide)

    @on(GuideRequested)
    def _guide(self) -> None:
        from mailcow_dns_tui.wizard.guide_screen import GuideScreen

        screen = GuideScreen(self._examiner, self.setup, self.report)
        self._open(
            screen.data_bind(WizardApp.setup, WizardApp.report, WizardApp.problems, WizardApp.pace)
        )

    def _open(
        self, screen: Screen[T], then: Callable[[T | None], Awaitable[None]] | None = None
    ) -> None:
        """Show a screen; a key that is pressed twice opens it once."""
        if type(self.screen) is not type(screen):
            self.push_screen(screen, then)

    @on(OverviewRequested)
    def _show_overview(self, event: OverviewRequested) -> None:
        from mailcow_dns_tui.wizard.overview_screen import OverviewScreen

        screen = OverviewScreen().data_bind(
            WizardApp.setup, WizardApp.report, WizardApp.problems, WizardApp.told, WizardApp.pace
        )
        self._open(screen, event.then)

    @on(WatchRequested)
    def _show_watch(self) -> None:
        from mailcow_dns_tui.wizard.watch_screen import WatchScreen

        self._open(WatchScreen(self.watched.pace).data_bind(WizardApp.watched))

    @on(SourcesRequested)
    def _show_sources(self) -> None:
        from mailcow_dns_tui.wizard.mailcow_screen import MailcowScreen

        self._open(MailcowScreen(self.setup).data_bind(WizardApp.told))

    @on(SeenRequested)
    def _show_seen(self, event: SeenRequested) -> None:
        from mailcow_dns_tui.wizard.everywhere_screen import EverywhereScreen, name_servers

        servers = name_servers(self.report, event.record)
        screen = EverywhereScreen(event.record, servers, self._onlooker, self._consent, self.setup)
        self._open(screen.data_bind(WizardApp.setup))

    def copy_to_clipboard(self, text: str) -> None:
        """Every copy of Textual's own widgets comes through here, too."""
        self._copy(text, "the selection", self._tell)

    @on(CopyRequested)
    def _copy_records(self, event: CopyRequested) -> None:
        self._copy(event.text, event.what, event.tell or self._tell)

    @work(group="copy", exclusive=True)
    async def _copy(self, text: str, what: str, tell: Callable[[str], None]) -> None:
        copied = await self._clipboards.copy(text)
        tell(copied.sentence(what))

    def _tell(self, sentence: str) -> None:
        if not self._save_failed:
            # Box after box, the messages would pile up over the form that they are about.
            self.clear_notifications()
        self.notify(sentence, markup=False)

    @on(PlainTextRequested)
    def _show_plain(self, event: PlainTextRequested) -> None:
        self._leave_screen(event.text, event.title)

    @work(group="plain", exclusive=True)
    async def _leave_screen(self, text: str, title: str) -> None:
        from mailcow_dns_tui.wizard.raw_view import show_raw

        await show_raw(self, text, title)

"""The watch: how often, and what has changed since it began."""

from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from mailcow_dns_tui.files import OutputError, private_log
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.text import counted
from mailcow_dns_tui.wizard.command import bindings
from mailcow_dns_tui.wizard.messages import BellChosen, CopyRequested, IntervalChosen
from mailcow_dns_tui.wizard.screen_commands import WATCH
from mailcow_dns_tui.wizard.screens.base import Dialog
from mailcow_dns_tui.wizard.watch import UNWATCHED, SeenChange, WatchState
from mailcow_dns_tui.wizard.widgets.inputs import Choice
from mailcow_dns_tui.wizard.widgets.text import STYLES, SteadyText

INTERVALS = (("0", "off"), ("30", "30 s"), ("60", "1 min"), ("300", "5 min"), ("900", "15 min"))
ABOUT = "Everything is asked again at this pace, also while this window is closed."
INDENT = len("00:00:00  ")
LEAST_ROOM = 20
NOTHING = "Nothing has changed yet."


class WatchScreen(Dialog[None]):
    """Shows and sets the watch; closing it ends nothing."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(WATCH)
    DEFAULT_CSS = """
    WatchScreen {
        & > .box { width: 100; height: 18; }
        & .row { height: 1; }
        & .label { width: 7; }
        & .about { height: auto; color: $text-muted; }
        & #so-far { height: auto; margin-top: 1; }
        & #log { height: 1fr; scrollbar-size-vertical: 1; }
        & #log > Static { height: auto; }
    }
    """

    watched: var[WatchState] = var(UNWATCHED)

    def __init__(self, interval: float) -> None:
        super().__init__("Watch", "← → pace   b bell   c copies   s saves it   Esc closes")
        self._interval = interval

    def compose_box(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Every", classes="label", markup=False)
            yield Choice(INTERVALS, f"{self._interval:g}", id="interval")
        yield Static(ABOUT, classes="about", markup=False)
        yield SteadyText(id="so-far")
        with VerticalScroll(id="log", can_focus=False):
            yield SteadyText(NOTHING)

    def watch_watched(self, watched: WatchState) -> None:
        if self.is_alive:
            self.query_one("#so-far", SteadyText).show(so_far(watched))
            self._show_log(watched)

    def _show_log(self, watched: WatchState) -> None:
        room = max(LEAST_ROOM, self.query_one("#log").size.width - INDENT - 1)
        entries = [entry_content(entry, room) for entry in reversed(watched.entries)]
        log = Content("\n").join(entries) if entries else Content(NOTHING)
        self.query_one("#log SteadyText", SteadyText).show(log)

    def _show_soon(self) -> None:
        self.call_after_refresh(self.watch_watched, self.watched)

    on_mount = on_resize = _show_soon

    @on(Choice.Changed)
    def _set_pace(self, event: Choice.Changed) -> None:
        event.stop()
        self.app.post_message(IntervalChosen(float(event.value)))

    def action_bell(self) -> None:
        """Let the terminal's bell ring for each change, or no more."""
        self.app.post_message(BellChosen(not self.watched.rings))

    def action_log(self, scroll: str) -> None:
        """Scroll the log by this method of its container."""
        getattr(self.query_one("#log", VerticalScroll), scroll)(animate=False)

    def action_copy(self) -> None:
        """Copy all changes, a line each."""
        entries = self.watched.entries
        if entries:
            text = "".join(f"{entry.line}\n" for entry in entries)
            self.app.post_message(CopyRequested(text, counted(len(entries), "change")))
        else:
            self.notify(NOTHING, markup=False)

    def action_save(self) -> None:
        """Write the log into the folder that the wizard was started in."""
        entries = self.watched.entries
        if not entries:
            self.notify(NOTHING, markup=False)
            return
        path = Path(f"dns-changes-{datetime.now().astimezone():%Y%m%d-%H%M%S}.jsonl")
        try:
            with private_log(path) as write:
                for entry in entries:
                    write(entry.log_line)
        except OutputError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.notify(f"Saved as {path}, where the wizard was started.", markup=False)


def entry_content(entry: SeenChange, room: int) -> Content:
    """When, what, and below it the sentence in lines of this width."""
    head, said = entry.parts
    now = entry.change.now
    lines = wrap(said, room)
    below = (f"\n{' ' * INDENT}{line}" for line in lines)
    style = STYLES[now.effective_status] if now else STYLES[Status.MUTED]
    return Content.assemble((head, style), *below)


def so_far(watched: WatchState) -> str:
    """How the watch stands, in a sentence."""
    if not watched.interval:
        return "Nothing is watched now."
    if watched.last is None:
        return "The first check is under way."
    checks = "once" if watched.checks == 1 else f"{watched.checks} times"
    bell = "The bell rings for each; the" if watched.rings else "The"
    return f"Checked {checks}, last at {watched.last:%H:%M:%S}. {bell} newest change stands first."

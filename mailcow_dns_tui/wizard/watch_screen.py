"""The watch: how often, and what has changed since it began."""

from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.screen import ModalScreen
from textual.widgets import Static

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.output import OutputError, private_log
from mailcow_dns_tui.wizard.choice import Choice
from mailcow_dns_tui.wizard.messages import CopyRequested, PaceChosen
from mailcow_dns_tui.wizard.own_screen import OwnScreen
from mailcow_dns_tui.wizard.status import STYLES
from mailcow_dns_tui.wizard.steady_text import SteadyText
from mailcow_dns_tui.wizard.watched import UNWATCHED, Entry, Watched

PACES = (("0", "off"), ("30", "30 s"), ("60", "1 min"), ("300", "5 min"), ("900", "15 min"))
ABOUT = "Everything is asked again at this pace, also while this window is closed."
INDENT = len("00:00:00  ")
LEAST_ROOM = 20
NOTHING = "Nothing has changed yet."


class WatchScreen(ModalScreen[None], OwnScreen[None]):
    """Shows and sets the watch; closing it ends nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,w", "dismiss", "Close"),
        Binding("c", "copy", "Copy"),
        Binding("s", "save", "Save"),
        Binding("down", "log('scroll_down')", "Down", show=False),
        Binding("up", "log('scroll_up')", "Up", show=False),
        Binding("pagedown", "log('scroll_page_down')", "Down", show=False),
        Binding("pageup", "log('scroll_page_up')", "Up", show=False),
    ]
    DEFAULT_CSS = """
    WatchScreen {
        align: center middle;
        & > #window {
            width: 100; max-width: 100%; height: 18; max-height: 100%;
            padding: 0 1; border: round $primary; background: $surface;
        }
        & .row { height: 1; }
        & .label { width: 7; }
        & .about { height: auto; color: $text-muted; }
        & #so-far { height: 1; margin-top: 1; }
        & #log { height: 1fr; scrollbar-size-vertical: 1; }
        & #log > Static { height: auto; }
    }
    """

    watched: var[Watched] = var(UNWATCHED)

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="window", can_focus=False) as window:
            window.border_title = "Watch"
            window.border_subtitle = "← → pace   c copies   s saves the log   Esc closes"
            with Horizontal(classes="row"):
                yield Static("Every", classes="label", markup=False)
                yield Choice(PACES, f"{self._pace:g}", id="pace")
            yield Static(ABOUT, classes="about", markup=False)
            yield SteadyText(id="so-far")
            with VerticalScroll(id="log", can_focus=False):
                yield SteadyText(NOTHING)

    def watch_watched(self, watched: Watched) -> None:
        if self.is_alive:
            self.query_one("#so-far", SteadyText).show(so_far(watched))
            self._show_log(watched)

    def _show_log(self, watched: Watched) -> None:
        room = max(LEAST_ROOM, self.query_one("#log").size.width - INDENT - 1)
        entries = [entry_content(entry, room) for entry in reversed(watched.entries)]
        log = Content("\n").join(entries) if entries else Content(NOTHING)
        self.query_one("#log SteadyText", SteadyText).show(log)

    def on_mount(self) -> None:
        self.call_after_refresh(self.watch_watched, self.watched)

    def on_resize(self) -> None:
        self.call_after_refresh(self.watch_watched, self.watched)

    @on(Choice.Changed)
    def _set_pace(self, event: Choice.Changed) -> None:
        event.stop()
        self.app.post_message(PaceChosen(float(event.value)))

    def action_log(self, scroll: str) -> None:
        getattr(self.query_one("#log", VerticalScroll), scroll)(animate=False)

    def action_copy(self) -> None:
        entries = self.watched.entries
        if entries:
            text = "".join(f"{entry.line}\n" for entry in entries)
            self.app.post_message(CopyRequested(text, f"{len(entries)} changes"))
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


def entry_content(entry: Entry, room: int) -> Content:
    """When, what, and below it the sentence in lines of this width."""
    head, said = entry.parts
    now = entry.change.now
    lines = wrap(said, room)
    below = (f"\n{' ' * INDENT}{line}" for line in lines)
    style = STYLES[now.standing] if now else STYLES[Status.MUTED]
    return Content.assemble((head, style), *below)


def so_far(watched: Watched) -> str:
    """How the watch stands, in a sentence."""
    if not watched.pace:
        return "Nothing is watched now."
    if watched.last is None:
        return "The first check is under way."
    checks = "once" if watched.checks == 1 else f"{watched.checks} times"
    return f"Checked {checks}, last at {watched.last:%H:%M:%S}. The newest change stands first."

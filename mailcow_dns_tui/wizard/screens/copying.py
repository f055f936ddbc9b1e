"""The menu of which records to copy in the form of their panels, and the text that is copied.

Also a text outside the full screen: in plain lines, which a terminal can select and copy unbroken.
"""

import asyncio
import signal
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from mailcow_dns_tui.guide.boxes import panel_of
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report, is_live
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import counted
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.sheet import is_enterable, worklist
from mailcow_dns_tui.signs import writable
from mailcow_dns_tui.wizard.screens.base import Dialog, Menu, OwnScreen, with_click


@dataclass(frozen=True)
class Scope:
    """Some of the records.

    Attributes:
        key: what the user presses for it.
        label: a line of a menu.
        what: names them in a sentence.
    """

    key: str
    label: str
    what: str
    records: tuple[Record, ...]


def scopes(row: Record | Finding | None, report: Report) -> Iterator[Scope]:
    """What may be meant with the cursor on this row; each only where it has records."""
    if isinstance(row, Record):
        name = f"{unicode_form(row.owner)} {row.type_text}"
        yield Scope("r", f"This record: {name}", name, (row,))
    left = tuple(record for record in report.records if _is_left(record, report))
    if left:
        label = f"All not seen to be good yet: {_count(left)}"
        yield Scope("l", label, f"{_count(left)} not seen to be good yet", left)
    if row is not None:
        yield from _around(row, report)
    count = _count(report.records)
    yield Scope("a", f"Everything: {count}", f"all {count}", report.records)


def _is_left(record: Record, report: Report) -> bool:
    """Whether it is not known to be published as wanted; an optional one counts as the others."""
    findings = report.findings.get(record, ())
    is_muted = bool(findings) and all(finding.muted for finding in findings)
    return not is_muted and not (findings and is_live(record, findings))


def _around(row: Record | Finding, report: Report) -> Iterator[Scope]:
    records = report.of_domain(row.domain)
    owner = "the server" if row.domain is None else both_forms(row.domain)
    if records:
        count = _count(records)
        yield Scope("d", f"All of {owner}: {count}", f"{count} of {owner}", records)
    zone = row.zone if isinstance(row, Record) else row.domain
    inside = tuple(record for record in report.records if record.zone == zone)
    if zone is not None and inside and set(inside) != set(records):
        name, count = both_forms(zone), _count(inside)
        yield Scope("z", f"The zone {name}: {count}", f"{count} of the zone {name}", inside)


def in_form(scope: Scope, report: Report, setup: Setup) -> tuple[str, str]:
    """The text, and what it is in a sentence."""
    records = tuple(map(report.placed, scope.records))
    panels = (panel_of(record, report, setup) for record in scope.records)
    profiles = dict(zip(records, panels, strict=True))
    text = worklist(records, profiles.__getitem__)
    held = [record for record in records if is_enterable(record, profiles[record])]
    if not held:
        return text, f"what to do instead of {scope.what}"
    others = len(records) - len(held)
    instead = f", {others} of them with what to do instead," if others else ""
    return text, f"{scope.what} {_form([profiles[record] for record in held])}{instead}"


def _form(profiles: Sequence[Profile]) -> str:
    titles = list(dict.fromkeys(profile.title for profile in profiles))
    return f"in the form of {titles[0]}" if len(titles) == 1 else "in the forms of their panels"


def _count(records: Sequence[Record]) -> str:
    return counted(len(records), "record")


class FormScreen(Dialog[Scope | None]):
    """A menu whose lines have keys; ends with None where nothing was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f,q", "dismiss", "Close")]
    DEFAULT_CSS = """
    FormScreen {
        & > .box { width: 66; }
        & OptionList {
            height: auto; max-height: 100%; border: none; padding: 0; background: $surface;
        }
    }
    """

    def __init__(self, scopes: Sequence[Scope]) -> None:
        super().__init__(
            "Copy in the panel's form, box by box", "A letter or Enter copies, Esc cancels"
        )
        self._scopes = {scope.key: scope for scope in scopes}

    def make_box(self) -> Widget:
        return Vertical()

    def compose_box(self) -> ComposeResult:
        yield Menu(*map(_option, self._scopes.values()), markup=False, compact=True)

    def on_key(self, event: events.Key) -> None:
        """Each scope has its letter; the screen's result is the one chosen."""
        if event.character in self._scopes:
            event.stop()
            self.dismiss(self._scopes[event.character])

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._scopes[event.option_id or ""])


def _option(scope: Scope) -> Option:
    label = Content.assemble((f"{scope.key}  ", "bold $text-accent"), scope.label)
    return Option(label, id=scope.key)


GO_BACK = "Press Enter to go back."


async def show_raw(app: App[None], text: str, title: str) -> None:
    """Show the text in unwrapped lines, and return when the user comes back.

    The terminal is given free meanwhile; where that can't be, as in a browser, a window opens
    instead. Call it in a worker: the app and its lookups go on. The text must be safe for a
    terminal (`safe` of `model/text.py`).
    """
    if sys.__stdin__ is None or not sys.__stdin__.isatty():
        await app.push_screen_wait(RawScreen(text, title))
        return
    done = asyncio.Event()
    try:
        # Repaints wait in the batch: while suspended, nothing takes them off the driver's queue.
        with app.batch_update(), _heeding_interrupts(done), app.suspend():
            _print(text, title)
            await _enter(sys.__stdin__.fileno(), done)
    except SuspendNotSupported:
        await app.push_screen_wait(RawScreen(text, title))


def _print(text: str, title: str) -> None:
    # On stderr, as the wizard itself: stdout may be redirected.
    lines = text.rstrip("\n")
    shown = writable(f"\n{title}\n\n{lines}\n\n{GO_BACK} ")
    print(shown, end="", file=sys.__stderr__, flush=True)


@contextmanager
def _heeding_interrupts(done: asyncio.Event) -> Iterator[None]:
    """Have Ctrl-C end the text alone, from before the terminal sends it as a signal until after.

    The handler of asyncio.run would end the whole wizard; one of the loop's own would take from
    the lifeline what it hears signals by.
    """
    loop = asyncio.get_running_loop()
    interrupt = signal.signal(
        signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(done.set)
    )
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)


async def _enter(terminal: int, done: asyncio.Event) -> None:
    """Wait for a line, end of file or Ctrl-C, and forget what was typed."""
    loop = asyncio.get_running_loop()
    loop.add_reader(terminal, done.set)
    try:
        await done.wait()
    finally:
        loop.remove_reader(terminal)
        # A terminal that is gone has nothing to be forgotten.
        with suppress(termios.error):
            termios.tcflush(terminal, termios.TCIFLUSH)


class RawText(TextArea):
    """A text to be selected, by keys too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+a", "select_all", "Select all"),
    ]


class RawScreen(ModalScreen[None], OwnScreen[None]):
    """The same in a window, for where the terminal can't be given free."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", "Close"),
    ]
    DEFAULT_CSS = """
    RawScreen > RawText { width: 1fr; height: 1fr; border: round $primary; }
    """

    def __init__(self, text: str, title: str) -> None:
        super().__init__()
        self._text = text
        self._title = title

    def compose(self) -> ComposeResult:
        area = RawText(self._text, read_only=True, soft_wrap=False)
        area.border_title = self._title
        area.border_subtitle = with_click(
            "Ctrl+A selects all, Ctrl+C copies, Esc closes", "screen.dismiss"
        )
        yield area

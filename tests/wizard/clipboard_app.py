"""A small app for tests in real terminals: `python -m tests.wizard.clipboard_app FOLDER`.

It copies the text of FOLDER/text. After the key w it draws again and again, and counts in
FOLDER/drawn.
"""

import asyncio
import itertools
import sys
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from mailcow_dns_tui.wizard.clipboard import Clipboard
from mailcow_dns_tui.wizard.screens.copying import show_raw


class ClipboardApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("i", "count", "Count"),
        Binding("w", "work", "Work"),
        Binding("x", "raw", "Plain text"),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._text = (folder / "text").read_text(encoding="utf-8")
        self._count = 0
        self._copier = Clipboard(super().copy_to_clipboard, is_web=lambda: self.is_web)

    def compose(self) -> ComposeResult:
        yield Static("ready", id="said")
        yield Static("count 0", id="count")
        yield Static("idle", id="work")

    def copy_to_clipboard(self, text: str) -> None:
        self.run_worker(self._copy(text), group="clipboard", exclusive=True)

    async def _copy(self, text: str) -> None:
        copied = await self._copier.copy(text)
        self.query_one("#said", Static).update(copied.sentence("the value"))

    def action_copy(self) -> None:
        self.copy_to_clipboard(self._text)

    def action_count(self) -> None:
        self._count += 1
        self.query_one("#count", Static).update(f"count {self._count}")

    def action_work(self) -> None:
        self.run_worker(self._work(), group="work")

    async def _work(self) -> None:
        for drawn in itertools.count():
            self.query_one("#work", Static).update(f"drawn {drawn}")
            (self._folder / "drawn").write_text(str(drawn))
            await asyncio.sleep(0.02)

    def action_raw(self) -> None:
        self.run_worker(show_raw(self, self._text, "All records"), group="raw")


if __name__ == "__main__":
    ClipboardApp(Path(sys.argv[1])).run()

"""All that is known while questions are answered line by line, and whom it is asked of."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from mailcow_dns_tui.cli.plain.lines import Lines
from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.mailcow.known import adopted, last_result
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.model.dmarc_stage import staged
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS, Suggestions
from mailcow_dns_tui.saver import Save, unsaved_sentence

T = TypeVar("T")


@dataclass
class Session:
    """Keeps each answer as soon as it is known.

    Attributes:
        plan: its file; None where nothing is kept.
        is_new: there was no plan yet.
        unsaved: why what was answered last could not be saved; empty where it was.
    """

    lines: Lines
    engine: LocalEngine
    runner: asyncio.Runner
    save: Save
    plan: Path | None
    setup: Setup
    suggestions: Suggestions = NO_SUGGESTIONS
    unsaved: str = ""

    def __post_init__(self) -> None:
        self.is_new = self.setup == Setup()
        self.setup = staged(self.setup, date.today())

    def wait_for(self, asking: Coroutine[Any, Any, T]) -> T:
        """What is asked, when it was answered; the user has to wait."""
        return self.runner.run(asking)

    def change(self, setup: Setup) -> None:
        """Take other answers, and save them at once."""
        now = staged(setup, date.today())
        if now == self.setup:
            return
        self.setup = now
        before, self.unsaved = self.unsaved, ""
        try:
            self.save(now)
        except OSError as error:
            self.unsaved = unsaved_sentence(error)
            if self.unsaved != before:
                self.lines.say(self.unsaved)

    def read_mailcow(self, access: Access) -> None:
        """Take over what mailcow says in place of what was not answered yet, and tell of it."""
        known = self.wait_for(last_result(self.engine.read_mailcow(self.setup, access)))
        self.suggestions = replace(self.suggestions, mailcow=known)
        self.change(adopted(self.setup, known, is_new=self.is_new))
        if known.sources:
            self.lines.say(f"Read from mailcow: {', '.join(known.sources)}.")
        for trouble in known.troubles:
            self.lines.say(f"? {trouble}")

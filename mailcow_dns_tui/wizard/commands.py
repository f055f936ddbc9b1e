"""What the command palette offers besides Textual's own commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from mailcow_dns_tui.wizard.messages import (
    CopyRequested,
    GuideRequested,
    PlainTextRequested,
    WatchRequested,
)
from mailcow_dns_tui.wizard.steps.step import Step

if TYPE_CHECKING:
    from mailcow_dns_tui.wizard.main_screen import MainScreen


def commands(screen: MainScreen) -> Iterator[SystemCommand]:
    """The commands of the main screen, in the order of its keys."""
    for step in Step:
        title = f"Step {step.number}: {step.title}"
        yield SystemCommand(title, "Go to this step", partial(screen.action_step, step.id))
    yield SystemCommand("All domains", "Each in one row, the worst first", screen.action_overview)
    yield SystemCommand("Guide", "One thing at a time, until all is good", partial(_guide, screen))
    yield SystemCommand("Check again", "Ask all name servers again", screen.action_check)
    yield SystemCommand(
        "Watch", "Check again and again, tell what changes", partial(_watch, screen)
    )
    yield SystemCommand("Zone preview", "Show or hide the zone", screen.action_preview)
    if screen.step is Step.RECORDS:
        help_text = "Show who sees the record at the cursor"
        yield SystemCommand("Seen everywhere", help_text, partial(_seen, screen))
    yield SystemCommand("mailcow", "What was read from mailcow, and how", screen.action_mailcow)
    yield SystemCommand("Copy all records", "As zone files", partial(_copy_all, screen))
    yield SystemCommand("Plain text", "Show all records to select from", partial(_plain, screen))


def _seen(screen: MainScreen) -> None:
    from mailcow_dns_tui.wizard.record_view import RecordView

    screen.query_one(RecordView).action_seen()


def _guide(screen: MainScreen) -> None:
    screen.post_message(GuideRequested())


def _copy_all(screen: MainScreen) -> None:
    screen.post_message(CopyRequested.of_all(screen.report))


def _watch(screen: MainScreen) -> None:
    screen.post_message(WatchRequested())


def _plain(screen: MainScreen) -> None:
    screen.post_message(PlainTextRequested.of_all(screen.report))

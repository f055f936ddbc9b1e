"""What publishing says: the difference of each zone, how far it is, and what is left."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dns.name import Name
from textual.content import Content

from mailcow_dns_tui import PROGRAM
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.publish.acts import ZoneAct
from mailcow_dns_tui.publish.changes import Change, Kind
from mailcow_dns_tui.publish.diff import (
    COMES,
    GOES,
    INDENT,
    LEAVE,
    NOT_DONE,
    STAYS,
    DiffRow,
    called,
    change_rows,
    left_rows,
    obstacle_rows,
)
from mailcow_dns_tui.publish.left import left_of, told_end, told_left
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Ended
from mailcow_dns_tui.wizard.publishing import Places
from mailcow_dns_tui.wizard.screens.publish_progress import Progress
from mailcow_dns_tui.wizard.widgets.hanging import Line
from mailcow_dns_tui.wizard.widgets.text import status_content

QUIET = frozenset({LEAVE, STAYS})
STYLES = {
    Kind.CREATE.value: "$text-success",
    Kind.CHANGE.value: "$text-warning",
    Kind.TAKE_AWAY.value: "$text-error",
    GOES: "$text-error",
    COMES: "$text-success",
    STAYS: "$text-muted",
    LEAVE: "$text-muted",
    NOT_DONE: "$text-warning",
}
GAP = Line(Content(""))
KEPT = "What was there is kept for you alone. This takes the changes back:"
COPIES = "c copies it."


def diff_lines(proposals: Iterable[ZoneProposal], places: Places) -> Iterator[Line]:
    """Zone by zone what to know before, what would be made of it, and what is left as it is."""
    for number, proposal in enumerate(proposals):
        if number:
            yield GAP
        yield _heading(proposal.zone, places)
        warnings = dict.fromkeys(w for act in proposal.acts for w in act.step.warnings)
        yield from (_told(Status.WARNING, text) for text in warnings)
        for act in proposal.asking:
            yield _told(Status.UNKNOWN, f"Asked by itself: {' '.join(act.questions)}")
        yield from _change_lines(proposal.changes, proposal.zone)
        yield from map(_row_line, (*left_rows(proposal), *obstacle_rows(proposal)))


def question_lines(act: ZoneAct, zone: Name) -> Iterator[Line]:
    """What is asked by itself, and what it would change."""
    for text in act.questions:
        yield Line(Content.styled(safe(text), "bold"))
    yield from (_told(Status.WARNING, text) for text in act.warnings)
    yield GAP
    yield from _change_lines(act.changes, zone)


def _change_lines(changes: Iterable[Change], zone: Name) -> Iterator[Line]:
    yield from (_row_line(row) for change in changes for row in change_rows(change, zone))


def _row_line(row: DiffRow) -> Line:
    style = STYLES[row.sign]
    text = safe(row.text), "$text-muted" if row.sign in QUIET else ""
    about = safe(row.about), "bold"
    return Line(Content.assemble((row.head, style), about, text), len(row.head))


def _heading(zone: Name, places: Places) -> Line:
    panel = places.get(zone)
    at = f", at {panel.title}" if panel and panel.is_known else ""
    return Line(Content.styled(safe(f"{both_forms(zone)}{at}"), "bold $text-primary"))


def progress_lines(progress: Progress, places: Places) -> Iterator[Line]:
    """Each change that was agreed to, with a sign: there, on its way, or still to be made."""
    lines: dict[Name, list[Line]] = {}
    for (zone, change), mark in zip(progress.agreed, _marks(progress), strict=True):
        lines.setdefault(zone, []).append(_made_line(mark, change, zone))
    for zone, own in lines.items():
        yield _heading(zone, places)
        yield from own


def trouble_lines(progress: Progress, places: Places) -> Iterator[Line]:
    """Which zones could not be read or changed, and why."""
    for zone, trouble in progress.troubles.items():
        yield _heading(zone, places)
        yield _told(Status.ERROR, trouble.text)


def _marks(progress: Progress) -> Iterator[tuple[str, str]]:
    made, running = (
        Counter((zone, change.key) for zone, change in changes)
        for changes in (progress.made, progress.running)
    )
    for zone, change in progress.agreed:
        about = zone, change.key
        if made[about]:
            made[about] -= 1
            yield "✓", "$text-success"
        elif running[about]:
            running[about] -= 1
            yield "▸", "bold"
        else:
            yield "·", "$text-muted"


def _made_line(mark: tuple[str, str], change: Change, zone: Name) -> Line:
    sign, style = mark
    text = safe(f"{change.kind.value:<{INDENT}}{called(change.key, zone)}")
    return Line(Content.assemble((f"{sign} ", style), text), INDENT + 2)


def parted(parts: Iterable[Iterable[Line]]) -> Iterator[Line]:
    """Those that say something, with an empty line between them."""
    said = [lines for lines in map(list, parts) if lines]
    for number, lines in enumerate(said):
        yield from [GAP] if number else ()
        yield from lines


def undo_command(backup: Path) -> str:
    """What shows the way back, for a shell."""
    return safe(f"{PROGRAM} publish --undo {shlex.quote(str(backup))}")


def backup_lines(backups: Sequence[Path]) -> Iterator[Line]:
    """Where it lies what was there, and how it comes back."""
    if backups:
        yield Line(Content(KEPT))
        yield from (Line(Content(f"  {undo_command(each)}"), 2) for each in backups)
        yield Line(Content.styled(COPIES, "$text-muted"))


def end_lines(ended: Ended, marks: Collection[str] | None) -> Iterator[Line]:
    """What is left: what was not done, what waits, and when to come back.

    Args:
        ended: the end of the run.
        marks: of the steps that it kept to; None: all.
    """
    snapshot = ended.snapshot
    about = [s for s in snapshot.state.steps if marks is None or s.mark in marks]
    state = replace(snapshot.state, steps=tuple(about))
    snapshot = replace(snapshot, state=state)
    left = left_of(replace(ended, snapshot=snapshot))
    for status, text in dict.fromkeys(told_left(left, snapshot)):
        first, *values = text.splitlines()
        yield _told(status, first)
        yield from (Line(Content(f"  {safe(value)}"), 2) for value in values)
    yield from (Line(Content(safe(text))) for text in (told_end(snapshot) if marks is None else ()))


def _told(status: Status, text: str) -> Line:
    return Line(status_content(status, safe(text)), 2)

"""What publishing says: the difference of each zone, how far it is, and what is left."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dns.name import Name
from dns.rdata import Rdata
from textual.content import Content

from mailcow_dns_tui import PROGRAM
from mailcow_dns_tui.guide.titles import titled
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import both_forms, relative_text
from mailcow_dns_tui.model.text import brief, listed, safe, shown
from mailcow_dns_tui.publish.acts import ZoneAct
from mailcow_dns_tui.publish.changes import Change, Kind, ZoneRRset
from mailcow_dns_tui.publish.left import left_of, told_end, told_left
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Ended
from mailcow_dns_tui.wizard.publishing import Places
from mailcow_dns_tui.wizard.screens.publish_progress import Progress
from mailcow_dns_tui.wizard.widgets.hanging import Line
from mailcow_dns_tui.wizard.widgets.text import status_content

STYLES = {
    Kind.CREATE: "$text-success",
    Kind.CHANGE: "$text-warning",
    Kind.TAKE_AWAY: "$text-error",
}
INDENT = 10
LONGEST, LONGEST_LEFT = 160, 60
MUTED = "$text-muted"
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
        for questions in dict.fromkeys(act.questions for act in proposal.asked):
            yield _told(Status.UNKNOWN, f"Asked by itself: {' '.join(questions)}")
        for change in proposal.changes:
            yield from change_lines(change, proposal.zone)
        yield from _left_lines(proposal)


def question_lines(act: ZoneAct, zone: Name) -> Iterator[Line]:
    """What is asked by itself, and what it would change."""
    for text in act.questions:
        yield Line(Content.styled(safe(text), "bold"))
    yield from (_told(Status.WARNING, text) for text in act.warnings)
    yield GAP
    for change in act.changes:
        yield from change_lines(change, zone)


def change_lines(change: Change, zone: Name) -> Iterator[Line]:
    """What becomes of an RRset; a single datum that comes or goes stands on the same line."""
    owner, rdtype = change.key
    kind = Content.styled(f"{change.kind.value:<{INDENT}}", STYLES[change.kind])
    name = Content.styled(f"{rdtype.name} {safe(relative_text(owner, zone))}", "bold")
    going, coming = change.going, change.coming
    head = Content.assemble(kind, name, _ttl(change))
    if change.kind is not Kind.CHANGE and len(going) + len(coming) == 1:
        yield Line(Content.assemble(head, f"  {_value((*going, *coming)[0])}"), INDENT)
        return
    yield Line(head, INDENT)
    yield from (_datum("-", "$text-error", each) for each in going)
    yield from (_datum("+", "$text-success", each) for each in coming)
    yield from (_datum(" ", MUTED, each) for each in change.staying)


def _datum(sign: str, style: str, rdata: Rdata) -> Line:
    sign_and_text = (f"{' ' * INDENT}{sign} ", style), _value(rdata)
    return Line(Content.assemble(*sign_and_text), INDENT + 2)


def _value(rdata: Rdata, longest: int = LONGEST) -> str:
    return brief(shown(rdata), longest)


def _ttl(change: Change) -> str:
    before, after = change.before, change.after
    is_other = before is not None and after is not None and before.ttl != after.ttl
    return f", TTL {before.ttl} to {after.ttl}" if is_other and before and after else ""


def _heading(zone: Name, places: Places) -> Line:
    panel = places.get(zone)
    at = f", at {panel.title}" if panel and panel.is_known else ""
    return Line(Content.styled(safe(f"{both_forms(zone)}{at}"), "bold $text-primary"))


def _left_lines(proposal: ZoneProposal) -> Iterator[Line]:
    for rrset in proposal.left:
        text = f"{'leave':<{INDENT}}{_rrset(rrset, proposal.zone)}"
        yield Line(Content.styled(text, MUTED), INDENT)
    for owner, rdtype in proposal.inexact:
        name = safe(relative_text(owner, proposal.zone))
        text = f"{'leave':<{INDENT}}{rdtype.name} {name}, which can't be read exactly"
        yield Line(Content.styled(text, MUTED), INDENT)
    if proposal.others:
        many = "1 RRset" if proposal.others == 1 else f"{proposal.others} RRsets"
        yield Line(Content.styled(f"{'leave':<{INDENT}}{many} at other names", MUTED), INDENT)
    for each in proposal.obstacles:
        text = f"{'not done':<{INDENT}}{titled(each.step)}: {each.why} {each.step.what}"
        yield Line(Content.styled(safe(text), MUTED), INDENT)


def _rrset(rrset: ZoneRRset, zone: Name) -> str:
    values = listed(_value(each, LONGEST_LEFT) for each in rrset.rdatas)
    return safe(f"{rrset.rdtype.name} {relative_text(rrset.owner, zone)}  {values}")


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
            yield "·", MUTED


def _made_line(mark: tuple[str, str], change: Change, zone: Name) -> Line:
    sign, style = mark
    owner, rdtype = change.key
    text = f"{change.kind.value:<{INDENT}}{rdtype.name} {safe(relative_text(owner, zone))}"
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
        yield Line(Content.styled(COPIES, MUTED))


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

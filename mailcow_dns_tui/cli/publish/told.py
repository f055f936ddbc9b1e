"""A run in lines for people: the difference of each zone, how far it is, and what is left."""

from collections.abc import Iterable, Iterator

from dns.name import Name

from mailcow_dns_tui.model.dmarc_stage import waiting, when_due
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.text import enumerated
from mailcow_dns_tui.publish.acts import ZoneAct
from mailcow_dns_tui.publish.changes import Change
from mailcow_dns_tui.publish.diff import called, change_rows, left_rows, obstacle_rows
from mailcow_dns_tui.publish.left import Left, told_end, told_left
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Ended, Event, Failed, Publishing, Waiting
from mailcow_dns_tui.publish.snapshot import Snapshot
from mailcow_dns_tui.publish.undoing import UndoAct, WayBack

MOST_NAMED = 6


def told_proposal(proposal: ZoneProposal, title: str, *, is_first: bool) -> Iterator[str]:
    """What would become of each RRset that the plan is about; at first also what stays."""
    zone = proposal.zone
    yield from ("", f"{both_forms(zone)}, at {title}")
    yield from _told_changes(proposal.changes, zone)
    for act in proposal.acts:
        yield from (f"  ! {warning}" for warning in act.step.warnings)
    for act in proposal.asking:
        yield from _told_asked(act, zone)
    left = left_rows(proposal) if is_first else ()
    yield from (f"  {row}" for row in (*left, *obstacle_rows(proposal)))


def _told_changes(changes: Iterable[Change], zone: Name) -> Iterator[str]:
    yield from (f"  {row}" for change in changes for row in change_rows(change, zone))


def _told_asked(act: ZoneAct | UndoAct, zone: Name) -> Iterator[str]:
    yield f"  Not without a yes of its own, for {both_forms(act.name)}:"
    yield from (f"    {question}" for question in act.questions)
    yield from (f"    ! {warning}" for warning in act.warnings)
    yield from (f"  {line}" for line in _told_changes(act.changes, zone))


def told_event(event: Event) -> str:
    """How far it is; empty where there is nothing to be said yet."""
    match event:
        case Snapshot(state=state):
            return f"Done: {state.done}, left: {len(state.steps)}." if state.done else ""
        case Publishing(zone, changes):
            names = enumerated([called(c.key, zone) for c in changes], MOST_NAMED)
            return f"Publishing in {both_forms(zone)}: {names}."
        case Waiting(servers):
            behind = [server.name.rstrip(".") for server in servers]
            return f"Waiting for {enumerated(behind, MOST_NAMED)}."
        case Failed(zone, trouble):
            return f"{both_forms(zone)}: {trouble.text}"
    return ""


def told_rest(ended: Ended, left: Left) -> Iterator[str]:
    """What is left, what it waits for, and when to come back."""
    snapshot = ended.snapshot
    yield ""
    for _, text in dict.fromkeys(told_left(left, snapshot)):
        yield from text.splitlines()
    for each in waiting(snapshot.setup):
        yield f"{each.name}: {when_due(snapshot.setup, each, snapshot.clock.date())}"
    yield from told_end(snapshot)


def told_undo(zone: Name, title: str, way: WayBack) -> Iterator[str]:
    """What takes back a run."""
    yield from ("", f"{both_forms(zone)}, at {title}")
    for act in way.acts:
        if act.questions:
            yield from _told_asked(act, zone)
        else:
            yield from _told_changes(act.changes, zone)
    for name, why in way.left:
        yield f"  {both_forms(name)}: left as it is. {why[:1].upper()}{why[1:]}."
    if not way.acts:
        yield "  Nothing of that run is left to be taken back."

"""A run in lines for people: the difference of each zone, how far it is, and what is left."""

from collections.abc import Iterator

from dns.name import Name
from dns.rdata import Rdata

from mailcow_dns_tui.guide.titles import titled
from mailcow_dns_tui.model.dmarc_stage import waiting, when_due
from mailcow_dns_tui.model.names import both_forms, relative_text
from mailcow_dns_tui.model.text import brief, enumerated, listed, shown
from mailcow_dns_tui.publish.acts import ZoneAct
from mailcow_dns_tui.publish.changes import Change, ZoneRRset
from mailcow_dns_tui.publish.left import Left, told_end, told_left
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Ended, Event, Failed, Publishing, Waiting
from mailcow_dns_tui.publish.snapshot import Snapshot
from mailcow_dns_tui.publish.undoing import UndoAct, WayBack

LONGEST = 200
MOST_NAMED = 6
INDENT = " " * 12


def told_proposal(proposal: ZoneProposal, title: str, *, is_first: bool) -> Iterator[str]:
    """What would become of each RRset that the plan is about; at first also what stays."""
    zone = proposal.zone
    yield from ("", f"{both_forms(zone)}, at {title}")
    for change in proposal.changes:
        yield from told_change(change, zone)
    for act in proposal.acts:
        yield from (f"  ! {warning}" for warning in act.step.warnings)
    for act in proposal.asked:
        yield from _told_asked(act, zone)
    if is_first:
        yield from _told_left(proposal)
    for obstacle in proposal.obstacles:
        yield f"  {'not done':<9} {titled(obstacle.step)}: {obstacle.why}"


def told_change(change: Change, zone: Name) -> Iterator[str]:
    """`change`, the name and type, and below it each datum that goes or comes."""
    owner, rdtype = change.key
    yield f"  {change.kind.value:<9} {relative_text(owner, zone)} {rdtype.name}{_ttl(change)}"
    yield from (f"{INDENT}- {_value(each)}" for each in change.going)
    yield from (f"{INDENT}+ {_value(each)}" for each in change.coming)
    yield from (f"{INDENT}  {_value(each)}" for each in change.staying)


def _told_asked(act: ZoneAct | UndoAct, zone: Name) -> Iterator[str]:
    yield f"  Not without a yes of its own, for {both_forms(act.name)}:"
    yield from (f"    {question}" for question in act.questions)
    yield from (f"    ! {warning}" for warning in act.warnings)
    for change in act.changes:
        yield from (f"  {line}" for line in told_change(change, zone))


def _told_left(proposal: ZoneProposal) -> Iterator[str]:
    for rrset in proposal.left:
        yield f"  {'leave':<9} {_rrset(rrset, proposal.zone)}"
    for owner, rdtype in proposal.inexact:
        name = relative_text(owner, proposal.zone)
        yield f"  {'leave':<9} {name} {rdtype.name}, which can't be read exactly"
    if proposal.others:
        yield f"  {'leave':<9} {proposal.others} RRsets at other names"


def _rrset(rrset: ZoneRRset, zone: Name) -> str:
    values = listed(map(_value, rrset.rdatas))
    return f"{relative_text(rrset.owner, zone)} {rrset.rdtype.name} {values}"


def _ttl(change: Change) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return f", TTL {after.ttl}" if after else ""
    return "" if before.ttl == after.ttl else f", TTL {before.ttl} to {after.ttl}"


def _value(rdata: Rdata) -> str:
    return brief(shown(rdata), LONGEST)


def told_event(event: Event) -> str:
    """How far it is; empty where there is nothing to be said yet."""
    match event:
        case Snapshot(state=state):
            return f"Done: {state.done}, left: {len(state.steps)}." if state.done else ""
        case Publishing(zone, changes):
            names = enumerated([_called(change, zone) for change in changes], MOST_NAMED)
            return f"Publishing in {both_forms(zone)}: {names}."
        case Waiting(servers):
            return f"Waiting for {enumerated([server.name for server in servers], MOST_NAMED)}."
        case Failed(zone, trouble):
            return f"{both_forms(zone)}: {trouble.text}"
    return ""


def _called(change: Change, zone: Name) -> str:
    owner, rdtype = change.key
    return f"{rdtype.name} {relative_text(owner, zone)}"


def told_rest(ended: Ended, left: Left) -> Iterator[str]:
    """What is left, what it waits for, and when to come back."""
    snapshot = ended.snapshot
    yield ""
    for _, text in told_left(left, snapshot):
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
            yield from (line for change in act.changes for line in told_change(change, zone))
    for name, why in way.left:
        yield f"  {both_forms(name)}: left as it is. {why[:1].upper()}{why[1:]}."
    if not way.acts:
        yield "  Nothing of that run is left to be taken back."

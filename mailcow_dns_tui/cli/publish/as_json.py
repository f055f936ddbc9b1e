"""A run as JSON: what was published, what would be, and what is left."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from dns.name import Name

from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.publish.acts import Obstacle, ZoneAct
from mailcow_dns_tui.publish.changes import Change, Kind, ZoneRRset
from mailcow_dns_tui.publish.left import Left, again_at
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Ended
from mailcow_dns_tui.publish.undoing import UndoAct, WayBack

VERSION = 1
Json = Mapping[str, Any]
KEYS = {Kind.CREATE: "create", Kind.CHANGE: "change", Kind.TAKE_AWAY: "take_away"}
Done = Iterable[tuple[Name, Sequence[Change]]]
"""Changes, zone by zone as they were made."""


def run_json(
    ended: Ended, left: Left, titles: Mapping[Name, str], done: Done, unknown: Done
) -> str:
    """All of a run.

    Args:
        ended: its end.
        left: what is left.
        titles: of the providers.
        done: what was published.
        unknown: what may have been, since the provider did not say.
    """
    until: datetime | None = again_at(ended.snapshot)
    data = {
        "version": VERSION,
        "published": list(_by_zone(done)),
        "unknown": list(_by_zone(unknown)),
        "zones": [_zone(each, titles) for each in ended.proposals],
        "failed": [
            {"zone": ascii_form(zone), "reason": each.reason.value, "text": each.text}
            for zone, each in ended.troubles.items()
        ],
        "by_hand": list(map(_step, left.by_hand)),
        "waits": list(map(_step, left.waits)),
        "not_asked": list(map(_step, left.unasked)),
        "again_at": until.isoformat(timespec="seconds") if until else None,
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def undo_json(zone: Name, way: WayBack) -> str:
    """What takes back a run, and the names where that can't be done."""
    agreed = [change for act in way.acts if not act.questions for change in act.changes]
    data = {
        "version": VERSION,
        "zone": ascii_form(zone),
        **_changes(agreed),
        "asks": [_asked(act) for act in way.acts if act.questions],
        "left": [{"name": ascii_form(name), "text": why} for name, why in way.left],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _by_zone(changes: Done) -> Iterator[Json]:
    for zone, each in changes:
        yield {"zone": ascii_form(zone), **_changes(each)}


def _zone(proposal: ZoneProposal, titles: Mapping[Name, str]) -> Json:
    return {
        "zone": ascii_form(proposal.zone),
        "provider": titles.get(proposal.zone),
        **_changes(proposal.changes),
        "leave": [_rrset(each) for each in proposal.left],
        "leave_inexact": [
            {"name": name.to_text(), "type": rdtype.name} for name, rdtype in proposal.inexact
        ],
        "leave_others": proposal.others,
        "warnings": [text for act in proposal.acts for text in act.step.warnings],
        "asks": list(map(_asked, proposal.asking)),
        "not_done": [
            {**_step(each.step), "reason": _reason(each), "text": each.why}
            for each in proposal.obstacles
        ],
    }


def _reason(obstacle: Obstacle) -> str:
    return obstacle.reason.name.lower().replace("_", "-")


def _asked(act: ZoneAct | UndoAct) -> Json:
    return {"confirm": ascii_form(act.name), "questions": act.questions, **_changes(act.changes)}


def _changes(changes: Iterable[Change]) -> Json:
    found: dict[str, list[Json]] = {key: [] for key in KEYS.values()}
    for change in changes:
        found[KEYS[change.kind]].append(_change(change))
    return found


def _change(change: Change) -> Json:
    before, after = change.before, change.after
    if before is not None and after is not None:
        name, rdtype = change.key
        both = {"from": _data(before), "to": _data(after)}
        return {"name": name.to_text(), "type": rdtype.name, **both}
    return _rrset(before or after)


def _rrset(rrset: ZoneRRset | None) -> Json:
    if rrset is None:
        return {}
    return {"name": rrset.owner.to_text(), "type": rrset.rdtype.name, **_data(rrset)}


def _data(rrset: ZoneRRset) -> Json:
    return {"ttl": rrset.ttl, "data": [shown(each) for each in rrset.rdatas]}


def _step(step: GuideStep) -> Json:
    what = step.locked or step.what
    return {"topic": step.finding.topic, "name": step.finding.name.to_text(), "what": what}

"""Steps with their sentences."""

from collections.abc import Sequence
from dataclasses import replace

import dns.reversename
from dns.rdata import Rdata

from mailcow_dns_tui.guide.published import broken, removal, same
from mailcow_dns_tui.guide.step import Act, GuideStep, Removal
from mailcow_dns_tui.model.finding import Finding, placed
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.hidden import in_its_place
from mailcow_dns_tui.topics.words import kind, listed

WAITING = {
    "not-yet-visible": "Just wait: it is published, and old answers elsewhere run out.",
    "servers-disagree": "Wait until all name servers of the zone have it; if that takes more than "
    "an hour, tell the DNS provider.",
    "stale-server": "Wait until all name servers have the newest version of the zone.",
}
LONGEST = 40
"""Of a value in a sentence; the whole ones stand among the removals."""
TOLD_BY_FIX = frozenset({"misplaced", "perhaps-proxy"})
"""Codes whose fix says more than what to publish."""
SAYS_HOW = frozenset({"cut-off", "not-valid"})
"""Codes of what was spoilt on its way through a panel: entered as before, it would be again."""
IN_PLAN = frozenset({"key-not-in-plan", "no-address"})


def draft(act: Act, record: Record | None, found: Finding) -> GuideStep:
    """A step without anything to paste; `record` is what it works towards."""
    what = WAITING.get(found.code, found.fix or found.message)
    return GuideStep(act, None, record, found, what, found.message, where(record, found))


def add(record: Record, found: Finding, *, now: Record | None = None) -> GuideStep:
    """Publish a record beside what is there; `now`: in place of the plan's."""
    name = unicode_form(record.owner)
    what = found.fix if found.code in TOLD_BY_FIX else f"Add the {kind(record)} of {name}."
    return GuideStep(
        Act.PUBLISH, now or record, record, found, what, record.why, where(record, found)
    )


def put(
    record: Record,
    found: Finding,
    gone: tuple[Removal, ...],
    *,
    now: Record | None = None,
    also: tuple[Record, ...] = (),
) -> GuideStep:
    """Publish a record in the place of what is there."""
    name, what = unicode_form(record.owner), kind(now or record)
    if any(each.type_text == "CNAME" for each in gone) and what != "CNAME record":
        sentence = f"{in_its_place(now or record)}."
    elif found.code in TOLD_BY_FIX:
        sentence = found.fix
    elif what == "CNAME record":
        sentence = f"Put the CNAME of {name} in the place of all that stands at this name."
    elif len(gone) > 1:
        sentence = f"Make one {what} of those of {name}, and delete the others."
    else:
        sentence = f"Change the {what} of {name} to the new value."
    return GuideStep(
        Act.CHANGE,
        now or record,
        record,
        found,
        sentence,
        found.message,
        where(record, found),
        removals=gone,
        also=also,
    )


def arrange(
    record: Record, found: Finding, there: Sequence[Rdata], *, now: Record | None = None
) -> GuideStep:
    """Bring about that one record stands alone among those of its kind that are there."""
    wanted = now or record
    gone = tuple(removal(found, r) for r in there if not same(r, wanted.rdata))
    gone = (*gone, *broken(found))
    if not gone:
        return add(record, found, now=now)
    if any(same(rdata, wanted.rdata) for rdata in there):
        return take_away(record, found, gone)
    return put(record, found, gone, now=now)


def in_its_words(step: GuideStep) -> GuideStep:
    """With the finding's own advice, where that says how a value has to be entered."""
    found = step.finding
    says_how = step.act is Act.CHANGE and len(step.removals) == 1 and found.code in SAYS_HOW
    return replace(step, what=found.fix) if says_how and found.fix else step


def take_away(record: Record | None, found: Finding, gone: tuple[Removal, ...]) -> GuideStep:
    """Only delete; what works stays."""
    lines = (f"{unicode_form(e.owner)} {e.type_text} {brief(e.value, LONGEST)}" for e in gone)
    what = f"Delete {listed(list(lines)).rstrip('.')}."
    return GuideStep(
        Act.REMOVE, None, record, found, what, found.message, where(record, found), removals=gone
    )


def where(record: Record | None, found: Finding) -> str:
    """The place to go to, as the end of a sentence."""
    if found.code in IN_PLAN:
        return "in the plan"
    if found.code.startswith("policy-"):
        return "in mailcow, or at the web server of the policy"
    if found.topic == "ptr" and record is not None:
        return f"at the owner of the address {dns.reversename.to_address(record.owner)}"
    if found.topic in {"delegation", "dnssec"}:
        return f"at the registrar and the DNS provider of {unicode_form(found.name)}"
    if record is None:
        return f"at the DNS provider of {unicode_form(found.name)}"
    zone = unicode_form(placed(record, (found,)).zone)
    return f"at the owner of the zone {zone}" if record.foreign else f"in the zone {zone}"

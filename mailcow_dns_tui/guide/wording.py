"""Steps with their sentences."""

from collections.abc import Sequence
from dataclasses import replace

from dns.rdata import Rdata

from mailcow_dns_tui.guide.published import broken, removal, same
from mailcow_dns_tui.guide.step import Act, GuideStep, Removal
from mailcow_dns_tui.model.finding import Finding, placed
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.hidden import in_its_place
from mailcow_dns_tui.topics.judgement import where as place
from mailcow_dns_tui.topics.words import in_plan, kind, listed

WAITING = {
    "not-yet-visible": "Just wait: it is published; elsewhere the old answer is kept for a while.",
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
IN_PLAN = {
    ("dkim", "key-not-in-plan"): "dkim",
    ("tlsa", "key-not-in-plan"): "tlsa",
    ("spf", "no-address"): "ipv4",
}
"""What is left to answer, by topic and code."""


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
    wanted = now or record
    hidden = any(each.type_text == "CNAME" != wanted.type_text for each in gone)
    is_told = found.code in TOLD_BY_FIX and not hidden
    return GuideStep(
        Act.CHANGE,
        wanted,
        record,
        found,
        found.fix if is_told else _in_place(wanted, gone),
        found.message,
        where(record, found),
        removals=gone,
        also=also,
    )


def _in_place(wanted: Record, gone: Sequence[Removal]) -> str:
    """What to change, and what to delete."""
    name, what = unicode_form(wanted.owner), kind(wanted)
    types = dict.fromkeys(each.type_text for each in gone)
    if list(types) == ["CNAME"] != [wanted.type_text]:
        return f"{in_its_place(wanted)}."
    if wanted.type_text not in types:
        return f"Delete the {listed(list(types))} of {name}, and add the {what} in its place."
    if len(gone) > 1:
        return f"Change one {what} of {name} to the value below, and delete the others."
    old, new = (each.rstrip(".") for each in (gone[0].value, wanted.value))
    if max(len(old), len(new)) > LONGEST:
        return f"Change the {what} of {name}: replace its value by the one below."
    return f"Change the {what} of {name}: replace {old} by {new}."


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
    if answer := IN_PLAN.get((found.topic, found.code)):
        return in_plan(answer)
    if found.code.startswith("policy-"):
        return "in mailcow, or at the web server of the policy"
    if found.topic == "ptr" and record is not None:
        return place(record)
    if found.topic in {"delegation", "dnssec"}:
        return f"at the registrar and the DNS provider of {unicode_form(found.name)}"
    if record is None:
        return f"at the DNS provider of {unicode_form(found.name)}"
    return place(placed(record, (found,)))

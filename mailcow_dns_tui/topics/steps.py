"""Steps with their sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.rdata import Rdata

from mailcow_dns_tui.model.code import SEVERAL_RECORDS, Act
from mailcow_dns_tui.model.finding import Finding, with_found_zone
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, record_line
from mailcow_dns_tui.model.step import GuideStep, Removal
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.topics.context import (
    ON_ITS_WAY,
    Context,
    alias,
    blocks,
    broken,
    others,
    own,
    remembered_until,
    removals,
    same,
)
from mailcow_dns_tui.topics.diagnose import in_its_place
from mailcow_dns_tui.topics.judge import where as place
from mailcow_dns_tui.topics.phrases import kind

MOST_NAMED = 2
LONGEST = 40
"""Of a value in a sentence; the whole ones stand among the removals."""


def draft(act: Act, record: Record | None, found: Finding) -> GuideStep:
    """A step without anything to paste; `record` is what it works towards."""
    what = found.code.waiting or found.fix or found.message
    return GuideStep(act, None, record, found, what, found.message, where(record, found))


def add(record: Record, found: Finding, *, now: Record | None = None) -> GuideStep:
    """Publish a record beside what is there; `now`: in place of the plan's."""
    name = record.owner_text
    what = found.fix if found.code.told_by_fix else f"Add the {kind(record)} of {name}."
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
    is_told = found.code.told_by_fix and not hidden
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
    name, what = wanted.owner_text, kind(wanted)
    types = dict.fromkeys(each.type_text for each in gone)
    if list(types) == ["CNAME"] != [wanted.type_text]:
        return f"{in_its_place(wanted)}."
    if wanted.type_text not in types:
        return f"Delete the {listed(types)} of {name}, and add the {what} in its place."
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
    gone = removals(found, (r for r in there if not same(r, wanted.rdata)))
    gone = (*gone, *broken(found))
    if not gone:
        return add(record, found, now=now)
    if any(same(rdata, wanted.rdata) for rdata in there):
        return take_away(record, found, gone)
    return put(record, found, gone, now=now)


def in_its_words(step: GuideStep) -> GuideStep:
    """With the finding's own advice, where that says how a value has to be entered."""
    found = step.finding
    says_how = step.act is Act.CHANGE and len(step.removals) == 1 and found.code.says_how
    return replace(step, what=found.fix) if says_how and found.fix else step


def take_away(record: Record | None, found: Finding, gone: tuple[Removal, ...]) -> GuideStep:
    """Only delete; what works stays."""
    place = where(record, found)
    return GuideStep(
        Act.REMOVE, None, record, found, _deleting(gone), found.message, place, removals=gone
    )


def _deleting(gone: Sequence[Removal]) -> str:
    """Of many of one kind how many: each stands among the removals."""
    kinds = {(each.owner, each.type_text) for each in gone}
    if len(gone) > MOST_NAMED and len(kinds) == 1:
        return f"Delete {len(gone)} {gone[0].type_text} records of {unicode_form(gone[0].owner)}."
    lines = (record_line(e.owner, e.type_text, brief(e.value, LONGEST)) for e in gone)
    return f"Delete {listed(lines).rstrip('.')}."


def where(record: Record | None, found: Finding) -> str:
    """The place to go to, as the end of a sentence."""
    if found.code.place:
        return found.code.place
    if record is None:
        return f"at the DNS provider of {unicode_form(found.name)}"
    return place(with_found_zone(record, (found,)))


def single_step(
    record: Record, found: Finding, context: Context, *, now: Record | None = None
) -> GuideStep:
    """The record, alone at its name among those of its kind; `now`: in place of the plan's."""
    gone = others(found, record)
    if alias(found) is not None and gone:
        return put(record, found, gone, also=context.beside(record))
    if found.code == SEVERAL_RECORDS and found.rdatas:
        return take_away(record, found, removals(found, found.rdatas))
    return in_its_words(arrange(record, found, own(found), now=now or record))


def beside_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """The record, among others of its kind that may stay."""
    if gone := tuple(broken(found)):
        return put(record, found, gone)
    if cname := alias(found):
        return put(record, found, (cname,), also=context.beside(record))
    if found.rdatas:
        return take_away(record, found, removals(found, found.rdatas))
    return add(record, found)


def until(
    context: Context, records: Iterable[Record], goal: str, *, seen: bool = True
) -> Iterator[str]:
    """The first of the records that is not right; `seen`: or not right everywhere."""
    is_right = context.allows if seen else context.stands
    blocking = [r for r in records if not is_right([r])]
    if blocking:
        first = blocking[0]
        about = [found for found in context.about(first) if blocks(found)]
        late = [answer for found in about for answer in found.late]
        when = remembered_until(late, context.clock) or " yet"
        on_its_way = {found.code for found in about} <= ON_ITS_WAY
        state = f"is not seen everywhere{when}" if on_its_way else "is not right yet"
        name, what = first.owner_text, first.type_text
        yield f"The {what} record of {name} {state}. This step opens as soon as {goal}."


def needs_host(step: GuideStep, context: Context) -> Iterator[str]:
    """What leads to the mail host; what says that a service is not there leads nowhere."""
    leads_nowhere = step.record is not None and step.record.value.endswith(" .")
    if not leads_nowhere:
        host = context.wanted("host")
        yield from until(context, host, "the server has its addresses", seen=False)

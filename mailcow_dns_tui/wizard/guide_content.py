"""What the guide shows of a walk."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

from textual.content import Content

from mailcow_dns_tui.guide.step import Act, GuideStep, Removal
from mailcow_dns_tui.model.dmarc_stage import waiting, when_due
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.txt import brief, safe
from mailcow_dns_tui.wizard.filling import HOST_NAME, Filling
from mailcow_dns_tui.wizard.form_rows import Line, box_line, box_lines, fact, is_to_paste
from mailcow_dns_tui.wizard.status import STYLES, status_content
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.walk import Walk, title

T = TypeVar("T")
LONGEST = 600
LONGEST_REMOVAL = 100
"""About two lines: the form below it is what is needed next."""
MOST_LISTED = 40
MOST_ASIDES = 3
ASKING = "Asking the name servers …"
ALL_GOOD = "Everything that the plan wants is published and good."
GOOD_WITHOUT = "Everything that mail needs is published and good. What is left is optional."
GOOD_FOR_NOW = "Everything that the plan wants by now is published and good."
NOT_LOOKED = "It is looked up by itself, again and again, at the zone's own name servers."
NOTHING_NOW = "Nothing can be done right now."
NOT_VALID = "An answer is not valid, so its records are left out: press Esc, and see {title}."
PUT_OFF = "What is left to be done was skipped: ← leads back to it."
BESIDE_CNAME = "Nothing can stand beside a CNAME, so delete that first:"
WHEN_SAVED = "When that is saved, and not before:"
STILL_WAITING = "Not there yet."


def step_content(step: GuideStep, filling: Filling) -> tuple[Content, Content, Content]:
    """What to do, why, where, and the boxes to fill in: up to the next box, this, and the rest."""
    lines = [*((False, line) for line in _told(step, filling)), *_form_lines(filling)]
    lines += [(False, line) for line in _afterwards(step)]
    place = next((i for i, (is_next, _) in enumerate(lines) if is_next), len(lines))
    texts = [content for _, content in lines]
    parts = texts[:place], texts[place : place + 1], texts[place + 1 :]
    before, box, after = (Content("\n").join(part) for part in parts)
    return before, box, after


def _told(step: GuideStep, filling: Filling) -> Iterator[Content]:
    found = step.finding
    yield Content.assemble((step.what, "bold"))
    yield Content.assemble((f"{found.status.glyph} ", STYLES[found.status]), safe(found.message))
    if step.why != found.message:
        yield Content.styled(step.why, "$text-muted")
    for text in _warnings(step):
        yield Content.assemble(("! ", "$text-warning"), text)
    yield Content("")
    yield fact("Where", _where(step, filling))
    if step.first and step.record:
        yield Content.styled(BESIDE_CNAME, "$text-muted")
    yield from _facts("Delete", step, step.first)
    yield from _facts("Change", step, step.edited)


def _afterwards(step: GuideStep) -> Iterator[Content]:
    """What works stays until its replacement is there."""
    if step.last:
        yield Content("")
        yield Content.styled(WHEN_SAVED, "$text-muted")
    yield from _facts("Delete", step, step.last)


def _facts(label: str, step: GuideStep, removals: Sequence[Removal]) -> Iterator[Content]:
    """Long values by their beginnings, as far as these tell all of the step's apart."""
    short = {
        each: replace(each, value=brief(each.value, LONGEST_REMOVAL)) for each in step.removals
    }
    are_apart = len({*short.values()}) == len(short)
    yield from (fact(label, str(short[each] if are_apart else each)) for each in removals)


def _warnings(step: GuideStep) -> tuple[str, ...]:
    return (step.locked, *step.warnings) if step.locked else step.warnings


def _where(step: GuideStep, filling: Filling) -> str:
    panel = filling.panel
    known = panel.is_known and step.record is not None and not step.record.foreign
    return f"{step.where}, at {panel.title}" if known else step.where


def _form_lines(filling: Filling) -> Iterator[Line]:
    """Box by box; an arrow stands at the next one to be pasted."""
    left = filling.pasted
    for number, (record, rendered) in enumerate(filling.forms):
        one = "Another record in the same go" if number else "The form there"
        yield False, Content("")
        yield False, Content.styled(f"{one}; b copies box after box", "$text-muted")
        yield from box_lines(record, rendered, filling.panel, left)
        left -= sum(map(is_to_paste, rendered.boxes))
        yield from ((False, Content.styled(f"  {n.text}", "$text-muted")) for n in rendered.notes)
    if filling.lone:
        yield False, Content("")
        yield box_line(HOST_NAME, filling.lone, left)


def end_content(
    walk: Walk, setup: Setup, wrong: Sequence[Step] = (), notes: Sequence[str] = ()
) -> Content:
    """Where no step is left that can be done now.

    Args:
        walk: how far the user has come.
        setup: the plan.
        wrong: the steps of the wizard with answers of no use.
        notes: what is good, and worth knowing all the same.
    """
    if wrong and not walk.steps:
        return status_content(Status.ERROR, NOT_VALID.format(title=wrong[0].title))
    if all(step.is_optional for step in walk.steps):
        good = GOOD_FOR_NOW if any(waiting(setup)) else ALL_GOOD
        said = Content.styled(GOOD_WITHOUT if walk.steps else good, "bold $text-success")
        return Content("\n").join([said, *(status_content(Status.INFO, n) for n in notes)])
    unasked = dict.fromkeys(s.what for s in walk.steps if s.is_open and s.act is Act.ASK_AGAIN)
    said = Content.styled(PUT_OFF if walk.put_off else NOTHING_NOW, "bold")
    asides = [status_content(Status.UNKNOWN, what) for what in list(unasked)[:MOST_ASIDES]]
    return Content("\n").join([said, *asides])


def looked_content(walk: Walk, when: str, copied: str) -> Content:
    """What was copied, or what became of the step before; and what the last look said."""
    lines = [Content.assemble(("✓ ", "$text-success"), text) for text in walk.done[-1:]]
    if copied:
        lines = [Content(copied)]
    if walk.asked:
        said = f"{when}  {walk.said or STILL_WAITING}" if when else NOT_LOOKED
        lines.append(Content(brief(said, LONGEST)))
    return Content("\n").join(lines)


def rest_content(walk: Walk, setup: Setup, today: date) -> Content:
    """What is left besides, in groups."""
    parts = [_group(heading, each, _listed) for heading, each in _groups(walk) if each]
    if later := list(waiting(setup)):
        parts.append(_group("Due later", later, partial(_later, setup, today)))
    # Where there are few lines, the later groups are out of sight.
    heads = [Content(" · ".join(head for head, _ in parts))] if len(parts) > 1 else []
    return Content("\n").join([*heads, *(line for _, lines in parts for line in lines)])


def _group(
    heading: str, each: Sequence[T], listed: Callable[[T], Iterable[Content]]
) -> tuple[str, Sequence[Content]]:
    """The heading, and all lines."""
    head = f"{heading}, {len(each)}"
    lines = [line for one in each[:MOST_LISTED] for line in listed(one)]
    more = [Content("…")] * (len(each) > MOST_LISTED)
    return head, [Content.styled(head, "bold $text-primary"), *lines, *more, Content("")]


def _later(setup: Setup, today: date, domain: Domain) -> Iterator[Content]:
    yield Content.assemble(("… ", STYLES[Status.PENDING]), f"TXT _dmarc.{safe(domain.name)}")
    yield Content.styled(f"  {when_due(setup, domain, today)} Press y to do it now.", "$text-muted")


def _groups(walk: Walk) -> Iterator[tuple[str, list[GuideStep]]]:
    rest = walk.rest
    yield "Next", [s for s in rest if s.is_ready and s.mark not in walk.skipped]
    yield "Skipped", [s for s in rest if s.is_ready and s.mark in walk.skipped]
    yield "Could not be asked", [s for s in rest if s.is_open and s.act is Act.ASK_AGAIN]
    yield "To be waited for", [s for s in rest if s.is_open and s.act is Act.WAIT]
    yield "Not safe yet", [s for s in rest if not s.is_open]


def _listed(step: GuideStep) -> Iterator[Content]:
    status = step.finding.status
    yield Content.assemble((f"{status.glyph} ", STYLES[status]), title(step))
    reason = step.locked or (step.what if step.act is Act.WAIT else "")
    if reason:
        yield Content.styled(f"  {reason}", "$text-muted")

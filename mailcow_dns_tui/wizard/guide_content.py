"""What the guide shows of a walk."""

from collections.abc import Iterator

from textual.content import Content

from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief, safe
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Rendered
from mailcow_dns_tui.wizard.form_rows import box_rows, fact, is_to_paste
from mailcow_dns_tui.wizard.status import STYLES
from mailcow_dns_tui.wizard.walk import Walk, title

Forms = tuple[tuple[Record, Rendered], ...]
"""The records of a step, each as the panel wants it."""

LONGEST = 600
MOST_LISTED = 40
ASKING = "Asking the name servers …"
ALL_GOOD = "Everything that the plan wants is published and good."
NOT_LOOKED = "It is looked up by itself, again and again, at the zone's own name servers."
NOTHING_NOW = "Nothing can be done right now."


def step_content(step: GuideStep, panel: Profile, forms: Forms, filled: int) -> Content:
    """What to do, why, where, and the boxes to fill in; `filled` of them were copied."""
    found = step.finding
    lines = [
        Content.assemble((step.what, "bold")),
        Content.assemble((f"{found.status.glyph} ", STYLES[found.status]), safe(found.message)),
        *([Content.styled(step.why, "$text-muted")] if step.why != found.message else []),
        *(Content.assemble(("! ", "$text-warning"), text) for text in _warnings(step)),
        Content(""),
        fact("Where", _where(step, panel)),
        *(fact("Take away", text) for text in step.remove),
    ]
    return Content("\n").join([*lines, *_forms(panel, forms, filled)])


def _warnings(step: GuideStep) -> tuple[str, ...]:
    return (step.locked, *step.warnings) if step.locked else step.warnings


def _where(step: GuideStep, panel: Profile) -> str:
    known = panel.is_known and step.record is not None and not step.record.foreign
    return f"{step.where}, at {panel.title}" if known else step.where


def _forms(panel: Profile, forms: Forms, filled: int) -> Iterator[Content]:
    """Box by box; an arrow stands at the next one to be pasted."""
    for number, (record, rendered) in enumerate(forms):
        yield Content("")
        one = "Another record in the same go" if number else "The form there"
        yield Content.styled(f"{one}; b copies box after box", "$text-muted")
        yield from box_rows(record, rendered, panel, filled)
        filled -= sum(map(is_to_paste, rendered.boxes))
        yield from (Content.styled(f"  {note.text}", "$text-muted") for note in rendered.notes)


def end_content(walk: Walk) -> Content:
    """Where no step is left that can be done now."""
    if not walk.steps:
        return Content.styled(ALL_GOOD, "bold $text-success")
    return Content.styled(NOTHING_NOW, "bold")


def looked_content(walk: Walk, when: str) -> Content:
    """What the last look said, and what became of the step before."""
    lines = [Content.assemble(("✓ ", "$text-success"), text) for text in walk.done[-1:]]
    if walk.current is not None:
        said = f"{when}  {walk.said}" if when else NOT_LOOKED
        lines.append(Content(brief(said, LONGEST)))
    return Content("\n").join(lines)


def rest_content(walk: Walk) -> Content:
    """What is left besides, in groups."""
    lines: list[Content] = []
    for heading, steps in _groups(walk):
        if steps:
            lines += [Content.styled(f"{heading}, {len(steps)}", "bold $text-primary")]
            for step in steps[:MOST_LISTED]:
                lines += _listed(step)
            lines += [Content("…")] * (len(steps) > MOST_LISTED) + [Content("")]
    return Content("\n").join(lines)


def _groups(walk: Walk) -> Iterator[tuple[str, list[GuideStep]]]:
    rest = walk.rest
    yield "Next", [s for s in rest if _is_ready(s) and s.key not in walk.skipped]
    yield "Skipped", [s for s in rest if _is_ready(s) and s.key in walk.skipped]
    yield "To be waited for", [s for s in rest if s.is_open and s.act is Act.WAIT]
    yield "Not safe yet", [s for s in rest if not s.is_open]


def _is_ready(step: GuideStep) -> bool:
    return step.is_open and step.act is not Act.WAIT


def _listed(step: GuideStep) -> Iterator[Content]:
    status = step.finding.status
    yield Content.assemble((f"{status.glyph} ", STYLES[status]), title(step))
    reason = step.locked or (step.what if step.act is Act.WAIT else "")
    if reason:
        yield Content.styled(f"  {reason}", "$text-muted")

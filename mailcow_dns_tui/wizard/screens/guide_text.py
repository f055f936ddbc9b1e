"""What the guide says besides its card: what became of the last step, and all that is left."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from textual.content import Content

from mailcow_dns_tui.guide.end import by_reason
from mailcow_dns_tui.guide.progress import UNCHANGED
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.guide.titles import still_wrong, title, titled
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.dmarc_stage import waiting, when_due
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, listed, safe
from mailcow_dns_tui.wizard.screens.guide_card import is_of_service
from mailcow_dns_tui.wizard.widgets.hanging import Hanging, Line
from mailcow_dns_tui.wizard.widgets.text import STYLES, status_content

T = TypeVar("T")
LONGEST = 600
MOST_ROWS = 5
LONGEST_RETURNED = 220
"""Beside what was copied or done."""
MOST_LISTED = 40
MOST_TITLES = 6
MOST_CAME_UP = 2
NOT_TO_WAIT = "Start this again then; or press y not to wait for it."
NOT_LOOKED = "It is looked for by itself, again and again."
NO_SRV = "Your panel has no SRV? Fine: o takes all out, u undoes it."
ALL_COPIED = "All its boxes are copied. Save it there, then press Enter."
NOTHING_TO_PASTE = "There is nothing to paste here."
NO_STEP = "There is no step to be done now."
NO_WAY_BACK = "You came from no step before this one."
NOT_ABOUT = "This step is not about what that key takes out."
NO_CRON = "The line for a crontab comes at the end."
NO_ZONE = "This step is about no record in a zone of your own."
SHORT = {
    "saved, not seen yet": "saved",
    "could not be asked": "not asked",
    "not safe yet": "unsafe",
}


def looked_content(state: GuideState, when: str, copied: str, offer: str = "") -> Hanging:
    """What was copied, or what became of the step before; and what the last look said.

    Args:
        state: how far the user has come.
        when: the time of the last look; empty before it.
        copied: what was copied, in a sentence.
        offer: that a file could be imported, in a sentence; told beside the first step, as long as
            nothing else is.
    """
    is_first = not (state.past or state.done)
    offer = (offer if is_first else "") or (NO_SRV if is_of_service(state.current) else "")
    told = [Content.assemble(("✓ ", "$text-success"), text) for text in state.told.values()]
    lines = [Line(Content(copied))] if copied else [Line(each, 2) for each in told[-1:]]
    for step in state.came_back[-1:]:
        said = brief(still_wrong(step, LONGEST_RETURNED), LONGEST_RETURNED)
        lines.append(Line(status_content(Status.ERROR, said), 2))
    if state.came_up:
        said = listed(map(title, state.came_up), MOST_CAME_UP)
        lines.append(Line(Content.assemble(("+ ", "bold"), f"More to do: {said}."), 2))
    if state.asked:
        about = f"{title(state.current)}: " if lines and state.current and state.said else ""
        said = state.said or "Looked again."
        # A time of day is for what is new.
        at = "" if offer and said == UNCHANGED else when
        said = f"{at}  {about}{said}" if at else offer or NOT_LOOKED
        lines.append(Line(Content(brief(said, LONGEST)), len(at) + 2 if at else 0))
    return Hanging(lines, MOST_ROWS)


def announced(step: GuideStep) -> str:
    """Its title, and that by it mail goes another way, which is not to come as a surprise."""
    return f"{title(step)}, moves its mail here" if step.moves_mail else title(step)


Group = tuple[str, list[GuideStep]]


def groups(state: GuideState) -> Iterator[Group]:
    """The steps that are left, the one on the card among them, by what is to become of them."""
    steps = state.steps
    put_by = {*state.saved, *state.skipped}
    yield "to do", [s for s in steps if s.is_ready and s.mark not in put_by]
    yield "saved, not seen yet", list(state.unseen)
    yield "skipped", list(state.put_off)
    yield "could not be asked", [s for s in steps if s.is_open and s.act is Act.ASK_AGAIN]
    yield "waiting", [s for s in steps if s.is_open and s.act is Act.WAIT]
    yield "not safe yet", [s for s in steps if not s.is_open]


def progress_lines(state: GuideState) -> Sequence[str]:
    """`12 done · 9 to do · 2 could not be asked`, of steps; and the same shorter.

    Of how many is not said: more come up where something breaks, or once it can be judged. Where
    none is left, nothing is: what is good then is told by the end.
    """
    counts = [("done", state.done), *((what, len(steps)) for what, steps in groups(state))]
    known = [(what, count) for what, count in counts if count and state.steps]
    return [
        " · ".join(f"{count} {words.get(what, what)}" for what, count in known)
        for words in ({}, SHORT)
    ]


def rest_content(state: GuideState, setup: Setup, today: date) -> Hanging:
    """What is left besides, in groups; each is as large as it is said to be below the card."""
    current = state.current
    lines: list[Line] = []
    for what, steps in groups(state):
        rest = [step for step in steps if step is not current]
        besides = "" if len(rest) == len(steps) else " besides this"
        lines += _group(f"{what.capitalize()}{besides}", rest, _listed) if rest else ()
    later = list(waiting(setup))
    lines += _group("Due later", later, partial(_later, setup, today)) if later else ()
    return Hanging(lines)


def _group(
    heading: str, each: Sequence[T], listed_of: Callable[[T], Iterable[Content]]
) -> Iterator[Line]:
    yield Line(Content.styled(f"{heading}: {len(each)}", "bold $text-primary"))
    yield from (Line(line, 2) for one in each[:MOST_LISTED] for line in listed_of(one))
    yield from [Line(Content("…"))] * (len(each) > MOST_LISTED)


def _listed(step: GuideStep) -> Iterator[Content]:
    status = step.finding.status
    said = titled(step, announced(step))
    yield Content.assemble((f"{status.glyph} ", STYLES[status]), said)


def _later(setup: Setup, today: date, domain: Domain) -> Iterator[Content]:
    name = f"DMARC, TXT _dmarc.{safe(domain.name)}"
    yield Content.assemble(("… ", STYLES[Status.PENDING]), name)
    yield Content.styled(f"  {when_due(setup, domain, today)} {NOT_TO_WAIT}", "$text-muted")


def waiting_lines(
    steps: Iterable[GuideStep], state: GuideState, now: datetime
) -> Iterator[Content]:
    """What waits, grouped by what it waits for: how many, the reason, and which they are."""
    for reason, each in by_reason(steps, state.lagging, now).items():
        count = f"{len(each)} {'waits' if len(each) == 1 else 'wait'}: "
        yield Content.assemble((f"… {count}", "bold"), safe(reason))
        yield Content.styled(f"  {listed(map(titled, each), MOST_TITLES)}", "$text-muted")

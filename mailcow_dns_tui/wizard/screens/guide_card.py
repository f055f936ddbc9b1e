"""The card of a step: what to do, why and where, the boxes to fill in, and when to go on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dns.rdatatype import RdataType
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from mailcow_dns_tui.guide.boxes import HOST_NAME, WHEN_SAVED, FormProgress, is_to_paste
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep, Removal
from mailcow_dns_tui.model.text import brief, safe
from mailcow_dns_tui.topics.host.topic import lives_without_ipv6
from mailcow_dns_tui.topics.phrases import STEPS
from mailcow_dns_tui.wizard.widgets.hanging import Line, joined
from mailcow_dns_tui.wizard.widgets.panel_form import (
    box_line,
    box_lines,
    fact_line,
    label_width,
)
from mailcow_dns_tui.wizard.widgets.text import SteadyText, status_content

LONGEST_REMOVAL = (100, 40)
"""About two lines, and one where there is little room: the form is what is needed next."""
LIST, FRAME, TOLD = 5, 2, 4
"""Lines below the card, and around it; what is told there comes and goes, so room is kept for it.

Where the card's text stands may not hang on what is told: it would move while it is read.
"""
BESIDE_SUBTITLE = 2
BESIDE_CNAME = "Nothing can stand beside a CNAME, so delete that first:"
THEN_SAVE = "b copies box by box. Save it there, and press Enter."
NOW_SAVE = "Save it there, then press Enter."
NOW_DO = "When that is done, press Enter."
LEADS_THERE = "Esc, and then Alt+{step}, leads there. {then}"
ASKING = "Asking the name servers …"


@dataclass(frozen=True)
class Card:
    """A step as it is read: what it is about, its boxes, and what else there is to know.

    Attributes:
        what: what to do.
        why: the reason.
        where: the place to go to.
        warnings: what to know before.
        form: what is deleted before, the boxes, what goes afterwards, and when to go on.
        more: what was found; empty where `why` says it.
    """

    what: Sequence[Line]
    why: Sequence[Line] = ()
    where: Sequence[Line] = ()
    warnings: Sequence[Line] = ()
    form: Sequence[Line] = ()
    more: Sequence[Line] = ()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """From top to bottom; where not all of it fits, long values are shortened first.

        Where that is not enough, what need not be read before is last.
        """
        if _rows(self._whole, width) <= height or not self.form:
            return self._whole
        return self._shortened._in_order(width, height)

    @property
    def _shortened(self) -> Card:
        return replace(self, form=[line.shortened for line in self.form])

    def _in_order(self, width: int, height: int) -> Sequence[Line]:
        if _rows(self._whole, width) <= height:
            return self._whole
        gap = [Line(Content(""))]
        job = [*self.where, *self.warnings, *gap, *self.form, *gap]
        first = [*self.what, *self.why, *job[:-1]]
        if _rows(first, width) <= height:
            return [*self.what, *self.why, *job, *self.more] if self.more else first
        blanks = gap if _rows([*self.what, *job[:-1]], width) <= height else []
        done = [*self.what, *self.where, *self.warnings, *blanks, *self.form]
        return [*done, *gap, *self.why, *self.more]

    @property
    def _whole(self) -> Sequence[Line]:
        gap = [Line(Content(""))] if self.form else []
        before = [*self.what, *self.why, *self.where, *self.more, *self.warnings]
        return [*before, *gap, *self.form]


def _rows(lines: Sequence[Line], width: int) -> int:
    return len(joined(lines, width).wrap(max(1, width)))


def card(step: GuideStep, form: FormProgress) -> Card:
    """What to do, why, where, and the boxes to fill in."""
    why = step.why or step.finding.message
    # Who goes back to what was saved may meet what is safe no more.
    lock = [Line(status_content(Status.WARNING, f"Not now: {step.locked}"), 2)]
    width = label_width(form.forms, form.panel)
    return Card(
        [*(lock if step.locked else ()), Line(Content.styled(step.what, "bold"))],
        [_muted(safe(each)) for each in (why, step.note) if each],
        [fact_line("Where", _where(step, form), width)] if step.act is not Act.WAIT else (),
        [Line(Content.assemble(("! ", "$text-warning"), w), 2) for w in step.warnings],
        tuple(_form(step, form, width)) if step.act is not Act.WAIT else (),
        tuple(_more(step, why)),
    )


def idle(
    step: GuideStep | None, form: FormProgress, state: GuideState, setup: Setup, value: str = ""
) -> Collection[str]:
    """The actions that do nothing to this step, or to none; `value` is there without one."""
    works = {
        "copy_box": form.boxes,
        "copy_value": form.lone or (step.record if step else value),
        "save": step,
        "skip": step,
        "back": state.behind,
        "without_services": is_of_service(step),
        "without_ipv6": lives_without_ipv6(step, setup),
    }
    return {action for action, needed in works.items() if not needed}


def is_of_service(step: GuideStep | None) -> bool:
    """Whether it is about an SRV record, which some panels do not have."""
    return bool(step and step.record and step.record.rdtype == RdataType.SRV)


def drop_srv(setup: Setup) -> Setup:
    """The plan for a panel that has no SRV records."""
    return replace(setup, services=setup.services.left_out())


def _form(step: GuideStep, form: FormProgress, width: int) -> Iterator[Line]:
    if step.first and step.record:
        yield _muted(BESIDE_CNAME)
    yield from _facts("Delete", step, step.first, width)
    yield from _facts("Change", step, step.edited, width)
    yield from _boxes(form, width, is_there=bool(step.edited))
    if step.last:
        yield _muted(WHEN_SAVED)
    yield from _facts("Delete", step, step.last, width)
    if form.is_filled:
        said = Content.assemble(("▸ ", "bold"), (NOW_SAVE, "bold $text-success"))
        yield Line(said, is_next=True)
    else:
        yield _muted(THEN_SAVE if form.boxes else _now_do(step))


def _now_do(step: GuideStep) -> str:
    number = STEPS.get(step.where)
    return LEADS_THERE.format(step=number, then=NOW_DO) if number else NOW_DO


def _muted(text: str) -> Line:
    return Line(Content.styled(text, "$text-muted"))


def _boxes(form: FormProgress, width: int, *, is_there: bool) -> Iterator[Line]:
    """Box by box; an arrow stands at the next one to be pasted."""
    left = form.copied
    for number, (record, rendered) in enumerate(form.forms):
        if number:
            yield _muted("Another record in the same go")
        changed = is_there and not number
        yield from box_lines(record, rendered, form.panel, left, width, is_there=changed)
        left -= sum(map(is_to_paste, rendered.boxes))
        yield from (_muted(note.text) for note in rendered.notes)
    if form.lone:
        yield box_line(HOST_NAME, form.lone, left)


def _facts(label: str, step: GuideStep, removals: Sequence[Removal], width: int) -> Iterator[Line]:
    usual, short = (_told(step, longest) for longest in LONGEST_REMOVAL)
    yield from (fact_line(label, usual[r], width, short=short[r]) for r in removals)


def _told(step: GuideStep, longest: int) -> Mapping[Removal, str]:
    """Long values by their beginnings, as far as these tell all of the step's apart."""
    short = {r: str(replace(r, value=brief(r.value, longest))) for r in step.removals}
    are_apart = len({*short.values()}) == len(short)
    return short if are_apart else {r: str(r) for r in step.removals}


def _more(step: GuideStep, why: str) -> Iterator[Line]:
    found = step.finding
    if found.message not in {why, step.what}:
        yield Line(status_content(found.status, safe(found.message)), 2)


def _where(step: GuideStep, form: FormProgress) -> str:
    panel = form.panel
    known = panel.is_known and step.record is not None and not step.record.external
    return f"{step.where}, at {panel.title}" if known else step.where


class StepView(VerticalScroll):
    """The card of a step; scrolls to the next box, so that who copies sees what."""

    DEFAULT_CSS = """
    StepView {
        border: round $panel-lighten-2; border-title-style: bold; padding: 0 1;
        border-subtitle-color: $text;
        &:focus { border: $focus-frame $primary; }
        & Static { height: auto; }
        & Static.-empty { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="step")
        self._card = Card([Line(Content(ASKING))])
        self._progress: Sequence[str] = [""]
        self._follows_box = False

    def compose(self) -> ComposeResult:
        yield SteadyText(id="before")
        yield SteadyText(id="box", classes="-empty")
        yield SteadyText(id="after", classes="-empty")

    def show(self, card: Card, title: str) -> None:
        """A step, or where nothing is to be done what is said instead."""
        self._card = card
        self.border_title = title
        self._fit()

    def show_progress(self, ways: Sequence[str]) -> None:
        """How far it has come, said in the longest of these ways that there is room for."""
        self._progress = ways
        room = self.size.width - BESIDE_SUBTITLE
        self.border_subtitle = next((each for each in ways if len(each) <= room), ways[-1])

    def on_resize(self) -> None:
        """What comes first, and where the box is, depends on how much there is room for."""
        self._fit()
        self.show_progress(self._progress)
        if self._follows_box:
            self.show_box()

    def _fit(self) -> None:
        # As wide as beside a scroll bar, which comes and goes with what it holds.
        width = self.content_size.width - 1
        around = (self.screen.query_one(each).size.height for each in ("#walk", "#looked"))
        room = sum(around) - FRAME - TOLD
        self.screen.set_class(
            LIST < room < _rows(self._card._shortened._whole, width) + LIST, "-full"
        )
        lines = self._card.lines(width, room)
        place = next((i for i, line in enumerate(lines) if line.is_next), len(lines))
        texts = [line.hanging(width) for line in lines]
        parts = texts[:place], texts[place : place + 1], texts[place + 1 :]
        for text, part in zip(self.query(SteadyText), parts, strict=True):
            text.set_class(not part, "-empty")
            text.show(Content("\n").join(part))

    def show_top(self) -> None:
        """Scroll to where another step begins."""
        self._follows_box = False
        self.scroll_home(animate=False)

    def show_box(self) -> None:
        """Scroll to the box that is pasted next, once it is laid out, and keep it in sight."""
        self._follows_box = True
        # The screen may be left before.
        self.screen.call_after_refresh(self._scroll_to_box)

    def _scroll_to_box(self) -> None:
        self.query_one("#box").scroll_visible(animate=False)

    @property
    def text(self) -> str:
        """All of it, as it reads."""
        shown = (text for text in self.query(SteadyText) if not text.has_class("-empty"))
        return "\n".join(str(text.render()) for text in shown)

"""Where the guide has nothing more to be done now: the good end, or what is waited for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from textual.content import Content

from mailcow_dns_tui.guide.boxes import FormProgress, panel_of, plain_text
from mailcow_dns_tui.guide.end import (
    CRON,
    NOT_VALID,
    OUTSIDE_DNS,
    cron_line,
    headline,
    in_words,
    is_reached,
    unasked,
    why_none,
)
from mailcow_dns_tui.guide.old_provider import farewell, spf_left
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.guide.titles import so_far, title
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.dmarc_stage import waiting, when_due
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import parse_name, unicode_form
from mailcow_dns_tui.model.report import DomainReport, Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import counted, listed, safe, txt_rdata
from mailcow_dns_tui.panels.render import txt_text
from mailcow_dns_tui.topics.dkim.topic import told_old
from mailcow_dns_tui.wizard.messages import PlainTextRequested
from mailcow_dns_tui.wizard.screens.guide_card import ASKING
from mailcow_dns_tui.wizard.screens.guide_text import MOST_TITLES, NOT_TO_WAIT, waiting_lines
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.widgets.hanging import Line
from mailcow_dns_tui.wizard.widgets.text import status_content

CHANGE = "press Esc, and see {title}"
DIM = "$text-muted"
MOST_ASIDES = 3
MOST_DOMAINS = 12


@dataclass(frozen=True)
class GuideEnd:
    """All that the end is told from.

    Attributes:
        state: how far the user has come.
        wrong: the steps of the wizard with answers of no use.
        plan: where the plan is kept; None where nothing is.
        seen: when the name servers were heard last.
    """

    state: GuideState
    setup: Setup
    report: Report
    wrong: Sequence[Step]
    plan: Path | None
    seen: datetime

    @property
    def is_good(self) -> bool:
        """Whether all that the plan wants by now is published, or only remembered otherwise.

        What the user calls saved and nobody sees is awaited, even where it is optional.
        """
        is_known = self.report.all_asked and not self.wrong
        return is_known and not self.state.unseen and is_reached(self.state.steps)

    @property
    def cron(self) -> str:
        """The line for a crontab; empty before the good end, and where no plan is kept."""
        return cron_line(self.plan) if self.plan is not None and self.is_good else ""

    @property
    def spf(self) -> tuple[str, str]:
        """A domain, and its SPF record without the old mail service, as the panel's form takes it.

        Where there is none, both are empty.
        """
        is_shown = self.is_good and self.state.current is None
        left = spf_left(self.state.moves, tuple(self.report.standing))
        domain, text = next(left, ("", "")) if is_shown else ("", "")
        about = (r for r in self.report.part(parse_name(domain)).records if r.topic == "spf")
        panels = (panel_of(each, self.report, self.setup) for each in about if domain)
        return domain, next((txt_text(txt_rdata(text), each.texts) for each in panels), text)


def end_lines(end: GuideEnd) -> Sequence[Line]:
    """Where no step is left that can be done now, as far as that is known."""
    is_planned = end.report.records or not end.wrong
    if is_planned and not end.report.all_asked:
        return [Line(Content(ASKING))]
    if end.wrong and not end.state.steps:
        change = CHANGE.format(title=end.wrong[0].title)
        return [_marked(Status.ERROR, NOT_VALID.format(change=change))]
    return [*(_good(end) if end.is_good else _not_now(end.state, end.report, end.seen))]


def _marked(status: Status, text: str) -> Line:
    return Line(status_content(status, text), 2)


def _not_now(state: GuideState, report: Report, seen: datetime) -> Iterator[Line]:
    waits = [s for s in state.steps if s.act is Act.WAIT or not s.is_open]
    yield Line(Content.styled(why_none(state, report, "←"), "bold"))
    yield from (Line(Content(f"… {so_far(step)}"), 2) for step in state.unseen[:MOST_ASIDES])
    yield from _not_asked(unasked(state))
    yield from (Line(line, 2) for line in waiting_lines(waits, state, seen))


def _not_asked(steps: Sequence[GuideStep]) -> Iterator[Line]:
    """What to do about it, and which records it is."""
    for text in list(dict.fromkeys(step.what for step in steps))[:MOST_ASIDES]:
        yield _marked(Status.UNKNOWN, text)
        which = listed((title(step) for step in steps if step.what == text), MOST_TITLES)
        yield Line(Content.styled(f"  {which}", DIM), 2)


def _good(end: GuideEnd) -> Iterator[Line]:
    state, is_whole = end.state, not end.report.counts[Status.MUTED]
    said = headline(state.steps, end.setup, state.ends, end.seen, is_whole=is_whole)
    yield Line(Content.styled(said, "bold $text-success"))
    left = farewell(end.setup, end.state.moves, tuple(end.report.standing), end.seen)
    yield from (_marked(Status.INFO, note) for note in left)
    if domain := end.spf[0]:
        offer = f"  v copies what is left of the SPF record of {safe(domain)}."
        yield Line(Content.styled(offer, DIM), 2)
    yield Line(Content(""))
    parts = list(end.report.parts.values())
    yield from (line for part in parts[:MOST_DOMAINS] for line in _of_part(part))
    if len(parts) > MOST_DOMAINS:
        more = counted(len(parts) - MOST_DOMAINS, "more domain")
        yield Line(Content(f"  and {more}"))
    yield from _comes_later(end.setup, end.seen.date())
    if end.plan is not None:
        yield from _kept(end.plan)
    yield Line(Content(""))
    yield Line(Content(OUTSIDE_DNS))


def _of_part(part: DomainReport) -> Iterator[Line]:
    """`i example.org: 18 ok, 1 info`, which add up to the top line; where not all is ok, why."""
    status = part.worst or Status.OK
    name = "The server" if part.domain is None else unicode_form(part.domain)
    yield _marked(status, f"{name}: {in_words(part.counts)}")
    why = dict.fromkeys(f.message for f in part.all if f.effective_status is status)
    if status is not Status.OK:
        yield from (Line(Content.styled(f"  {safe(text)}", DIM), 2) for text in why)


def _comes_later(setup: Setup, today: date) -> Iterator[Line]:
    for domain in waiting(setup):
        said = f"DMARC of {safe(domain.name)}: {when_due(setup, domain, today)} {NOT_TO_WAIT}"
        yield _marked(Status.PENDING, said)
    yield from (_marked(Status.INFO, said) for said in told_old(setup, today))


def _kept(plan: Path) -> Iterator[Line]:
    yield Line(Content(""))
    yield Line(Content(f"The plan is kept in {safe(str(plan))}."))
    yield Line(Content(CRON))
    yield Line(Content(f"  {cron_line(plan)}"), 2)
    yield Line(Content.styled("c copies it; x shows it in one piece.", DIM))


def outside_dns(*, all_good: bool) -> Content:
    """What is left to do outside of DNS, to be done when all records are good."""
    good = Content.styled("✓ Nothing has to be done about any record.", "bold $text-success")
    not_yet = Content(
        "First let every record above turn good: broken DNS spoils these tests, and reports that "
        "come to such a server may be lost. Until then send them elsewhere: Mail policy, Reports "
        "(rua)."
    )
    return Content("\n\n").join([good if all_good else not_yet, Content(OUTSIDE_DNS)])


def plain(step: GuideStep | None, form: FormProgress, end: GuideEnd) -> PlainTextRequested:
    """Asks for a step, or what stands in its place, as plain text."""
    if step is not None:
        return PlainTextRequested("\n".join(plain_text(step, form)), title(step))
    text = "\n".join(line.content.plain for line in end_lines(end))
    return PlainTextRequested(text, "The guide")

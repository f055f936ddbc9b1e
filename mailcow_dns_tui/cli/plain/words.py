"""What is said of the records and of the guide, line by line."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from mailcow_dns_tui.guide.boxes import FormProgress, plain_text
from mailcow_dns_tui.guide.end import NOT_VALID, OUTSIDE_DNS, by_reason, headline, why_none
from mailcow_dns_tui.guide.old_provider import farewell
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.guide.titles import so_far, still_wrong, title, titled
from mailcow_dns_tui.model.dmarc_stage import waiting, when_due
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.record import Record, record_line
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.topics.dkim.topic import told_old

LONGEST_VALUE = 200
KEYS = (
    "When it is done, Enter looks for it; d says that it is done, and goes on without waiting. "
    "n or s skips the step, < goes back, a changes the answers, q quits."
)
MORE_KEYS = "p chooses the DNS panel, y lets a stricter DMARC policy not wait for reports."


def record_lines(records: Sequence[Record], setup: Setup) -> Iterator[str]:
    """All that are wanted, and what is missing or wrong in the answers."""
    yield from ("", f"{len(records)} records are wanted:")
    for domain, group in groupby(records, key=lambda record: record.domain):
        yield "Server, set once" if domain is None else both_forms(domain)
        for each in group:
            yield f"  {record_line(each.owner, each.type_text, brief(each.value, LONGEST_VALUE))}"
    yield from (f"! {problem.key}: {problem.sentence}" for problem in problems(setup))


def step_lines(state: GuideState, step: GuideStep, panel: Profile) -> Iterator[str]:
    """What to do, why and where; its boxes come after that."""
    at = f", at {panel.title}" if panel.is_known and step.record else ""
    count = f"Done: {state.done}, left: {len(state.steps)}."
    yield from ("", f"{count} Next: {title(step)}", step.what)
    yield from dict.fromkeys(filter(None, (step.why, step.finding.message, step.note)))
    yield f"Where: {step.where}{at}"
    yield from (f"! {warning}" for warning in step.warnings)


def box_lines(step: GuideStep, panel: Profile) -> list[str]:
    """What is to be deleted, changed and entered, a line each."""
    return list(plain_text(step, FormProgress.of(step, panel)))[1:]


def news_lines(before: GuideState, now: GuideState) -> Iterator[str]:
    """What a look at the name servers has changed."""
    yield from (f"✓ {told}" for mark, told in now.told.items() if before.told.get(mark) != told)
    for step in now.came_back:
        if step.mark not in before.returned:
            yield still_wrong(step)
    if now.said:
        yield now.said


def rest_lines(state: GuideState, setup: Setup, report: Report, now: datetime) -> Iterator[str]:
    """Where no step can be done now: what is looked for, was put off, or waits for what."""
    wrong = [each for each in problems(setup) if not each.missing]
    invalid = NOT_VALID.format(change="a changes it")
    yield from ("", invalid if wrong else why_none(state, report, "<"))
    yield from (f"! {each.key}: {each.sentence}" for each in wrong)
    yield from (f"Done, as you said: {so_far(step)}" for step in state.unseen)
    yield from (f"Skipped: {title(step)}" for step in state.put_off)
    waits = [step for step in state.steps if not step.is_ready]
    for reason, steps in by_reason(waits, state.lagging, now).items():
        yield f"Waits: {listed(map(titled, steps))}. {reason}"
    yield from due_lines(setup, now.date())


def due_lines(setup: Setup, today: date) -> Iterator[str]:
    """When stricter DMARC policies come."""
    yield from (f"DMARC of {each.name}: {when_due(setup, each, today)}" for each in waiting(setup))


def end_lines(state: GuideState, setup: Setup, report: Report, now: datetime) -> Iterator[str]:
    """That all is good, what is left to do at old providers, and what DNS can't show."""
    left = farewell(setup, state.moves, tuple(report.standing), now)
    is_whole = not report.counts[Status.MUTED]
    yield from ("", headline(state.steps, setup, state.ends, now, is_whole=is_whole))
    yield from (*left, *due_lines(setup, now.date()), *told_old(setup, now.date()), "")
    yield from OUTSIDE_DNS.splitlines()

"""The end of the guide in words: how all stands, what waits for what, and what is left to do."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from mailcow_dns_tui import PROGRAM
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.model.answer import Source
from mailcow_dns_tui.model.code import NOT_YET_VISIBLE, Act
from mailcow_dns_tui.model.dmarc_stage import waiting
from mailcow_dns_tui.model.finding import COUNTED, Status
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import safe, time_and_date
from mailcow_dns_tui.plan_file import default_plan_path
from mailcow_dns_tui.topics.context import is_left
from mailcow_dns_tui.topics.phrases import servers

ALL_GOOD = "Everything that the plan wants is published and good{but}."
GOOD_WITHOUT = "Everything that mail needs is published and good{but}. What is left is optional."
OPTIONAL_LEFT = "All that mail needs is good; what is left to do is optional."
GOOD_FOR_NOW = "Everything that the plan wants by now is published and good{but}."
LEFT_ALONE = ", but for what you left as it is"
PUBLISHED = "All name servers have it. {until} You can close this."

NOTHING_NOW = "There is nothing to do right now."
NOT_ASKED = "The name servers could not be asked, so nobody knows what is left."
PARTLY_ASKED = "Not everything could be asked, so nobody knows how that stands."
LOOKING = "All that can be done now was saved, and is looked for. {back} leads back to it."
SKIPPED = "What is left to be done was skipped: {back} leads back to it."
BOTH = "What is left was skipped, or is saved and looked for. {back} leads back to it."
NOT_VALID = "An answer is not valid, so its records are left out: {change}."

OUTSIDE_DNS = """\
What DNS can't show is left to do by mail and by web.

Send a mail, and read what others think of it:
  Mail-tester         www.mail-tester.com
  MX Toolbox          mxtoolbox.com
  MultiRBL            multirbl.valli.org
  DMARC inspector     dmarcian.com/dmarc-inspector

See that the mailboxes for reports exist, and let somebody read the reports:
  Google Postmaster   postmaster.google.com
  parsedmarc          github.com/domainaware/parsedmarc
  or dmarcian, Postmark, URIports, EasyDMARC, …

A service that wants the domain verified gives you a text: enter it under Domains, \
Verification. It becomes a TXT record of the domain."""


CRON = "This line in a crontab mails when something gets worse:"


def _needed(steps: Sequence[GuideStep]) -> list[GuideStep]:
    """The steps that something depends on."""
    return [step for step in steps if not step.is_optional]


def is_reached(steps: Sequence[GuideStep]) -> bool:
    """Whether nothing that something depends on is left but answers that somebody remembers."""
    return all(step.finding.code == NOT_YET_VISIBLE for step in _needed(steps))


def why_none(state: GuideState, report: Report, back: str) -> str:
    """Why no step can be done now, where something is left; `back` leads to the step before."""
    if state.put_off:
        return (BOTH if state.unseen else SKIPPED).format(back=back)
    if state.unseen:
        return LOOKING.format(back=back)
    waits = any(s.act is Act.WAIT or not s.is_open for s in state.steps)
    if waits or not unasked(state):
        return NOTHING_NOW
    return PARTLY_ASKED if report.counts[Status.OK] else NOT_ASKED


def unasked(state: GuideState) -> Sequence[GuideStep]:
    """What could be done, if its name servers could be asked."""
    return [step for step in state.steps if step.is_open and step.act is Act.ASK_AGAIN]


def headline(
    steps: Sequence[GuideStep],
    setup: Setup,
    ends: Mapping[str, datetime],
    seen: datetime,
    *,
    is_whole: bool = True,
) -> str:
    """How all stands where the end is reached, and only these steps are left.

    `ends` are as in the state of the guide, `seen` is when the name servers were heard last;
    `is_whole`: nothing is muted.
    """
    if left := _needed(steps):
        return PUBLISHED.format(until=_old_until(left, ends, seen))
    said = GOOD_FOR_NOW if any(waiting(setup)) else ALL_GOOD
    return (GOOD_WITHOUT if steps else said).format(but="" if is_whole else LEFT_ALONE)


def _old_until(left: Sequence[GuideStep], ends: Mapping[str, datetime], seen: datetime) -> str:
    """For all; where that is not known of each step, as far as one's own resolver shows."""
    lookups = [step.finding.lookup for step in left]
    remembered = [each.resolver for each in lookups if each.resolver]
    own = [answer.forgotten(seen) for answer in remembered if answer.cache_ttl]
    known = [ends[step.mark] for step in left if step.mark in ends]
    if len(known) == len(left):
        return f"Resolvers may have old answers until {time_and_date(max([*known, *own]), seen)}."
    if not own:
        return "Some resolvers have old answers for a while."
    until = time_and_date(max(own), seen)
    return f"Your resolver has an old answer until {until}, others maybe for longer."


def by_reason(
    steps: Iterable[GuideStep], lagging: Mapping[Source, datetime], now: datetime
) -> Mapping[str, Sequence[GuideStep]]:
    """What waits, by what it waits for; `lagging` as in the state of the guide."""
    return grouped(steps, lambda step: _reason(step, lagging, now))


def _reason(step: GuideStep, lagging: Mapping[Source, datetime], now: datetime) -> str:
    if step.locked or not step.lagging:
        return step.locked or step.what
    since = max(lagging[answer.source] for answer in step.lagging)
    minute = time_and_date(since.replace(second=0, microsecond=0), now)
    are = "is" if len({answer.source for answer in step.lagging}) == 1 else "are"
    return f"{servers(step.lagging)} {are} behind the others, seen so since {minute}. {step.what}"


def cron_line(plan: Path) -> str:
    """A line of a crontab, which is silent while nothing gets worse; `%` would end it there."""
    last = shlex.quote(str(plan.with_suffix(".last.json")))
    command = f"{_program()} check {shlex.quote(str(plan))}"
    line = f'*/15 * * * *  out=$({command} --against {last} --save {last}) || echo "$out"'
    return safe(line).replace("%", "\\%")


def _program() -> str:
    """As any shell finds it, cron's as well, which looks in few places."""
    started, beside = Path(sys.argv[0]), Path(sys.executable).with_name(PROGRAM)
    if started.name == PROGRAM or beside.exists():
        return shlex.quote(str(started.absolute() if started.name == PROGRAM else beside))
    return f"{shlex.quote(sys.executable)} -m {__package__.partition('.')[0]}"


def _called() -> str:
    """As this user's shell finds it: by its name where that leads there."""
    found = shutil.which(PROGRAM) or ""
    program = PROGRAM if shlex.quote(found) == _program() else _program()
    return f"sudo {program}" if "SUDO_USER" in os.environ else program


def parting_words(plan: Path, report: Report, options: str = "", also: Iterable[str] = ()) -> str:
    """Where the plan is kept, what is left, and how to go on: a line each.

    Started with these options; `also` is what else is not to be forgotten, a sentence each.
    """
    own = "" if plan == default_plan_path() else f" {shlex.quote(str(plan))}"
    lines = [
        f"The plan is kept in {plan}.",
        *([_how_all_stands(report)] if report.records else ()),
        *also,
        f"To go on: {_called()}{options}{own}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _how_all_stands(report: Report) -> str:
    counts = +report.counts
    if {*counts} == {Status.PENDING}:
        return "How its records stand was not asked yet."
    if not all(status.is_good for status in counts):
        return f"Not all is seen to be good yet: {in_words(counts)}."
    # What is only remembered otherwise is nothing to do.
    to_do = (found for found in report.standing if found.code.act is not Act.WAIT)
    is_whole = not any(is_left(found) or found.is_offer for found in to_do)
    return "All its records are good." if is_whole else OPTIONAL_LEFT


def in_words(counts: Mapping[Status, int]) -> str:
    """`18 ok, 1 info`: what the wizard's top line has in signs."""
    words = [*((each, each.word) for each in COUNTED), (Status.PENDING, "not asked yet")]
    return ", ".join(f"{counts[each]} {word}" for each, word in words if counts[each])

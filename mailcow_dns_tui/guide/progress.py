"""What a new look at the name servers has changed, and until when others may have the old."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.changes import History, state_of, what
from mailcow_dns_tui.model.code import NOT_YET_VISIBLE, Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.step import GuideStep, Move
from mailcow_dns_tui.model.text import brief, listed, time_and_date
from mailcow_dns_tui.topics.context import (
    LONG,
    is_left,
    old_until,
    published_ttl,
    same,
)
from mailcow_dns_tui.topics.mta_sts.policy import is_of_policy
from mailcow_dns_tui.topics.spf.steps import betters

DONE = {
    Act.PUBLISH: "It is there now.",
    Act.CHANGE: "It is right now.",
    Act.REMOVE: "What was to be deleted is gone now.",
    Act.OUTSIDE: "It is in order now.",
    Act.ASK_AGAIN: "It could be asked now, and is right.",
    Act.WAIT: "All that were asked have it now.",
}
SETTLED = "There is nothing left to do about it."
UNCHANGED = "Looked again: nothing new."
LONGEST_QUOTED = 60
MOST_CHANGED = 6


def news(before: Sequence[Finding], now: Sequence[Finding], clock: datetime) -> str:
    """What came of asking about everything anew, in a sentence."""
    asked = f"Everything was asked anew at {clock:%H:%M:%S}"
    _, changes = History.beginning(map(state_of, before)).then(map(state_of, now))
    if changes:
        changed = listed(dict.fromkeys(map(what, changes)), MOST_CHANGED)
        return f"{asked}. Something else is said now of {changed}."
    if any(found.status is Status.UNKNOWN for found in now):
        return f"{asked}, but not everything could be: as before."
    return f"{asked}: nothing has changed."


def is_prepared(before: GuideStep, now: GuideStep) -> bool:
    """Whether what had to be done elsewhere, before the record can be published, is done.

    An MTA-STS policy is served before the record that announces it, and both are one step's.
    """
    return _is_of_policy(before) and not _is_of_policy(now)


def _is_of_policy(step: GuideStep) -> bool:
    return step.act is Act.OUTSIDE and is_of_policy(step.finding.code)


def progress(before: GuideStep, now: Sequence[Finding]) -> str:
    """A sentence or two on what became of a step, by all newest findings about its record."""
    if before.lowers_ttl and is_done(before, now):
        return _new_ttl(now)
    left = _left(before, now)
    if not left:
        return DONE[before.act] if is_seen(before, now) else SETTLED
    worst = min(left, key=lambda found: found.status.rank)
    if worst.status is Status.UNKNOWN and before.finding.status is not Status.UNKNOWN:
        return f"It could not be looked up this time: {worst.message}"
    change = _change(before.finding, worst)
    is_asked = before.lowers_ttl or (before.moves_mail and _is_only_ttl(before.finding, worst))
    if is_asked or not change:
        return change or UNCHANGED
    if _is_published(before, worst):
        return f"{change} This step is done; what is left comes next: {worst.message}"
    # What is nowhere is only missing.
    still = "Still wrong: " if worst.found or worst.misplaced else ""
    return f"{change} {still}{worst.message}"


def is_seen(before: GuideStep, now: Sequence[Finding]) -> bool:
    """Whether what the step asked for is not only no fault any more, but known to have come."""
    if before.act is Act.WAIT:
        resolvers = [found.lookup.resolver for found in now]
        return bool(resolvers) and all(each and not each.failure for each in resolvers)
    if before.act is Act.REMOVE:
        there = {value for found in now for value in found.found}
        return bool(now) and there.isdisjoint(gone.value for gone in before.removals)
    if before.record is not None:
        return any(_is_published(before, found) for found in now)
    return before.act is not Act.ASK_AGAIN or bool(now)


def is_done(before: GuideStep, now: Sequence[Finding]) -> bool:
    """Whether what the step asked for is published, even if it is not the last one."""
    if before.lowers_ttl:
        return _is_short(before, now)
    left = _left(before, now)
    return not left or any(_is_published(before, found) for found in left)


def _left(before: GuideStep, now: Sequence[Finding]) -> list[Finding]:
    """What is still wrong; that others have the old answer is a step of its own."""
    if betters(before):
        gone = {each.value for each in before.removals}
        return [found for found in now if not gone.isdisjoint(found.found)]
    rooting = before.finding.wildcard is not None
    left = [
        found
        for found in now
        if is_left(found) or found.is_offer or (rooting and found.wildcard is not None)
    ]
    if before.act is Act.WAIT:
        return left
    return [found for found in left if found.code != NOT_YET_VISIBLE]


def _change(old: Finding, new: Finding) -> str:
    """What came and what went, by what is published; empty where neither did."""
    came = [value for value in new.found if value not in old.found]
    went = [value for value in old.found if value not in new.found]
    if came and went:
        return _sentence(f"Changed: it is now {_quoted(new.found)}")
    if came:
        return _sentence(f"Added: {_quoted(came)}")
    if went:
        return _sentence(f"Gone: {_quoted(went)}")
    if new.message != old.message:
        return "Changed."
    return _new_ttl([new]) if _is_only_ttl(old, new) else ""


def _is_only_ttl(old: Finding, new: Finding) -> bool:
    is_same = {*old.found} == {*new.found} and old.message == new.message
    return is_same and published_ttl(old) != published_ttl(new)


def _is_short(before: GuideStep, now: Sequence[Finding]) -> bool:
    """Whether what was published still is, and no name server gives it a long TTL any more."""
    is_there = any({*found.found} == {*before.finding.found} for found in now)
    return is_there and 0 < max(map(published_ttl, now)) <= LONG


def _new_ttl(now: Sequence[Finding]) -> str:
    return f"Its TTL is {max(map(published_ttl, now))} now."


def _sentence(text: str) -> str:
    """With one dot at its end, also where a name ends in one."""
    return f"{text.rstrip('.')}."


def _quoted(values: Sequence[str]) -> str:
    return listed([brief(value, LONGEST_QUOTED) for value in values])


def _is_published(step: GuideStep, found: Finding) -> bool:
    """Whether the record is there, all is gone that had to go, and nothing else came."""
    if step.record is None or found.lookup.name != step.record.owner or found.of_wildcard:
        return False
    wanted = step.record.rdata
    there = any(same(rdata, wanted) for rdata in found.lookup.rdatas)
    if isinstance(wanted, CNAME):
        there = found.lookup.aliases[:1] == (wanted.target,)
    values = set(found.found)
    came = values - {*step.finding.found, shown(wanted)}
    here = (gone.value for gone in step.removals if gone.owner == step.record.owner)
    return there and not came and values.isdisjoint(here)


EVERYWHERE = "It is seen everywhere now."
NAME_SERVERS = (
    "All name servers have it, and your resolver. Others may have the old one until {until}."
)


def noted_ends(
    known: Mapping[str, datetime],
    before: Sequence[GuideStep],
    now: Sequence[GuideStep],
    moves: Sequence[Move],
    clock: datetime,
) -> Mapping[str, datetime]:
    """By the mark of a step when nobody has the old answer any more, as far as it is known.

    This look is the first that sees on all name servers what came since the one before.
    """
    left = {step.mark: step for step in now}
    came = (s for s in before if not _is_there(s) and _is_there(left.get(s.mark)))
    lookups = ((step.mark, step.finding.lookup) for step in came)
    ends = {mark: old_until([lookup], clock) for mark, lookup in lookups}
    kept = {mark: end for mark, end in known.items() if _is_there(left.get(mark))}
    seen = {**kept, **{mark: end for mark, end in ends.items() if end}}
    moved = _of_moves(now, moves, clock)
    return {**seen, **{mark: max(end, seen.get(mark, end)) for mark, end in moved}}


def _is_there(step: GuideStep | None) -> bool:
    """Whether the name servers have what it asks for."""
    return step is None or step.finding.code == NOT_YET_VISIBLE


def _of_moves(
    steps: Sequence[GuideStep], moves: Sequence[Move], clock: datetime
) -> Iterator[tuple[str, datetime]]:
    """The old MX may have had a longer TTL than the one that was seen last."""
    ends = {move.domain: move.until for move in moves if move.is_over}
    for step in (s for s in steps if s.finding.topic == "mx" and _is_there(s)):
        if until := ends.get(unicode_form(step.finding.name)):
            yield step.mark, datetime.fromtimestamp(until, clock.tzinfo)


def who_sees(end: datetime | None, clock: datetime) -> str:
    """What is known where all that were asked have it; `end`: when nobody has the old answer."""
    if end is None:
        return DONE[Act.WAIT]
    return EVERYWHERE if end <= clock else NAME_SERVERS.format(until=time_and_date(end, clock))

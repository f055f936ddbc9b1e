"""Until when resolvers elsewhere may have what was published before a step was done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from mailcow_dns_tui.guide.progress import DONE
from mailcow_dns_tui.model.code import NOT_YET_VISIBLE, Act
from mailcow_dns_tui.model.guide_place import Move
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import time_and_date
from mailcow_dns_tui.topics.context import old_until

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

    Args:
        known: those of before.
        before: the steps of the look before.
        now: those of this one, which is the first that sees on all name servers what came since.
        moves: those that are kept in mind after it.
        clock: now.
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

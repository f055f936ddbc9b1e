"""How long resolvers elsewhere may still give the old answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.topics.judgement import duration


def old_until(before: Sequence[Lookup], changed: datetime) -> datetime | None:
    """The time by which every resolver has dropped the old answers; None where none has one.

    A resolver may have asked right before the change, so what counts is the full TTL that the
    zone's own name servers gave, or that of the absence (RFC 2308 5), and not what is left of it
    in one cache.

    Args:
        before: what was published until now, at each name that changes.
        changed: the first time that the new answer was seen on the name servers.
    """
    seconds = [answer.remembered for lookup in before for answer in lookup.heard]
    longest = max(seconds, default=0)
    return changed + timedelta(seconds=longest) if longest else None


def elsewhere(before: Sequence[Lookup], changed: datetime, clock: datetime) -> str:
    """`Resolvers elsewhere may give the old answer until 14:32 (55 minutes).`

    Args:
        before: what was published until now, at each name that changes.
        changed: the first time that the new answer was seen on the name servers.
        clock: now, in the zone of time in which the user lives.

    Returns:
        An empty text where no resolver can have it any more.
    """
    until = old_until(before, changed)
    left = 0 if until is None else int((until - clock).total_seconds())
    if until is None or left <= 0:
        return ""
    absent = all(lookup.absent for lookup in before)
    old = "say that there is none" if absent else "give the old answer"
    return f"Resolvers elsewhere may {old} until {time_of_day(until, clock)} ({duration(left)})."


def remembered_until(late: Sequence[Answer], clock: datetime | None) -> str:
    """` until 14:32`, to be put into a sentence; empty where a name server is late as well.

    Args:
        late: the old answers.
        clock: when they were got.
    """
    longest = max((answer.remembered for answer in late), default=0)
    if not longest or any(answer.authoritative for answer in late):
        return ""
    if clock is None:
        return f" for up to {duration(longest)}"
    return f" until {time_of_day(clock + timedelta(seconds=longest), clock)}"


def time_of_day(until: datetime, clock: datetime) -> str:
    """`14:32`; on another day with the date."""
    local = until.astimezone(clock.tzinfo) if clock.tzinfo else until
    # The seconds are cut off, and it is over after that minute.
    shown = local + timedelta(seconds=59)
    if shown.date() == clock.date():
        return f"{shown:%H:%M}"
    return f"{shown:%H:%M} on {shown:%Y-%m-%d}"

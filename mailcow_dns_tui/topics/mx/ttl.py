"""How long senders go on to the servers that a domain's mail is at, after it has moved."""

from collections.abc import Iterator
from datetime import datetime

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import duration, time_and_date
from mailcow_dns_tui.topics.context import Context, own, published_ttl
from mailcow_dns_tui.topics.spf.steps import LONG
from mailcow_dns_tui.topics.steps import where

SHORT = 300
LOWER = (
    "Set the TTL of {which} of {domain} to {seconds}, or to the least that can be chosen, and "
    "change nothing else of {it}."
)
WHY = (
    "Some senders go on to the old servers for {time} after the move, which is its TTL. If that is "
    "{seconds} from {time} before the move, they do so for {short}. The rest can be entered "
    "meanwhile."
)
LOWER_FIRST = (
    "Some senders go on to the old servers for up to {time} afterwards (the TTL of the old MX). To "
    "make that {short}, give the old MX a TTL of {seconds} now, and move the mail {time} later, "
    "not before."
)
LOWERED = (
    "The old MX had a longer TTL, and some have it with that one until {until}. Move the mail "
    "after that, for a short change-over."
)


def lowering(record: Record, found: Finding) -> Iterator[GuideStep]:
    """Make the TTL of the old MX short, which takes as long as the TTL until it counts."""
    count, ttl = len(own(found)), published_ttl(found)
    if not count or ttl <= LONG:
        return
    which, it = ("the MX", "it") if count == 1 else (f"the {count} MX records", "them")
    domain = record.owner_text
    what = LOWER.format(which=which, it=it, domain=domain, seconds=SHORT)
    why = WHY.format(time=duration(ttl), seconds=SHORT, short=duration(SHORT))
    place = where(record, found)
    yield GuideStep(Act.CHANGE, None, record, found, what, why, place, lowers_ttl=True)


def hints(found: Finding, context: Context) -> Iterator[str]:
    """How the old MX could be forgotten sooner, and when it is."""
    ttl = max((answer.cache_ttl for answer in found.lookup.answered), default=0)
    if ttl > LONG:
        yield LOWER_FIRST.format(time=duration(ttl), short=duration(SHORT), seconds=SHORT)
        return
    if context.clock is None:
        return
    now, domain = context.clock.timestamp(), unicode_form(found.name)
    moves = (move for move in context.setup.guide.moves if move.domain == domain)
    until = max((move.until_with(ttl, int(now)) for move in moves), default=0)
    if now < until:
        when = datetime.fromtimestamp(until, context.clock.tzinfo)
        yield LOWERED.format(until=time_and_date(when, context.clock))

"""What a viewer sees, in words."""

from collections.abc import Collection
from datetime import datetime, timedelta

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.seen import Seen, Unasked, View
from mailcow_dns_tui.model.txt import brief

LONGEST = 400
SILENT = frozenset({View.NOT_ASKED, View.COULD_NOT_ASK})
HOUR = 3600
MINUTES_OF_DAY = 24 * 60


def time_of_day(when: datetime, now: datetime) -> str:
    """`14:32`, or `Tue 14:32` on another day; rounded up, since it is to be over by then."""
    whole = when.replace(second=0, microsecond=0)
    rounded = whole if whole == when else whole + timedelta(minutes=1)
    return f"{rounded:%H:%M}" if rounded.date() == now.date() else f"{rounded:%a %H:%M}"


def span(seconds: int) -> str:
    """`45 s`, `12 min`, `1 h`, `1 h 05`, `2 d 03 h`; rounded up."""
    if seconds < 60:
        return f"{seconds} s"
    minutes = -(-seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < MINUTES_OF_DAY:
        return f"{minutes // 60} h {minutes % 60:02}".removesuffix(" 00")
    hours = -(-seconds // HOUR)
    return f"{hours // 24} d {hours % 24:02} h".removesuffix(" 00 h")


def headline(rows: Collection[Seen], now: datetime) -> str:
    """All rows in one sentence."""
    views = [row.view for row in rows]
    if View.PENDING in views:
        return f"Asking: {views.count(View.PENDING)} of {len(rows)} have not answered yet."
    answered = [row for row in rows if row.view not in SILENT]
    if not answered:
        return "Nobody could be asked."
    if all(row.view is View.CURRENT for row in answered):
        return "All who answered have it as wanted."
    return _some_lack_it(answered, now)


def _some_lack_it(answered: Collection[Seen], now: datetime) -> str:
    if not any(row.from_servers for row in answered):
        return _not_there(answered)
    lacking = [row for row in answered if row.view is not View.CURRENT]
    if any(not row.viewer.is_cache for row in lacking):
        return "The name servers do not agree: see which of them lags behind."
    ends = [row.gone_by for row in lacking if row.gone_by is not None]
    if len(ends) < len(lacking):
        return "Some still have an old answer, and do not all say for how long."
    return f"Some still have an old answer; the last is gone by {time_of_day(max(ends), now)}."


def _not_there(answered: Collection[Seen]) -> str:
    servers = [row.view for row in answered if not row.viewer.is_cache]
    if not servers:
        return "No name server could be asked, so what is old can't be told."
    if all(view is View.ABSENT for view in servers):
        return "It is not published yet: no name server has it."
    return "It is not published as wanted on any name server."


def sentence(row: Seen, now: datetime) -> str:
    """What the row means, and what is to be waited for or done."""
    if row.view is View.COULD_NOT_ASK:
        return _could_not(row)
    if row.view is View.PENDING:
        return "It is being asked."
    if row.view is View.NOT_ASKED:
        return _not_asked(row)
    return _of_cache(row, now) if row.viewer.is_cache else _of_server(row)


def _could_not(row: Seen) -> str:
    answer = row.sight.answer
    reason = brief(answer.reason, LONGEST) if answer else Failure.TIMEOUT.value
    return f"It could not be asked: {reason}. That says nothing about the record."


def _not_asked(row: Seen) -> str:
    if row.sight.unasked is Unasked.NOT_AGREED:
        return "Not asked yet. It would learn the name, and the address of this machine."
    return (
        "Not asked, since somebody asked before lacks the record: it would remember that, and "
        "see the record late. Press a to ask all the same."
    )


def _of_server(row: Seen) -> str:
    keeps = f" Others may keep its answer for {span(row.ttl)}." if row.ttl else ""
    if row.view is View.CURRENT:
        return f"It has the record as wanted.{keeps}"
    if row.view is View.ABSENT:
        what = "It has no such record"
    else:
        what = "It has something else than is wanted"
    if row.from_servers:
        return (
            f"{what}, while another name server has the record: it lags behind. If that stays "
            "so for an hour, tell the DNS provider."
        )
    return f"{what}.{keeps}"


def _of_cache(row: Seen, now: datetime) -> str:
    end = time_of_day(row.until, now) if row.until else ""
    if row.view is View.CURRENT:
        return f"It has the record as wanted{f', and keeps it until {end}' if end else ''}."
    what = _kept(row)
    if end and row.from_servers is False and row.view is not View.OLD:
        return f"{what}; once it is published as wanted, that is seen by {end} at the latest."
    if not end:
        return f"{what}, and does not say for how long."
    return f"{what}; that is gone by {end}."


def _kept(row: Seen) -> str:
    if row.view is View.ABSENT and row.from_servers:
        return "It remembers that there was no such record"
    if row.view is View.ABSENT:
        return f"It sees no such record{' either' if row.from_servers is False else ''}"
    if row.view is View.OLD and row.sight.wanted:
        return "It still has the record, which the name servers no longer have"
    if row.view is View.OLD:
        return "It still has the old answer"
    same = ", as the name servers do" if row.from_servers is False else ""
    return f"It has something else than is wanted{same}"

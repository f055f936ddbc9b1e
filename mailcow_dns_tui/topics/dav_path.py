"""The path of calendars and contacts, in a TXT beside the SRV (RFC 6764 4)."""

from collections.abc import Iterator, Sequence

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief, txt_value
from mailcow_dns_tui.topics.judgement import (
    MISSING,
    Verdict,
    as_wanted,
    different,
    missing,
    where,
)
from mailcow_dns_tui.topics.txt import values

KEY = "path"


def path_opinion(record: Record, answer: Answer, *, has_srv: bool) -> Verdict:
    """Judge the path; `has_srv`: the other half of the pair is published."""
    wanted = _value(txt_value(record.rdata)) if isinstance(record.rdata, TXT) else None
    paths = list(dict.fromkeys(_paths(answer)))
    if not paths:
        return _without(record, values(answer), has_srv=has_srv)
    if paths == [wanted]:
        return as_wanted(record)
    name = unicode_form(record.owner)
    if len(paths) > 1:
        message = f"{name} has several paths, of which clients take any one."
        return different(record, message, f"Keep only the wanted one {where(record)}.")
    if wanted is not None and paths[0].rstrip("/") == wanted.rstrip("/"):
        message = f"{name} has the path {brief(paths[0])}, which differs by the last slash only."
        return Verdict(Status.INFO, "works-differently", message)
    return different(record, f"{name} has another path than planned: {brief(paths[0])}.")


def _paths(answer: Answer) -> Iterator[str]:
    """Each string of a TXT is a pair of its own, and its key has no letter case (RFC 6763 6)."""
    for rdata in answer.rdatas:
        if isinstance(rdata, TXT):
            texts = (string.decode(errors="replace") for string in rdata.strings)
            yield from [value for value in map(_value, texts) if value is not None][:1]


def has_path(answer: Answer) -> bool:
    return any(True for _ in _paths(answer))


def _value(text: str) -> str | None:
    key, equals, value = text.partition("=")
    return value if equals and key.lower() == KEY else None


def _without(record: Record, others: Sequence[str], *, has_srv: bool) -> Verdict:
    name = unicode_form(record.owner)
    status = MISSING[record.tier]
    if others:
        message = f"{name} has {brief(others[0])}, in which clients find no {KEY}=."
        fix = f"Change it to {record.value} {where(record)}, without quotes."
        return Verdict(status, "missing", message, fix)
    if not has_srv:
        return missing(record)
    service = record.owner.labels[0].decode("latin-1").strip("_").removesuffix("s")
    message = f"{name} has no path: clients try /.well-known/{service}, which mailcow redirects."
    return Verdict(status, "missing", message, missing(record).fix)


def path_alone(record: Record) -> Verdict:
    """Of a missing SRV: where only its path is published."""
    message = (
        f"{unicode_form(record.owner)} has the path, but no SRV record, without which clients "
        "do not read it."
    )
    return Verdict(MISSING[record.tier], "missing", message, missing(record).fix)

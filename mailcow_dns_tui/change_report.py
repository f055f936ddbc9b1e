"""Changes told: a line for people, an object for programs, an exit code for monitoring."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import dns.exception
import dns.name

from mailcow_dns_tui.model.changes import Change, Kind, State
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.dnsbl import Dnsbl

LONGEST_NAME = 300
LONGEST_VALUE = 200
MOST_VALUES = 15
LONGEST_LINE = 500
MARK_WIDTH = 7


def change_code(told: Sequence[Change]) -> int:
    """1 where something is worse, else 3 where something could not be asked any more, else 0."""
    if any(change.is_worse for change in told):
        return 1
    asked = (change for change in told if change.about.topic != Dnsbl.id)
    return 3 if any(change.is_unasked for change in asked) else 0


def change_json(change: Change) -> dict[str, Any]:
    about = change.about
    return {
        "kind": change.kind.code,
        "worse": change.is_worse,
        "topic": about.topic,
        "domain": about.domain,
        "name": about.name,
        "type": about.type,
        "expected": list(about.expected),
        "from": _state(change.was),
        "to": _state(change.now),
    }


def state_json(state: State) -> dict[str, Any]:
    """A finding as far as it is compared, with the keys that it has in the JSON of a check."""
    about = {"topic": state.topic, "domain": state.domain, "name": state.name, "type": state.type}
    return {**about, "expected": list(state.expected), **_said(state)}


def _state(state: State | None) -> dict[str, Any] | None:
    return None if state is None else _said(state)


def _said(state: State) -> dict[str, Any]:
    return {
        "status": state.status.word,
        "code": state.code,
        "found": list(state.found),
        "message": state.message,
        "muted": state.muted or None,
    }


def what(change: Change) -> str:
    """`example.org MX`: safe to show, whatever a file said."""
    about = change.about
    kind = "zone" if about.type == "SOA" else about.type
    return f"{_name(about.name)} {brief(kind, LONGEST_NAME)}"


def _name(text: str) -> str:
    if text.isascii():
        try:
            return unicode_form(dns.name.from_text(text))
        except dns.exception.DNSException:
            pass
    return brief(text.rstrip("."), LONGEST_NAME)


def how(change: Change) -> str:
    """`ok → error`, or what else it was and is."""
    was, now = change.was, change.now
    if was is None or now is None:
        return change.kind.word
    if change.kind is Kind.COULD_NOT_ASK:
        return f"{was.standing.word} → could not ask"
    if was.standing is now.standing:
        return f"{change.kind.word}, {now.standing.word}"
    return f"{was.standing.word} → {now.standing.word}"


def change_line(change: Change) -> str:
    """All of it on one line, without the time."""
    return f"{head(change)}: {said(change)}"


def head(change: Change) -> str:
    """`✗ error   example.org MX: ok → error`: safe to show."""
    return f"{mark(change)} {what(change)}: {how(change)}"


def said(change: Change) -> str:
    """The sentence of what is the case now, or why that is meant to be so; safe to show."""
    return brief(change.about.muted or change.about.message, LONGEST_LINE)


def mark(change: Change) -> str:
    """`✗ error  `: how it stands now."""
    if change.now is None and change.kind is Kind.GONE:
        return "· gone   "
    status = Status.OK if change.now is None else change.now.standing
    return f"{status.glyph} {status.word:<{MARK_WIDTH}}"


def counted(told: Sequence[Change]) -> str:
    """`1 new fault, 2 solved`; empty for no change."""
    counts = Counter(change.kind for change in told)
    words = {Kind.NEW_FAULT: "new faults"}
    return ", ".join(
        f"{counts[kind]} {words.get(kind, kind.word) if counts[kind] > 1 else kind.word}"
        for kind in Kind
        if counts[kind]
    )


def values(change: Change) -> list[tuple[str, str]]:
    """What is wanted, and what was and is published, where that is the news; safe to show."""
    now, was = change.now, change.was
    if now is None or now.is_unknown or not (now.expected or now.found):
        return []
    rows = [("wanted", text) for text in now.expected] if now.is_fault else []
    if was is not None and not was.is_unknown and sorted(was.found) != sorted(now.found):
        rows += [("was", text) for text in was.found or ("nothing",)]
    if rows:
        rows += [("published", text) for text in now.found or ("nothing",)]
    return [(label, brief(text, LONGEST_VALUE)) for label, text in rows[:MOST_VALUES]]

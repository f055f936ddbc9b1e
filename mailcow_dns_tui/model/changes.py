"""What has changed between two checks, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

import dns.exception
import dns.name

from mailcow_dns_tui.codec import Written, stored
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.text import brief, words_of

FAULTS = (Status.WARNING, Status.ERROR)

TextOrNull = Annotated[str, "null in JSON where it is empty"]
ComparedKey = tuple[str | None, str, str, str, tuple[str, ...]]
"""What is compared: domain, topic, name, type, and what is wanted there."""


@dataclass(frozen=True)
class FindingState:
    """A finding, as far as it is compared and told; also one that was read from a file.

    Its fields are the keys that it has in the JSON of a check.

    Attributes:
        domain: in its ASCII form; None for the server.
        muted: why it is meant to be so.
    """

    topic: str
    domain: str | None
    name: str
    type: str
    expected: tuple[str, ...]
    status: Status
    code: str
    found: tuple[str, ...]
    message: str
    muted: TextOrNull = field(default="", metadata=stored(Written.ALWAYS))
    fix: str = field(default="", metadata=stored(Written.NEVER))

    @property
    def subject(self) -> ComparedKey:
        """Domain, topic, name, type and wanted values: findings of one subject are compared."""
        return self.domain, self.topic, self.name.lower(), self.type, self.expected

    @property
    def effective_status(self) -> Status:
        """`MUTED` for what the operator accepted, else the status."""
        return Status.MUTED if self.muted else self.status

    @property
    def is_fault(self) -> bool:
        """Whether something is to be done, and was not accepted."""
        return self.effective_status in FAULTS

    @property
    def is_unknown(self) -> bool:
        """Whether it could not be asked."""
        return self.effective_status is Status.UNKNOWN

    @property
    def gist(self) -> tuple[object, ...]:
        """What is equal as long as nothing has changed; neither order nor a countdown counts."""
        said = words_of(self.message) if self.is_fault else ()
        return self.code, self.effective_status, tuple(sorted(self.found)), said


class ChangeKind(Enum):
    """How something has changed: a stable word, and one for people."""

    NEW_FAULT = ("new-fault", "new fault")
    CHANGED = ("changed", "changed")
    SOLVED = ("solved", "solved")
    COULD_NOT_ASK = ("could-not-ask", "could not ask")
    ASKED_AGAIN = ("asked-again", "asked again")
    MUTED = ("muted", "muted")
    NEW = ("new", "new in the plan")
    GONE = ("gone", "no longer in the plan")

    def __init__(self, code: str, word: str) -> None:
        self.code = code
        self.word = word


@dataclass(frozen=True)
class Change:
    """What was and what is said of one subject, the worst first; one of the two may be empty."""

    kind: ChangeKind
    before: tuple[FindingState, ...]
    after: tuple[FindingState, ...]

    @property
    def was(self) -> FindingState | None:
        """The worst of what was said before; None for nothing."""
        return next(iter(self.before), None)

    @property
    def now(self) -> FindingState | None:
        """What speaks for the change: a fault that was not there before, else the worst."""
        fresh = _fresh(self.before, self.after)
        silent = self.kind is ChangeKind.COULD_NOT_ASK
        speaking = (s for s in self.after if (s.is_unknown if silent else s.gist in fresh))
        return next(speaking, next(iter(self.after), None))

    @property
    def about(self) -> FindingState:
        """What names the change: the new state, or the old one where there is none."""
        return self.now or self.before[0]

    @property
    def is_worse(self) -> bool:
        """Something is wrong that was not, or is wrong in another way and no milder."""
        if self.kind is ChangeKind.ASKED_AGAIN or not _fresh(self.before, self.after):
            return False
        return _rank(self.after) >= _rank(self.before)

    @property
    def is_unasked(self) -> bool:
        """Nobody could be asked who could before."""
        return _has_unknown(self.after) and not _has_unknown(self.before)


def state_of(finding: Finding) -> FindingState:
    """A finding of this check, to be compared."""
    return FindingState(
        topic=finding.topic,
        code=finding.code,
        status=finding.status,
        domain=None if finding.domain is None else ascii_form(finding.domain),
        name=str(finding.name),
        type=finding.rdtype,
        message=finding.message,
        fix=finding.fix,
        expected=finding.expected,
        found=finding.found,
        muted=finding.muted,
    )


@dataclass(frozen=True)
class History:
    """What several checks found. Of what could not be asked in between, nothing is solved or new.

    Attributes:
        known: of each subject the newest that was said when it could be asked.
    """

    last: Mapping[ComparedKey, tuple[FindingState, ...]]
    known: Mapping[ComparedKey, tuple[FindingState, ...]]

    @classmethod
    def beginning(
        cls, states: Iterable[FindingState], known: Iterable[FindingState] = ()
    ) -> History:
        """After the first check, with what is still `known` of those before it."""
        first = _by_subject(states)
        return cls(first, _by_subject(known) | _known(first))

    @property
    def before_silence(self) -> tuple[FindingState, ...]:
        """What was said of all that the last check could not ask, when it could be asked."""
        silent = (subject for subject, states in self.last.items() if _has_unknown(states))
        return tuple(state for subject in silent for state in self.known.get(subject, ()))

    def then(self, states: Iterable[FindingState]) -> tuple[History, tuple[Change, ...]]:
        """The history with the next check, and what that one has changed.

        In the order of that check; at most one change a subject.
        """
        new = _by_subject(states)
        subjects = dict.fromkeys((*new, *self.last))
        told = (self._change(subject, new.get(subject, ())) for subject in subjects)
        known = {s: said for s, said in self.known.items() if s in new} | _known(new)
        return History(new, known), tuple(change for change in told if change is not None)

    def _change(self, subject: ComparedKey, new: tuple[FindingState, ...]) -> Change | None:
        old = self.last.get(subject, ())
        if not _has_unknown(old) or _has_unknown(new) or subject not in self.known:
            return _change(old, new)
        return _change(self.known[subject], new) or Change(ChangeKind.ASKED_AGAIN, old, new)


def _known(
    said: Mapping[ComparedKey, tuple[FindingState, ...]],
) -> dict[ComparedKey, tuple[FindingState, ...]]:
    return {subject: states for subject, states in said.items() if not _has_unknown(states)}


def _by_subject(states: Iterable[FindingState]) -> dict[ComparedKey, tuple[FindingState, ...]]:
    groups = grouped(states, lambda state: state.subject)
    return {
        subject: tuple(sorted(group, key=lambda state: state.effective_status.rank))
        for subject, group in groups.items()
    }


def _change(old: tuple[FindingState, ...], new: tuple[FindingState, ...]) -> Change | None:
    kind = _kind(old, new)
    return None if kind is None else Change(kind, old, new)


def _kind(old: tuple[FindingState, ...], new: tuple[FindingState, ...]) -> ChangeKind | None:
    if not old or not new:
        return _of_plan(old, new)
    if Change(ChangeKind.CHANGED, old, new).is_worse:
        more = (_rank(new), len(_faults(new))) > (_rank(old), len(_faults(old)))
        return ChangeKind.NEW_FAULT if more else ChangeKind.CHANGED
    if _has_unknown(new):
        return None if _has_unknown(old) else ChangeKind.COULD_NOT_ASK
    if _has_unknown(old):
        return ChangeKind.ASKED_AGAIN
    return _of_values(old, new)


def _of_plan(old: tuple[FindingState, ...], new: tuple[FindingState, ...]) -> ChangeKind | None:
    """A record came into the plan or left it; or a finding without a record came or went."""
    if any(state.expected for state in (*old, *new)):
        return ChangeKind.NEW if new else ChangeKind.GONE
    if _has_unknown(new):
        return ChangeKind.COULD_NOT_ASK
    if _faults(old):
        return ChangeKind.SOLVED
    return ChangeKind.NEW_FAULT if _faults(new) else None


def _of_values(old: tuple[FindingState, ...], new: tuple[FindingState, ...]) -> ChangeKind | None:
    accepted = {state.gist for state in new if state.muted} - {state.gist for state in old}
    if accepted and len(_faults(new)) < len(_faults(old)):
        return ChangeKind.MUTED
    if _faults(old) and not _faults(new):
        return ChangeKind.SOLVED
    same = Counter(state.gist for state in old) == Counter(state.gist for state in new)
    return None if same else ChangeKind.CHANGED


def _faults(states: Sequence[FindingState]) -> Counter[tuple[object, ...]]:
    return Counter(state.gist for state in states if state.is_fault)


def _fresh(old: Sequence[FindingState], new: Sequence[FindingState]) -> Counter[tuple[object, ...]]:
    return _faults(new) - _faults(old)


def _rank(states: Sequence[FindingState]) -> int:
    """How bad the worst of the faults is; 0 where there is none."""
    return max((FAULTS.index(s.effective_status) + 1 for s in states if s.is_fault), default=0)


def _has_unknown(states: Sequence[FindingState]) -> bool:
    return any(state.is_unknown for state in states)


LONGEST_NAME = 300
LONGEST_VALUE = 200
MOST_VALUES = 15
LONGEST_LINE = 500
MARK_WIDTH = 7


def change_json(change: Change) -> dict[str, Any]:
    """A change as an object of the JSON of `check --against`, and of a line of the logs."""
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


def _state(state: FindingState | None) -> dict[str, Any] | None:
    if state is None:
        return None
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
    if change.kind is ChangeKind.COULD_NOT_ASK:
        return f"{was.effective_status.word} → could not ask"
    if was.effective_status is now.effective_status:
        return f"{change.kind.word}, {now.effective_status.word}"
    return f"{was.effective_status.word} → {now.effective_status.word}"


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
    if change.now is None and change.kind is ChangeKind.GONE:
        return "· gone   "
    status = Status.OK if change.now is None else change.now.effective_status
    return f"{status.glyph} {status.word:<{MARK_WIDTH}}"


def counted(told: Sequence[Change]) -> str:
    """`1 new fault, 2 solved`; empty for no change."""
    counts = Counter(change.kind for change in told)
    words = {ChangeKind.NEW_FAULT: "new faults"}
    return ", ".join(
        f"{counts[kind]} {words.get(kind, kind.word) if counts[kind] > 1 else kind.word}"
        for kind in ChangeKind
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

"""What has changed between two checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, Status
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.txt import words_of

FAULTS = (Status.WARNING, Status.ERROR)

Subject = tuple[str | None, str, str, str, tuple[str, ...]]
"""What is compared: domain, topic, name, type, and what is wanted there."""


@dataclass(frozen=True)
class State:
    """A finding, as far as it is compared and told; also one that was read from a file.

    Attributes:
        domain: in its ASCII form; None for the server.
        muted: why it is meant to be so.
    """

    topic: str
    code: str
    status: Status
    domain: str | None
    name: str
    type: str
    message: str
    fix: str = ""
    expected: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    muted: str = ""

    @property
    def subject(self) -> Subject:
        return self.domain, self.topic, self.name.lower(), self.type, self.expected

    @property
    def standing(self) -> Status:
        return Status.MUTED if self.muted else self.status

    @property
    def is_fault(self) -> bool:
        return self.standing in FAULTS

    @property
    def is_unknown(self) -> bool:
        return self.standing is Status.UNKNOWN

    @property
    def gist(self) -> tuple[object, ...]:
        """What is not the same any more where something has changed; no order, no countdown."""
        said = words_of(self.message) if self.is_fault else ()
        return self.code, self.standing, tuple(sorted(self.found)), said


class Kind(Enum):
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

    kind: Kind
    before: tuple[State, ...]
    after: tuple[State, ...]

    @property
    def was(self) -> State | None:
        return next(iter(self.before), None)

    @property
    def now(self) -> State | None:
        """What speaks for the change: a fault that was not there before, else the worst."""
        fresh = _fresh(self.before, self.after)
        silent = self.kind is Kind.COULD_NOT_ASK
        speaking = (s for s in self.after if (s.is_unknown if silent else s.gist in fresh))
        return next(speaking, next(iter(self.after), None))

    @property
    def about(self) -> State:
        return self.now or self.before[0]

    @property
    def is_worse(self) -> bool:
        """Something is wrong that was not, or is wrong in another way and no milder."""
        if self.kind is Kind.ASKED_AGAIN or not _fresh(self.before, self.after):
            return False
        return _rank(self.after) >= _rank(self.before)

    @property
    def is_unasked(self) -> bool:
        """Nobody could be asked who could before."""
        return _has_unknown(self.after) and not _has_unknown(self.before)


def state_of(finding: Finding) -> State:
    return State(
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
    """A series of checks: silence in between neither solves a fault nor makes it a new one.

    Attributes:
        known: of each subject the newest that was said when it could be asked.
    """

    last: Mapping[Subject, tuple[State, ...]]
    known: Mapping[Subject, tuple[State, ...]]

    @classmethod
    def beginning(cls, states: Iterable[State], known: Iterable[State] = ()) -> History:
        """Where no check was before this one, or of those before only what is still `known`."""
        first = _by_subject(states)
        return cls(first, _by_subject(known) | _known(first))

    @property
    def before_silence(self) -> tuple[State, ...]:
        """What was said of all that the last check could not ask, when it could be asked."""
        silent = (subject for subject, states in self.last.items() if _has_unknown(states))
        return tuple(state for subject in silent for state in self.known.get(subject, ()))

    def then(self, states: Iterable[State]) -> tuple[History, tuple[Change, ...]]:
        """The history with the next check, and what that one has changed.

        In the order of that check; at most one change a subject.
        """
        new = _by_subject(states)
        subjects = dict.fromkeys((*new, *self.last))
        told = (self._change(subject, new.get(subject, ())) for subject in subjects)
        known = {s: said for s, said in self.known.items() if s in new} | _known(new)
        return History(new, known), tuple(change for change in told if change is not None)

    def _change(self, subject: Subject, new: tuple[State, ...]) -> Change | None:
        old = self.last.get(subject, ())
        if not _has_unknown(old) or _has_unknown(new) or subject not in self.known:
            return _change(old, new)
        return _change(self.known[subject], new) or Change(Kind.ASKED_AGAIN, old, new)


def _known(said: Mapping[Subject, tuple[State, ...]]) -> dict[Subject, tuple[State, ...]]:
    return {subject: states for subject, states in said.items() if not _has_unknown(states)}


def _by_subject(states: Iterable[State]) -> dict[Subject, tuple[State, ...]]:
    groups: dict[Subject, list[State]] = {}
    for state in states:
        groups.setdefault(state.subject, []).append(state)
    return {subject: _worst_first(group) for subject, group in groups.items()}


def _worst_first(states: Iterable[State]) -> tuple[State, ...]:
    return tuple(sorted(states, key=lambda state: WORST_FIRST.index(state.standing)))


def _change(old: tuple[State, ...], new: tuple[State, ...]) -> Change | None:
    kind = _kind(old, new)
    return None if kind is None else Change(kind, old, new)


def _kind(old: tuple[State, ...], new: tuple[State, ...]) -> Kind | None:
    if not old or not new:
        return _of_plan(old, new)
    if Change(Kind.CHANGED, old, new).is_worse:
        more = (_rank(new), len(_faults(new))) > (_rank(old), len(_faults(old)))
        return Kind.NEW_FAULT if more else Kind.CHANGED
    if _has_unknown(new):
        return None if _has_unknown(old) else Kind.COULD_NOT_ASK
    if _has_unknown(old):
        return Kind.ASKED_AGAIN
    return _of_values(old, new)


def _of_plan(old: tuple[State, ...], new: tuple[State, ...]) -> Kind | None:
    """A record came into the plan or left it; or a finding without a record came or went."""
    if any(state.expected for state in (*old, *new)):
        return Kind.NEW if new else Kind.GONE
    if _has_unknown(new):
        return Kind.COULD_NOT_ASK
    if _faults(old):
        return Kind.SOLVED
    return Kind.NEW_FAULT if _faults(new) else None


def _of_values(old: tuple[State, ...], new: tuple[State, ...]) -> Kind | None:
    accepted = {state.gist for state in new if state.muted} - {state.gist for state in old}
    if accepted and len(_faults(new)) < len(_faults(old)):
        return Kind.MUTED
    if _faults(old) and not _faults(new):
        return Kind.SOLVED
    same = Counter(state.gist for state in old) == Counter(state.gist for state in new)
    return None if same else Kind.CHANGED


def _faults(states: Sequence[State]) -> Counter[tuple[object, ...]]:
    return Counter(state.gist for state in states if state.is_fault)


def _fresh(old: Sequence[State], new: Sequence[State]) -> Counter[tuple[object, ...]]:
    return _faults(new) - _faults(old)


def _rank(states: Sequence[State]) -> int:
    """How bad the worst of the faults is; 0 where there is none."""
    return max((FAULTS.index(s.standing) + 1 for s in states if s.is_fault), default=0)


def _has_unknown(states: Sequence[State]) -> bool:
    return any(state.is_unknown for state in states)

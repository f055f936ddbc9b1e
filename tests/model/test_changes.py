"""What counts as a change, and as one to the worse."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from mailcow_dns_tui.model.changes import Change, ChangeKind, FindingState, History
from mailcow_dns_tui.model.finding import Status

OK = FindingState(
    topic="mx",
    code="as-wanted",
    status=Status.OK,
    domain="example.org",
    name="example.org.",
    type="MX",
    message="The MX record of example.org is published as wanted.",
    expected=("10 mail.example.org.",),
    found=("10 mail.example.org.",),
)
MISSING = replace(OK, code="missing", status=Status.ERROR, message="It has none.", found=())
BACKUP = replace(
    OK,
    code="foreign-mx",
    status=Status.WARNING,
    message="Mail goes to backup.example.net, too.",
    found=("10 mail.example.org.", "20 backup.example.net."),
)
SECOND = replace(BACKUP, message="And to third.", found=(*BACKUP.found, "30 third.example.net."))
SILENT = replace(OK, code="could-not-ask", status=Status.UNKNOWN, message="No answer.", found=())
ACCEPTED = replace(BACKUP, muted="It is our backup.")
DEAD = replace(
    OK,
    topic="delegation",
    code="dead-server",
    status=Status.WARNING,
    type="SOA",
    message="Not all name servers answer: ns1 (192.0.2.1), ns2 (192.0.2.2).",
    expected=(),
    found=(),
)
TURNED = "Not all name servers answer: ns2 (192.0.2.2), ns1 (192.0.2.1)."
ALIVE = replace(DEAD, code="all-answer", status=Status.OK, message="All answer.")


def changes(before: Iterable[FindingState], after: Iterable[FindingState]) -> tuple[Change, ...]:
    """What one check has changed since another."""
    return History.beginning(before).then(after)[1]


def change(before: tuple[FindingState, ...], after: tuple[FindingState, ...]) -> Change | None:
    told = changes(before, after)
    assert len(told) <= 1
    return next(iter(told), None)


@pytest.mark.parametrize(
    ("before", "after", "kind", "worse"),
    [
        ((OK,), (MISSING,), ChangeKind.NEW_FAULT, True),
        ((OK,), (BACKUP,), ChangeKind.NEW_FAULT, True),
        ((OK,), (OK, BACKUP), ChangeKind.NEW_FAULT, True),
        ((BACKUP,), (MISSING,), ChangeKind.NEW_FAULT, True),
        ((MISSING,), (MISSING, BACKUP), ChangeKind.NEW_FAULT, True),
        ((BACKUP,), (SECOND,), ChangeKind.CHANGED, True),
        ((MISSING,), (BACKUP,), ChangeKind.CHANGED, False),
        ((MISSING,), (OK,), ChangeKind.SOLVED, False),
        ((BACKUP,), (OK,), ChangeKind.SOLVED, False),
        ((MISSING, BACKUP), (BACKUP,), ChangeKind.CHANGED, False),
        ((OK,), (replace(OK, found=("5 mail.example.org.",)),), ChangeKind.CHANGED, False),
        ((BACKUP,), (ACCEPTED,), ChangeKind.MUTED, False),
        ((ACCEPTED,), (BACKUP,), ChangeKind.NEW_FAULT, True),
        ((ACCEPTED,), (SECOND,), ChangeKind.NEW_FAULT, True),
        ((OK,), (SILENT,), ChangeKind.COULD_NOT_ASK, False),
        ((MISSING,), (SILENT,), ChangeKind.COULD_NOT_ASK, False),
        ((BACKUP,), (BACKUP, SILENT), ChangeKind.COULD_NOT_ASK, False),
        ((SILENT,), (OK,), ChangeKind.ASKED_AGAIN, False),
        ((SILENT,), (MISSING,), ChangeKind.NEW_FAULT, True),
        ((), (OK,), ChangeKind.NEW, False),
        ((), (MISSING,), ChangeKind.NEW, True),
        ((OK,), (), ChangeKind.GONE, False),
        ((MISSING,), (), ChangeKind.GONE, False),
        ((ALIVE,), (DEAD,), ChangeKind.NEW_FAULT, True),
        ((), (DEAD,), ChangeKind.NEW_FAULT, True),
        ((DEAD,), (), ChangeKind.SOLVED, False),
        ((DEAD,), (replace(DEAD, message="ns3 is dead."),), ChangeKind.CHANGED, True),
    ],
)
def test_a_change(
    before: tuple[FindingState, ...], after: tuple[FindingState, ...], kind: ChangeKind, worse: bool
) -> None:
    told = change(before, after)
    assert told is not None
    assert (told.kind, told.is_worse) == (kind, worse)
    assert changes(after, after) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((SILENT,), (replace(SILENT, message="Refused."),)),
        ((BACKUP,), (replace(BACKUP, found=BACKUP.found[::-1], fix="Other words."),)),
        ((DEAD,), (replace(DEAD, message=TURNED),)),
        ((OK,), (replace(OK, message="Some have the old one for up to 5 minutes."),)),
        ((OK,), (replace(OK, name="EXAMPLE.ORG."),)),
        ((), (ALIVE,)),
        ((ALIVE,), ()),
    ],
)
def test_what_is_no_change(
    before: tuple[FindingState, ...], after: tuple[FindingState, ...]
) -> None:
    assert changes(before, after) == ()


def test_only_what_could_be_asked_before_is_newly_silent() -> None:
    told = change((OK,), (SILENT,))
    assert told is not None
    assert told.is_unasked
    assert told.now == SILENT
    assert told.was == OK
    known_again = change((SILENT,), (OK,))
    assert known_again is not None
    assert not known_again.is_unasked


def test_the_new_fault_speaks_and_not_the_old_one() -> None:
    told = change((MISSING,), (MISSING, BACKUP))
    assert told is not None
    assert told.about == BACKUP


def test_records_of_one_name_are_told_apart_by_what_is_wanted() -> None:
    other = replace(MISSING, expected=("google-site-verification=x",))
    told = changes((OK, other), (OK, replace(other, status=Status.OK)))
    assert [(each.kind, each.about.expected) for each in told] == [
        (ChangeKind.SOLVED, other.expected)
    ]


def test_a_series_with_silence_in_it() -> None:
    history = History.beginning([MISSING])
    history, told = history.then([SILENT])
    assert [each.kind for each in told] == [ChangeKind.COULD_NOT_ASK]
    history, told = history.then([SILENT])
    assert told == ()
    again, told = history.then([MISSING])
    assert [(each.kind, each.is_worse) for each in told] == [(ChangeKind.ASKED_AGAIN, False)]
    assert again.then([MISSING])[1] == ()
    _, told = history.then([OK])
    assert [each.kind for each in told] == [ChangeKind.SOLVED]
    _, told = History.beginning([OK]).then([SILENT])[0].then([MISSING])
    assert [(each.kind, each.is_worse) for each in told] == [(ChangeKind.NEW_FAULT, True)]


def test_a_series_that_begins_with_silence() -> None:
    history = History.beginning([SILENT])
    history, told = history.then([MISSING])
    assert [(each.kind, each.is_worse) for each in told] == [(ChangeKind.NEW_FAULT, True)]
    _, told = history.then([OK])
    assert [each.kind for each in told] == [ChangeKind.SOLVED]


def test_a_silence_between_two_checks_makes_no_fault_new() -> None:
    old = replace(OK, status=Status.ERROR, code="missing", found=(), message="It is missing.")
    silent = replace(OK, status=Status.UNKNOWN, code="could-not-ask", found=())
    told, _ = History.beginning([old]).then([silent])
    assert told.before_silence == (old,)
    later, changed = History.beginning([silent], told.before_silence).then([old])
    assert [change.kind for change in changed] == [ChangeKind.ASKED_AGAIN]
    assert not any(change.is_worse for change in changed)
    assert later.before_silence == ()

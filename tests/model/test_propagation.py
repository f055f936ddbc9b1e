"""Rows of the table of who sees what, and their words."""

from datetime import UTC, datetime, timedelta

import dns.rdata
import pytest

from mailcow_dns_tui.model.answer import Answer, Failure, Source
from mailcow_dns_tui.model.propagation import (
    Observation,
    ObservationState,
    PropagationRow,
    Unasked,
    Vantage,
    VantageKind,
    headline,
    may_be_asked,
    sentence,
    table,
)
from mailcow_dns_tui.model.text import short_duration, time_of_day

NOW = datetime(2026, 11, 24, 14, 0, 0, tzinfo=UTC)
RIGHT, WRONG, OLDER = (
    dns.rdata.from_text("IN", "A", f"192.0.2.{number}") for number in (10, 66, 77)
)


def viewer(name: str) -> Vantage:
    kind = VantageKind.NAME_SERVER if name.startswith("ns") else VantageKind.PUBLIC
    return Vantage(kind, name, "192.0.2.53")


def sight(name: str, has: object = None, ttl: int = 600, **more: object) -> Observation:
    """A viewer that has this address, an absence where there is none, or a failure."""
    source = Source(name, "192.0.2.53")
    if isinstance(has, Failure):
        return Observation(viewer(name), Answer(source, failure=has), NOW)
    rdatas = (has,) if isinstance(has, dns.rdata.Rdata) else ()
    return Observation(
        viewer(name), Answer(source, rdatas=rdatas, ttl=ttl), NOW, wanted=has is RIGHT
    )


def views(*sights: Observation) -> list[ObservationState]:
    return [row.view for row in table(sights)]


def last(*sights: Observation) -> PropagationRow:
    return table(sights)[-1]


def test_name_servers_stand_first_and_each_kind_in_its_own_order() -> None:
    rows = table([sight("cache", RIGHT), sight("ns2", RIGHT), sight("ns1", RIGHT)])
    assert [row.viewer.name for row in rows] == ["ns2", "ns1", "cache"]


def test_a_cache_is_old_that_differs_from_what_the_name_servers_have_now() -> None:
    right = sight("ns1", RIGHT)
    assert views(right, sight("cache", RIGHT)) == [
        ObservationState.CURRENT,
        ObservationState.CURRENT,
    ]
    assert views(right, sight("cache", OLDER)) == [ObservationState.CURRENT, ObservationState.OLD]
    assert views(right, sight("cache")) == [ObservationState.CURRENT, ObservationState.ABSENT]
    wrong = sight("ns1", WRONG)
    assert views(wrong, sight("cache", WRONG)) == [ObservationState.OTHER, ObservationState.OTHER]
    assert views(wrong, sight("cache", OLDER)) == [ObservationState.OTHER, ObservationState.OLD]
    assert views(wrong, sight("cache", RIGHT)) == [ObservationState.OTHER, ObservationState.OLD]


def test_a_name_server_is_old_only_beside_one_that_is_not() -> None:
    assert views(sight("ns1", RIGHT), sight("ns2", OLDER)) == [
        ObservationState.CURRENT,
        ObservationState.OLD,
    ]
    assert views(sight("ns1", WRONG), sight("ns2", OLDER)) == [
        ObservationState.OTHER,
        ObservationState.OTHER,
    ]
    assert views(sight("ns1", Failure.TIMEOUT), sight("ns2", OLDER))[1] is ObservationState.OTHER


def test_without_a_name_server_nothing_is_called_old() -> None:
    silent = sight("ns1", Failure.TIMEOUT)
    assert views(silent, sight("cache", OLDER)) == [
        ObservationState.COULD_NOT_ASK,
        ObservationState.OTHER,
    ]
    assert views(sight("cache", RIGHT)) == [ObservationState.CURRENT]


def test_until_when_a_cache_keeps_it() -> None:
    row = last(sight("ns1", RIGHT), sight("cache", OLDER, ttl=90))
    assert row.gone_by == NOW + timedelta(seconds=90)
    assert row.ttl_left(NOW + timedelta(seconds=30)) == 60
    assert row.ttl_left(NOW + timedelta(hours=1)) == 0
    assert sentence(row, NOW) == "It still has the old answer; that is gone by 14:02."


def test_what_the_name_servers_have_too_is_not_waited_for() -> None:
    row = last(sight("ns1", WRONG), sight("cache", WRONG))
    assert row.gone_by is None
    assert sentence(row, NOW) == (
        "It has something else than is wanted, as the name servers do; once it is published as "
        "wanted, that is seen by 14:10 at the latest."
    )
    row = last(sight("ns1"), sight("cache"))
    assert row.gone_by == NOW + timedelta(minutes=10)
    assert sentence(row, NOW) == (
        "It sees no such record either; once it is published as wanted, that is seen by 14:10 at "
        "the latest."
    )


def test_an_absence_without_soa_may_not_be_kept() -> None:
    """RFC 2308 5"""
    row = last(sight("ns1", RIGHT), sight("cache", ttl=0))
    assert row.view is ObservationState.ABSENT
    assert row.gone_by is None
    assert sentence(row, NOW).endswith("and does not say for how long.")


def test_a_name_server_forgets_nothing() -> None:
    (row,) = table([sight("ns1")])
    assert row.ttl_left(NOW + timedelta(days=1)) == 600
    assert row.gone_by is None


def test_what_is_current_is_not_waited_for_to_go() -> None:
    row = last(sight("ns1", RIGHT), sight("cache", RIGHT))
    assert row.gone_by is None
    assert row.ttl_left(NOW) == 600
    assert "keeps it until 14:10" in sentence(row, NOW)


def test_a_failure_is_no_absence() -> None:
    row = last(sight("ns1", RIGHT), sight("cache", Failure.TIMEOUT))
    assert row.view is ObservationState.COULD_NOT_ASK
    said = sentence(row, NOW)
    assert said == ("It could not be asked: no answer in time. That says nothing about the record.")


@pytest.mark.parametrize(
    ("servers", "may"),
    [
        ([sight("ns1", RIGHT), sight("ns2", OLDER)], True),
        ([sight("ns1", RIGHT), sight("ns2")], False),
        ([sight("ns1"), sight("ns2", Failure.TIMEOUT)], False),
        ([sight("ns1", RIGHT), sight("ns2", Failure.TIMEOUT)], True),
        ([sight("ns1", Failure.TIMEOUT)], True),
        ([], True),
    ],
)
def test_caches_are_asked_where_that_plants_no_absence(
    servers: list[Observation], may: bool
) -> None:
    assert may_be_asked(servers) is may


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(), "14:00"),
        (timedelta(seconds=1), "14:01"),
        (timedelta(minutes=32, milliseconds=1), "14:33"),
        (timedelta(hours=9, minutes=59, seconds=59), "Wed 00:00"),
        (timedelta(days=2), "Thu 14:00"),
    ],
)
def test_the_time_of_day_is_rounded_up(after: timedelta, said: str) -> None:
    assert time_of_day(NOW + after, NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (61, "2 min"),
        (3599, "1 h"),
        (3601, "1 h 01"),
        (86399, "1 d"),
        (90000, "1 d 01 h"),
        (2**31 - 1, "24855 d 04 h"),
    ],
)
def test_spans_are_rounded_up(seconds: int, said: str) -> None:
    assert short_duration(seconds) == said


WAITING = Observation(viewer("cache"), None, NOW)
WITHHELD = Observation(viewer("cache"), None, NOW, unasked=Unasked.IT_WOULD_REMEMBER)


@pytest.mark.parametrize(
    ("sights", "said"),
    [
        ([sight("ns1", RIGHT), WAITING], "Asking: 1 of 2 have not answered yet."),
        ([sight("ns1", RIGHT), WITHHELD], "All who answered have it as wanted."),
        ([sight("ns1", Failure.TIMEOUT)], "Nobody could be asked."),
        (
            [sight("ns1", RIGHT), sight("a", OLDER, ttl=60), sight("b", ttl=3600)],
            "Some still have an old answer; of those asked, the last is gone by 15:00.",
        ),
        (
            [sight("ns1", RIGHT), sight("a", OLDER, ttl=60), sight("b", ttl=0)],
            "Some still have an old answer, and do not all say for how long.",
        ),
        (
            [sight("ns1", RIGHT), sight("ns2", OLDER), sight("a", RIGHT)],
            "The name servers do not agree: see which of them lags behind.",
        ),
        ([sight("ns1"), WITHHELD], "It is not published yet: no name server has it."),
        ([sight("ns1", WRONG)], "It is not published as wanted on any name server."),
    ],
)
def test_all_in_one_sentence(sights: list[Observation], said: str) -> None:
    assert headline(table(sights), NOW) == said

"""How long others may still see the old answer."""

from datetime import UTC, datetime, timedelta, timezone

import dns.name
import dns.rdatatype

from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.context import elsewhere, old_until, remembered_until

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SERVER = Source("ns1.example.net.", "192.0.2.53")


def lookup(*ttls: int, present: bool = True) -> Lookup:
    rdatas = (txt_rdata("v=spf1 -all"),) if present else ()
    answers = tuple(Answer(SERVER, rdatas=rdatas, ttl=ttl, authoritative=True) for ttl in ttls)
    return Lookup(dns.name.from_text("example.org"), dns.rdatatype.TXT, answers)


def test_an_old_record_lasts_for_its_whole_ttl_after_the_change() -> None:
    told = elsewhere([lookup(3600)], NOON)
    assert told == "Resolvers elsewhere may give the old answer until 13:00."


def test_the_longest_ttl_of_all_name_servers_counts() -> None:
    assert old_until([lookup(300, 7200), lookup(60)], NOON) == NOON + timedelta(hours=2)


def test_an_absence_lasts_as_long_as_the_zone_says() -> None:
    told = elsewhere([lookup(300, present=False)], NOON)
    assert told == "Resolvers elsewhere may say that there is none until 12:05."


def test_nothing_is_said_where_nobody_keeps_it() -> None:
    assert not elsewhere([lookup(0)], NOON)


def test_nothing_is_said_of_what_nobody_answered() -> None:
    failed = Lookup(
        dns.name.from_text("example.org"),
        dns.rdatatype.TXT,
        (Answer(SERVER, failure=Failure.TIMEOUT, ttl=300),),
    )
    assert old_until([failed], NOON) is None
    assert not elsewhere([failed], NOON)


def test_the_time_is_that_of_the_user_and_has_a_date_on_another_day() -> None:
    there = timezone(timedelta(hours=2))
    assert "until 15:00." in elsewhere([lookup(3600)], NOON.astimezone(there))
    assert "until 12:00 on 2026-11-24." in elsewhere([lookup(86400)], NOON)


def test_the_minute_that_is_told_is_never_too_early() -> None:
    half = NOON + timedelta(seconds=30)
    assert "until 12:06." in elsewhere([lookup(300)], half)


def test_an_alias_lasts_as_long_as_the_longest_ttl_on_the_way() -> None:
    end = Answer(SERVER, ttl=300, longest_ttl=86400, authoritative=True)
    name = dns.name.from_text("autoconfig.example.org")
    looked_up = Lookup(name, dns.rdatatype.A, (end,))
    assert old_until([looked_up], NOON) == NOON + timedelta(days=1)


def test_the_end_of_an_old_answer_stays_whenever_it_is_told() -> None:
    late = Answer(SERVER, ttl=600, heard=int(NOON.timestamp()))
    told = {remembered_until([late], NOON + timedelta(seconds=since)) for since in (0, 90, 500)}
    assert told == {" until 12:10"}


def test_what_was_to_be_forgotten_by_now_is_not_said_to_last_until_a_time_that_has_passed() -> None:
    late, later = Answer(SERVER, ttl=60, heard=int(NOON.timestamp())), NOON + timedelta(minutes=5)
    assert remembered_until([late], later) == " until 12:05"

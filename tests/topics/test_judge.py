"""Several things to be said of one record."""

from dataclasses import replace

import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import duration
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, judge, judge_all, missing
from tests.topics.setups import SMALL, wanted

RECORD = wanted(SMALL, "example.org.", "MX")
WEAK = Verdict(Status.WARNING, Code("weak"), "It is weak.", "Make it strong.")
WRONG = Verdict(Status.ERROR, Code("wrong"), "It is wrong.", "Put it right.")
OTHER = wanted(SMALL, "mail.example.org.", "A")
NS1, NS2 = Source("ns1.example.net.", "192.0.2.53"), Source("ns2.example.net.", "192.0.2.54")


def lookup(*answers: Answer) -> Lookup:
    return Lookup(RECORD.owner, RdataType.MX, answers)


def published(source: Source) -> Answer:
    return Answer(source, rdatas=(RECORD.rdata,))


def codes(looked_up: Lookup, *verdicts: Verdict) -> list[str]:
    return [each.code for each in judge_all(RECORD, looked_up, lambda record, answer: verdicts)]


def test_the_worst_comes_first_and_nothing_is_dropped() -> None:
    assert codes(lookup(published(NS1)), WEAK, WRONG) == ["wrong", "weak"]


def test_what_is_fine_is_said_only_where_nothing_is_wrong() -> None:
    assert codes(lookup(published(NS1)), as_wanted(RECORD)) == ["as-wanted"]
    assert codes(lookup(published(NS1)), as_wanted(RECORD), WEAK) == ["weak"]


def test_a_server_without_the_record_is_told_beside_the_faults_of_the_record() -> None:
    def judge_answer(record: Record, answer: Answer) -> list[Verdict]:
        return [as_wanted(record)] if answer.found else [WRONG, WEAK]

    found = judge_all(RECORD, lookup(published(NS1), Answer(NS2)), judge_answer)
    assert [finding.code for finding in found] == ["servers-disagree"]


@pytest.mark.parametrize(
    ("resolver", "still"),
    [
        (Answer(NS2, ttl=300), "has none for up to 5 minutes"),
        (
            Answer(NS2, rdatas=(OTHER.rdata,), ttl=300, longest_ttl=7200),
            "has the old one for up to 2 hours",
        ),
        (
            Answer(NS2, rdatas=(OTHER.rdata,), ttl=7200),
            "has the old one for up to 2 hours",
        ),
    ],
)
def test_how_long_a_resolver_may_lag_behind_is_said(resolver: Answer, still: str) -> None:
    def judge_answer(record: Record, answer: Answer) -> list[Verdict]:
        return [as_wanted(record) if record.rdata in answer.rdatas else WRONG]

    (found,) = judge_all(RECORD, replace(lookup(published(NS1)), resolver=resolver), judge_answer)
    assert (found.code, found.status) == ("not-yet-visible", Status.INFO)
    assert f"; the resolver 192.0.2.54 {still}, others perhaps longer." in found.message


def test_a_time_is_given_in_the_unit_that_reads_best() -> None:
    seconds = [0, 1, 45, 119, 120, 3600, 7199, 7200, 86400]
    assert [duration(each) for each in seconds] == [
        "0 seconds",
        "1 second",
        "45 seconds",
        "119 seconds",
        "2 minutes",
        "60 minutes",
        "120 minutes",
        "2 hours",
        "24 hours",
    ]


def test_whose_memory_it_is_is_said_where_only_a_resolver_could_be_asked() -> None:
    def judge_answer(record: Record, answer: Answer) -> Verdict:
        return as_wanted(record) if answer.found else missing(record)

    resolver = Source("resolver", "127.0.0.1")
    alone = judge(RECORD, lookup(Answer(resolver, ttl=300)), judge_answer)
    assert "what resolver (127.0.0.1) says: no name server could" in alone.message
    assert "what was before for up to 5 minutes" in alone.message
    good = judge(RECORD, lookup(Answer(resolver, rdatas=(RECORD.rdata,))), judge_answer)
    from_server = judge(RECORD, lookup(Answer(NS1, authoritative=True)), judge_answer)
    assert not any("remember" in found.message for found in (good, from_server))

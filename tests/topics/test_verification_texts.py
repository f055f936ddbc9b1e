"""Verification texts: there or not, and what is there in their place."""

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Status
from tests.memory_dns import Fault, MemoryDns, good_zone
from tests.topics.setups import FULL, finding_about, wanted

APEX = "example.org."
SPF = '"v=spf1 mx a -all"'
GOOD = good_zone(FULL)
RECORD = wanted(FULL, APEX, "TXT", "google")

THERE = {
    "alone": ['"google-site-verification=abc"'],
    "beside others": [SPF, '"google-site-verification=abc"', '"MS=ms1"'],
    "beside another of the same service": [
        '"google-site-verification=xyz"',
        '"google-site-verification=abc"',
    ],
    "in pieces": ['"google-site-" "verification=abc"'],
    "with blanks around": ['" google-site-verification=abc "'],
}
NOT_THERE = {
    "nothing": ([], "has no such verification"),
    "others only": ([SPF], "has no such verification"),
    "another of the same service": (['"google-site-verification=xyz"'], "another text"),
    "quotes in it": ([r'"\"google-site-verification=abc\""'], "quotes"),
    "smart quotes in it": (['"\\226\\128\\156google-site-verification=abc"'], "quotes"),
    "another letter case": (['"google-site-verification=ABC"'], "letter case"),
    "a beginning of it": (['"google-site-verification=ab"'], "another text"),
}


@pytest.mark.parametrize("case", THERE)
async def test_it_is_there(case: str) -> None:
    world = GOOD.having(APEX, "TXT", *THERE[case])
    assert (await finding_about(FULL, MemoryDns(world), RECORD)).status is Status.OK


@pytest.mark.parametrize("case", NOT_THERE)
async def test_it_is_not_there(case: str) -> None:
    rdatas, words = NOT_THERE[case]
    world = GOOD.having(APEX, "TXT", *rdatas)
    finding = await finding_about(FULL, MemoryDns(world), RECORD)
    assert (finding.code, finding.status) == ("missing", Status.INFO)
    assert words in finding.message
    assert finding.fix


@pytest.mark.parametrize("name", ["_dmarc.example.org.", "www.example.org.", "mail.example.org."])
async def test_at_another_name_it_does_not_count(name: str) -> None:
    world = GOOD.having(APEX, "TXT", SPF).having(name, "TXT", '"google-site-verification=abc"')
    assert (await finding_about(FULL, MemoryDns(world), RECORD)).code == "missing"


async def test_that_nobody_answers_does_not_mean_that_it_is_missing() -> None:
    silent = Fault(APEX, Failure.TIMEOUT, "TXT")
    finding = await finding_about(FULL, MemoryDns(GOOD, faults=(silent,)), RECORD)
    assert finding.status is Status.UNKNOWN

"""What is said of a zone's DNSSEC."""

import pytest

from mailcow_dns_tui.model.answer import Failure, Security
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.delegation import DnssecTopic
from mailcow_dns_tui.topics.registry import subjects
from tests.memory_dns import Fault, MemoryDns, good_zone, published
from tests.topics.setups import FULL, SMALL


async def judged(memory: MemoryDns, setup: Setup = SMALL) -> list[Finding]:
    return [f for each in subjects(setup) for f in await DnssecTopic().check(each, memory)]


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        (Security.SECURE, ("secure", Status.OK)),
        (Security.INSECURE, ("insecure", Status.OK)),
        (Security.BOGUS, ("bogus", Status.ERROR)),
        (Security.UNVALIDATED, ("cannot-validate", Status.INFO)),
        (Security.UNKNOWN, ("could-not-ask", Status.UNKNOWN)),
    ],
)
async def test_what_is_said(security: Security, expected: tuple[str, Status]) -> None:
    memory = MemoryDns(good_zone(SMALL), securities={"example.org.": security})
    (finding,) = await judged(memory)
    assert (finding.code, finding.status) == expected
    assert "example.org" in finding.message


async def test_each_zone_is_judged_once_and_for_itself() -> None:
    memory = MemoryDns(good_zone(FULL), securities={"example.com.": Security.BOGUS})
    assert {f.name.to_text(): f.code for f in await judged(memory, FULL)} == {
        "example.org.": "secure",
        "xn--bcher-kva.example.": "secure",
        "example.com.": "bogus",
    }


async def test_a_zone_that_is_not_there_is_not_asked_for() -> None:
    """The resolver would remember that it is not."""
    memory = MemoryDns(published(()).with_zone("org."), securities={".": Security.BOGUS})
    assert await judged(memory) == []


async def test_a_bogus_zone_is_told_of_even_where_nobody_answers() -> None:
    memory = MemoryDns(
        good_zone(SMALL), faults=(Fault(".", Failure.SERVFAIL),), securities={".": Security.BOGUS}
    )
    assert [f.code for f in await judged(memory)] == ["bogus"]


async def test_where_nobody_answers_no_more_is_asked() -> None:
    memory = MemoryDns(good_zone(SMALL), faults=(Fault("."),), securities={".": Security.BOGUS})
    assert [(f.code, f.status) for f in await judged(memory)] == [("could-not-ask", Status.UNKNOWN)]

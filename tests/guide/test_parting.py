"""How the records stand, in the words that are left on the terminal."""

from pathlib import Path

import pytest

from mailcow_dns_tui.guide.end import parting_words
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.topics.registry import plan
from tests.guide.states import GOOD_WORLD, SETUP
from tests.memory_dns import NS2, Fault, MemoryDns, World
from tests.topics.setups import findings

RECORDS = plan(SETUP)
SRV = next(r.owner.to_text(omit_final_dot=True) for r in RECORDS if r.type_text == "SRV")


async def seen(world: World, *faults: Fault) -> Report:
    found = await findings(SETUP, MemoryDns(world, faults=faults))
    return Report().with_records(RECORDS).with_findings(found).at_end_of_check(found, ())


def said(report: Report) -> str:
    return parting_words(Path("plan.toml"), report).splitlines()[1]


def test_what_nobody_has_asked_is_not_called_bad() -> None:
    assert said(Report().with_records(RECORDS)) == "How its records stand was not asked yet."


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (GOOD_WORLD, "All its records are good."),
        (
            GOOD_WORLD.without("dkim._domainkey.example.org", "TXT"),
            "Not all is seen to be good yet: 36 ok, 1 error.",
        ),
        (
            GOOD_WORLD.without(SRV, "SRV"),
            "All that mail needs is good; what is left to do is optional.",
        ),
    ],
    ids=["good", "no DKIM key", "no SRV"],
)
async def test_it_tells_what_is_left(world: World, words: str) -> None:
    assert said(await seen(world)) == words


async def test_what_is_no_record_counts_as_in_the_top_line() -> None:
    report = await seen(GOOD_WORLD, Fault("example.org.", server=NS2))
    assert said(report) == "Not all is seen to be good yet: 35 ok, 2 warning."


async def test_what_was_not_asked_when_it_was_left_is_not_called_bad() -> None:
    found = await findings(SETUP, MemoryDns(GOOD_WORLD))
    report = Report().with_records(RECORDS).with_findings(found[:5])
    assert said(report) == "Not all is seen to be good yet: 5 ok, 25 not asked yet."

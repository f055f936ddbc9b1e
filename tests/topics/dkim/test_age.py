"""Since when a key is published is kept, and said once that is long."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.model.suggestion import with_answer
from mailcow_dns_tui.questions.domains import QUESTIONS
from mailcow_dns_tui.topics.dkim.topic import noted, told_old
from tests.memory_dns import NS2, Fault, MemoryDns, World, good_zone
from tests.topics.setups import KEY, OTHER_KEY, SMALL, findings, with_domain

DAY, LATER = date(2026, 11, 23), date(2026, 11, 30)
OWNER = "dkim._domainkey.example.org."
TWO = with_domain(Domain("example.org", dkim=(DkimKey(key=KEY), DkimKey("next", OTHER_KEY))))
GOOD = good_zone(SMALL)
WITHOUT = GOOD.without(OWNER, "TXT")
SEEN = with_domain(Domain("example.org", dkim=(DkimKey(key=KEY, since=DAY),)))
OTHER = WITHOUT.having(OWNER, "TXT", f'"v=DKIM1; " "p={OTHER_KEY[:200]}" "{OTHER_KEY[200:]}"')


def days(setup: Setup) -> list[date | None]:
    return [key.since for domain in setup.domains for key in domain.dkim]


async def looked(world: World | MemoryDns, setup: Setup, today: date) -> Setup:
    memory = world if isinstance(world, MemoryDns) else MemoryDns(world)
    return noted(setup, await findings(setup, memory), today)


async def test_each_selector_has_the_day_on_which_its_key_was_first_seen() -> None:
    setup = await looked(GOOD, TWO, DAY)
    assert days(setup) == [DAY, None]
    setup = await looked(good_zone(TWO), setup, LATER)
    assert days(setup) == [DAY, LATER]
    assert await looked(good_zone(TWO), setup, LATER) is setup
    assert setup.is_same_plan(TWO)


async def test_the_day_stays_while_nobody_knows_better() -> None:
    half = MemoryDns(GOOD, own={NS2: WITHOUT})
    assert days(await looked(half, SMALL, LATER)) == [None]
    silent = MemoryDns(GOOD, faults=(Fault(OWNER),))
    for world in (half, silent):
        assert days(await looked(world, SEEN, LATER)) == [DAY]


async def test_it_goes_with_the_key() -> None:
    wild = WITHOUT.having("*.example.org.", "TXT", '"a"')
    for world, since in ((WITHOUT, None), (OTHER, None), (wild, DAY)):
        assert days(await looked(world, SEEN, LATER)) == [since]


def test_another_key_of_the_plan_has_none_yet() -> None:
    selector, key = QUESTIONS[:2]
    for question, text in ((selector, "next"), (key, OTHER_KEY), (key, "")):
        assert not any(days(question.type.write(SEEN, "domains[0].dkim", text)))
    assert days(key.type.write(SEEN, "domains[0].dkim", KEY)) == [DAY]


@pytest.mark.parametrize("wrong", [date(1970, 1, 1), LATER + timedelta(days=900)])
async def test_a_day_of_a_clock_that_was_wrong_is_not_believed(wrong: date) -> None:
    setup = with_answer(SMALL, "domains[0].dkim", (DkimKey(key=KEY, since=wrong),))
    assert days(await looked(GOOD, setup, LATER)) == [LATER]


def test_after_a_year_one_sentence_says_for_all_what_to_do() -> None:
    year = DAY + timedelta(days=365)
    assert not list(told_old(SEEN, year))
    assert not list(told_old(SMALL, year + timedelta(days=1)))
    (domain,) = SEEN.domains
    both = replace(SEEN, domains=(domain, replace(domain, name="example.net")))
    (said,) = told_old(both, year + timedelta(days=1))
    assert said.startswith(
        "DKIM keys seen for over a year: dkim of example.org since 2026-11-23, dkim of example.net"
    )
    assert "with another selector" in said

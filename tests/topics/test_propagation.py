"""What a record's topic makes of one viewer's answers."""

from dataclasses import replace

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import Judge, asked_types, judge_observation, plan
from tests.memory_dns import NS1, MemoryDns, World, good_zone
from tests.topics.setups import FULL, SMALL

RECORDS = plan(FULL)
NAMES = [f"{record.name} {record.type_text} {record.domain}" for record in RECORDS]


async def seen(record: Record, world: World, setup: Setup = FULL) -> Judge:
    """Judge what a viewer sees that has this world, while all others have the wanted one."""
    viewer, others = MemoryDns(world), MemoryDns(good_zone(setup))
    answers = {}
    for rdtype in asked_types(record):
        lookup = await viewer.ask_servers(record.owner, rdtype)
        answers[rdtype] = lookup.answers[0]
    return await judge_observation(record, setup, answers, others)


def of_topic(topic: str, setup: Setup = SMALL) -> Record:
    return next(record for record in plan(setup) if record.topic == topic)


@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
async def test_what_is_published_as_planned_is_wanted(record: Record) -> None:
    assert (await seen(record, good_zone(FULL))).wanted


@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
async def test_what_is_not_there_is_not(record: Record) -> None:
    world = good_zone(FULL).without(record.owner, record.type_text)
    assert not (await seen(record, world)).wanted


async def test_an_address_in_place_of_an_alias_is_as_good() -> None:
    record = of_topic("clients")
    assert record.rdtype == RdataType.CNAME
    without = good_zone(SMALL).without(record.owner, "CNAME")
    assert (await seen(record, without.having(record.owner, "A", "1.2.3.4"), SMALL)).wanted
    assert not (await seen(record, without.having(record.owner, "A", "1.2.3.5"), SMALL)).wanted


async def test_other_letters_and_other_strings_are_the_same_text() -> None:
    record = of_topic("dmarc")
    split = '"v=DMARC1;p=REJECT;" "rua=mailto:mailauth-reports@example.org"'
    world = good_zone(SMALL).having(record.owner, "TXT", split)
    assert (await seen(record, world, SMALL)).wanted


async def test_texts_of_others_are_neither_shown_nor_the_record() -> None:
    record = of_topic("spf")
    world = good_zone(SMALL).having(record.owner, "TXT", '"MS=ms1"')
    found = await seen(record, world, SMALL)
    assert (found.wanted, found.missing, found.found) == (False, True, ())


async def test_what_the_topic_warns_of_is_still_what_is_wanted() -> None:
    setup = replace(SMALL, spf=replace(SMALL.spf, all="?all"))
    record = of_topic("spf", setup)
    assert (await seen(record, good_zone(setup), setup)).wanted
    another = good_zone(setup).having(record.owner, "TXT", '"v=spf1 a ?all"')
    assert not (await seen(record, another, setup)).wanted
    twice = good_zone(setup).adding(record.owner, "TXT", '"v=spf1 a ?all"')
    assert not (await seen(record, twice, setup)).wanted


async def test_a_record_that_the_plan_no_longer_wants_is_compared_as_it_is() -> None:
    record = replace(of_topic("mx"), owner=dns.name.from_text("gone.example"))
    there = MemoryDns(good_zone(SMALL))
    answer = (await there.ask_servers(dns.name.from_text("example.org"), RdataType.MX)).answers[0]
    assert answer.source.name == NS1
    assert (await judge_observation(record, SMALL, {RdataType.MX: answer}, there)).wanted

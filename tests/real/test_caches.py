"""What a resolver still has in its cache, while the name servers have moved on."""

import re
from datetime import UTC, datetime, timedelta

from mailcow_dns_tui.cli.report import exit_code
from tests.real.stage import FIRST, NS1, SECOND, ZONE, Stage, one, own_zone, registry, told

MX = "example.org. MX"
NS2 = "ns2.example.net."
NEW = own_zone(serial=2)
OLD = own_zone(without=[MX], adding=["@ MX 10 mx.example.net."])
EMPTY = own_zone(without=[MX])


def publish(stage: Stage, text: str) -> None:
    for address in (FIRST, SECOND):
        stage.serve(address, {ZONE: text})


def remember(stage: Stage, text: str) -> None:
    """Have the resolver ask for the MX while this is what the name servers have."""
    stage.set_up({FIRST: text, SECOND: text}, registry(NS1, NS2))
    stage.remembered(ZONE, "MX")


async def test_an_old_record_in_the_cache(stage: Stage) -> None:
    remember(stage, OLD)
    publish(stage, NEW)
    checked = await stage.check()
    assert told(checked) == [("mx", "not-yet-visible", "info")]
    found = one(checked, "mx", "not-yet-visible")
    told_for = re.search(r"has the old one for up to [345] minutes, others", found.message)
    assert told_for, found.message
    (old,), now = found.late, datetime.now(UTC)
    assert now < old.forgotten(now) == old.forgotten(now + timedelta(minutes=1))
    assert exit_code(checked.outcome) == 0


async def test_an_old_record_that_is_still_published(stage: Stage) -> None:
    remember(stage, NEW)
    publish(stage, OLD)
    checked = await stage.check()
    assert {each for each in told(checked) if each[0] == "mx"} == {("mx", "different", "error")}
    assert exit_code(checked.outcome) == 1


async def test_an_absence_in_the_cache(stage: Stage) -> None:
    """It lasts as long as the zone's SOA says, here 60 seconds."""
    remember(stage, EMPTY)
    publish(stage, NEW)
    checked = await stage.check()
    assert told(checked) == [("mx", "not-yet-visible", "info")]
    message = one(checked, "mx", "not-yet-visible").message
    assert re.search(r"has none for up to [1-6][0-9] seconds, others", message), message


async def test_a_record_that_is_really_absent(stage: Stage) -> None:
    """The resolver's good memory of it does not count; nor is it asked, and made to forget."""
    remember(stage, NEW)
    publish(stage, EMPTY)
    checked = await stage.check()
    assert {each for each in told(checked) if each[0] == "mx"} == {("mx", "missing", "error")}
    assert exit_code(checked.outcome) == 1


async def test_a_check_plants_no_absence(stage: Stage) -> None:
    """What is missing can be seen by the resolver as soon as it is published."""
    stage.set_up({FIRST: EMPTY, SECOND: EMPTY}, registry(NS1, NS2))
    assert ("mx", "missing", "error") in told(await stage.check())
    publish(stage, NEW)
    assert told(await stage.check()) == []

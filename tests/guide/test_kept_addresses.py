"""What the guide makes of addresses for reports that are published already."""

from datetime import date

import pytest

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.step import GuideStep
from tests.guide.looking import as_noted, steps_left
from tests.guide.states import GOOD_WORLD, SETUP, from_nothing
from tests.memory_dns import MemoryDns, World
from tests.topics.setups import findings

OURS = "rua=mailto:mailauth-reports@example.org"
BOTH = "mailto:a@example.org,mailto:b@sub.example.org"
TLS_LINES = ("rua=https://collector.example/tls", "rua=mailto:post@example.org")
DMARC, TLS = "_dmarc.example.org", "_smtp._tls.example.org"


async def step(world: World) -> GuideStep:
    (only,) = await steps_left(world)
    return only


def value(found: GuideStep) -> str:
    assert found.record is not None
    return found.record.value


@pytest.mark.parametrize(
    ("there", "then"),
    [
        ("rua=mailto:post@example.org", f"{OURS},mailto:post@example.org"),
        ("rua=mailto:a@example.org, mailto:b@sub.example.org!10m", f"{OURS},{BOTH}"),
        ("rua=mailto:MAILAUTH-reports@example.org", f"{OURS},mailto:MAILAUTH-reports@example.org"),
        ("rua=mailto:mailauth-reports@EXAMPLE.org", OURS),
        ("rua=post@example.org", OURS),
    ],
)  # fmt: skip
async def test_whoever_got_reports_gets_them_beside_the_plans_own(there: str, then: str) -> None:
    world = GOOD_WORLD.having(DMARC, "TXT", f'"v=DMARC1; p=none; {there}"')
    found = await step(world)
    assert value(found) == f"v=DMARC1; p=reject; {then}"
    assert any("also go to" in w for w in found.warnings) == (then != OURS)
    assert found.record is not None
    assert await steps_left(world.having(DMARC, "TXT", found.record.rdata.to_text())) == ()


@pytest.mark.parametrize(
    ("name", "there", "told"),
    [
        (DMARC, ["v=DMARC1; p=none; rua=mailto:post@example.org"], "its rua has also mailto:post@"),
        (TLS, [f"v=TLSRPTv1; {each}" for each in TLS_LINES], "reports also go to https://coll"),
    ],
)
async def test_what_was_proposed_is_as_intended_once_it_is_there(
    name: str, there: list[str], told: str
) -> None:
    texts = [f'"{text}"' for text in there]
    record = (await step(GOOD_WORLD.having(name, "TXT", *texts))).record
    assert record is not None
    world = GOOD_WORLD.having(name, "TXT", record.rdata.to_text())
    found = await findings(SETUP, MemoryDns(world))
    (now,) = [each for each in found if each.record and each.record.owner == record.owner]
    assert (now.status, now.code) == (Status.OK, "as-wanted")
    assert told in now.message


async def test_the_first_policy_keeps_them_too() -> None:
    broken = GOOD_WORLD.having(DMARC, "TXT", '"v=DMARC1; p=non; rua=mailto:post@example.org"')
    setup = await as_noted(GOOD_WORLD.without(DMARC, "TXT"), SETUP, date(2026, 11, 23))
    (found,) = await steps_left(broken, setup)
    assert value(found) == f"v=DMARC1; p=none; {OURS},mailto:post@example.org"


async def test_it_is_said_of_an_address_that_gets_none() -> None:
    world = GOOD_WORLD.having(
        DMARC, "TXT", f'"v=DMARC1; p=reject; {OURS},mailto:x@collector.example"'
    )
    found = await step(world)
    assert value(found) == f"v=DMARC1; p=reject; {OURS}"
    assert any("No reports go to mailto:x@collector.example any more" in w for w in found.warnings)


async def test_reports_about_tls_are_kept_as_well() -> None:
    texts = [f'"v=TLSRPTv1; {line}"' for line in TLS_LINES]
    found = await step(GOOD_WORLD.having(TLS, "TXT", *texts))
    more = "https://collector.example/tls,mailto:post@example.org"
    assert value(found) == f"v=TLSRPTv1; {OURS},{more}"


async def test_what_is_optional_comes_last() -> None:
    steps = [each for each in await steps_left(from_nothing()) if each.is_open]
    optional = [each.is_optional for each in steps]
    assert True in optional
    assert optional == sorted(optional)

"""A DMARC policy that makes receivers refuse mail comes after the time in which they report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import dns.name
import pytest

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.dmarc_stage import at_once, due, staged
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup
from mailcow_dns_tui.model.step import GuideStep
from tests.guide.looking import as_noted, steps_left
from tests.guide.states import GOOD_WORLD, SETUP
from tests.memory_dns import NS2, Fault, MemoryDns, World
from tests.topics.setups import findings

DAY = date(2026, 11, 23)
ORG = dns.name.from_text("example.org")
RUA = "rua=mailto:mailauth-reports@example.org"
NONE, REJECT = f"v=DMARC1; p=none; {RUA}", f"v=DMARC1; p=reject; {RUA}"


def days(count: int) -> timedelta:
    return timedelta(days=count)


def having(text: str, world: World = GOOD_WORLD) -> World:
    return world.having("_dmarc.example.org", "TXT", f'"{text}"')


ABSENT = GOOD_WORLD.without("_dmarc.example.org", "TXT")


def of_org(setup: Setup) -> Domain:
    return next(domain for domain in setup.domains if domain.apex == ORG)


def value(steps: Sequence[GuideStep]) -> str:
    (step,) = steps
    assert step.record is not None
    return step.record.value


async def dmarc(world: World, setup: Setup) -> Finding:
    found = await findings(setup, MemoryDns(world))
    return next(f for f in found if f.name.to_text() == "_dmarc.example.org.")


async def test_reject_opens_after_two_weeks_of_none() -> None:
    setup = await as_noted(ABSENT, SETUP, DAY)
    assert value(await steps_left(ABSENT, setup)) == NONE
    setup = await as_noted(having(NONE), setup, DAY + days(1))
    for day in (1, 2, 14):
        setup = await as_noted(having(NONE), setup, DAY + days(day))
        assert await steps_left(having(NONE), setup) == ()
        assert list(due(setup, DAY + days(day))) == []
    setup = await as_noted(having(NONE), setup, DAY + days(15))
    (step,) = await steps_left(having(NONE), setup)
    assert (step.act, step.is_open, value([step])) == (Act.CHANGE, True, REJECT)
    assert "Read the reports first" in step.warnings[0]
    assert [domain.name for domain in due(setup, DAY + days(15))] == ["example.org"]
    setup = await as_noted(having(REJECT), setup, DAY + days(15))
    assert list(due(setup, DAY + days(15))) == []


async def test_none_is_good_for_that_time_and_weak_after_it() -> None:
    setup = await as_noted(having(NONE), SETUP, DAY)
    found = await dmarc(having(NONE), setup)
    assert (found.status, found.code, found.expected) == (Status.OK, "as-wanted", (NONE,))
    assert found.message.endswith("p=none comes first, and reject after 14 days of reports.")
    found = await dmarc(having(NONE), staged(setup, DAY + days(14)))
    assert (found.status, found.code, found.expected) == (Status.WARNING, "different", (REJECT,))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (REJECT, Status.OK),
        (f"v=DMARC1; p=quarantine; {RUA}", Status.WARNING),
        (f"v=DMARC1; p=reject; t=y; {RUA}", Status.WARNING),
        (f"v=DMARC1; p=reject; pct=50; {RUA}", Status.WARNING),
    ],
)
async def test_who_enforces_a_policy_already_is_judged_by_the_plan_and_led_no_way_back(
    text: str, status: Status
) -> None:
    setup = staged(SETUP, DAY)
    assert of_org(setup).dmarc_first
    found = await dmarc(having(text), setup)
    assert (found.status, found.expected) == (status, (REJECT,))
    for plan in (setup, await as_noted(having(text), setup, DAY)):
        steps = await steps_left(having(text), plan)
        assert status is Status.OK or value(steps) == REJECT
    assert not of_org(await as_noted(having(text), setup, DAY)).dmarc_first


@pytest.mark.parametrize("above", ["none", "reject"])
async def test_what_a_domain_above_says_counts_only_where_it_enforces(above: str) -> None:
    domains = tuple(d for d in SETUP.domains if d.name == "sub.example.org")
    setup = staged(replace(SETUP, domains=domains), DAY)
    world = having(f"v=DMARC1; p={above}").without("_dmarc.sub.example.org", "TXT")
    found = [f for f in await findings(setup, MemoryDns(world)) if f.topic == "dmarc"]
    assert [f.code for f in found] == [{"none": "missing", "reject": "inherited-policy"}[above]]


async def test_who_inherits_a_policy_that_enforces_is_led_to_none_milder() -> None:
    domains = tuple(d for d in SETUP.domains if d.name == "sub.example.org")
    plan = staged(replace(SETUP, domains=domains), DAY)
    for above, first in (("none", True), ("reject; t=y", False), ("quarantine; t=y", True)):
        world = having(f"v=DMARC1; p={above}").without("_dmarc.sub.example.org", "TXT")
        (domain,) = (await as_noted(world, plan, DAY)).domains
        assert (domain.dmarc_first, bool(domain.dmarc_at_once)) == (first, not first)


async def test_a_yes_with_a_reason_opens_it_at_once() -> None:
    setup = staged(at_once(staged(SETUP, DAY), ORG, "It is new."), DAY)
    assert value(await steps_left(ABSENT, setup)) == REJECT


async def test_the_days_are_those_of_the_plan_and_each_domain_has_its_own() -> None:
    own = replace(of_org(SETUP), dmarc=Dmarc(reporting_days=30))
    rest = tuple(d for d in SETUP.domains if d.apex != ORG)
    at_zero = replace(SETUP, domains=(own, *rest), dmarc=Dmarc(reporting_days=0))
    setup = await as_noted(having(NONE), at_zero, DAY)
    assert [d.name for d in setup.domains if d.dmarc_first] == ["example.org"]
    assert of_org(staged(setup, DAY + days(29))).dmarc_first
    assert not of_org(staged(setup, DAY + days(30))).dmarc_first


async def test_the_time_begins_when_all_name_servers_have_it() -> None:
    half = MemoryDns(having(NONE), own={NS2: ABSENT})
    assert of_org(await as_noted(ABSENT, SETUP, DAY, half)).dmarc_since is None
    setup, later = await as_noted(having(NONE), SETUP, DAY), DAY + days(3)
    silent = MemoryDns(ABSENT, faults=(Fault("_dmarc.example.org"),))
    for memory in (half, silent, MemoryDns(having(NONE))):
        assert of_org(await as_noted(ABSENT, setup, later, memory)).dmarc_since == DAY
    assert of_org(await as_noted(ABSENT, setup, later)).dmarc_since is None


@pytest.mark.parametrize("wrong", [date(1970, 1, 1), DAY + days(900)])
async def test_a_day_of_a_clock_that_was_wrong_is_not_believed(wrong: date) -> None:
    domains = tuple(replace(d, dmarc_since=wrong) for d in SETUP.domains)
    setup = staged(replace(SETUP, domains=domains), DAY)
    assert of_org(setup).dmarc_first
    assert of_org(await as_noted(having(NONE), setup, DAY)).dmarc_since == DAY


async def test_a_plan_that_only_wants_reports_has_nothing_to_wait_for() -> None:
    setup = await as_noted(having(NONE), replace(SETUP, dmarc=Dmarc(p="none")), DAY)
    assert not any(domain.dmarc_first for domain in setup.domains)
    later = replace(setup, dmarc=Dmarc(p="quarantine"))
    assert of_org(staged(later, DAY)).dmarc_first
    assert not of_org(staged(later, DAY + days(14))).dmarc_first


async def test_who_adds_the_first_policy_reads_once_what_it_does_and_who_takes_the_reports() -> (
    None
):
    (step,) = await steps_left(ABSENT, await as_noted(ABSENT, SETUP, DAY))
    assert step.act is Act.PUBLISH
    assert step.why.count("receivers report who sends") == 1
    assert not any("receivers report who sends" in warning for warning in step.warnings)
    assert step.note == "The stricter policy waits for reports; y takes it without."
    assert not step.warnings
    assert step.why.endswith(
        "Reports come to mailauth-reports@example.org: if there is no such mailbox or alias, "
        "create it in mailcow."
    )


@pytest.mark.parametrize(("rua", "is_told"), [("", True), (f"; {RUA}", False)])
async def test_who_changes_a_policy_is_told_of_a_mailbox_that_was_not_asked_for_before(
    rua: str, is_told: bool
) -> None:
    world = having(f"v=DMARC1; p=none{rua}")
    (step,) = await steps_left(world, SETUP)
    assert any("if there is no such mailbox" in each for each in step.warnings) == is_told

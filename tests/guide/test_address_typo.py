"""A wrong address at the mail host's name, by which no mail goes yet."""

from dataclasses import replace
from datetime import UTC, datetime

import dns.name
import pytest

from mailcow_dns_tui.cli.plain.words import rest_lines
from mailcow_dns_tui.guide.plan import guide
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.guide.titles import still_wrong, titled
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.wizard.screens.guide_text import rest_content, waiting_lines
from tests.guide.looking import Remembering, steps_left
from tests.guide.states import GOOD_WORLD, HOST, RECORDS, SETUP
from tests.guide.test_order import COM, ORG, about, spf
from tests.memory_dns import RESOLVER, MemoryDns, World
from tests.topics.setups import findings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TYPO = "2001:db8::1"
GOOGLES = "v=spf1 include:_spf.example.net ~all"


def mistyped(*mx: str) -> World:
    """Mail goes to these for all domains, by whose SPF record this server may not send."""
    world = spf(GOOD_WORLD, GOOGLES).having(HOST, "AAAA", TYPO)
    for domain in SETUP.apexes:
        world = world.having(domain, "MX", *mx)
    return world


@pytest.mark.parametrize("mx", [("10 old.example.net.",), ("0 .",), ()])
async def test_it_is_put_right_at_once(mx: tuple[str, ...]) -> None:
    step = about(await steps_left(mistyped(*mx)), HOST, "AAAA")
    assert (step.act, step.locked, step.remove) == (Act.CHANGE, "", (f"{HOST} AAAA {TYPO}",))
    assert (step.moves_mail, step.warnings) == (False, ())


@pytest.mark.parametrize("domain", [ORG, COM])
@pytest.mark.parametrize(
    "mx", [("10 old.example.net.", f"20 {HOST}."), ("10 other.example.org.",)], ids=["MX", "alias"]
)
async def test_where_mail_goes_there_it_would_move(domain: str, mx: tuple[str, ...]) -> None:
    world = spf(mistyped("10 old.example.net."), GOOGLES).having(domain, "MX", *mx)
    world = world.having("other.example.org", "CNAME", f"{HOST}.")
    world = world.having(HOST, "A", "9.9.9.9").having(domain, "TXT", f'"{GOOGLES}"')
    step = about(await steps_left(world), HOST, "AAAA")
    name = dns.name.from_text(domain).to_text(omit_final_dot=True)
    assert f"The SPF record of {name} does not allow this server" in step.locked
    assert step.moves_mail
    assert "mailboxes have to be here already" in step.warnings[0]


async def test_what_a_resolver_still_has_is_where_mail_goes() -> None:
    world = mistyped("10 old.example.net.")
    before = MemoryDns(world, own={RESOLVER: world.having(ORG, "MX", f"10 {HOST}.")})
    assert about(await steps_left(world, memory=before), HOST, "AAAA").moves_mail


async def test_without_mx_mail_goes_to_a_domain_that_is_the_host() -> None:
    setup = replace(SETUP, server=replace(SETUP.server, hostname="example.org"))
    world = mistyped("10 old.example.net.").having(ORG, "AAAA", TYPO)
    assert not about(await steps_left(world, setup), ORG, "AAAA").moves_mail
    assert about(await steps_left(world.without(ORG, "MX"), setup), ORG, "AAAA").moves_mail


async def test_what_waits_says_what_is_wrong_of_it() -> None:
    steps = await steps_left(mistyped("10 old.example.net.", f"20 {HOST}."))
    assert about(steps, HOST, "AAAA").locked
    state, wrong = GuideState(steps), f"(published: {TYPO})"
    for said in (
        str(rest_content(state, SETUP, NOON.date())),
        "\n".join(line.plain for line in waiting_lines(steps, state, NOON)),
        "\n".join(rest_lines(state, SETUP, Report(), NOON)),
    ):
        assert f"AAAA {HOST}" in said
        assert wrong in said
    assert "published" not in " ".join(map(titled, (s for s in steps if s.is_open)))


async def test_what_was_saved_wrongly_is_told_though_it_has_to_wait() -> None:
    typed = mistyped("10 old.example.net.", f"20 {HOST}.")
    state = GuideState()
    for world in (typed.without(HOST, "AAAA"), typed):
        found = await findings(SETUP, Remembering(world))
        report = Report().with_records(RECORDS).with_findings(found)
        state = state.looked(guide(SETUP, RECORDS, found), report, NOON)
        if world is not typed:
            state = replace(state, current=about(state.steps, HOST, "AAAA")).save()
    (step,) = state.came_back
    assert step.locked
    assert f"so far the name servers have {TYPO}" in still_wrong(step)

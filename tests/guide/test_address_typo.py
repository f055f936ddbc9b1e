"""A wrong address at the mail host's name, by which no mail goes yet."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.code import Act
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.guide.test_order import COM, ORG, about, spf
from tests.memory_dns import RESOLVER, MemoryDns, World

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

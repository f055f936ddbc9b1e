"""DKIM selectors: wildcards, aliases, names that are denied, and several keys of one domain."""

from dataclasses import replace

import dns.name
import dns.rcode
import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from tests.memory_dns import NS2, Fault, MemoryDns, Wrapped, good_zone
from tests.topics.setups import KEY, OTHER_KEY, SMALL, findings, with_domain

OWNER = "dkim._domainkey.example.org."
NAME = dns.name.from_text(OWNER)
NODE = dns.name.from_text("_domainkey.example.org.")
GOOD = good_zone(SMALL)
TWO_KEYS = with_domain(
    Domain("example.org", dkim=(DkimKey(key=KEY), DkimKey("next.x", f"v=DKIM1; p={OTHER_KEY}")))
)


class Denying(Wrapped):
    """A DNS where one name server knows no empty non-terminals."""

    def __init__(self, inner: MemoryDns, node: Name = NODE) -> None:
        super().__init__(inner)
        self.node = node

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        lookup = await super().ask(name, rdtype)
        if name != self.node:
            return lookup
        denied = (
            replace(answer, rcode=dns.rcode.NXDOMAIN) if answer.source.name == NS2 else answer
            for answer in lookup.answers
        )
        return replace(lookup, answers=tuple(denied))


async def of_dkim(dns_: Dns, setup: Setup = SMALL) -> list[Finding]:
    return [each for each in await findings(setup, dns_) if each.topic == "dkim"]


async def test_a_wildcard_that_answers_for_the_selector_is_named() -> None:
    for owner in ("*._domainkey.example.org.", "*.example.org."):
        world = GOOD.without(OWNER, "TXT").having(owner, "TXT", '"v=DKIM1; p="')
        (found,) = await of_dkim(MemoryDns(world))
        assert (found.code, found.status) == ("wildcard-answers", Status.ERROR)


async def test_a_wildcard_alias_that_answers_for_the_selector_is_named() -> None:
    world = GOOD.without(OWNER, "TXT").having("*.example.org.", "CNAME", "mail.example.org.")
    (found,) = await of_dkim(MemoryDns(world))
    assert found.code == "wildcard-answers"


async def test_a_wildcard_beside_a_record_of_its_own_is_fine_and_not_asked_for() -> None:
    world = GOOD.having("*._domainkey.example.org.", "TXT", '"v=DKIM1; p="')
    memory = MemoryDns(world)
    (found,) = await of_dkim(memory)
    assert found.status is Status.OK
    below = {name for name, _ in memory.asked if name.is_subdomain(NODE)}
    assert below == {NODE, dns.name.from_text(OWNER)}


async def test_a_wildcard_is_asked_for_below_the_longest_names_too() -> None:
    domain = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 34, "example"])
    setup = with_domain(Domain(domain, dkim=(DkimKey("x.y", KEY),)))
    owner = dns.name.from_text(f"x.y._domainkey.{domain}.")
    world = good_zone(setup)
    (found,) = await of_dkim(MemoryDns(world.having(owner, "TXT", '"v=DKIM1; p="')), setup)
    assert found.code == "revoked"
    wild = dns.name.from_text(f"*.{domain}.")
    world = world.without(owner, "TXT").having(wild, "TXT", '"v=DKIM1; p="')
    (found,) = await of_dkim(MemoryDns(world), setup)
    assert found.code == "wildcard-answers"


async def test_a_wildcard_is_not_blamed_for_a_wrong_record_of_its_own() -> None:
    world = GOOD.having("*._domainkey.example.org.", "TXT", '"v=DKIM1; p="')
    (found,) = await of_dkim(MemoryDns(world.having(OWNER, "TXT", f'"v=DKIM1; p={KEY[:200]}"')))
    assert found.code == "cut-off"


async def test_an_alias_to_the_key_is_fine_and_one_to_nothing_is_named() -> None:
    alias = GOOD.without(OWNER, "TXT").having(OWNER, "CNAME", "key.example.org.")
    there = alias.having("key.example.org.", "TXT", f'"p={KEY[:200]}" "{KEY[200:]}"')
    (found,) = await of_dkim(MemoryDns(there))
    assert found.status is Status.OK
    (found,) = await of_dkim(MemoryDns(alias))
    assert (found.code, found.status) == ("cname-in-the-way", Status.ERROR)
    assert "CNAME to key.example.org" in found.message


async def test_a_name_server_that_denies_the_name_above_the_key_is_named() -> None:
    good, denied = await of_dkim(Denying(MemoryDns(GOOD)))
    assert good.status is Status.OK
    assert (denied.code, denied.status, denied.name) == ("denied-name", Status.WARNING, NODE)
    assert NS2.rstrip(".") in denied.message
    assert "ns1" not in denied.message


async def test_the_names_in_a_selector_with_dots_are_looked_at_too() -> None:
    node = dns.name.from_text("x._domainkey.example.org.")
    dns_ = Denying(MemoryDns(good_zone(TWO_KEYS)), node)
    codes = [each.code for each in await of_dkim(dns_, TWO_KEYS)]
    assert codes == ["as-wanted", "as-wanted", "denied-name"]


async def test_a_denied_name_says_nothing_where_no_key_is_below() -> None:
    (found,) = await of_dkim(Denying(MemoryDns(GOOD.without(OWNER, "TXT"))))
    assert found.code == "missing"


async def test_a_server_that_has_no_key_is_not_blamed_for_denying_the_name_above() -> None:
    memory = MemoryDns(GOOD, own={NS2: GOOD.without(OWNER, "TXT")})
    (found,) = await of_dkim(Denying(memory))
    assert found.code == "servers-disagree"


async def test_a_silent_server_is_not_taken_for_a_denying_one() -> None:
    (found,) = await of_dkim(
        MemoryDns(GOOD, faults=(Fault("_domainkey.example.org.", server=NS2),))
    )
    assert found.status is Status.OK


async def test_each_key_of_a_domain_is_judged_by_itself() -> None:
    next_owner = "next.x._domainkey.example.org."
    world = good_zone(TWO_KEYS).without(next_owner, "TXT")
    found = {each.name.to_text(): each.code for each in await of_dkim(MemoryDns(world), TWO_KEYS)}
    assert found == {OWNER: "as-wanted", next_owner: "missing"}


async def test_a_planned_key_at_the_name_of_another_is_told_whose_it_is() -> None:
    world = GOOD.having(OWNER, "TXT", f'"p={OTHER_KEY[:200]}" "{OTHER_KEY[200:]}"')
    other_domain = Domain("example.com", dkim=(DkimKey(key=OTHER_KEY),))
    both = replace(SMALL, domains=(*SMALL.domains, other_domain))
    for setup, end in (
        (TWO_KEYS, "has the key that the plan has for the selector next.x."),
        (both, "has the key that the plan has for example.com."),
        (SMALL, "is not the server's key: its signatures fail."),
    ):
        (found,) = (f for f in await of_dkim(MemoryDns(world), setup) if f.name == NAME)
        assert found.code == "other-key"
        assert found.message.endswith(end)


@pytest.mark.parametrize("published", [True, False])
async def test_an_alias_domain_without_a_key_is_told_how_to_get_one(*, published: bool) -> None:
    alias = Domain("example.com", alias_of="example.org")
    setup = replace(SMALL, domains=(*SMALL.domains, alias))
    owner, world = "dkim._domainkey.example.com.", good_zone(SMALL).with_zone("example.com")
    if published:
        world = world.having(owner, "TXT", f'"v=DKIM1; p={KEY[:200]}" "{KEY[200:]}"')
    (found,) = (f for f in await of_dkim(MemoryDns(world), setup) if f.name.to_text() == owner)
    assert (found.code, found.status) == ("key-not-in-plan", Status.UNKNOWN)
    unsigned = "without one it is not signed, or as mail of example.org, which does not count"
    assert unsigned in found.message
    assert ("has a DKIM key" in found.message) is published
    assert (
        "add one, or duplicate that of example.org. Then enter it in the plan (step 2, DKIM key)."
        in found.fix
    )

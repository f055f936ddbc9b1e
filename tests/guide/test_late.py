"""What waits for those who still have what was published before, and what need not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailcow_dns_tui.guide.plan import guide
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.step import GuideStep
from tests.guide.looking import Remembering, steps_left
from tests.guide.states import (
    GOOD_WORLD,
    HOST,
    OLD_KEY,
    OTHER_NAME,
    RECORDS,
    SETUP,
    elsewhere,
    from_nothing,
    moved,
)
from tests.guide.test_order import COM, ORG, about, spf
from tests.memory_dns import NS2, RESOLVER, World
from tests.topics.setups import findings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OURS = "ip4:1.2.3.4 ip6:2001:db8::10"
OLD = "v=spf1 ip4:9.9.9.9 -all"


async def seen(world: World, old: World, *late: str) -> tuple[GuideStep, ...]:
    """The steps while some still have the old world."""
    memory = Remembering(world, own=dict.fromkeys(late or (RESOLVER,), old))
    return guide(SETUP, RECORDS, await findings(SETUP, memory), NOON)


def with_host(world: World) -> World:
    for record in RECORDS:
        if record.topic == "host":
            world = world.having(record.owner, record.type_text, record.rdata.to_text())
    return world


def by(world: World, **sets: str) -> World:
    """By a wildcard alone."""
    for rdtype, rdata in sets.items():
        world = world.having("*.example.org", rdtype, rdata)
    for record in RECORDS:
        if record.topic == "host":
            world = world.having("host.example.net.", record.type_text, record.rdata.to_text())
    return world


def proxied(world: World) -> World:
    world = world.having(HOST, "A", "104.16.1.1")
    return world.having(HOST, "AAAA", "2606:4700::1111")


@pytest.mark.parametrize(
    ("old", "late"),
    [
        (by(from_nothing(), A="1.2.3.4"), RESOLVER),
        (by(from_nothing(), CNAME="host.example.net."), RESOLVER),
        (proxied(from_nothing()), RESOLVER),
        (from_nothing(), NS2),
    ],
    ids=["a wildcard's address", "a wildcard's CNAME", "a proxy's address", "a stale secondary"],
)
async def test_what_leads_nowhere_else_locks_nothing_but_reverse_dns(old: World, late: str) -> None:
    world = with_host(from_nothing())
    before = {step.key for step in await seen(world, world) if step.locked}
    locked = [step for step in await seen(world, old, late) if step.locked]
    assert [s for s in locked if s.key not in before and s.finding.topic != "ptr"] == []


async def test_an_mx_that_was_there_waits_while_some_find_another_address() -> None:
    world = elsewhere(f"v=spf1 {OURS} ip4:9.9.9.9 -all")
    for old in (proxied(world), world.without(HOST, "A").without(HOST, "AAAA")):
        step = about(await seen(world, old), ORG, "MX")
        assert "is not seen everywhere until 12:05." in step.locked
    lost = world.having(ORG, "MX", "0 .")
    assert about(await seen(lost, proxied(lost)), ORG, "MX").is_open


async def test_spf_names_the_addresses_and_does_not_wait_for_what_some_have_not_seen() -> None:
    world = spf(GOOD_WORLD, "v=spf1 -all")
    step = about(await seen(world, world.without(ORG, "MX")), ORG, "TXT")
    assert step.is_open
    assert step.record is not None
    assert step.record.value == f"v=spf1 {OURS} mx a -all"


async def test_an_mx_waits_while_receivers_may_have_an_spf_record_that_refuses_replies() -> None:
    old = elsewhere(OLD)
    mx = about(await seen(elsewhere(f"v=spf1 {OURS} ip4:9.9.9.9 -all"), old), ORG, "MX")
    assert mx.locked == (
        "Receivers may still have the old SPF record of example.org until 12:05, and would refuse "
        "this server's replies. This step opens when the new one is seen everywhere."
    )


@pytest.mark.parametrize("text", ["v=spf1 ip4:9.9.9.9 ~all", "v=spf1 ip4:9.9.9.9"])
async def test_it_does_not_wait_where_nothing_is_refused(text: str) -> None:
    world = elsewhere(f"v=spf1 {OURS} ip4:9.9.9.9 ~all")
    assert about(await seen(world, elsewhere(text)), ORG, "MX").is_open


async def test_an_spf_record_that_is_kept_long_is_said_to_put_the_move_off() -> None:
    world = elsewhere(OLD)
    kept = 86400
    found = [
        replace(
            each,
            lookup=replace(
                each.lookup,
                answers=tuple(replace(answer, ttl=kept) for answer in each.lookup.answers),
            ),
        )
        if each.topic == "spf" and each.lookup
        else each
        for each in await findings(SETUP, Remembering(world))
    ]
    step = about(guide(SETUP, RECORDS, found, NOON), ORG, "TXT")
    (warning,) = step.warnings
    assert warning == (
        "Receivers keep the old record for up to 24 hours (its TTL), and mail can move here only "
        "after that. To move sooner after the change, publish the old record with a short TTL, "
        "such as 300, 24 hours before."
    )
    short = about(await seen(world, world), ORG, "TXT")
    assert short.warnings == ()


async def test_an_mx_and_an_address_wait_until_the_new_key_is_seen_everywhere() -> None:
    pinned = f"_25._tcp.{HOST}"
    old = elsewhere(f"v=spf1 {OURS} -all").having(pinned, "TLSA", f"3 1 1 {OLD_KEY}")
    world = old.adding(pinned, "TLSA", f"3 1 1 {SETUP.server.spki_sha256}")
    assert "seen everywhere" in about(await seen(world, old), ORG, "MX").locked
    assert about(await seen(world, world), ORG, "MX").is_open
    absent = old.without(pinned, "TLSA")
    assert about(await seen(world, absent), ORG, "MX").is_open


async def test_the_new_address_is_in_spf_before_the_host_moves() -> None:
    world = moved(OLD)
    steps = await steps_left(world)
    texts = [step for step in steps if step.finding.topic == "spf" and step.wanted]
    assert len(texts) == len(SETUP.apexes)
    for step in texts:
        assert (step.act, step.is_open) == (Act.CHANGE, True)
        assert step.record is not None
        assert step.record.value == f"v=spf1 {OURS} mx a ip4:9.9.9.9 -all"
    assert "The SPF record of example.org does not allow" in about(steps, HOST, "A").locked
    assert "The SPF record of example.org does not allow" in about(steps, HOST, "AAAA").locked
    assert [step.locked != "" for step in steps if step.finding.topic == "ptr"] == [True, True]


async def test_the_host_waits_for_the_spf_records_of_all_domains() -> None:
    world = moved(f"v=spf1 {OURS} ip4:9.9.9.9 -all")
    assert about(await steps_left(world), HOST, "A").is_open
    refusing = world.having(COM, "TXT", f'"{OLD}"')
    assert "SPF record of example.com" in about(await steps_left(refusing), HOST, "A").locked
    assert "until 12:05" in about(await seen(world, refusing), HOST, "A").locked


async def test_what_only_a_late_secondary_still_has_was_deleted_already() -> None:
    old = GOOD_WORLD.having(ORG, "MX", f"10 {HOST}.", "20 backup.example.net.")
    new = GOOD_WORLD.having(ORG, "MX", f"10 {HOST}.", "20 gone.example.net.")
    assert about(await seen(old, old), ORG, "MX").remove == (
        "example.org MX 20 backup.example.net.",
    )
    step = about(await seen(new, old, NS2), ORG, "MX")
    assert (step.act, step.removals) == (Act.WAIT, ())
    assert step.what.startswith("Wait until all name servers of the zone have it")


BY_NAME = elsewhere("v=spf1 mx a -all")


def both(world: World) -> World:
    """Mail goes elsewhere first, and then to the server by its other name."""
    return world.having(ORG, "MX", "5 old.example.net.", f"10 {OTHER_NAME}.")


@pytest.mark.parametrize("rdtype", ["A", "AAAA"])
async def test_an_mx_waits_while_some_do_not_see_an_address_by_which_spf_names_it(
    rdtype: str,
) -> None:
    world = both(BY_NAME)
    mx = about(await seen(world, world.without(HOST, rdtype)), ORG, "MX")
    assert mx.locked == (
        f"Receivers may still not see the {rdtype} record of mail.example.org until 12:05, by "
        "which the SPF record of example.org allows this server, and would refuse its replies. "
        "This step opens when it is seen everywhere."
    )


@pytest.mark.parametrize(
    "words",
    [
        f"{OURS} -all",
        "ip4:1.2.3.0/24 ip6:2001:db8::/32 -all",
        "include:us.example.net -all",
        "redirect=us.example.net",
        "include:our.example.net -all",
    ],
    ids=["its addresses", "its networks", "by an include", "by a redirect", "by both"],
)
async def test_it_does_not_wait_where_spf_names_the_address_itself(words: str) -> None:
    world = both(elsewhere(f"v=spf1 mx {words}"))
    world = world.having("us.example.net", "TXT", f'"v=spf1 {OURS} -all"')
    world = world.having("our.example.net", "TXT", '"v=spf1 redirect=us.example.net"')
    assert about(await seen(world, world.without(HOST, "AAAA")), ORG, "MX").is_open


async def test_nor_where_mail_arrives_here_already_or_nowhere() -> None:
    world = BY_NAME.having(ORG, "MX", f"10 {HOST}.", "20 backup.example.net.")
    assert about(await seen(world, world.without(HOST, "AAAA")), ORG, "MX").is_open
    lost = BY_NAME.having(ORG, "MX", "0 .")
    assert about(await seen(lost, lost.without(HOST, "AAAA")), ORG, "MX").is_open


async def test_it_waits_for_a_name_server_without_the_spf_record_where_nothing_is_signed() -> None:
    old = elsewhere("v=spf1 ip4:9.9.9.9 ~all").without(f"dkim._domainkey.{ORG}", "TXT")
    world = spf(old, f"v=spf1 {OURS} ip4:9.9.9.9 ~all")
    step = about(await seen(world, old, NS2), ORG, "MX")
    assert "may pass neither SPF nor DKIM" in step.locked
    assert about(await seen(world, world), ORG, "MX").is_open


async def test_an_mx_waits_for_the_old_spf_record_though_the_new_one_has_a_fault_of_its_own() -> (
    None
):
    old = GOOD_WORLD.having(COM, "MX", "5 old.example.net.", "7 backup.example.net.")
    old = old.having(COM, "TXT", '"v=spf1 ip4:8.8.8.8 -all"')
    world = old.having(COM, "TXT", f'"v=spf1 {OURS} mx a ip4:8.8.8.8 -all"')
    for late in (RESOLVER, NS2):
        steps = await seen(world, old, late)
        assert about(steps, COM, "TXT").finding.code == "too-many-void-lookups"
        assert "Receivers may still have the old SPF record" in about(steps, COM, "MX").locked
    assert about(await seen(world, world), COM, "MX").is_open

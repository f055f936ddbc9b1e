"""A zone file that is imported breaks no more than the guide's steps, and nothing that is there."""

from collections.abc import Sequence
from dataclasses import replace

import dns.name
import dns.zone
import pytest
from dns.rdatatype import RdataType
from hypothesis import Phase, given, settings

from mailcow_dns_tui.guide.zone_import import (
    ZoneImport,
    can_import,
    expectation,
    refusal,
    zone_import,
)
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.panels.load import by_id, profiles
from mailcow_dns_tui.panels.profile import Import, Profile
from tests.guide.glance import Glance, find, only_plan
from tests.guide.judge import judge, worse
from tests.guide.owner import publish
from tests.guide.states import (
    ALIASES,
    FACTS,
    SETUP,
    WILDCARDS,
    State,
    aliased,
    all_wrong,
    by_wildcard,
    elsewhere,
    from_nothing,
    moving,
    on_the_old_server,
    states,
)
from tests.guide.walking import DAY, Looks, walk
from tests.memory_dns import World

ORG = dns.name.from_text("example.org")


def panel(panel_id: str = "cloudflare") -> Profile:
    found = by_id(panel_id)
    assert found is not None
    return found


async def imports(
    world: World, setup: Setup = SETUP, at: Profile | None = None
) -> tuple[Setup, Sequence[ZoneImport]]:
    looks, glance = Looks(), Glance(world)
    setup = await looks.noted(setup, DAY, glance)
    steps = await looks.steps(setup, glance)
    found = await find(only_plan(setup), glance)
    made = [zone_import(zone, at or panel(), setup, steps, found) for zone in setup.zones]
    return setup, [each for each in made if each.records]


async def import_all(world: World, setup: Setup = SETUP) -> tuple[Setup, World]:
    """File after file, until there is none to import; mail is judged after each."""
    while True:
        setup, made = await imports(world, setup)
        if not made:
            return setup, world
        for each in made:
            after = world
            for record in each.records:
                assert (record.owner, record.rdtype) not in world.rrsets, str(record.owner)
                after = publish(after, record)
            broken = worse(judge(world, FACTS), judge(after, FACTS))
            assert not broken, f"{broken} by\n{each.text}"
            world = after


@pytest.mark.parametrize(
    "world",
    [
        from_nothing(),
        on_the_old_server(),
        elsewhere("v=spf1 ip4:9.9.9.9 -all"),
        moving("none", "10 old.example.net."),
        all_wrong(1),
        all_wrong(2),
        *(by_wildcard(variant) for variant in range(len(WILDCARDS))),
        *(aliased(variant, bare=bare) for variant in range(len(ALIASES)) for bare in (True, False)),
    ],
)
async def test_files_break_no_mail_and_the_guide_leads_on_from_there(world: World) -> None:
    setup, after = await import_all(world)
    await walk(after, setup)


@settings(deadline=None, max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(states())
async def test_no_file_breaks_mail_whatever_is_published(state: State) -> None:
    await import_all(state.world, state.setup)


async def test_it_holds_what_is_safe_now_and_says_how_much_is_not() -> None:
    _, made = await imports(from_nothing())
    org = next(each for each in made if each.zone == ORG)
    lines = {(r.name, r.type_text): r.value for r in org.records}
    assert lines["_dmarc", "TXT"].startswith("v=DMARC1; p=none;")
    assert ("mail", "A") in lines
    assert ("@", "MX") not in lines, "mail would be sent to a host that has no address yet"
    assert [step.record.type_text for step in org.by_hand if step.record] == ["CAA"]
    assert org.later


async def test_what_would_stand_beside_something_else_is_left_to_be_done_by_hand() -> None:
    world = from_nothing().adding("example.org", "TXT", '"some-site-verification=1"')
    world = world.adding("_smtp._tls.example.org", "CNAME", "reports.example.net.")
    _, made = await imports(world)
    org = next(each for each in made if each.zone == ORG)
    assert {"@", "_smtp._tls"}.isdisjoint(record.name for record in org.records)
    assert "@" in {step.record.name for step in org.by_hand if step.record}


async def test_the_services_can_be_left_out_as_one() -> None:
    world = from_nothing()
    for each in (await imports(world))[1]:
        for record in each.records:
            world = publish(world, record)
    _, made = await imports(world)
    services = {r.owner.labels[0] for each in made for r in each.service_records}
    assert services == {b"_caldavs"}
    for each in made:
        left = each.without_services
        assert {r.rdtype for r in left.records}.isdisjoint({RdataType.SRV})
        assert set(left.records) == set(each.records) - set(each.service_records)


async def test_the_file_is_read_back_as_the_records() -> None:
    for each in (await imports(from_nothing(), at=panel("azure")))[1]:
        zone = dns.zone.from_text(each.text, each.zone, relativize=False, check_origin=False)
        there = {(name, rdata) for name, _, rdata in zone.iterate_rdatas()}
        assert there == {(record.owner, record.rdata) for record in each.records}


async def test_at_cloudflare_nothing_goes_through_the_proxy() -> None:
    _, made = await imports(from_nothing())
    lines = [line for each in made for line in each.text.splitlines() if " IN A" in line]
    assert lines
    assert all(line.endswith("; cf_tags=cf-proxied:false") for line in lines)


async def test_what_the_panel_cannot_hold_is_not_in_the_file() -> None:
    _, made = await imports(from_nothing(), at=replace(panel(), boxes={}))
    assert made == []


@pytest.mark.parametrize("each", profiles(), ids=lambda each: each.id)
def test_a_file_is_offered_only_where_the_rest_of_the_zone_stays(each: Profile) -> None:
    replaces = each.zone_import in {Import.REPLACE, Import.NONE}
    assert bool(refusal(each)) == replaces
    assert not (replaces and can_import(each))
    if not replaces:
        assert "compare" in expectation(each) or each.verified("import")

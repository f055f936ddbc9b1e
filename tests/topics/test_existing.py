"""What a domain has already is kept: one record of it and of what is wanted."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup, Spf
from mailcow_dns_tui.model.suggestion import PublishedAnswers, Suggestion, filled, with_answer
from mailcow_dns_tui.topics.existing import existing
from mailcow_dns_tui.topics.registry import plan
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import SMALL

APEX = "example.org."
BARE = good_zone(SMALL).without(APEX, "TXT").without("_dmarc.example.org.", "TXT")
US = ("mx", "a")
GOOGLE = '"v=spf1 ip4:198.51.100.7 -all"'


def with_spf(text: str, *others: str) -> World:
    world = BARE.with_zone("example.net.")
    world = world.having("_spf.example.net.", "TXT", GOOGLE)
    world = world.having("soft.example.net.", "TXT", '"v=spf1 redirect=soft2.example.net"')
    world = world.having("open.example.net.", "TXT", '"v=spf1 +all"')
    world = world.having("soft2.example.net.", "TXT", '"v=spf1 ~all"')
    return world.having(APEX, "TXT", f'"{text}"', *others)


async def found(world: World, setup: Setup = SMALL) -> PublishedAnswers:
    return await existing(setup, MemoryDns(world))


async def spf(text: str, setup: Setup = SMALL) -> Spf | None:
    suggestions = (await found(with_spf(text), setup)).suggestions
    return next((s.value for s in suggestions if isinstance(s.value, Spf)), None)


@pytest.mark.parametrize(
    ("published", "merged"),
    [
        ("v=spf1 include:_spf.example.net -all", Spf(("mx", "a", "include:_spf.example.net"))),
        (
            "v=spf1 include:_spf.example.net ~all",
            Spf(("mx", "a", "include:_spf.example.net"), "~all"),
        ),
        ("v=spf1 redirect=_spf.example.net", Spf(("mx", "a", "include:_spf.example.net"))),
        (
            "v=spf1 +mx A ip4:1.2.3.4 ip4:198.51.100.0/24 ptr -all",
            Spf(("mx", "a", "ip4:198.51.100.0/24")),
        ),
        ("v=spf1 ip4:198.51.100.1 +all", Spf(("mx", "a", "ip4:198.51.100.1"))),
        (
            "v=spf1 ip4:0.0.0.0/1 include:open.example.net include:_spf.example.net -all",
            Spf((*US, "include:_spf.example.net")),
        ),
        (
            "v=spf1 ip4:198.51.100.1 ip6:::/0 redirect=open.example.net",
            Spf((*US, "ip4:198.51.100.1")),
        ),
        (
            "v=spf1 include:_spf.example.net, mx ?all",
            Spf((*US, "include:_spf.example.net"), "?all"),
        ),
        ("v=spf1 ipv4:198.51.100.1 mx -all", Spf((*US, "ip4:198.51.100.1"))),
        ("v=spf1 redirect=soft.example.net", Spf((*US, "include:soft.example.net"), "~all")),
        ("v=spf1 a:example.org a:other.example.net -all", Spf(("mx", "a", "a:other.example.net"))),
    ],
)
async def test_the_senders_of_a_published_record_are_kept(published: str, merged: Spf) -> None:
    assert await spf(published) == merged


@pytest.mark.parametrize("end", ["", " ", "all", "+all"])
async def test_a_policy_without_its_end_gets_no_senders(end: str) -> None:
    setup = replace(SMALL, spf=Spf(US, end))
    assert await spf("v=spf1 ip4:198.51.100.1 +all", setup) is None


@pytest.mark.parametrize(
    "published",
    [
        "v=spf1 mx a -all",
        "v=spf1 a MX ~all",
        "v=spf1 ip4:1.2.3.4 -all",
        "v=spf1 mx include:open.example.net -all",
        "v=spf1 -include:_spf.example.net mx -all",
        "v=spf1 include:_spf.example.net include: -all",
        "some other text",
    ],
)
async def test_there_is_nothing_to_keep(published: str) -> None:
    assert await spf(published) is None


async def test_of_two_records_none_is_kept() -> None:
    two = with_spf("v=spf1 include:_spf.example.net -all", '"v=spf1 a -all"')
    assert (await found(two)).suggestions == ()


async def test_a_merged_record_stays_within_the_lookups() -> None:
    nine = " ".join(f"a:n{n}.example.net" for n in range(9))
    within = " ".join(nine.split()[:8])
    assert await spf(f"v=spf1 {within} -all") is not None
    seen = await found(with_spf(f"v=spf1 {nine} -all"))
    assert [s.key for s in seen.suggestions] == []
    (remark,) = seen.remarks
    assert "11 DNS lookups" in remark.sentence
    assert remark.domain == SMALL.apexes[0]


async def test_reports_go_on_to_where_they_go_now() -> None:
    published = (
        '"v=DMARC1; p=none; rua=mailto:x@report.example.net,mailto:; ruf=mailto:f@example.org"'
    )
    world = BARE.having("_dmarc.example.org.", "TXT", published)
    (suggestion,) = (await found(world)).suggestions
    assert suggestion.value == replace(
        SMALL.dmarc,
        rua=(*SMALL.dmarc.rua, "mailto:x@report.example.net"),
        ruf=("mailto:f@example.org",),
    )
    assert isinstance(suggestion.value, Dmarc)
    assert suggestion.value.p == "reject"


async def test_an_address_that_is_planned_is_not_added_again() -> None:
    published = '"v=DMARC1; p=none; rua=MAILTO:mailauth-reports@example.org"'
    world = BARE.having("_dmarc.example.org.", "TXT", published)
    assert (await found(world)).suggestions == ()


async def test_texts_of_others_are_kept() -> None:
    world = with_spf("v=spf1 mx a -all", '"google-site-verification=abc"', '"MS=ms1"')
    (suggestion,) = (await found(world)).suggestions
    assert (suggestion.key, suggestion.value) == (
        "verification",
        ("MS=ms1", "google-site-verification=abc"),
    )


async def test_what_could_not_be_asked_suggests_nothing() -> None:
    world = with_spf("v=spf1 include:_spf.example.net -all")
    silent = MemoryDns(world, faults=(Fault(APEX),))
    assert await existing(SMALL, silent) == PublishedAnswers()


async def test_nothing_is_taken_without_the_user() -> None:
    seen = await found(with_spf("v=spf1 include:_spf.example.net -all"))
    assert filled(SMALL, seen.suggestions, is_new=True) == SMALL


def taken(setup: Setup, suggestion: Suggestion) -> Setup:
    place = suggestion.place(setup)
    assert place is not None
    return with_answer(setup, place, suggestion.value)


async def test_what_was_taken_is_not_suggested_again() -> None:
    world = with_spf("v=spf1 include:_spf.example.net ~all", '"MS=ms1"')
    world = world.having("_dmarc.example.org.", "TXT", '"v=DMARC1;p=none;rua=mailto:x@example.net"')
    setup = SMALL
    seen = (await found(world)).suggestions
    assert len(seen) == 4
    for suggestion in seen:
        setup = taken(setup, suggestion)
        assert suggestion.is_applied(setup)
    assert (await found(world, setup)).suggestions == ()


@pytest.mark.parametrize(
    ("published", "offered"),
    [
        ("v=DMARC1; p=quarantine", "quarantine"),
        ("v=DMARC1; p=Quarantine; rua=mailto:x@example.org", "quarantine"),
        ("v=DMARC1; p=reject", None),
        ("v=DMARC1; p=none", None),
        ("v=DMARC1; p=nobody", None),
    ],
)
async def test_the_policy_that_is_published_is_offered_where_it_enforces_another_one(
    published: str, offered: str | None
) -> None:
    world = BARE.having("_dmarc.example.org.", "TXT", f'"{published}"')
    suggestions = (await found(world)).suggestions
    about = next((each for each in suggestions if each.key == "dmarc.p"), None)
    assert (about and about.value) == offered
    assert about is None or about.sentence == "example.org has p=quarantine now."


REPORTED = "v=DMARC1; p=reject; rua=mailto:postmaster@example.org"


async def test_the_addresses_of_reports_are_offered_in_place_of_the_planned_ones() -> None:
    world = BARE.having("_dmarc.example.org.", "TXT", f'"{REPORTED}"')
    suggestions = (await found(world)).suggestions
    about = next(each for each in suggestions if each.key == "dmarc.rua")
    assert about.sentence == "example.org has rua=mailto:postmaster@example.org now."
    (record,) = (each for each in plan(taken(SMALL, about)) if each.topic == "dmarc")
    assert record.value.endswith("rua=mailto:postmaster@example.org")
    assert (await found(world, taken(SMALL, about))).suggestions == ()


@pytest.mark.parametrize(
    "published",
    [
        "v=DMARC1; p=reject",
        "v=DMARC1; p=reject; rua=MAILTO:mailauth-reports@example.org",
        "v=DMARC1; p=reject; rua=mailto:x@example.org,mailto:",
    ],
)
async def test_no_addresses_of_reports_are_offered(published: str) -> None:
    world = BARE.having("_dmarc.example.org.", "TXT", f'"{published}"')
    assert "dmarc.rua" not in [each.key for each in (await found(world)).suggestions]


async def test_addresses_of_one_domain_are_not_offered_for_all() -> None:
    setup = replace(SMALL, domains=(*SMALL.domains, Domain("example.net")))
    world = BARE.having("_dmarc.example.org.", "TXT", f'"{REPORTED}"')
    assert "dmarc.rua" not in [each.key for each in (await found(world, setup)).suggestions]

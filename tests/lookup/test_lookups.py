"""Whom a run asks, and what it makes of the answers."""

import pytest
from dns.name import from_text
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Failure, Lookup
from tests.lookup.conftest import Asker
from tests.memory_dns import agreed


def heard(lookup: Lookup) -> dict[str, list[str]]:
    """What each name server or resolver has, by its name."""
    return {
        answer.source.name: [rdata.to_text() for rdata in answer.rdatas]
        for answer in lookup.answered
    }


def failed(lookup: Lookup) -> dict[str, Failure | None]:
    return {answer.source.name: answer.failure for answer in lookup.failed}


async def test_every_name_server_and_then_the_resolver(asker: Asker) -> None:
    lookup = await asker.ask("mail.example.org", zones="example.org")
    ten = ["192.0.2.10"]
    assert heard(lookup) == {"ns1.example.net.": ten, "ns2.example.net.": ten}
    assert all(answer.authoritative and answer.ttl == 300 for answer in lookup.answers)
    assert lookup.resolver is not None
    assert [r.to_text() for r in lookup.resolver.rdatas] == ten


async def test_absence_lasts_as_long_as_the_soa_says(asker: Asker) -> None:
    lookup = await asker.ask("missing.example.org", zones="example.org")
    assert lookup.absent
    assert [(a.ttl, a.nxdomain) for a in lookup.answers] == [(60, True), (60, True)]
    no_data = await asker.ask("mail.example.org", RdataType.AAAA, zones="example.org")
    assert [(a.ttl, a.absent, a.nxdomain) for a in no_data.answers] == [(60, True, False)] * 2
    assert (lookup.resolver, no_data.resolver) == (None, None)


async def test_name_servers_that_disagree(asker: Asker) -> None:
    lookup = await asker.ask("mail.stale.org", zones="stale.org")
    assert heard(lookup) == {"ns1.example.net.": ["192.0.2.10"], "ns3.example.net.": ["192.0.2.99"]}
    assert not agreed(lookup)


async def test_one_dead_name_server_does_not_hide_the_other(asker: Asker) -> None:
    lookup = await asker.ask("mail.half.org", zones="half.org")
    assert heard(lookup) == {"ns1.example.net.": ["192.0.2.10"]}
    assert failed(lookup) == {"ns5.example.net.": Failure.UNREACHABLE}


async def test_a_name_server_that_does_not_serve_the_zone(asker: Asker) -> None:
    lookup = await asker.ask("missing.lame.org", zones="lame.org")
    assert failed(lookup) == {"ns4.example.net.": Failure.REFUSED}
    assert lookup.absent


async def test_the_resolver_where_no_name_server_can_be_asked(asker: Asker) -> None:
    lookup = await asker.ask("host.dark.org", zones="dark.org")
    assert heard(lookup) == {"resolver": ["192.0.2.30"]}
    assert (lookup.failed, lookup.resolver) == ((), None)


async def test_the_resolver_where_no_name_server_has_an_address(asker: Asker) -> None:
    lookup = await asker.ask("host.lost.org", zones="lost.org")
    assert heard(lookup) == {"resolver": ["192.0.2.30"]}


async def test_a_foreign_name_is_asked_of_the_resolver_alone(asker: Asker) -> None:
    lookup = await asker.ask("host.example.net", zones="example.org")
    assert heard(lookup) == {"resolver": ["192.0.2.20"]}
    assert lookup.resolver is None
    absent = await asker.ask("missing.example.net", zones="example.org")
    assert absent.absent
    assert 0 < absent.answers[0].ttl <= 60


async def test_an_address_that_a_resolver_has_made_for_nat64(asker: Asker) -> None:
    assert (await asker.ask("host.example.net", RdataType.AAAA, zones="example.org")).absent
    published = await asker.ask("big.example.org", RdataType.AAAA, zones="example.org")
    assert [len(answer.rdatas) for answer in published.answers] == [1, 1]


async def test_answers_that_need_tcp(asker: Asker) -> None:
    key = await asker.ask("dkim._domainkey.example.org", RdataType.TXT, zones="example.org")
    assert [len(answer.rdatas) for answer in key.answers] == [1, 1]
    many = await asker.ask("many.example.org", RdataType.TXT, zones="example.org")
    assert [len(answer.rdatas) for answer in many.answers] == [40, 40]


async def test_a_zone_further_down_by_referral(asker: Asker) -> None:
    lookup = await asker.ask("mail.child.example.org", zones="example.org")
    assert heard(lookup) == {"ns.child.example.org.": ["192.0.2.41"]}


async def test_a_nested_zone_of_the_plan(asker: Asker) -> None:
    zones = "example.org sub.example.org child.example.org"
    lookup = await asker.ask("mail.sub.example.org", zones=zones)
    assert list(heard(lookup)) == ["ns1.example.net.", "ns2.example.net."]
    lookup = await asker.ask("mail.child.example.org", zones=zones)
    assert list(heard(lookup)) == ["ns.child.example.org."]


async def test_a_domain_below_a_registry_of_two_labels(asker: Asker) -> None:
    lookup = await asker.ask("mail.example.co.uk", zones="example.co.uk")
    assert heard(lookup) == {"ns1.example.net.": ["192.0.2.50"]}


async def test_a_domain_that_nobody_has_registered(asker: Asker) -> None:
    for zone in ("unheard-of.org", "unheard-of.co.uk"):
        lookup = await asker.ask(zone, RdataType.SOA, zones=zone)
        assert [answer.nxdomain for answer in lookup.answers] == [True]


async def test_a_planned_zone_that_is_none(asker: Asker) -> None:
    lookup = await asker.ask("new.example.org", zones="new.example.org")
    assert list(heard(lookup)) == ["ns1.example.net.", "ns2.example.net."]
    assert lookup.absent


async def test_the_parent_is_asked_for_a_ds(asker: Asker) -> None:
    below = await asker.ask(
        "child.example.org", RdataType.DS, zones="child.example.org example.org"
    )
    assert list(heard(below)) == ["ns1.example.net.", "ns2.example.net."]
    apex = await asker.ask("example.org", RdataType.DS, zones="example.org")
    assert list(heard(apex)) == ["resolver"]


async def test_an_internationalised_domain(asker: Asker) -> None:
    lookup = await asker.ask("mail.bücher.org", zones="bücher.org")
    assert heard(lookup) == {"ns1.example.net.": ["192.0.2.60"]}


async def test_reverse_names(asker: Asker) -> None:
    direct = await asker.ask("9.2.0.192.in-addr.arpa", RdataType.PTR)
    assert heard(direct) == {"ns1.example.net.": ["mail.example.org."]}
    # RFC 2317
    lookup = await asker.ask("10.2.0.192.in-addr.arpa", RdataType.PTR)
    assert heard(lookup) == {"ns1.example.net.": ["mail.example.org."]}
    assert lookup.aliases == (from_text("10.0-25.2.0.192.in-addr.arpa"),)


async def test_aliases_inside_the_zone(asker: Asker) -> None:
    lookup = await asker.ask("alias.example.org", zones="example.org")
    assert heard(lookup)["ns1.example.net."] == ["192.0.2.10"]
    assert lookup.aliases == (from_text("mail.example.org"),)
    cname = await asker.ask("alias.example.org", RdataType.CNAME, zones="example.org")
    assert heard(cname)["ns1.example.net."] == ["mail.example.org."]
    assert cname.aliases == ()


async def test_aliases_into_other_zones(asker: Asker) -> None:
    outside = await asker.ask("outside.example.org", zones="example.org")
    assert heard(outside)["ns2.example.net."] == ["192.0.2.20"]
    assert outside.aliases == (from_text("host.example.net"),)
    dark = await asker.ask("dark.example.org", zones="example.org dark.org")
    assert heard(dark)["ns2.example.net."] == ["192.0.2.30"]


@pytest.mark.parametrize(
    ("name", "expected"), [("half-old", [["192.0.2.99"]]), ("half-there", [[]])]
)
async def test_servers_that_disagree_at_the_end_of_an_alias(
    asker: Asker, name: str, expected: list[list[str]]
) -> None:
    """Some who follow the alias hear the one thing, and some the other."""
    lookup = await asker.ask(f"{name}.example.org", zones="example.org stale.org")
    there = heard(lookup)
    assert list(there) == ["ns1.example.net.", "ns3.example.net."]
    assert [there["ns3.example.net."]] == expected
    assert len(there["ns1.example.net."]) == 1
    assert {answer.aliases[0].to_text().split(".", 1)[1] for answer in lookup.answers} == {
        "stale.org."
    }


async def test_aliases_to_nothing(asker: Asker) -> None:
    for name, target in (("gone", "nothing.example.org"), ("dangling", "nothing.example.net")):
        lookup = await asker.ask(f"{name}.example.org", zones="example.org example.net")
        assert lookup.absent
        assert lookup.aliases == (from_text(target),)
        assert [answer.nxdomain for answer in lookup.answers] == [True, True]


async def test_aliases_in_a_circle(asker: Asker) -> None:
    for name in ("circle", "here"):
        lookup = await asker.ask(f"{name}.example.org", zones="example.org example.net")
        assert {answer.failure for answer in lookup.answers} == {Failure.LOOP}


@pytest.mark.parametrize(
    ("name", "zones", "zone"),
    [
        ("mail.example.org", "example.org", "example.org."),
        ("mail.child.example.org", "example.org", "child.example.org."),
        ("mail.sub.example.org", "example.org sub.example.org", "sub.example.org."),
        ("missing.new.example.org", "new.example.org", "example.org."),
        ("9.2.0.192.in-addr.arpa", "example.org", "2.0.192.in-addr.arpa."),
    ],
)
async def test_the_zone_that_has_the_name_is_told(
    asker: Asker, name: str, zones: str, zone: str
) -> None:
    lookup = await asker.ask(name, zones=zones)
    assert lookup.zone == from_text(zone)


async def test_of_a_foreign_name_no_zone_is_known(asker: Asker) -> None:
    assert (await asker.ask("host.example.net", zones="example.org")).zone is None

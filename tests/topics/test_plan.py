"""What a setup wants published."""

from dataclasses import replace

import dns.rdata
import dns.rdataclass
import pytest

from mailcow_dns_tui.model.names import octets
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup, Spf
from mailcow_dns_tui.topics.base import LONGEST_OWNER
from mailcow_dns_tui.topics.registry import plan
from tests.topics.setups import DKIM, FULL, KEY, SMALL, lines, of_topic, with_domain

MADE_OF_ANSWERS = {"dkim", "dmarc"}
"""Their owner names have a selector or another domain in them, and their lengths are looked at."""

HOST = "mail.example.org."
DAV_PATH = "path=/SOGo/dav/"
DOMAIN = SMALL.domains[0]


def test_one_domain_wants_what_mailcow_documents() -> None:
    assert lines(plan(SMALL)) == [
        "mail A 1.2.3.4",
        f"4 PTR {HOST}",
        f"autodiscover CNAME {HOST}",
        f"autoconfig CNAME {HOST}",
        f"@ MX 10 {HOST}",
        "@ TXT v=spf1 mx a -all",
        f"dkim._domainkey TXT {DKIM}",
        "_dmarc TXT v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org",
        f"_imap._tcp SRV 0 1 143 {HOST}",
        f"_imaps._tcp SRV 0 1 993 {HOST}",
        f"_pop3._tcp SRV 0 1 110 {HOST}",
        f"_pop3s._tcp SRV 0 1 995 {HOST}",
        f"_submission._tcp SRV 0 1 587 {HOST}",
        f"_submissions._tcp SRV 0 1 465 {HOST}",
        f"_smtps._tcp SRV 0 1 465 {HOST}",
        f"_sieve._tcp SRV 0 1 4190 {HOST}",
        f"_autodiscover._tcp SRV 0 1 443 {HOST}",
        f"_carddavs._tcp SRV 0 1 443 {HOST}",
        f"_carddavs._tcp TXT {DAV_PATH}",
        f"_caldavs._tcp SRV 0 1 443 {HOST}",
        f"_caldavs._tcp TXT {DAV_PATH}",
    ]


def test_only_reverse_dns_is_in_a_foreign_zone() -> None:
    foreign = [record for record in plan(SMALL) if record.external]
    assert [(r.owner.to_text(), r.zone.to_text()) for r in foreign] == [
        ("4.3.2.1.in-addr.arpa.", "3.2.1.in-addr.arpa.")
    ]
    assert {r.zone.to_text() for r in plan(SMALL) if not r.external} == {"example.org."}


def test_tiers_follow_how_much_mail_depends_on_a_record() -> None:
    tiers = {
        tier: {f"{r.topic} {r.type_text}" for r in plan(FULL) if r.tier is tier} for tier in Tier
    }
    assert tiers[Tier.REQUIRED] == {
        "host A",
        "host AAAA",
        "ptr PTR",
        "mx MX",
        "spf TXT",
        "dkim TXT",
    }
    assert tiers[Tier.RECOMMENDED] == {"clients CNAME", "dmarc TXT"}
    assert "clients SRV" in tiers[Tier.OPTIONAL]


def test_ipv6_adds_its_address_and_reverse_name() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, ipv6="2001:db8::10"))
    assert of_topic(setup, "host") == ["mail A 1.2.3.4", "mail AAAA 2001:db8::10"]
    reverse = [record for record in plan(setup) if record.topic == "ptr"]
    assert [record.zone.to_text() for record in reverse] == [
        "3.2.1.in-addr.arpa.",
        "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
    ]


def test_server_records_are_wanted_once_however_many_domains() -> None:
    many = replace(SMALL, domains=tuple(Domain(name=f"d{n}.example") for n in range(20)))
    server = [record for record in plan(many) if record.domain is None]
    assert [record.topic for record in server] == ["host", "ptr"]


def test_a_domain_typed_twice_is_wanted_once() -> None:
    twice = replace(SMALL, domains=(DOMAIN, Domain(name="EXAMPLE.org.")))
    assert plan(twice) == plan(SMALL)


def test_a_dkim_key_given_twice_is_wanted_once() -> None:
    key = DOMAIN.dkim[0]
    assert plan(with_domain(replace(DOMAIN, dkim=(key, key)))) == plan(SMALL)


def test_records_lie_in_the_zone_of_their_domain() -> None:
    zones = {
        (r.domain and r.domain.to_text(), r.zone.to_text()) for r in plan(FULL) if not r.external
    }
    assert zones == {
        (None, "example.org."),
        ("example.org.", "example.org."),
        ("xn--bcher-kva.example.", "xn--bcher-kva.example."),
        # The report authorisation, in another zone of the plan.
        ("xn--bcher-kva.example.", "example.org."),
        ("example.com.", "example.com."),
    }


def test_internationalised_names_are_published_in_ascii() -> None:
    setup = Setup(
        server=Server(hostname="post.bücher.example", ipv4="1.2.3.4"),
        domains=(Domain(name="BÜCHER.example"),),
    )
    wanted = lines(plan(setup))
    assert "@ MX 10 post.xn--bcher-kva.example." in wanted
    assert [line for line in wanted if line.startswith("_dmarc")] == [
        "_dmarc TXT v=DMARC1; p=reject; rua=mailto:mailauth-reports@xn--bcher-kva.example"
    ]


def test_a_hostname_of_its_own_zone() -> None:
    setup = replace(SMALL, server=Server("mx.hosting.example", ipv4="1.2.3.4"))
    host = next(record for record in plan(setup) if record.topic == "host")
    assert (host.name, host.zone.to_text()) == ("mx", "hosting.example.")


@pytest.mark.parametrize("label", ["autodiscover", "autoconfig", "mta-sts"])
def test_no_alias_is_wanted_where_the_host_itself_is(label: str) -> None:
    setup = with_domain(replace(DOMAIN, mta_sts_id="1"))
    setup = replace(setup, server=replace(setup.server, hostname=f"{label}.example.org"))
    types = [r.type_text for r in plan(setup) if r.name == label]
    assert types == ["A"]


def test_half_an_answer_is_left_out_and_the_rest_is_wanted() -> None:
    setup = Setup(
        server=Server(
            hostname="mail.example.org", ipv4="1.2.3", ipv6="2001:db8::1", spki_sha256="ab"
        ),
        spf=Spf(("mx", "ip4:1.2.3")),
        domains=(Domain(name="example.org", dkim=(DkimKey("s1", KEY[:-1]), DkimKey("", KEY))),),
    )
    assert [line for line in lines(plan(setup)) if " SRV " not in line][:5] == [
        "mail AAAA 2001:db8::1",
        f"1{'.0' * 15} PTR {HOST}",
        f"autodiscover CNAME {HOST}",
        f"autoconfig CNAME {HOST}",
        f"@ MX 10 {HOST}",
    ]
    assert {"spf", "dkim", "tlsa"}.isdisjoint(record.topic for record in plan(setup))


def test_nothing_typed_wants_nothing() -> None:
    assert plan(Setup()) == ()
    assert plan(Setup(domains=(Domain(),))) == ()


def test_long_texts_are_split_and_still_one_value() -> None:
    dkim = next(record for record in plan(SMALL) if record.topic == "dkim")
    text = dkim.rdata.to_text()
    assert text.count('" "') == 1
    again = dns.rdata.from_text(dns.rdataclass.IN, dkim.rdtype, text)
    assert again == dkim.rdata


def test_no_owner_name_inside_a_zone_is_longer_than_the_longest_that_is_counted_on() -> None:
    fixed = [each for each in plan(FULL) if each.topic not in MADE_OF_ANSWERS]
    inside = [octets(each.owner) - octets(each.domain) for each in fixed if each.domain]
    assert max(inside) == len(LONGEST_OWNER) + 1

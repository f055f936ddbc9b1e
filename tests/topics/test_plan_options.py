"""What each option adds to the plan, or takes away."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.setup import DAV_SERVICES, DkimKey, Dmarc, Domain, Offer, Spf, TlsReports
from mailcow_dns_tui.topics.registry import plan
from tests.topics.setups import FULL, KEY, SMALL, lines, of_topic, with_domain

HOST = "mail.example.org."
DAV_PATH = "path=/SOGo/dav/"
DOMAIN = SMALL.domains[0]


def test_server_options() -> None:
    server = [r for r in plan(FULL) if r.topic in {"tlsa", "caa"}]
    digest = FULL.server.spki_sha256
    assert lines(tuple(server)) == [
        f"_25._tcp.mail TLSA 3 1 1 {digest}",
        'mail CAA 0 issue "letsencrypt.org"',
    ]


def test_mta_sts() -> None:
    assert of_topic(with_domain(replace(DOMAIN, mta_sts_id="20261123000000")), "mta-sts") == [
        f"mta-sts CNAME {HOST}",
        "_mta-sts TXT v=STSv1;id=20261123000000;",
    ]


def test_tls_reports_of_the_setup_or_of_the_domain() -> None:
    own = TlsReports(("mailto:a@example.org", "https://example.org/r"))
    common = replace(SMALL, tls_reports=TlsReports())
    assert of_topic(SMALL, "tls-rpt") == []
    assert of_topic(common, "tls-rpt") == [
        "_smtp._tls TXT v=TLSRPTv1; rua=mailto:mailauth-reports@example.org"
    ]
    assert of_topic(with_domain(replace(DOMAIN, tls_reports=own)), "tls-rpt") == [
        "_smtp._tls TXT v=TLSRPTv1; rua=mailto:a@example.org,https://example.org/r"
    ]


def test_verification_texts_each_once() -> None:
    texts = ("MS=ms1", " MS=ms1 ", "", "google-site-verification=x")
    assert of_topic(with_domain(replace(DOMAIN, verification=texts)), "verification") == [
        "@ TXT MS=ms1",
        "@ TXT google-site-verification=x",
    ]


def test_policies_of_the_domain_go_before_those_of_the_setup() -> None:
    setup = with_domain(
        replace(
            DOMAIN, spf=Spf(("ip4:1.2.3.4",), "~all"), dmarc=Dmarc(p="none", sp="reject", rua=())
        )
    )
    assert of_topic(setup, "spf") == ["@ TXT v=spf1 ip4:1.2.3.4 ~all"]
    assert of_topic(setup, "dmarc") == ["_dmarc TXT v=DMARC1; p=none; sp=reject"]


@pytest.mark.parametrize(
    ("collector", "owner", "zone", "foreign"),
    [
        (
            "collector.example.net",
            "example.org._report._dmarc.collector.example.net.",
            "collector.example.net.",
            True,
        ),
        (
            "in.example.com",
            "example.org._report._dmarc.in.example.com.",
            "example.com.",
            False,
        ),
        (
            "hosting.example",
            "example.org._report._dmarc.hosting.example.",
            "hosting.example.",
            False,
        ),
    ],
)
def test_reports_to_another_domain_want_its_authorisation(
    collector: str, owner: str, zone: str, foreign: bool
) -> None:
    """The zone is somebody else's, another mail domain's, or the hostname's."""
    domain = replace(DOMAIN, dmarc=Dmarc(rua=(f"mailto:r@{collector}",)))
    setup = replace(
        SMALL,
        server=replace(SMALL.server, hostname="mx.hosting.example"),
        domains=(domain, Domain(name="example.com")),
    )
    records = [r for r in plan(setup) if "_report" in r.owner.to_text()]
    assert [(r.owner.to_text(), r.value, r.tier) for r in records] == [
        (owner, "v=DMARC1", Tier.OPTIONAL)
    ]
    assert (records[0].zone.to_text(), records[0].external) == (zone, foreign)


@pytest.mark.parametrize("collector", ["example.org", "sub.example.org"])
def test_reports_within_the_organisation_want_no_authorisation(collector: str) -> None:
    setup = with_domain(replace(DOMAIN, dmarc=Dmarc(rua=(f"mailto:r@{collector}",))))
    assert len(of_topic(setup, "dmarc")) == 1


def test_a_service_can_be_denied_or_left_out() -> None:
    services = SMALL.services
    for key, offer in (("pop3", Offer.NOT_PROVIDED), ("sieve", Offer.OMITTED)):
        services = services.with_service(replace(services.of(key), offer=offer))
    clients = of_topic(replace(SMALL, services=services), "clients")
    assert "_pop3._tcp SRV 0 0 0 ." in clients
    assert not [line for line in clients if "_sieve" in line]


@pytest.mark.parametrize("offer", [Offer.NOT_PROVIDED, Offer.OMITTED])
def test_a_service_that_is_off_has_no_path(offer: Offer) -> None:
    services = SMALL.services
    for key in DAV_SERVICES:
        services = services.with_service(replace(services.of(key), offer=offer))
    clients = of_topic(replace(SMALL, services=services), "clients")
    assert not [line for line in clients if DAV_PATH in line]


def test_an_alias_domain_wants_mail_and_no_client_set_up() -> None:
    alias = Domain(
        name="example.com",
        alias_of="example.org",
        dkim=(DkimKey(key=KEY),),
        mta_sts_id="1",
        tls_reports=TlsReports(),
    )
    records = plan(replace(SMALL, domains=(*SMALL.domains, alias)))
    topics = {r.topic for r in records if r.domain == alias.apex}
    assert topics == {"mx", "spf", "dkim", "dmarc", "mta-sts", "tls-rpt"}

"""What a plan file holds is read, and comes back as it was."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.demo.example import SPKI_SHA256
from mailcow_dns_tui.model.resolvers import PublicChoice
from mailcow_dns_tui.model.setup import (
    DkimKey,
    Dmarc,
    Domain,
    Offer,
    Server,
    Service,
    Services,
    Setup,
    Spf,
    TlsReports,
)
from mailcow_dns_tui.plan_file import (
    default_plan_path,
    read_draft,
    read_plan,
    write_plan,
)
from tests.setups import setups

EXAMPLE = f"""\
version = 1

[server]
hostname = "mail.example.org"
ipv4 = "192.0.2.10"            # one of the two at least
ipv6 = "2001:db8::10"
spki_sha256 = "{SPKI_SHA256}"
caa = "letsencrypt.org"
ttl = 3600

[services]
imap = 143
imaps = 993
pop3 = 110
pop3s = 995
submission = 587
submissions = 465
smtps = 465
sieve = 4190
autodiscover = 443
caldavs = 443
carddavs = 443
dav_path = "/SOGo/dav/"

[spf]
mechanisms = ["mx", "a"]
all = "-all"

[dmarc]
p = "reject"
rua = ["mailto:mailauth-reports@{{domain}}"]

[tls_reports]
rua = ["mailto:mailauth-reports@{{domain}}"]

[[domains]]
name = "example.org"
dkim = [{{ selector = "dkim", key = "{KEY}" }}]
mta_sts_id = "20261123000000"
verification = ["google-site-verification=x"]
"""
GOOD = 'version = 1\nserver = {hostname = "mail.example.org", ipv4 = "192.0.2.10"}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def test_the_documented_plan(path: Path) -> None:
    path.write_text(EXAMPLE)
    assert read_plan(path) == Setup(
        Server(
            hostname="mail.example.org",
            ipv4="192.0.2.10",
            ipv6="2001:db8::10",
            spki_sha256=SPKI_SHA256,
            caa="letsencrypt.org",
            ttl=3600,
        ),
        Services(),
        Spf(("mx", "a"), "-all"),
        Dmarc(p="reject", rua=("mailto:mailauth-reports@{domain}",)),
        TlsReports(("mailto:mailauth-reports@{domain}",)),
        (
            Domain(
                "example.org",
                dkim=(DkimKey("dkim", KEY),),
                mta_sts_id="20261123000000",
                verification=("google-site-verification=x",),
            ),
        ),
    )


def test_what_is_absent_has_the_documented_default(path: Path) -> None:
    path.write_text(GOOD)
    assert read_plan(path) == Setup(server=Server("mail.example.org", "192.0.2.10"))
    path.write_text("version = 1")
    assert read_draft(path) == Setup()


def test_a_plan_from_another_editor_is_read(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert read_plan(path).server.hostname == "mail.example.org"


def test_a_service_is_offered_denied_or_left_out(path: Path) -> None:
    path.write_text(f'{GOOD}services = {{imap = 1143, pop3 = false, sieve = "omit"}}')
    services = read_plan(path).services
    assert services.of("imap") == Service("imap", 1143)
    assert services.of("pop3").offer is Offer.NOT_PROVIDED
    assert services.of("sieve").offer is Offer.OMITTED
    assert services.of("imaps") == Service("imaps", 993)


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("false", PublicChoice(asked=False)),
        ("[]", PublicChoice(asked=False)),
        (
            '["9.9.9.9", "https://dns.example/dns-query"]',
            PublicChoice(listed=("9.9.9.9", "https://dns.example/dns-query")),
        ),
    ],
)
def test_public_resolvers_are_listed_or_off(path: Path, value: str, choice: PublicChoice) -> None:
    path.write_text(f"{GOOD}[lookups]\npublic_resolvers = {value}\n")
    setup = read_plan(path)
    assert setup.public == choice
    write_plan(setup, path)
    assert read_plan(path) == setup


def test_policies_of_one_domain(path: Path) -> None:
    path.write_text(
        f"""{GOOD}
        [[domains]]
        name = "example.com"
        alias_of = "example.org"
        spf = {{all = "~all"}}
        [domains.dmarc]
        p = "none"
        [domains.tls_reports]
        rua = ["https://r.example/"]
        """
    )
    assert read_plan(path).domains == (
        Domain(
            "example.com",
            alias_of="example.org",
            spf=Spf(all="~all"),
            dmarc=Dmarc(p="none"),
            tls_reports=TlsReports(("https://r.example/",)),
        ),
    )


def remembered(setup: Setup) -> Setup:
    """A setup as the file keeps it: a port only of a service that is provided."""
    offers = tuple(
        service
        if service.offer is Offer.PROVIDED
        else replace(Services().of(service.key), offer=service.offer)
        for service in setup.services.offers
    )
    return replace(setup, services=replace(setup.services, offers=offers))


@given(setup=setups)
@settings(max_examples=150, deadline=None)
def test_any_half_typed_setup_comes_back_as_it_was(
    setup: Setup, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.toml"
    write_plan(setup, path)
    assert read_draft(path) == remembered(setup)


@pytest.mark.parametrize(
    "setup",
    [
        Setup(),
        demo_setup(),
        Setup(Server("", "", "", "", "", 0), spf=Spf((), ""), dmarc=Dmarc(p="", rua=())),
        Setup(tls_reports=TlsReports(()), services=Services(dav_path="")),
        Setup(domains=(Domain(), Domain(dkim=(DkimKey("", ""),), verification=("",)))),
        Setup(domains=(Domain(spf=Spf(), dmarc=Dmarc(), tls_reports=TlsReports(())),)),
        Setup(Server("\r\n\t\x00\x1b\x7f\u2028\"'''\\", '"""\n')),
    ],
)
def test_empty_and_odd_setups_come_back_as_they_were(setup: Setup, path: Path) -> None:
    write_plan(setup, path)
    assert read_draft(path) == setup


def test_a_good_setup_can_be_checked_after_a_round_trip(path: Path) -> None:
    write_plan(demo_setup(), path)
    assert read_plan(path) == demo_setup()


def test_the_own_plan_lies_in_the_users_configuration() -> None:
    assert default_plan_path().parts[-2:] == ("mailcow-dns-tui", "plan.toml")

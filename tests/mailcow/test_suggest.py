"""What mailcow.conf means for the plan."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.mailcow.addresses import VERSIONS, conf_addresses
from mailcow_dns_tui.mailcow.suggest import from_conf
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.setup import Offer, Server, Service, Services, Setup
from mailcow_dns_tui.model.suggestion import Remark
from tests.mailcow.confs import AS_GENERATED, conf_of


@dataclass(frozen=True)
class ServerAnswers:
    """Answers as the plan has them; an empty text is one that mailcow.conf does not give."""

    hostname: str
    ipv4: str
    ipv6: str
    services: Services
    caa: str
    notes: tuple[Remark, ...]


def answers_of(*lines: str, domains: Iterable[str] = ()) -> ServerAnswers:
    conf = conf_of(*lines)
    found = from_conf(conf, tuple(domains))
    answers = {each.key: each.value for each in found.suggestions}
    ipv4, ipv6 = (next(conf_addresses(conf, version), None) for version in VERSIONS)
    return ServerAnswers(
        hostname=str(answers.get("server.hostname", "")),
        ipv4=str(ipv4.value) if ipv4 else "",
        ipv6=str(ipv6.value) if ipv6 else "",
        services=Services(tuple(each for each in answers.values() if isinstance(each, Service))),
        caa=str(answers.get("server.caa", "")),
        notes=found.remarks,
    )


def notes_on(answers: ServerAnswers, key: str) -> list[str]:
    return [note.sentence for note in answers.notes if note.key == key]


def test_a_file_as_mailcow_generates_it_leaves_all_at_the_defaults() -> None:
    assert answers_of(*AS_GENERATED.splitlines()) == ServerAnswers(
        hostname="mail.example.org",
        ipv4="",
        ipv6="",
        services=Services(),
        caa="letsencrypt.org",
        notes=(),
    )


@pytest.mark.parametrize(
    ("key", "services"),
    [
        ("IMAP_PORT", ["imap"]),
        ("IMAPS_PORT", ["imaps"]),
        ("POP_PORT", ["pop3"]),
        ("POPS_PORT", ["pop3s"]),
        ("SUBMISSION_PORT", ["submission"]),
        ("SMTPS_PORT", ["submissions", "smtps"]),
        ("SIEVE_PORT", ["sieve"]),
    ],
)
def test_services(key: str, services: list[str]) -> None:
    moved, hidden = answers_of(f"{key}=192.0.2.1:4321"), answers_of(f"{key}=127.0.0.1:4321")
    for service in Services().offers:
        is_meant = service.key in services
        assert moved.services.of(service.key).port == (4321 if is_meant else service.port)
        assert moved.services.of(service.key).offer is Offer.PROVIDED
        offer = Offer.NOT_PROVIDED if is_meant else Offer.PROVIDED
        assert hidden.services.of(service.key).offer is offer
        assert bool(notes_on(hidden, f"services.{service.key}")) is is_meant
    assert moved.notes == ()
    assert answers_of(f"{key}=[::1]:4321").services.of(services[0]).offer is Offer.NOT_PROVIDED


def test_a_private_binding_may_be_reached_through_a_router() -> None:
    answers = answers_of("IMAP_PORT=10.0.0.5:143")
    assert answers.services == Services()
    assert "10.0.0.5" in notes_on(answers, "services.imap")[0]


def test_the_web_port() -> None:
    answers = answers_of("HTTPS_PORT=8443")
    for key in ("autodiscover", "caldavs", "carddavs"):
        assert answers.services.of(key).port == 8443
        assert "8443" in notes_on(answers, f"services.{key}")[0]


def test_behind_a_reverse_proxy_its_port_counts() -> None:
    answers = answers_of("HTTPS_PORT=8443", "HTTPS_BIND=127.0.0.1", "HTTP_BIND=127.0.0.1")
    assert answers.services == Services()
    assert "reverse proxy" in notes_on(answers, "services.autodiscover")[0]


def test_without_sogo_nothing_is_said_of_calendars() -> None:
    answers = answers_of("SKIP_SOGO=y")
    for key in ("caldavs", "carddavs"):
        assert answers.services.of(key).offer is Offer.OMITTED
        assert "SKIP_SOGO" in notes_on(answers, f"services.{key}")[0]
    assert answers.services.of("autodiscover").offer is Offer.PROVIDED


@pytest.mark.parametrize(
    ("lines", "ipv4", "ipv6"),
    [
        (["SNAT_TO_SOURCE=192.0.2.9", "SMTP_PORT=192.0.2.10:25"], "192.0.2.9", ""),
        (["SMTP_PORT=192.0.2.10:25", "HTTP_BIND=192.0.2.11"], "192.0.2.10", ""),
        (["HTTP_BIND=192.0.2.11"], "192.0.2.11", ""),
        (["HTTPS_BIND=192.0.2.12", "HTTP_BIND=192.0.2.11"], "192.0.2.12", ""),
        (["SMTP_PORT=[2001:db8:0::25]:25"], "", "2001:db8::25"),
        (["SNAT6_TO_SOURCE=2001:db8::9"], "", "2001:db8::9"),
        (["SNAT6_TO_SOURCE=2001:db8::9", "ENABLE_IPV6=false"], "", ""),
        (["SNAT_TO_SOURCE=10.0.0.5", "SMTP_PORT=192.0.2.10:25"], "192.0.2.10", ""),
        (["SMTP_PORT=0.0.0.0:25", "HTTP_BIND=100.64.0.1"], "", ""),
    ],
)
def test_addresses(lines: list[str], ipv4: str, ipv6: str) -> None:
    answers = answers_of(*lines)
    assert (answers.ipv4, answers.ipv6) == (ipv4, ipv6)


def test_notes_on_addresses() -> None:
    assert "AAAA" in notes_on(answers_of("ENABLE_IPV6=false"), "server.ipv6")[0]
    bound = answers_of("SMTP_PORT=192.0.2.10:25")
    assert "docker-compose.override.yml" in notes_on(bound, "server.ipv6")[0]
    assert notes_on(bound, "server.ipv4") == []
    bound = answers_of("SMTP_PORT=[2001:db8::1]:25")
    assert "docker-compose.override.yml" in notes_on(bound, "server.ipv4")[0]
    two = answers_of("SNAT_TO_SOURCE=192.0.2.9", "SMTP_PORT=192.0.2.10:25")
    assert "192.0.2.9" in notes_on(two, "server.ipv4")[0]
    assert "192.0.2.10" in notes_on(two, "server.ipv4")[0]
    assert "private" in notes_on(answers_of("SNAT_TO_SOURCE=10.0.0.5"), "server.ipv4")[0]


def test_a_server_that_no_mail_can_reach() -> None:
    for line in ("SMTP_PORT=2525", "SMTP_PORT=127.0.0.1:25"):
        assert len(notes_on(answers_of(line), "server.hostname")) == 1


@pytest.mark.parametrize(
    ("lines", "caa", "noted"),
    [
        ([], "letsencrypt.org", False),
        (["SKIP_LETS_ENCRYPT=y"], "", True),
        (
            ["DIRECTORY_URL=https://acme-v02.api.letsencrypt.org/directory"],
            "letsencrypt.org",
            False,
        ),
        (["DIRECTORY_URL=https://acme.zerossl.com/v2/DV90"], "sectigo.com", True),
        (["DIRECTORY_URL=https://api.buypass.com/acme/directory"], "buypass.com", True),
        (["DIRECTORY_URL=https://dv.acme-v02.api.pki.goog/directory"], "pki.goog", True),
        (["DIRECTORY_URL=https://acme.ssl.com/sslcom-dv-rsa"], "ssl.com", True),
        (["DIRECTORY_URL=https://ca.example/directory"], "", True),
        (["DIRECTORY_URL=https://notzerossl.com/"], "", True),
        (["DIRECTORY_URL=https://acme.zerossl.com/", "SKIP_LETS_ENCRYPT=y"], "", True),
    ],
)
def test_the_authority(lines: list[str], caa: str, noted: bool) -> None:
    answers = answers_of(*lines)
    assert answers.caa == caa
    assert bool(notes_on(answers, "server.caa")) is noted


def test_names_without_a_certificate() -> None:
    domains = ["example.org", "example.net"]
    (clients,) = notes_on(
        answers_of("AUTODISCOVER_SAN=n", domains=domains), "services.autodiscover"
    )
    for name in ("autodiscover.example.org", "autoconfig.example.net"):
        assert name in clients
    (policies,) = notes_on(answers_of("ONLY_MAILCOW_HOSTNAME=y", domains=domains), "domains")
    assert "ONLY_MAILCOW_HOSTNAME=y" in policies
    assert "mta-sts.example.org and mta-sts.example.net" in policies
    assert (
        "autodiscover.*" in notes_on(answers_of("AUTODISCOVER_SAN=n"), "services.autodiscover")[0]
    )


def test_names_whose_certificate_comes_by_another_way() -> None:
    san = "ADDITIONAL_SAN=autodiscover.*,autoconfig.example.org,mta-sts.*"
    covered = answers_of("AUTODISCOVER_SAN=n", san, domains=["example.org"])
    assert covered.notes == ()
    other = answers_of("AUTODISCOVER_SAN=n", san, domains=["example.net"])
    assert "autoconfig.example.net" in notes_on(other, "services.autodiscover")[0]
    assert "autodiscover" not in notes_on(other, "services.autodiscover")[0]
    only = answers_of("ONLY_MAILCOW_HOSTNAME=y", san, domains=["example.org"])
    assert "autodiscover.example.org" in notes_on(only, "services.autodiscover")[0]
    wildcard = answers_of(
        "AUTODISCOVER_SAN=n", "ADDITIONAL_SAN=*.example.org", domains=["example.org"]
    )
    assert wildcard.notes == ()


def test_a_key_that_may_change() -> None:
    assert len(notes_on(answers_of("ACME_DNS_CHALLENGE=y"), "server.spki_sha256")) == 1


ADDRESSES = "127.0.0.1 192.0.2.1 2001:db8::1 10.0.0.1:25 [::1]:25 0.0.0.0:99999 :: 224.0.0.1"
WORDS = "y n 443 0 https://ca.example/ x.* mail.example.org 💌"
PORTS = "SMTP_PORT SMTPS_PORT IMAP_PORT HTTPS_PORT HTTPS_BIND HTTP_BIND SNAT_TO_SOURCE"
OTHERS = "SNAT6_TO_SOURCE SKIP_SOGO DIRECTORY_URL ADDITIONAL_SAN ENABLE_IPV6 MAILCOW_HOSTNAME"
values = st.sampled_from(["", *ADDRESSES.split(), *WORDS.split()])
keys = st.sampled_from([*PORTS.split(), *OTHERS.split(), "AUTODISCOVER_SAN"])


@settings(deadline=None)
@given(st.dictionaries(keys, values))
def test_every_answer_can_be_published(written: dict[str, str]) -> None:
    answers = answers_of(*(f"{key}={value}" for key, value in written.items()))
    server = Server(answers.hostname, answers.ipv4, answers.ipv6, caa=answers.caa)
    wrong = problems(Setup(server=server, services=answers.services))
    assert [problem for problem in wrong if not problem.missing] == []
    for note in answers.notes:
        assert note.sentence.endswith(".")

"""What is missing in a setup, and what is wrong."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.model.problems import Problem, problems
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

GOOD = Domain("example.org", dkim=(DkimKey(key=KEY),))
SETUP = Setup(server=Server("mail.example.org", "192.0.2.10"), domains=(GOOD,))


def wrong(setup: Setup) -> list[str]:
    return [problem.key for problem in problems(setup) if not problem.missing]


def missing(setup: Setup) -> list[str]:
    return [problem.key for problem in problems(setup) if problem.missing]


def with_domain(domain: Domain) -> Setup:
    return replace(SETUP, domains=(domain,))


def test_a_whole_setup_has_no_problem() -> None:
    assert problems(SETUP) == ()
    assert problems(demo_setup()) == ()


def test_an_empty_setup_lacks_answers_and_has_none_that_is_wrong() -> None:
    assert problems(Setup()) == (
        Problem("server.hostname", "The hostname is missing.", missing=True),
        Problem("server.ipv4", "An IPv4 or an IPv6 address is missing.", missing=True),
        Problem("domains", "A mail domain is missing.", missing=True),
    )


def test_one_address_is_enough() -> None:
    assert problems(replace(SETUP, server=Server("mail.example.org", ipv6="2001:db8::10"))) == ()


@pytest.mark.parametrize(
    ("server", "keys"),
    [
        (Server("mail", "192.0.2.10"), ["server.hostname"]),
        (Server("mail.example.org", "192.0.2."), ["server.ipv4"]),
        (Server("mail.example.org", "2001:db8::1"), ["server.ipv4"]),
        (Server("mail.example.org", "192.0.2.10", "2001:db8:"), ["server.ipv6"]),
        (Server("mail.example.org", "192.0.2.10", spki_sha256="48bb"), ["server.spki_sha256"]),
        (Server("mail.example.org", "192.0.2.10", caa="letsencrypt"), ["server.caa"]),
        (Server("mail.example.org", "192.0.2.10", ttl=-1), ["server.ttl"]),
        (Server("m", "1", "2", "3", "4", ttl=2**31), [
            "server.hostname", "server.ipv4", "server.ipv6", "server.spki_sha256", "server.caa",
            "server.ttl",
        ]),
    ],
)  # fmt: skip
def test_server(server: Server, keys: list[str]) -> None:
    setup = replace(SETUP, server=server)
    assert wrong(setup) == keys
    assert missing(setup) == []


def test_a_hostname_that_is_wrong_stops_planning_as_one_that_is_missing() -> None:
    for hostname in ("", "mail"):
        setup = replace(SETUP, server=replace(SETUP.server, hostname=hostname, caa="letsencrypt"))
        stopping = [problem.key for problem in problems(setup) if problem.stops_planning]
        assert stopping == ["server.hostname"]
    assert all(problem.stops_planning for problem in problems(Setup()))


@pytest.mark.parametrize("offer", Offer)
def test_services(offer: Offer) -> None:
    services = Services(dav_path="SOGo").with_service(Service("imaps", 0, offer))
    assert wrong(replace(SETUP, services=services)) == ["services.imaps", "services.dav_path"]


def test_policies() -> None:
    setup = replace(
        SETUP,
        spf=Spf(("mx", "mxx", "all"), "+all"),
        dmarc=Dmarc("off", "x", "x", "x", "x", "x", ("me@example.org",), ("", "x"), "2"),
        tls_reports=TlsReports(("mailto:a@b.example", "http://x")),
    )
    assert wrong(setup) == [
        "spf.mechanisms[1]",
        "spf.mechanisms[2]",
        "spf.all",
        *(f"dmarc.{tag}" for tag in ("p", "sp", "np", "adkim", "aspf", "t")),
        "dmarc.rua[0]",
        "dmarc.ruf[1]",
        "dmarc.fo",
        "tls_reports.rua[1]",
    ]


def test_what_no_record_can_be_made_without_is_missing() -> None:
    setup = replace(SETUP, spf=Spf(("mx", ""), ""), tls_reports=TlsReports(("mailto:a@b.cd", "")))
    assert missing(setup) == ["spf.mechanisms[1]", "spf.all", "tls_reports.rua[1]"]
    assert wrong(setup) == []
    assert missing(replace(SETUP, tls_reports=TlsReports(()))) == ["tls_reports.rua"]


def test_the_choices_of_a_tag_are_named() -> None:
    (problem,) = problems(replace(SETUP, dmarc=Dmarc(p="")))
    assert problem == Problem("dmarc.p", "Choose one of none, quarantine, reject.")
    assert problems(replace(SETUP, dmarc=Dmarc(rua=(), sp="none", t="y", fo="1:d"))) == ()


def test_a_domain_without_name_or_key_is_not_complete() -> None:
    assert missing(with_domain(Domain())) == ["domains[0].name", "domains[0].dkim"]
    assert missing(with_domain(Domain("example.org", dkim=(DkimKey(),)))) == ["domains[0].dkim"]


def test_domain() -> None:
    domain = Domain(
        "example",
        dkim=(DkimKey("-", "MIIB"), DkimKey("", KEY)),
        mta_sts_id="2026-11-23",
        verification=("good", "v=spf1 mx"),
        alias_of="example",
        spf=Spf(("x",)),
        dmarc=Dmarc("x"),
        tls_reports=TlsReports(("x",)),
    )
    assert wrong(with_domain(domain)) == [
        "domains[0].name",
        "domains[0].alias_of",
        "domains[0].mta_sts_id",
        "domains[0].dkim[0].selector",
        "domains[0].dkim[0].key",
        "domains[0].verification[1]",
        "domains[0].spf.mechanisms[0]",
        "domains[0].dmarc.p",
        "domains[0].tls_reports.rua[0]",
    ]
    assert missing(with_domain(domain)) == ["domains[0].dkim[1].selector"]


@pytest.mark.parametrize("again", ["example.org", " EXAMPLE.org. "])
def test_a_domain_is_listed_once(again: str) -> None:
    setup = replace(SETUP, domains=(GOOD, replace(GOOD, name=again)))
    assert problems(setup) == (Problem("domains[1].name", "This domain is in the list twice."),)


def test_domains_without_a_name_are_not_the_same() -> None:
    setup = replace(SETUP, domains=(GOOD, replace(GOOD, name=""), replace(GOOD, name="")))
    assert wrong(setup) == []


@pytest.mark.parametrize("again", ["dkim", " DKIM "])
def test_a_selector_is_listed_once(again: str) -> None:
    domain = replace(GOOD, dkim=(DkimKey("dkim", KEY), DkimKey(again, KEY)))
    assert wrong(with_domain(domain)) == ["domains[0].dkim[1].selector"]


def test_selectors_that_are_still_missing_are_not_the_same() -> None:
    domain = replace(GOOD, dkim=(DkimKey("", KEY), DkimKey("", KEY)))
    assert wrong(with_domain(domain)) == []


@given(st.text(st.characters(), max_size=20))
def test_any_half_typed_text_gets_printable_sentences(text: str) -> None:
    domain = Domain(text, text, text, text, (DkimKey(text, text),), (text,), Spf((text,), text))
    dmarc = Dmarc(text, text, text, text, text, text, (text,), (text,), text)
    setup = Setup(
        Server(text, text, text, text, text),
        Services(dav_path=text),
        Spf((text,), text),
        dmarc,
        TlsReports((text,)),
        (domain,),
    )
    for problem in problems(setup):
        assert problem.sentence.isprintable(), problem
        assert problem.sentence.endswith((".", text))

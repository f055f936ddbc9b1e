"""What mailcow's own DNS page is said to show, and why it differs from the check.

The expected cells were compared with those of the page's own PHP over thousands of random states.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import dns.name
import pytest

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY
from mailcow_dns_tui.mailcow_page.cell import Circle, allowed_hosts
from mailcow_dns_tui.mailcow_page.page import DnsPage, Says
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import (
    DkimKey,
    Domain,
    Offer,
    Server,
    Service,
    Services,
    Setup,
    TlsReports,
)
from mailcow_dns_tui.topics.registry import check, plan
from tests.memory_dns import NS2, Fault, MemoryDns, World, good_zone

DIGEST = "48bb" * 16
KEY = EXAMPLE_ORG_KEY
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10", "2001:db8::10", spki_sha256=DIGEST),
    tls_reports=TlsReports(),
    domains=(Domain("example.org", dkim=(DkimKey("dkim", KEY),), mta_sts_id="20261123000000"),),
)
HOST = "mail.example.org."
FOREIGN = "mx.example.net."
Published = Callable[[World], World]


def txt(*texts: str) -> tuple[str, ...]:
    return tuple(" ".join(f'"{t[i : i + 200]}"' for i in range(0, len(t), 200)) for t in texts)


def having(name: str, rdtype: str, *rdatas: str) -> Published:
    return lambda world: world.having(name, rdtype, *rdatas)


def spf(*texts: str) -> Published:
    return having("example.org.", "TXT", *txt(*texts))


def instead_of_autodiscover(a: tuple[str, ...], aaaa: tuple[str, ...] = ()) -> Published:
    def change(world: World) -> World:
        name = "autodiscover.example.org."
        world = world.without(name, "CNAME")
        world = world.having(name, "A", *a) if a else world
        return world.having(name, "AAAA", *aaaa) if aaaa else world

    return change


async def found(setup: Setup, dns_: MemoryDns) -> list[Finding]:
    return [finding async for findings in check(setup, dns_) for finding in findings]


async def said(
    key: str, world: World, setup: Setup = SETUP, dns_: MemoryDns | None = None
) -> Says | None:
    """Of the worst finding about a wanted record, by `name TYPE`."""
    findings = await found(setup, dns_ or MemoryDns(world))
    about = [f for f in findings if f.record and f"{ascii_form(f.name)} {f.rdtype}" == key]
    worst = min(about, key=lambda f: f.status not in {Status.ERROR, Status.WARNING})
    return DnsPage(setup, findings).says(worst)


AGREES = ""
MISSING = "It calls every missing record optional; mail needs this one."
ADDRESSES = "It ticks addresses in place of the CNAME only if IPv4 and IPv6 are both the server's."


@dataclass(frozen=True)
class Example:
    """A fault, a habit, or another form of the same, and what the page makes of it."""

    key: str
    published: Published
    shows: str
    why: str = AGREES


MX = "example.org MX"
SPF = "example.org TXT"
DKIM = "dkim._domainkey.example.org TXT"
STS = "_mta-sts.example.org TXT"
AUTODISCOVER = "autodiscover.example.org CNAME"
SRV = "_autodiscover._tcp.example.org SRV"
TLSA = "_25._tcp.mail.example.org TLSA"
RANGES = "It compares single addresses, and does not know ranges such as /24, nor even /32."
STOPS = "It stops at the first word with - or ~, before it has found the server."
SIMPLE = "It reads SPF more simply than receivers do, and misses the server's addresses in it."
ONE_IS_ENOUGH = "One right record is enough for it; the others count for mail, too."
DKIM_FORM = "It wants k=rsa before p=, and the key letter by letter; yours means the same."
NO_DKIM = "It takes no notice of a text that does not begin with v=DKIM."
ELSEWHERE = "It wants the name to lead to mailcow; senders get a policy from where it leads, too."
NEVER_DMARC = "It never judges DMARC, only shows the text and calls it optional."

EXAMPLES = {
    "mx-missing": Example(MX, lambda w: w.without("example.org.", "MX"), "² (optional)", MISSING),
    "mx-foreign": Example(MX, having("example.org.", "MX", f"10 {FOREIGN}"), "mx.example.net"),
    "mx-foreign-beside": Example(
        MX, having("example.org.", "MX", f"5 {FOREIGN}", f"10 {HOST}"), "✓", ONE_IS_ENOUGH
    ),
    "mx-in-capitals": Example(
        MX,
        having("example.org.", "MX", "10 MAIL.example.org."),
        "MAIL.example.org",
        "It wants capital and small letters as in the hostname; DNS makes no difference.",
    ),
    "address-missing": Example(
        "mail.example.org A", lambda w: w.without(HOST, "A"), "² (optional)", MISSING
    ),
    "address-other": Example("mail.example.org A", having(HOST, "A", "192.0.2.99"), "192.0.2.99"),
    "ipv6-in-the-long-form": Example(
        "mail.example.org AAAA",
        having(HOST, "AAAA", "2001:db8::99"),
        "2001:0db8:0000:0000:0000:0000:0000:0099",
    ),
    "ptr-other": Example(
        "10.2.0.192.in-addr.arpa PTR",
        having("10.2.0.192.in-addr.arpa.", "PTR", "customer-10.example.net."),
        "customer-10.example.net",
    ),
    "ptr-two": Example(
        "10.2.0.192.in-addr.arpa PTR",
        having("10.2.0.192.in-addr.arpa.", "PTR", "customer-10.example.net.", HOST),
        "✓",
        ONE_IS_ENOUGH,
    ),
    "tlsa": Example(
        TLSA,
        lambda w: w,
        "✓",
        "If mailcow can connect to its own port 25 by its name: it asks there for the key.",
    ),
    "tlsa-other": Example(
        TLSA,
        having("_25._tcp.mail.example.org.", "TLSA", f"3 1 1 {'ab' * 32}"),
        f"3 1 1 {'ab' * 32}",
    ),
    "cname-elsewhere": Example(
        AUTODISCOVER, having("autodiscover.example.org.", "CNAME", FOREIGN), "mx.example.net"
    ),
    "cname-over-another": Example(
        AUTODISCOVER,
        lambda w: w.having("autodiscover.example.org.", "CNAME", "www.example.org.").having(
            "www.example.org.", "CNAME", HOST
        ),
        "www.example.org",
        "It wants the CNAME to name the host itself; yours leads there by another way.",
    ),
    "addresses-both": Example(
        AUTODISCOVER, instead_of_autodiscover(("192.0.2.10",), ("2001:db8::10",)), "✓"
    ),
    "addresses-ipv4": Example(
        AUTODISCOVER, instead_of_autodiscover(("192.0.2.10",)), "¹", ADDRESSES
    ),
    "addresses-ipv6": Example(
        AUTODISCOVER,
        instead_of_autodiscover((), ("2001:db8::10",)),
        "² (optional)",
        "It looks for a CNAME or an IPv4 address; yours leads to the server by IPv6.",
    ),
    "addresses-foreign": Example(
        AUTODISCOVER, instead_of_autodiscover(("192.0.2.99",)), "192.0.2.99 ¹"
    ),
    "addresses-partly-foreign": Example(
        AUTODISCOVER,
        instead_of_autodiscover(("192.0.2.10", "192.0.2.99"), ("2001:db8::10",)),
        "✓ or 192.0.2.99 ¹",
        "It changes with the order in which the resolver hands out the records.",
    ),
    "srv-port": Example(
        SRV,
        having("_autodiscover._tcp.example.org.", "SRV", f"0 1 8443 {HOST}"),
        "mail.example.org 8443",
    ),
    "spf": Example(SPF, spf("v=spf1 mx -all"), "✓ v=spf1 mx -all ²"),
    "spf-missing": Example(
        SPF, lambda w: w.without("example.org.", "TXT"), "² (optional)", MISSING
    ),
    "spf-two": Example(
        SPF,
        spf("v=spf1 mx -all", "v=spf1 a -all"),
        "✓ v=spf1 a -all ² or ✓ v=spf1 mx -all ²",
        "It takes two SPF records as one; receivers refuse them all.",
    ),
    "spf-open": Example(
        SPF,
        spf("v=spf1 mx +all"),
        "✓ v=spf1 mx +all ²",
        "It does not mind that every server is allowed.",
    ),
    "spf-single-hosts": Example(
        SPF,
        spf("v=spf1 ip4:192.0.2.10/32 ip6:2001:db8::10/128 -all"),
        "? v=spf1 ip4:192.0.2.10/32 ip6:2001:db8::10/128 -all ²",
        RANGES,
    ),
    "spf-range": Example(SPF, spf("v=spf1 mx/24 -all"), "? v=spf1 mx/24 -all ²", RANGES),
    "spf-minus-first": Example(
        SPF,
        spf("v=spf1 -ip4:198.51.100.7 mx -all"),
        "? v=spf1 -ip4:198.51.100.7 mx -all ²",
        STOPS,
    ),
    "spf-capitals": Example(
        SPF,
        spf("v=spf1 MX -all"),
        "? v=spf1 MX -all ²",
        "It knows SPF in small letters only; for receivers the case does not matter.",
    ),
    "spf-two-strings": Example(
        SPF,
        having("example.org.", "TXT", '"v=spf1 ip4:192.0.2.10" " ip6:2001:db8::10 -all"'),
        "? v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all ²",
        "It takes the first string of a text only; receivers join them.",
    ),
    "spf-without-us": Example(
        SPF, spf("v=spf1 ip4:198.51.100.7 -all"), "? v=spf1 ip4:198.51.100.7 -all ²"
    ),
    "spf-redirect": Example(
        SPF,
        lambda w: spf("v=spf1 redirect=spf.example.org")(w).having(
            "spf.example.org.", "TXT", '"v=spf1 a:mail.example.org -all"'
        ),
        "✓ v=spf1 redirect=spf.example.org ²",
    ),
    "spf-circle": Example(
        SPF,
        lambda w: spf("v=spf1 include:spf.example.org -all")(w).having(
            "spf.example.org.", "TXT", '"v=spf1 include:example.org -all"'
        ),
        "an empty page v=spf1 include:spf.example.org -all ²",
        "It can't load: the SPF records refer to each other in a circle.",
    ),
    "dkim-spaces": Example(
        DKIM,
        having("dkim._domainkey.example.org.", "TXT", *txt(f"v=DKIM1; k=rsa; p={KEY}")),
        "✓",
    ),
    "dkim-without-k": Example(
        DKIM,
        having("dkim._domainkey.example.org.", "TXT", *txt(f"v=DKIM1; p={KEY}")),
        "² (optional)",
        DKIM_FORM,
    ),
    "dkim-other": Example(
        DKIM,
        having("dkim._domainkey.example.org.", "TXT", *txt(f"v=DKIM1; k=rsa; p={BUECHER_KEY}")),
        "² (optional)",
        "It shows a wrong DKIM key as it shows a missing one: as optional.",
    ),
    "spf-neutral": Example(
        SPF,
        spf("v=spf1 mx ?all"),
        "✓ v=spf1 mx ?all ²",
        "It does not mind how the record ends.",
    ),
    "spf-what-it-does-not-know-beside-a-range": Example(
        SPF,
        spf("v=spf1 ip4:198.51.100.0/24 a:Mail.%{d} -all"),
        "? v=spf1 ip4:198.51.100.0/24 a:Mail.%{d} -all ²",
        SIMPLE,
    ),
    "dkim-by-a-wildcard": Example(
        DKIM,
        lambda w: w.without("dkim._domainkey.example.org.", "TXT").having(
            "*.example.org.", "TXT", '"v=spf1 -all"'
        ),
        "² (optional)",
        NO_DKIM,
    ),
    "dkim-without-v": Example(
        DKIM,
        having("dkim._domainkey.example.org.", "TXT", *txt(f"p={KEY}")),
        "² (optional)",
        NO_DKIM,
    ),
    "ptr-of-a-name-that-leads-elsewhere": Example(
        "10.2.0.192.in-addr.arpa PTR",
        having(HOST, "A", "192.0.2.99"),
        "✓",
        "It does not look whether the name leads back to the address.",
    ),
    "policy-served-elsewhere": Example(
        "mta-sts.example.org CNAME",
        lambda w: having("mta-sts.example.org.", "CNAME", "www.example.org.")(w).having(
            "www.example.org.", "A", "192.0.2.99"
        ),
        "www.example.org",
        ELSEWHERE,
    ),
    "policy-served-at-another-address": Example(
        "mta-sts.example.org CNAME",
        lambda w: w.without("mta-sts.example.org.", "CNAME").having(
            "mta-sts.example.org.", "A", "192.0.2.99"
        ),
        "192.0.2.99 ¹",
        ELSEWHERE,
    ),
    "sts-in-capitals": Example(
        STS,
        having("_mta-sts.example.org.", "TXT", '"V=STSV1;ID=20261123000000;"'),
        "✓ V=STSV1;ID=20261123000000;",
        "It takes capital and small letters for the same; senders do not.",
    ),
    "dkim-test-mode": Example(
        DKIM,
        having("dkim._domainkey.example.org.", "TXT", *txt(f"v=DKIM1; t=y; k=rsa; p={KEY}")),
        "✓",
        "It compares nothing but the key; receivers look at the rest, too.",
    ),
    "dmarc": Example(
        "_dmarc.example.org TXT",
        having("_dmarc.example.org.", "TXT", '"v=DMARC1; p=reject"'),
        "v=DMARC1;p=reject ² (optional)",
        NEVER_DMARC,
    ),
    "dmarc-bad": Example(
        "_dmarc.example.org TXT",
        having("_dmarc.example.org.", "TXT", '"v=DMARC1; p=regect"'),
        "v=DMARC1;p=regect ² (optional)",
        NEVER_DMARC,
    ),
    "sts": Example(STS, lambda w: w, "✓ v=STSv1;id=20261123000000;"),
    "sts-blank": Example(
        STS,
        having("_mta-sts.example.org.", "TXT", '"v=STSv1; id=20261123000000;"'),
        "? v=STSv1; id=20261123000000;",
        "It compares the text letter by letter; yours means the same.",
    ),
    "sts-missing": Example(
        STS, lambda w: w.without("_mta-sts.example.org.", "TXT"), "² (optional)"
    ),
    "tls-reports": Example(
        "_smtp._tls.example.org TXT",
        lambda w: w,
        "² (optional)",
        "It never compares this record, and always calls it optional.",
    ),
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
async def test_what_it_shows(example: Example) -> None:
    says = await said(example.key, example.published(good_zone(SETUP)))
    assert says is not None
    assert set(says.shows.split(" or ")) == set(example.shows.split(" or "))
    assert says.why == example.why
    assert says.agrees is (example.why in {AGREES, EXAMPLES["tlsa"].why})


async def test_without_ipv6_it_never_ticks_spf() -> None:
    setup = replace(SETUP, server=Server("mail.example.org", "192.0.2.10"))
    says = await said(SPF, good_zone(setup), setup)
    assert says is not None
    assert says.shows == "? v=spf1 mx a -all ²"
    assert says.why == "It never ticks SPF for a server without both IPv4 and IPv6."


async def test_the_letter_case_of_mailcows_hostname_counts() -> None:
    setup = replace(SETUP, server=replace(SETUP.server, hostname="Mail.example.org"))
    says = await said(MX, good_zone(setup), setup)
    assert says is not None
    assert (says.shows, says.wanted, says.agrees) == ("mail.example.org", "Mail.example.org", False)


async def test_of_a_plan_as_published_it_is_said_to_disagree_only_where_it_never_ticks() -> None:
    findings = await found(SETUP, MemoryDns(good_zone(SETUP)))
    page = DnsPage(SETUP, findings)
    told = {f.name.to_text(): page.says(f) for f in findings if f.record}
    differing = {name for name, says in told.items() if says and says.agrees is False}
    assert differing == {"_dmarc.example.org.", "_smtp._tls.example.org."}


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (
            "_imaps._tcp.example.org SRV",
            "It lists a service only if its port is not the usual one.",
        ),
        ("_submissions._tcp.example.org SRV", "It knows only the old name of this service, smtps."),
        ("_caldavs._tcp.example.org TXT", "It does not list calendars and contacts."),
        ("mail.example.org CAA", "It does not list CAA."),
    ],
)
async def test_records_that_it_does_not_list(key: str, why: str) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, caa="letsencrypt.org"))
    says = await said(key, good_zone(setup), setup)
    assert says == Says(why=why)


async def test_a_text_beside_spf_is_not_taken_for_spf() -> None:
    domain = replace(SETUP.domains[0], verification=("service-verification=1",))
    setup = replace(SETUP, domains=(domain,))
    findings = await found(setup, MemoryDns(good_zone(setup)))
    finding = next(f for f in findings if f.topic == "verification")
    says = DnsPage(setup, findings).says(finding)
    assert says == Says(why="It does not list texts that verify a domain for others.")


@pytest.mark.parametrize(("key", "listed"), [("pop3", True), ("imap", False)])
async def test_of_services_not_provided_it_lists_pop3_only(key: str, listed: bool) -> None:
    services = Services().with_service(Service(key, 110, Offer.NOT_PROVIDED))
    services = services.with_service(replace(services.of(key), port=Services().of(key).port))
    setup = replace(SETUP, services=services)
    says = await said(f"_{key}._tcp.example.org SRV", good_zone(setup), setup)
    assert says is not None
    assert (says.shows, says.wanted) == (("✓", ". 0") if listed else ("", ""))


async def test_a_service_at_another_port_is_listed() -> None:
    setup = replace(SETUP, services=Services().with_service(Service("imaps", 1993)))
    says = await said("_imaps._tcp.example.org SRV", good_zone(setup), setup)
    assert says is not None
    assert (says.shows, says.wanted, says.agrees) == ("✓", "mail.example.org 1993", True)


async def test_what_could_not_be_asked_is_not_judged() -> None:
    dns_ = MemoryDns(good_zone(SETUP), faults=(Fault("example.org."),))
    assert await said(MX, good_zone(SETUP), dns_=dns_) is None


async def test_where_the_name_servers_disagree_nothing_is_said() -> None:
    world = good_zone(SETUP)
    own = {NS2: world.having("example.org.", "MX", f"10 {FOREIGN}")}
    assert await said(MX, world, dns_=MemoryDns(world, own=own)) is None


async def test_an_old_answer_in_a_resolver_is_told() -> None:
    world = good_zone(SETUP)
    own = {"resolver": world.having("example.org.", "MX", f"10 {FOREIGN}")}
    says = await said(MX, world, dns_=MemoryDns(world, own=own))
    assert says is not None
    assert says.agrees
    assert "restart unbound-mailcow" in says.why


def test_rows_without_a_planned_record() -> None:
    alias = Domain("alias.example", dkim=(DkimKey("dkim", KEY),), alias_of="example.org")
    server = Server("mail.example.org", "192.0.2.10")
    setup = Setup(server=server, domains=(*SETUP.domains, alias))
    page, records = DnsPage(setup, ()), plan(setup)
    extras = {
        extra.name.to_text(): extra.why
        for domain in (None, *setup.apexes)
        for extra in page.also_lists(domain, [r for r in records if r.domain == domain])
    }
    no_certificate = (
        "It lists this name for alias domains, too; mailcow gets no certificate for it."
    )
    policy = "It lists MTA-STS for the alias domains of a domain, too; mail works without it."
    reports = "It lists TLS reports beside every MTA-STS policy; the record is optional."
    assert extras == {
        "_25._tcp.mail.example.org.": "It lists TLSA always; without DNSSEC you need none.",
        "_smtp._tls.example.org.": reports,
        "autodiscover.alias.example.": no_certificate,
        "autoconfig.alias.example.": no_certificate,
        "_autodiscover._tcp.alias.example.": (
            "It lists this service, which the plan leaves out; mail works without it."
        ),
        "mta-sts.alias.example.": policy,
        "_mta-sts.alias.example.": policy,
        "_smtp._tls.alias.example.": reports,
    }


def test_spf_is_unknown_where_a_name_was_not_asked() -> None:
    from mailcow_dns_tui.mailcow_page.rows import PageView
    from mailcow_dns_tui.model.text import txt_rdata

    name = dns.name.from_text("example.org")
    text = txt_rdata("v=spf1 ip4:192.0.2.10 include:other.example.net -all")
    hosts = allowed_hosts("example.org", PageView({(name, text.rdtype): (text,)}))
    assert hosts.allow("192.0.2.10") is True
    assert hosts.allow("192.0.2.10", "2001:db8::10") is None
    looped = txt_rdata("v=spf1 redirect=example.org")
    with pytest.raises(Circle):
        allowed_hosts("example.org", PageView({(name, text.rdtype): (looped,)}))


async def test_where_no_reason_is_known_none_is_given() -> None:
    """That a key of test mode is not right is no reason for what the page makes of its form."""
    key = having("dkim._domainkey.example.org.", "TXT", *txt(f"v=DKIM1; t=y; p={KEY}"))
    says = await said(DKIM, key(good_zone(SETUP)))
    assert says is not None
    assert (says.shows, says.agrees, says.why) == ("² (optional)", False, "")

"""What works is never called bad, in whatever form it is published."""

import dns.name
import pytest

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.topics.spf.record import lacking_words, same_meaning
from tests.memory_dns import MemoryDns, good_zone
from tests.topics.setups import FULL, KEY, finding_about, wanted

GOOD = good_zone(FULL)
SPF = '"v=spf1 mx a -all"'
DIGEST = FULL.server.spki_sha256
HALF = len(KEY) // 2
REVERSE = "4.3.2.1.in-addr.arpa."
DMARC = "v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org"

AS_WANTED = {
    "ptr in capitals": (REVERSE, "PTR", ["MAIL.Example.ORG."]),
    "mx in capitals": ("example.org.", "MX", ["10 MAIL.example.ORG."]),
    "mx with another preference": ("example.org.", "MX", ["0 mail.example.org."]),
    "spf in capitals, with blanks": (
        "example.org.",
        "TXT",
        ['"V=SPF1  MX  A  -ALL"', '"google-site-verification=abc"', '"MS=ms1"'],
    ),
    "spf beside texts of others": (
        "example.org.",
        "TXT",
        [SPF, '"v=spf10 is something else"', '"x"', '"google-site-verification=abc"', '"MS=ms1"'],
    ),
    "spf in pieces": ("example.org.", "TXT", ['"v=spf1 m" "x a -all"', '"MS=ms1"']),
    "dkim in another order and spacing": (
        "dkim._domainkey.example.org.",
        "TXT",
        [f'"v=DKIM1;p={KEY[:HALF]}" "{KEY[HALF:]};s=*:email ;t=s; k=rsa;"'],
    ),
    "dkim without what may be left out": (
        "dkim._domainkey.example.org.",
        "TXT",
        [f'"p={KEY[:HALF]} " "{KEY[HALF:]}"'],
    ),
    "dmarc in another order and case": (
        "_dmarc.example.org.",
        "TXT",
        ['"v = DMARC1;rua=mailto:mailauth-reports@example.org ; P=Reject;"'],
    ),
    "dmarc in pieces, beside what is none": (
        "_dmarc.example.org.",
        "TXT",
        [f'"{DMARC[:9]}" "{DMARC[9:]}"', '" v=DMARC2"', '"v=DMARC12; p=none"', '"x"'],
    ),
    "mta-sts with blanks": (
        "_mta-sts.example.org.",
        "TXT",
        ['"v=STSv1; id=20261123000000"', '"v=STSv10; id=1;"'],
    ),
    "tls reports without blanks": (
        "_smtp._tls.example.org.",
        "TXT",
        ['"v=TLSRPTv1;rua=mailto:mailauth-reports@example.org;"', '"v=TLSRPTv10;"'],
    ),
    "srv in capitals": ("_imaps._tcp.example.org.", "SRV", ["0 1 993 MAIL.example.org."]),
    "caa with parameters": (
        "mail.example.org.",
        "CAA",
        ['0 ISSUE "letsencrypt.org; validationmethods=http-01"', '0 issue "other.example"'],
    ),
    "tlsa beside the next key": (
        "_25._tcp.mail.example.org.",
        "TLSA",
        [f"3 1 1 {'00' * 32}", f"3 1 1 {DIGEST.upper()}"],
    ),
    "a report authorisation with a policy": (
        "xn--bcher-kva.example._report._dmarc.collector.example.net.",
        "TXT",
        ['"v=DMARC1; rua=mailto:x@collector.example.net"'],
    ),
}


@pytest.mark.parametrize("case", AS_WANTED)
async def test_another_form_is_as_wanted(case: str) -> None:
    owner, rdtype, rdatas = AS_WANTED[case]
    value = "spf1" if owner == "example.org." and rdtype == "TXT" else ""
    world = GOOD.having(owner, rdtype, *rdatas)
    finding = await finding_about(FULL, MemoryDns(world), wanted(FULL, owner, rdtype, value))
    assert (finding.status, finding.code) == (Status.OK, "as-wanted"), finding.message


@pytest.mark.parametrize(
    ("published", "planned"),
    [
        ("ip6:2001:db8:0::10", "ip6:2001:DB8::10"),
        ("ip4:192.0.2.5/24", "ip4:192.0.2.0/24"),
        ("ip4:192.0.2.1/32", "ip4:192.0.2.1"),
    ],
)
def test_an_address_is_the_same_in_whatever_form(published: str, planned: str) -> None:
    apex = dns.name.from_text("example.org")
    assert same_meaning(f"v=spf1 {published} -all", f"v=spf1 {planned} -all", apex)
    assert lacking_words(f"v=spf1 {published} -all", f"v=spf1 {planned} -all", apex) == []


WORKS = {
    "srv with other weights": ("_imaps._tcp.example.org.", "SRV", ["5 0 993 MAIL.example.org."]),
    "spf by another name": ("example.org.", "TXT", ['"v=spf1 include:example.com -all"']),
    "dmarc with other addresses": (
        "_dmarc.example.org.",
        "TXT",
        ['"v=DMARC1; p=reject; rua=mailto:x@example.org; ruf=mailto:y@example.org"'],
    ),
    "tls reports to another address": (
        "_smtp._tls.example.org.",
        "TXT",
        ['"v=TLSRPTv1; rua=https://example.net/report"'],
    ),
}


@pytest.mark.parametrize("case", WORKS)
async def test_what_works_in_another_way_is_not_bad(case: str) -> None:
    owner, rdtype, rdatas = WORKS[case]
    value = "spf1" if owner == "example.org." else ""
    world = GOOD.having(owner, rdtype, *rdatas)
    finding = await finding_about(FULL, MemoryDns(world), wanted(FULL, owner, rdtype, value))
    assert (finding.status, finding.code) == (Status.INFO, "works-differently"), finding.message


async def test_an_spf_record_by_addresses_is_as_good() -> None:
    spf = '"v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 ~all"'
    world = GOOD.having("example.org.", "TXT", spf)
    finding = await finding_about(
        FULL, MemoryDns(world), wanted(FULL, "example.org.", "TXT", "spf1")
    )
    assert finding.status is Status.OK, finding.message
    assert "this server is named by its addresses" in finding.message


async def test_addresses_in_place_of_an_alias_are_as_good() -> None:
    name = "autodiscover.example.org."
    world = GOOD.without(name, "CNAME").having(name, "A", "1.2.3.4")
    for good in (world, world.having(name, "AAAA", "2001:db8::10")):
        finding = await finding_about(FULL, MemoryDns(good), wanted(FULL, name, "CNAME"))
        assert finding.status is Status.OK, finding.message


async def test_an_alias_by_way_of_another_name_is_as_good() -> None:
    name, other = "autodiscover.example.org.", "www.example.org."
    through = GOOD.having(name, "CNAME", other).having(other, "CNAME", "mail.example.org.")
    assert (
        await finding_about(FULL, MemoryDns(through), wanted(FULL, name, "CNAME"))
    ).status is Status.OK
    aside = GOOD.having(name, "CNAME", other).having(other, "A", "1.2.3.4")
    finding = await finding_about(FULL, MemoryDns(aside), wanted(FULL, name, "CNAME"))
    assert (finding.status, finding.code) == (Status.INFO, "works-differently")


async def test_a_wildcard_is_as_good_as_the_name() -> None:
    name = "autoconfig.example.org."
    world = GOOD.without(name, "CNAME").having("*.example.org.", "CNAME", "mail.example.org.")
    assert (
        await finding_about(FULL, MemoryDns(world), wanted(FULL, name, "CNAME"))
    ).status is Status.OK


async def test_reverse_dns_through_a_classless_delegation_is_as_good() -> None:
    through = "4.0-31.3.2.1.in-addr.arpa."
    world = GOOD.without(REVERSE, "PTR").having(REVERSE, "CNAME", through)
    world = world.having(through, "PTR", "mail.example.org.")
    assert (
        await finding_about(FULL, MemoryDns(world), wanted(FULL, REVERSE, "PTR"))
    ).status is Status.OK


async def test_a_caa_of_the_domain_counts_for_the_host() -> None:
    world = GOOD.without("mail.example.org.", "CAA")
    world = world.having("example.org.", "CAA", '0 issue "letsencrypt.org"')
    finding = await finding_about(FULL, MemoryDns(world), wanted(FULL, "mail.example.org.", "CAA"))
    assert finding.status is Status.OK

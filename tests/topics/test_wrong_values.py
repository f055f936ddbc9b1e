"""What is published and wrong: never called good, and named."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Offer
from tests.memory_dns import Fault, MemoryDns, good_zone
from tests.topics.setups import FULL, KEY, OTHER_KEY, SMALL, finding_about, findings, wanted

GOOD = good_zone(FULL).with_zone("example.net.").having("mx.example.net.", "A", "9.9.9.9")
HOST = "mail.example.org."
REVERSE = "4.3.2.1.in-addr.arpa."
SELECTOR = "dkim._domainkey.example.org."
DMARC = "_dmarc.example.org."
RUA = "rua=mailto:mailauth-reports@example.org"
TLSA = "_25._tcp.mail.example.org."
STS = "_mta-sts.example.org."
REPORTS = "_smtp._tls.example.org."
IMAPS = "_imaps._tcp.example.org."
DAV = "_caldavs._tcp.example.org."
COLLECTOR = "xn--bcher-kva.example._report._dmarc.collector.example.net."


def txt(value: str) -> str:
    return " ".join(f'"{value[i : i + 250]}"' for i in range(0, len(value), 250)) or '""'


KEY_TXT = txt(f"v=DKIM1; k=rsa; t=s; s=email; p={KEY}")

WRONG = {
    "host elsewhere": (HOST, "A", ["9.9.9.9"], "different error"),
    "host also elsewhere": (HOST, "A", ["1.2.3.4", "9.9.9.9"], "extra-address warning"),
    "ptr of the provider": (REVERSE, "PTR", ["static.example.net."], "provider-name error"),
    "ptr of two names": (REVERSE, "PTR", [HOST, "a.example.net."], "several-ptr warning"),
    "mx elsewhere": ("example.org.", "MX", ["10 mx.example.net."], "different error"),
    "mx without final dot": (
        "example.org.",
        "MX",
        [f"10 {HOST}example.org."],
        "doubled-target error",
    ),
    "null mx": ("example.org.", "MX", ["0 ."], "null-mx error"),
    "mx elsewhere first": (
        "example.org.",
        "MX",
        [f"10 {HOST}", "5 mx.example.net."],
        "foreign-mx-first error",
    ),
    "mx elsewhere second": (
        "example.org.",
        "MX",
        [f"10 {HOST}", "20 mx.example.net."],
        "foreign-mx warning",
    ),
    "dkim other key": (SELECTOR, "TXT", [txt(f"v=DKIM1; k=rsa; p={OTHER_KEY}")], "other-key error"),
    "dkim cut off": (SELECTOR, "TXT", [txt(f"v=DKIM1; k=rsa; p={KEY}"[:255])], "cut-off error"),
    "dkim revoked": (SELECTOR, "TXT", ['"v=DKIM1; p="'], "revoked error"),
    "dkim twice": (SELECTOR, "TXT", [KEY_TXT, txt(f"p={OTHER_KEY}")], "several-records error"),
    "dkim in test": (SELECTOR, "TXT", [txt(f"v=DKIM1; t=y:s; p={KEY}")], "test-mode warning"),
    "dkim in capitals": (SELECTOR, "TXT", [txt(f"V=DKIM1; K=rsa; P={KEY}")], "not-valid error"),
    "dkim for reports only": (SELECTOR, "TXT", [txt(f"s=tlsrpt; p={KEY}")], "not-valid error"),
    "dkim by sha1 only": (SELECTOR, "TXT", [txt(f"h=sha1; p={KEY}")], "not-valid error"),
    "dkim of another kind": (SELECTOR, "TXT", [txt(f"k=ed25519; p={KEY}")], "not-valid error"),
    "dkim version last": (SELECTOR, "TXT", [txt(f"p={KEY}; v=DKIM1")], "not-valid warning"),
    "dkim version unknown": (SELECTOR, "TXT", [txt(f"v=DKIM2; p={KEY}")], "not-valid error"),
    "dkim text without key": (SELECTOR, "TXT", ['"v=DKIM1; k=rsa"'], "cut-off error"),
    "dmarc weak": (DMARC, "TXT", [f'"v=DMARC1; p=none; {RUA}"'], "different warning"),
    "dmarc without policy": (DMARC, "TXT", ['"v=DMARC1"'], "cut-off warning"),
    "dmarc in test": (DMARC, "TXT", [f'"v=DMARC1; p=reject; t=y; {RUA}"'], "different warning"),
    "dmarc twice": (
        DMARC,
        "TXT",
        ['"v=DMARC1; p=reject"', '"v=DMARC1; p=none"'],
        "several-records error",
    ),
    "dmarc misspelt": (DMARC, "TXT", ['"v=DMARC1; p=rejekt"'], "unknown-policy error"),
    "dmarc misspelt below": (
        DMARC,
        "TXT",
        ['"v=DMARC1; p=reject; sp=nnoe"'],
        "unknown-policy error",
    ),
    "dmarc version in small letters": (DMARC, "TXT", ['"v=dmarc1; p=reject"'], "not-valid error"),
    "dmarc with a blank in front": (DMARC, "TXT", ['" v=DMARC1; p=reject"'], "not-valid error"),
    "dmarc in quotes": (DMARC, "TXT", [r'"\"v=DMARC1; p=reject\""'], "not-valid error"),
    "srv port": (IMAPS, "SRV", [f"0 1 143 {HOST}"], "different error"),
    "srv swapped": (IMAPS, "SRV", [f"0 993 1 {HOST}"], "different error"),
    "srv nowhere": (IMAPS, "SRV", ["0 1 993 imap.example.net."], "dead-target error"),
    "srv denied": (IMAPS, "SRV", ["0 0 0 ."], "different warning"),
    "srv also nowhere": (
        IMAPS,
        "SRV",
        [f"0 1 993 {HOST}", "0 1 993 imap.example.net."],
        "dead-target warning",
    ),
    "path": (DAV, "TXT", ['"path=/dav/"'], "different warning"),
    "path without name": (DAV, "TXT", ['"/SOGo/dav/"'], "missing info"),
    "mta-sts of another day": (STS, "TXT", ['"v=STSv1; id=1;"'], "other-id warning"),
    "mta-sts without id": (STS, "TXT", ['"v=STSv1;"'], "not-valid warning"),
    "mta-sts in capitals": (STS, "TXT", ['"V=STSV1; ID=20261123000000;"'], "not-valid warning"),
    "mta-sts twice": (
        STS,
        "TXT",
        ['"v=STSv1; id=1;"', '"v=STSv1;id=2"'],
        "several-records warning",
    ),
    "tls reports nowhere": (REPORTS, "TXT", ['"v=TLSRPTv1; rua="'], "different warning"),
    "tls reports misspelt": (
        REPORTS,
        "TXT",
        ['"v=TLSRPTv1; rua=maito:a@b.c"'],
        "different warning",
    ),
    "tls reports twice": (
        REPORTS,
        "TXT",
        ['"v=TLSRPTv1;rua=mailto:a@b.cd"', '"v=TLSRPTv1;rua=mailto:b@b.cd"'],
        "several-records warning",
    ),
    "tlsa of another key": (TLSA, "TLSA", [f"3 1 1 {'ab' * 32}"], "other-key error"),
    "tlsa in another form": (TLSA, "TLSA", [f"3 1 2 {'ab' * 64}"], "other-form unknown"),
    "caa of another": (HOST, "CAA", ['0 issue "other.example"'], "forbidden-ca error"),
    "caa of nobody": (HOST, "CAA", ['0 issue ";"'], "forbidden-ca error"),
    "caa for wildcards only": (HOST, "CAA", ['0 issuewild "letsencrypt.org"'], "missing info"),
    "authorisation in small letters": (COLLECTOR, "TXT", ['"v=dmarc1"'], "different warning"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_named(case: str) -> None:
    owner, rdtype, rdatas, expected = WRONG[case]
    world = GOOD.having(owner, rdtype, *rdatas)
    finding = await finding_about(FULL, MemoryDns(world), wanted(FULL, owner, rdtype))
    assert f"{finding.code} {finding.status.word}" == expected, finding.message
    assert finding.fix
    assert len(finding.found) == len(rdatas)


async def test_a_verification_in_quotes_is_missing() -> None:
    world = GOOD.having("example.org.", "TXT", r'"\"MS=ms1\""')
    record = wanted(FULL, "example.org.", "TXT", "MS=")
    assert (await finding_about(FULL, MemoryDns(world), record)).code == "missing"


async def test_a_host_that_is_an_alias_is_not_good() -> None:
    world = GOOD.without(HOST, "A").without(HOST, "AAAA").without(HOST, "CAA")
    world = (
        world.without(HOST, "TXT")
        .having(HOST, "CNAME", "www.example.org.")
        .having("www.example.org.", "A", "1.2.3.4")
    )
    memory = MemoryDns(world)
    ours = await finding_about(FULL, memory, wanted(FULL, HOST, "A"))
    assert (ours.code, ours.status) == ("host-is-alias", Status.WARNING)
    nothing = await finding_about(FULL, memory, wanted(FULL, HOST, "AAAA"))
    assert (nothing.code, nothing.status) == ("different", Status.ERROR)


async def test_an_address_of_the_host_that_nobody_planned_is_seen() -> None:
    world = good_zone(SMALL).having(HOST, "AAAA", "2001:db8::99")
    bad = [f for f in await findings(SMALL, MemoryDns(world)) if f.status is not Status.OK]
    assert [(f.code, f.status, f.rdtype) for f in bad] == [
        ("unplanned-address", Status.ERROR, "AAAA")
    ]
    assert "2001:db8::99" in bad[0].message


@pytest.mark.parametrize(
    ("rdtype", "value", "code"),
    [("A", "9.9.9.9", "perhaps-proxy"), ("AAAA", "2001:db8::99", "different")],
)
async def test_a_client_name_with_a_foreign_address_is_not_good(
    rdtype: str, value: str, code: str
) -> None:
    name = "autoconfig.example.org."
    world = GOOD.without(name, "CNAME").having(name, "A", "1.2.3.4").having(name, rdtype, value)
    finding = await finding_about(FULL, MemoryDns(world), wanted(FULL, name, "CNAME"))
    assert (finding.code, finding.status) == (code, Status.WARNING)


async def test_a_client_name_that_leads_elsewhere_is_not_good() -> None:
    name = "autoconfig.example.org."
    memory = MemoryDns(GOOD.having(name, "CNAME", "web.example.net."))
    finding = await finding_about(FULL, memory, wanted(FULL, name, "CNAME"))
    assert (finding.code, finding.status) == ("different", Status.WARNING)
    assert "web.example.net" in finding.message


async def test_half_of_a_client_name_that_could_not_be_asked_is_not_good() -> None:
    name = "autoconfig.example.org."
    world = GOOD.without(name, "CNAME").having(name, "A", "1.2.3.4")
    memory = MemoryDns(world, faults=(Fault(name, rdtype="AAAA"),))
    finding = await finding_about(FULL, memory, wanted(FULL, name, "CNAME"))
    assert finding.status is Status.UNKNOWN


async def test_a_service_that_is_not_provided_and_published_is_not_good() -> None:
    services = FULL.services
    denied = services.with_service(replace(services.of("imaps"), offer=Offer.NOT_PROVIDED))
    setup = replace(FULL, services=denied)
    finding = await finding_about(setup, MemoryDns(GOOD), wanted(setup, IMAPS, "SRV"))
    assert (finding.code, finding.status) == ("different", Status.WARNING)


async def test_a_caa_below_that_could_not_be_asked_may_be_the_one_that_counts() -> None:
    world = GOOD.without(HOST, "CAA").having("example.org.", "CAA", '0 issue "letsencrypt.org"')
    memory = MemoryDns(world, faults=(Fault(HOST, rdtype="CAA"),))
    finding = await finding_about(FULL, memory, wanted(FULL, HOST, "CAA"))
    assert finding.status is Status.UNKNOWN


async def test_a_caa_above_the_zone_counts_too() -> None:
    setup = replace(
        SMALL, server=replace(SMALL.server, hostname="a.sub.example.net", caa="ca.example")
    )
    world = good_zone(setup).without("a.sub.example.net.", "CAA").with_zone("example.net.")
    world = world.having("example.net.", "CAA", '0 issue "other.example"')
    finding = await finding_about(
        setup, MemoryDns(world), wanted(setup, "a.sub.example.net.", "CAA")
    )
    assert finding.code == "forbidden-ca"


async def test_an_mx_by_another_name_of_this_server_works() -> None:
    world = GOOD.having("example.org.", "MX", "10 mx.example.org.")
    record = wanted(FULL, "example.org.", "MX")
    ours = world.having("mx.example.org.", "A", "1.2.3.4")
    assert (await finding_about(FULL, MemoryDns(ours), record)).code == "works-differently"
    other = ours.having("mx.example.org.", "AAAA", "2001:db8::99")
    assert (await finding_about(FULL, MemoryDns(other), record)).code == "extra-address"


async def test_reverse_dns_by_another_name_of_this_server_is_only_a_warning() -> None:
    world = GOOD.having(REVERSE, "PTR", "srv1.example.net.")
    record = wanted(FULL, REVERSE, "PTR")
    ours = world.having("srv1.example.net.", "A", "1.2.3.4").with_zone("example.net.")
    finding = await finding_about(FULL, MemoryDns(ours), record)
    assert (finding.code, finding.status) == ("other-name", Status.WARNING)


async def test_a_key_that_is_not_in_the_plan_can_not_be_called_good() -> None:
    setup = replace(SMALL, domains=(replace(SMALL.domains[0], dkim=()),))
    record = wanted(SMALL, SELECTOR, "TXT")
    for memory in (
        MemoryDns(good_zone(SMALL)),
        MemoryDns(good_zone(setup)),
        MemoryDns(good_zone(setup), faults=(Fault(SELECTOR),)),
    ):
        found = [f for f in await findings(setup, memory) if f.topic == record.topic]
        assert [(f.code, f.status) for f in found] == [("key-not-in-plan", Status.UNKNOWN)]


async def test_an_mx_whose_addresses_nobody_tells_is_unknown_and_not_wrong() -> None:
    mx = wanted(SMALL, "example.org.", "MX")
    world = good_zone(SMALL).having("example.org.", "MX", "10 mx.example.net.")
    silent = Fault("mx.example.net.", Failure.TIMEOUT)
    finding = await finding_about(SMALL, MemoryDns(world, faults=(silent,)), mx)
    assert (finding.status, finding.code) == (Status.UNKNOWN, "could-not-ask")

"""Planning from answers that are unfinished or wrong: never a failure, never a broken record."""

from dataclasses import replace

import dns.name
import dns.rdata
import dns.rdataclass
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.model.setup import (
    DEFAULT_SERVICES,
    DEFAULT_TTL,
    DkimKey,
    Dmarc,
    Domain,
    Offer,
    Server,
    Services,
    Setup,
    Spf,
    TlsReports,
)
from mailcow_dns_tui.model.validators import MAX_TTL
from mailcow_dns_tui.topics.registry import plan
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.topics.setups import DKIM, KEY, SMALL

LONGEST_NAME = ".".join(["a" * 61] * 4)
SURROGATE = "\udc80"

names = st.sampled_from(
    ["mail.example.org", "example.org", "bücher.example", "example.org.", LONGEST_NAME, "a..b"]
)
policy_words = st.sampled_from(["mx", "ip4:1.2.3.4", "-all", "reject", "y", "r", "0:1", "none"])
uris = st.sampled_from(["mailto:a@{domain}", f"mailto:r@{LONGEST_NAME}", "https://example.org/r"])
keys = st.sampled_from([KEY, DKIM, f'"{DKIM[:200]}" "{DKIM[200:]}"', "k=rsa p=abc"])
others = st.sampled_from(["dkim", "1.2.3.4", "::1", "fe80::1%eth0", "00" * 32, "/dav/", "ſ", "K"])
texts = st.one_of(st.text(), st.just(SURROGATE), names, policy_words, uris, keys, others)
lists = st.lists(texts, max_size=3).map(tuple)
numbers = st.one_of(st.integers(), st.sampled_from([0, 443, 3600]))

servers = st.builds(Server, *[texts] * 5, ttl=numbers)
policies = st.builds(Dmarc, *[st.sampled_from(["", "reject", "n", "r", "\x00"])] * 6, lists, lists)
domains = st.builds(
    Domain,
    name=texts,
    dkim=st.lists(st.builds(DkimKey, texts, texts), max_size=2).map(tuple),
    mta_sts_id=texts,
    verification=lists,
    alias_of=texts,
    spf=st.none() | st.builds(Spf, lists, texts),
    dmarc=st.none() | policies,
    tls_reports=st.none() | st.builds(TlsReports, lists),
)
offers = st.tuples(
    *(
        st.builds(replace, st.just(service), port=numbers, offer=st.sampled_from(Offer))
        for service in DEFAULT_SERVICES
    )
)
setups = st.builds(
    Setup,
    server=servers,
    services=st.builds(Services, offers, texts),
    spf=st.builds(Spf, lists, texts),
    dmarc=policies,
    tls_reports=st.none() | st.builds(TlsReports, lists),
    domains=st.lists(domains, max_size=3).map(tuple),
)


def assert_all_can_be_published(setup: Setup) -> None:
    for record in plan(setup):
        text = record.rdata.to_text()
        again = dns.rdata.from_text(dns.rdataclass.IN, record.rdtype, text, relativize=False)
        assert again == record.rdata
        assert dns.name.from_text(record.owner.to_text()) == record.owner
        assert 0 <= record.ttl <= MAX_TTL


@settings(deadline=None, max_examples=50)
@given(setups)
def test_whatever_is_typed_all_that_is_planned_can_be_published(setup: Setup) -> None:
    assert_all_can_be_published(setup)


@settings(deadline=None, max_examples=50)
@given(texts)
def test_one_field_may_hold_anything_while_the_others_are_good(text: str) -> None:
    domain, server = SMALL.domains[0], SMALL.server
    of_server = (
        replace(server, hostname=text),
        replace(server, ipv4=text),
        replace(server, ipv6=text),
        replace(server, caa=text),
        replace(server, spki_sha256=text),
    )
    of_domain = (
        replace(domain, name=text),
        replace(domain, dkim=(DkimKey(text, KEY), DkimKey("s", text))),
        replace(domain, mta_sts_id=text),
        replace(domain, verification=(text,)),
        replace(domain, spf=Spf((text,))),
        replace(domain, dmarc=Dmarc(rua=(text,))),
        replace(domain, tls_reports=TlsReports((text,))),
    )
    for each in of_server:
        assert_all_can_be_published(replace(SMALL, server=each))
    for one in of_domain:
        assert_all_can_be_published(replace(SMALL, domains=(one,)))
    assert_all_can_be_published(replace(SMALL, services=Services(dav_path=text)))


@pytest.mark.parametrize("length", [225, 230, 233, 234, 235, 236, 237, 241, 244, 245, 253])
def test_a_name_too_long_for_what_goes_below_it_is_no_failure(length: int) -> None:
    name = f"{LONGEST_NAME[: length - 2]}.b".replace("..", ".x")
    setup = Setup(
        server=Server(name, ipv4="1.2.3.4", spki_sha256="00" * 32),
        tls_reports=TlsReports((f"mailto:r@{name}",)),
        domains=(
            Domain(
                name,
                dkim=(DkimKey(key=KEY), DkimKey("s" * 60, KEY)),
                mta_sts_id="1",
                dmarc=Dmarc(rua=(f"mailto:r@{name}", f"mailto:r@x{name[1:]}")),
            ),
        ),
    )
    assert_all_can_be_published(setup)


@pytest.mark.parametrize("ttl", [-1, MAX_TTL + 1])
def test_a_wrong_ttl_plans_with_the_usual_one(ttl: int) -> None:
    wrong = replace(SMALL, server=replace(SMALL.server, ttl=ttl))
    assert plan(wrong) == plan(SMALL)


@pytest.mark.parametrize(("ttl", "used"), [(0, 0), (-5, DEFAULT_TTL)])
async def test_what_only_the_guide_wants_has_the_same_ttl(ttl: int, used: int) -> None:
    world = GOOD_WORLD.having(HOST, "TXT", '"v=spf1 -all"')
    world = world.having(HOST, "CAA", '0 issue "ca.example.net"')
    setup = replace(SETUP, server=replace(SETUP.server, ttl=ttl, caa=""))
    steps = [each for each in await steps_left(world, setup) if each.wanted is None]
    assert {each.finding.topic for each in steps} == {"spf", "caa"}
    assert {each.record.ttl for each in steps if each.record} == {used}

"""What comes before what, and why."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.answer import Failure, Security
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import txt_rdata
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, HOST, OLD_KEY, SETUP, by_wildcard, without_all
from tests.memory_dns import NS1, RESOLVER, Fault, MemoryDns, World, policy_page

ORG, COM = "example.org.", "example.com."


def about(steps: tuple[GuideStep, ...], owner: str, rdtype: str) -> GuideStep:
    name = dns.name.from_text(owner)
    mine = (s for s in steps if (s.finding.name, s.finding.rdtype) == (name, rdtype))
    (step,) = (each for each in mine if not each.lowers_ttl)
    return step


def spf(world: World, *texts: str) -> World:
    quoted = (txt_rdata(text).to_text() for text in texts)
    return world.having(ORG, "TXT", '"google-site-verification=abc"', *quoted)


async def test_a_plan_that_is_published_leaves_nothing_to_do() -> None:
    assert await steps_left(GOOD_WORLD) == ()


async def test_addresses_come_before_what_leads_to_them() -> None:
    world = (
        GOOD_WORLD.without(HOST, "A").without(ORG, "MX").without("_caldavs._tcp.example.org", "SRV")
    )
    steps = await steps_left(world)
    assert (steps[0].act, steps[0].record) == (Act.PUBLISH, steps[0].wanted)
    assert steps[0].finding.rdtype == "A"
    for owner, rdtype in ((ORG, "MX"), ("_caldavs._tcp.example.org", "SRV")):
        locked = about(steps, owner, rdtype).locked
        assert "The A record of mail.example.org is not right yet." in locked
        assert "opens as soon as" in locked


async def test_no_locked_step_stands_before_an_open_one() -> None:
    world = World(GOOD_WORLD.origins, {})
    steps = await steps_left(world)
    order = [step.is_open for step in steps]
    assert order == sorted(order, reverse=True)
    assert {True, False} == set(order)


@pytest.mark.parametrize(
    "owner", ["dkim._domainkey.example.org", "dkim._domainkey.sub.example.org"]
)
async def test_a_strict_policy_waits_for_the_keys_of_all_whom_it_binds(owner: str) -> None:
    world = GOOD_WORLD.having("_dmarc.example.org", "TXT", '"v=DMARC1; p=none"').without(
        owner, "TXT"
    )
    step = about(await steps_left(world), "_dmarc.example.org", "TXT")
    assert "DKIM" in step.locked


@pytest.mark.parametrize("percent", [0, 50])
async def test_to_take_a_pct_away_is_stricter(percent: int) -> None:
    text = f"v=DMARC1; p=reject; pct={percent}; rua=mailto:mailauth-reports@example.org"
    world = GOOD_WORLD.having("_dmarc.example.org", "TXT", f'"{text}"')
    step = about(await steps_left(world), "_dmarc.example.org", "TXT")
    assert any("Read the reports" in warning for warning in step.warnings)
    unsigned = world.without("dkim._domainkey.example.org", "TXT")
    step = about(await steps_left(unsigned), "_dmarc.example.org", "TXT")
    assert "DKIM" in step.locked


async def test_a_strict_policy_waits_until_the_key_is_seen_everywhere() -> None:
    world = GOOD_WORLD.having("_dmarc.example.org", "TXT", '"v=DMARC1; p=none"')
    old = world.without("dkim._domainkey.example.org", "TXT")
    steps = await steps_left(world, memory=MemoryDns(world, own={RESOLVER: old}))
    assert "seen everywhere" in about(steps, "_dmarc.example.org", "TXT").locked
    assert about(steps, "dkim._domainkey.example.org", "TXT").act is Act.WAIT


async def test_a_second_spf_record_is_joined_with_the_first() -> None:
    world = spf(GOOD_WORLD, "v=spf1 mx a -all", "v=spf1 ip4:8.8.8.8 ~all")
    (step,) = await steps_left(world)
    assert step.record is not None
    assert step.record.value == "v=spf1 mx a ip4:8.8.8.8 ~all"
    assert step.remove == (
        "example.org TXT v=spf1 mx a -all",
        "example.org TXT v=spf1 ip4:8.8.8.8 ~all",
    )


async def test_an_include_stays_and_the_server_is_named_by_its_addresses() -> None:
    """What the include takes of the ten lookups is not known."""
    (step,) = await steps_left(spf(GOOD_WORLD, "v=spf1 include:_spf.example.net -all"))
    assert step.record is not None
    words = step.record.value
    assert words == "v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 include:_spf.example.net -all"


async def test_spf_by_the_mx_waits_for_the_mx() -> None:
    for world in (GOOD_WORLD, spf(GOOD_WORLD)):
        steps = await steps_left(world.without(ORG, "MX"))
        assert [about(steps, ORG, "MX").is_open, about(steps, ORG, "TXT").is_open] == [True, False]


async def test_moving_the_mail_from_another_provider_is_said_so() -> None:
    world = spf(GOOD_WORLD, "v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 mx -all")
    step = (await steps_left(world.having(ORG, "MX", "10 old.example.net.")))[0]
    assert step.act is Act.CHANGE
    assert step.remove == ("example.org MX 10 old.example.net.",)
    assert "mailboxes have to be here already" in step.warnings[0]


@pytest.mark.parametrize(
    ("owner", "rdtype", "there"),
    [
        ("autodiscover.example.org", "CNAME", "autodiscover.example.net."),
        ("_caldavs._tcp.example.org", "SRV", "0 1 443 autodiscover.example.net."),
    ],
)
async def test_programs_find_the_old_server_as_long_as_the_mail_goes_there(
    owner: str, rdtype: str, there: str
) -> None:
    beside = GOOD_WORLD.with_zone("example.net").having("autodiscover.example.net.", "A", "9.9.9.9")
    here = beside.having(owner, rdtype, there)
    assert about(await steps_left(here), owner, rdtype).is_open
    elsewhere = here.having(ORG, "MX", "0 old.example.net.")
    locked = about(await steps_left(elsewhere), owner, rdtype).locked
    assert "still find the mailboxes at autodiscover.example.net by it" in locked
    assert "opens when the mail of example.org comes to this server" in locked
    beside_both = elsewhere.having(ORG, "MX", "10 mail.example.org.", "20 old.example.net.")
    assert about(await steps_left(beside_both), owner, rdtype).is_open


async def test_what_leads_programs_nowhere_yet_need_not_wait_for_the_mail() -> None:
    world = GOOD_WORLD.having(ORG, "MX", "0 old.example.net.")
    added = world.without("autodiscover.example.org", "CNAME")
    assert about(await steps_left(added), "autodiscover.example.org", "CNAME").is_open


async def test_mail_moves_only_to_a_server_that_spf_allows() -> None:
    text, *rest = await steps_left(GOOD_WORLD.having(ORG, "MX", "10 old.example.net."))
    mx = about(tuple(rest), ORG, "MX")
    assert text.record is not None
    assert text.record.value == "v=spf1 ip4:1.2.3.4 ip6:2001:db8::10 mx a -all"
    assert "The SPF record of example.org does not allow this server" in mx.locked


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("v=spf1 ip4:9.9.9.9 -all", "v=spf1 ip4:9.9.9.8 -all"),
        ("v=spf1 include:gone.example.net -all",),
        ("v=spf1 ip4:9.9.9.9, -all",),
    ],
    ids=["missing", "several", "broken", "not valid"],
)
async def test_mail_moves_only_to_a_server_whose_replies_pass(texts: tuple[str, ...]) -> None:
    world = spf(GOOD_WORLD, *texts).having(ORG, "MX", "10 old.example.net.")
    unsigned = world.without("dkim._domainkey.example.org", "TXT")
    steps = await steps_left(unsigned)
    assert "may pass neither SPF nor DKIM, and be refused" in about(steps, ORG, "MX").locked
    assert about(steps, "dkim._domainkey.example.org", "TXT").is_open
    assert about(await steps_left(world), ORG, "MX").is_open


@pytest.mark.parametrize(
    ("end", "fate"),
    [("-all", "would refuse its replies"), ("~all", "could take its replies for forged")],
)
async def test_replies_are_said_to_be_refused_only_where_spf_asks_for_it(
    end: str, fate: str
) -> None:
    world = spf(GOOD_WORLD, f"v=spf1 ip4:9.9.9.9 {end}").having(ORG, "MX", "10 old.example.net.")
    assert about(await steps_left(world), ORG, "MX").locked.startswith(
        f"The SPF record of example.org does not allow this server, and receivers {fate}."
    )


async def test_mail_of_a_domain_that_is_a_cname_moves_with_the_other() -> None:
    world = spf(GOOD_WORLD, "v=spf1 ip4:9.9.9.9, -all").having(ORG, "MX", "10 old.example.net.")
    world = without_all(world, dns.name.from_text("sub.example.org"))
    world = world.having("sub.example.org", "CNAME", ORG)
    steps = await steps_left(world)
    reason = "This server's replies for sub.example.org may pass neither SPF nor DKIM"
    assert reason in about(steps, ORG, "MX").locked
    key = about(steps, "dkim._domainkey.sub.example.org", "TXT")
    assert key.is_open
    assert key.record is not None
    signed = world.having(key.record.owner, "TXT", key.record.rdata.to_text())
    assert about(await steps_left(signed), ORG, "MX").is_open


async def test_without_dkim_in_the_plan_spf_allows_the_server_before_mail_moves() -> None:
    domains = (replace(SETUP.domains[0], dkim=()), *SETUP.domains[1:])
    world = spf(GOOD_WORLD).having(ORG, "MX", "10 old.example.net.")
    steps = await steps_left(world, replace(SETUP, domains=domains))
    text, mx = about(steps, ORG, "TXT"), about(steps, ORG, "MX")
    assert text.record is not None
    assert "ip4:1.2.3.4 ip6:2001:db8::10" in text.record.value
    assert [text.is_open, mx.is_open] == [True, False]


async def test_an_mx_waits_for_a_policy_that_lets_mail_come_here() -> None:
    page = policy_page(mx="old.example.net")
    world = GOOD_WORLD.having(ORG, "MX", "10 old.example.net.").serving(ORG, page)
    steps = await steps_left(world)
    policy = about(steps, "_mta-sts.example.org", "TXT")
    assert (policy.finding.code, policy.act) == ("policy-without-mx", Act.OUTSIDE)
    assert policy.is_open
    assert "MTA-STS policy" in about(steps, ORG, "MX").locked


async def test_an_mx_waits_for_a_tlsa_that_matches() -> None:
    world = GOOD_WORLD.having(ORG, "MX", "0 .")
    world = world.having(f"_25._tcp.{HOST}", "TLSA", f"3 1 1 {OLD_KEY}")
    tlsa, *rest = await steps_left(world)
    mx = about(tuple(rest), ORG, "MX")
    assert (tlsa.act, tlsa.remove) == (Act.PUBLISH, ())
    assert "without this server's key" in mx.locked


async def test_an_mx_waits_for_a_tlsa_that_nobody_planned() -> None:
    setup = replace(SETUP, server=replace(SETUP.server, spki_sha256=""))
    world = GOOD_WORLD.having(ORG, "MX", "0 .")
    steps = await steps_left(world, setup)
    tlsa = about(steps, f"_25._tcp.{HOST}", "TLSA")
    assert (tlsa.act, tlsa.is_open, tlsa.where) == (Act.OUTSIDE, True, "in the plan (step 1, TLSA)")
    assert "TLSA record" in about(steps, ORG, "MX").locked
    memory = MemoryDns(world, securities={"example.org": Security.INSECURE})
    assert about(await steps_left(world, setup, memory), ORG, "MX").is_open


async def test_the_key_is_put_at_every_name_that_mail_comes_by() -> None:
    world = GOOD_WORLD.having("mx.example.org", "A", "1.2.3.4")
    for domain in (ORG, COM):
        world = world.having(domain, "MX", "10 mx.example.org.")
    world = world.having("_25._tcp.mx.example.org", "TLSA", f"3 1 1 {OLD_KEY}")
    steps = await steps_left(world)
    (step,) = (s for s in steps if s.finding.topic == "tlsa")
    assert step.record is not None
    assert step.record.owner.to_text() == "_25._tcp.mx.example.org."
    assert step.record.value == f"3 1 1 {SETUP.server.spki_sha256}"
    assert (step.act, step.remove, step.is_open) == (Act.PUBLISH, (), True)


async def test_tlsa_waits_for_dnssec() -> None:
    world = GOOD_WORLD.without(f"_25._tcp.{HOST}", "TLSA")
    memory = MemoryDns(world, securities={"example.org": Security.INSECURE})
    step = about(await steps_left(world, memory=memory), f"_25._tcp.{HOST}", "TLSA")
    assert "DNSSEC is switched on" in step.locked
    assert about(await steps_left(world), f"_25._tcp.{HOST}", "TLSA").is_open


async def test_mta_sts_waits_for_its_host_and_its_policy() -> None:
    bare = GOOD_WORLD.without("_mta-sts.example.org", "TXT")
    hostless = await steps_left(bare.without("mta-sts.example.org", "CNAME"))
    assert [step.is_open for step in hostless] == [True, False]
    refused = PolicyPage(failure=FetchFailure.REFUSED)
    (step,) = await steps_left(bare.serving(ORG, refused))
    assert (step.act, step.is_open) == (Act.OUTSIDE, True)
    assert "refuses connections" in step.why
    assert "Open port 443" in step.what
    (step,) = await steps_left(bare)
    assert (step.act, step.is_open) == (Act.PUBLISH, True)


async def test_a_policy_that_is_not_valid_is_put_right_before_it_is_announced() -> None:
    page = replace(policy_page(mx=HOST), body=b"hello")
    for world in (GOOD_WORLD, GOOD_WORLD.without("_mta-sts.example.org", "TXT")):
        (step,) = await steps_left(world.serving(ORG, page))
        assert (step.act, step.record, step.is_open) == (Act.OUTSIDE, None, True)
        assert "“hello” is no line of a policy" in step.why


async def test_mta_sts_waits_for_a_certificate_that_caa_allows() -> None:
    world = GOOD_WORLD.without("_mta-sts.example.org", "TXT")
    world = world.having(HOST, "CAA", '0 issue "example.net"')
    caa, text = await steps_left(world)
    assert (caa.act, caa.is_open) == (Act.PUBLISH, True)
    assert "CAA forbids" in text.locked


async def test_a_host_that_is_a_cname_gets_all_its_records_in_one_go() -> None:
    world = GOOD_WORLD.without(HOST, "A").without(HOST, "AAAA").without(HOST, "CAA")
    world = world.without(HOST, "TXT") if _has_text(world) else world
    world = world.having(HOST, "CNAME", "host.example.net.").having(
        "host.example.net.", "A", "1.2.3.4"
    )
    step = (await steps_left(world))[0]
    assert step.remove == ("mail.example.org CNAME host.example.net.",)
    assert step.record is not None
    assert {each.type_text for each in (step.record, *step.also)} == {"A", "AAAA", "CAA"}


def _has_text(world: World) -> bool:
    return any(name.to_text() == f"{HOST}." and t.name == "TXT" for name, t in world.rrsets)


async def test_reverse_dns_is_set_where_the_address_was_rented() -> None:
    (step,) = await steps_left(GOOD_WORLD.without("4.3.2.1.in-addr.arpa.", "PTR"))
    assert (step.act, step.record, step.where) == (
        Act.OUTSIDE,
        None,
        "where the server's address was rented (reverse DNS, rDNS or PTR)",
    )
    assert step.what == "Set the reverse DNS of 1.2.3.4 to mail.example.org."


async def test_foreign_addresses_go_after_our_own_are_there() -> None:
    setup = replace(SETUP, server=replace(SETUP.server, ipv6=""))
    world = GOOD_WORLD.having(HOST, "AAAA", "2001:db8::99").without(HOST, "A")
    steps = await steps_left(world, setup)
    assert (steps[0].act, steps[0].finding.rdtype) == (Act.PUBLISH, "A")
    last = about(steps, HOST, "AAAA")
    assert (last.act, last.remove) == (Act.REMOVE, ("mail.example.org AAAA 2001:db8::99",))
    assert last.locked


async def test_what_could_not_be_asked_is_asked_again_and_locks_what_builds_on_it() -> None:
    world = GOOD_WORLD.without(ORG, "MX")
    memory = MemoryDns(world, faults=(Fault(HOST, Failure.TIMEOUT),))
    steps = await steps_left(world, memory=memory)
    assert about(steps, HOST, "A").act is Act.ASK_AGAIN
    assert about(steps, ORG, "MX").locked


async def test_name_servers_that_still_differ_are_waited_for() -> None:
    old = GOOD_WORLD.without("_smtp._tls.example.org", "TXT")
    memory = MemoryDns(GOOD_WORLD, own={NS1: old})
    steps = await steps_left(GOOD_WORLD, memory=memory)
    assert about(steps, "_smtp._tls.example.org", "TXT").act is Act.WAIT


async def test_what_would_end_a_wildcards_answer_waits_for_a_record_of_the_name() -> None:
    first, *rest = await steps_left(by_wildcard(1))
    assert first.record is not None
    assert {each.value for each in (first.record, *first.also)} == {"1.2.3.4", "2001:db8::10"}
    assert first.is_open
    for owner, rdtype in ((HOST, "CAA"), (f"_25._tcp.{HOST}", "TLSA")):
        step = about(tuple(rest), owner, rdtype)
        assert (
            "The A record of mail.example.org comes from the wildcard *.example.org" in step.locked
        )
        assert "This step opens when the name has that record itself." in step.locked


async def test_a_local_view_of_the_host_locks_nothing() -> None:
    world = GOOD_WORLD.without(ORG, "MX")
    inside = {RESOLVER: world.having(HOST, "A", "192.168.1.10")}
    steps = await steps_left(world, memory=MemoryDns(world, own=inside))
    assert about(steps, ORG, "MX").is_open
    assert not [step for step in steps if step.act is Act.WAIT]


async def test_the_first_key_that_binds_senders_waits_for_the_address_of_its_server() -> None:
    world = GOOD_WORLD.having(f"_25._tcp.{HOST}", "TLSA", f"1 1 1 {OLD_KEY}")
    assert about(await steps_left(world), f"_25._tcp.{HOST}", "TLSA").is_open
    elsewhere = world.having(HOST, "A", "9.9.9.9")
    step = about(await steps_left(elsewhere), f"_25._tcp.{HOST}", "TLSA")
    assert "The A record of mail.example.org is not right yet" in step.locked


async def test_the_servers_own_spf_record_is_offered_once_the_server_has_its_addresses() -> None:
    world = GOOD_WORLD.without(HOST, "TXT")
    step = about(await steps_left(world), HOST, "TXT")
    assert step.record is not None
    assert (step.record.value, step.is_open, step.is_optional) == ("v=spf1 a -all", True, True)
    without_address = await steps_left(world.without(HOST, "A"))
    assert not [
        each
        for each in without_address
        if each.finding.name == step.record.owner and each.finding.rdtype == "TXT"
    ]

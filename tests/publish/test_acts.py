"""What a step changes of a zone as its provider has it, and when it is left alone."""

from collections.abc import Mapping
from dataclasses import replace

import dns.name
import dns.rdata
import dns.rdataclass
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo.example import BUECHER_KEY
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.publish.acts import Obstacle, Reason, RunContext, ZoneAct, ZoneContext, act_of
from mailcow_dns_tui.publish.changes import Change, Contents, Kind, ZoneRRset
from mailcow_dns_tui.publish.proposal import ready_steps
from mailcow_dns_tui.topics.dmarc.topic import ENFORCED
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, SETUP, moving, without_all
from tests.memory_dns import World
from tests.publish.walking import contents_of

APEX = dns.name.from_text("example.org.")
Lines = Mapping[tuple[str, str], tuple[str, ...]]


def rrset(name: str, rdtype: str, *texts: str, ttl: int = 3600) -> ZoneRRset:
    kind = RdataType[rdtype]
    data = (dns.rdata.from_text(dns.rdataclass.IN, kind, text) for text in texts)
    return ZoneRRset(dns.name.from_text(name), kind, ttl, tuple(data))


def with_rrsets(contents: Contents, *rrsets: ZoneRRset) -> Contents:
    return {**contents, **{(each.owner, each.rdtype): each for each in rrsets}}


async def step_about(world: World, name: str, topic: str, setup: Setup = SETUP) -> GuideStep:
    steps = await steps_left(world, setup)
    owner = dns.name.from_text(name)
    found = (s for s in steps if s.finding.topic == topic and s.finding.name == owner)
    return next(found)


def done(
    step: GuideStep, contents: Contents, refusal: str = "", min_ttl: int = 0
) -> ZoneAct | Obstacle:
    names = frozenset(key[0] for key in contents_of(GOOD_WORLD, APEX))
    run = RunContext(SETUP, names)
    context = ZoneContext(APEX, contents, run, lambda change: refusal, min_ttl=min_ttl)
    return act_of(step, context, contents)


def changes_of(made: ZoneAct | Obstacle) -> tuple[Change, ...]:
    assert isinstance(made, ZoneAct), made
    return made.changes


def reason_of(made: ZoneAct | Obstacle) -> Reason:
    assert isinstance(made, Obstacle), made
    return made.reason


AUTODISCOVER = "autodiscover.example.org."
WITHOUT = GOOD_WORLD.without(AUTODISCOVER, "CNAME")


async def test_what_is_missing_is_created_with_the_ttl_of_the_plan() -> None:
    step = await step_about(WITHOUT, AUTODISCOVER, "clients")
    (change,) = changes_of(done(step, contents_of(WITHOUT, APEX)))
    assert change.kind is Kind.CREATE
    assert change.after == rrset(AUTODISCOVER, "CNAME", "mail.example.org.")


async def test_no_ttl_is_shorter_than_the_provider_takes() -> None:
    step = await step_about(WITHOUT, AUTODISCOVER, "clients")
    (change,) = changes_of(done(step, contents_of(WITHOUT, APEX), min_ttl=5000))
    assert change.after == rrset(AUTODISCOVER, "CNAME", "mail.example.org.", ttl=5000)


async def test_others_data_and_their_ttl_stay() -> None:
    spf = '"v=spf1 ip4:8.8.8.8 -all"'
    world = GOOD_WORLD.having(APEX, "TXT", '"others=1"', spf, '"google-site-verification=abc"')
    step = await step_about(world, "example.org.", "spf")
    texts = rrset("example.org.", "TXT", '"others=1"', spf, '"others=2"', ttl=1234)
    seen = with_rrsets(contents_of(world, APEX), texts)
    assert reason_of(done(step, seen)) is Reason.UNLIKE
    known = rrset("example.org.", "TXT", '"others=1"', spf, ttl=1234)
    (change,) = changes_of(done(step, with_rrsets(contents_of(world, APEX), known)))
    assert change.after is not None
    assert change.after.ttl == 1234
    first, second = (each.to_text() for each in change.after.rdatas)
    assert first == '"others=1"'
    assert "ip4:8.8.8.8" in second


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        (rrset(AUTODISCOVER, "NS", "ns.example.net."), Reason.DELEGATED),
        (rrset("example.org.", "DNAME", "example.net."), Reason.DELEGATED),
        (rrset(AUTODISCOVER, "TXT", '"others"'), Reason.BESIDE_ALIAS),
        (rrset(AUTODISCOVER, "CNAME", "mail.example.org."), Reason.THERE),
        (rrset(AUTODISCOVER, "CNAME", "other.example.net."), Reason.UNLIKE),
    ],
    ids=["delegated", "redirected", "beside others", "there", "another"],
)
async def test_what_the_provider_has_besides_keeps_a_step_back(
    there: ZoneRRset, reason: Reason
) -> None:
    step = await step_about(WITHOUT, AUTODISCOVER, "clients")
    assert reason_of(done(step, with_rrsets(contents_of(WITHOUT, APEX), there))) is reason


async def test_a_cname_of_which_the_step_does_not_know_is_said_to_be_in_the_way() -> None:
    smtp = "_smtp._tls.example.org."
    world = GOOD_WORLD.without(smtp, "TXT")
    step = await step_about(world, smtp, "tls-rpt")
    there = with_rrsets(contents_of(world, APEX), rrset(smtp, "CNAME", "tls.example.net."))
    assert reason_of(done(step, there)) is Reason.ALIAS


@pytest.mark.parametrize("rdtype", ["CNAME", "A"])
async def test_an_alias_of_the_provider_keeps_a_step_back(rdtype: str) -> None:
    step = await step_about(WITHOUT, AUTODISCOVER, "clients")
    contents, names = contents_of(WITHOUT, APEX), frozenset({dns.name.from_text(AUTODISCOVER)})
    alias = frozenset({(dns.name.from_text(AUTODISCOVER), RdataType[rdtype])})
    context = ZoneContext(APEX, contents, RunContext(SETUP, names), lambda change: "", alias)
    assert reason_of(act_of(step, context, contents)) is Reason.INEXACT


async def test_what_a_package_can_not_do_is_said() -> None:
    step = await step_about(WITHOUT, AUTODISCOVER, "clients")
    made = done(step, contents_of(WITHOUT, APEX), refusal="CNAME is too much")
    assert isinstance(made, Obstacle)
    assert made.why.startswith("CNAME is too much.")


async def test_a_cname_in_the_way_has_a_question_of_its_own() -> None:
    smtp = "_smtp._tls.example.org."
    world = GOOD_WORLD.without(smtp, "TXT").having(smtp, "CNAME", "tls.example.net.")
    step = await step_about(world, smtp, "tls-rpt")
    made = done(step, contents_of(world, APEX))
    assert [change.kind for change in changes_of(made)] == [Kind.TAKE_AWAY, Kind.CREATE]
    assert isinstance(made, ZoneAct)
    assert made.questions == ("The CNAME of _smtp._tls.example.org to tls.example.net goes.",)


async def test_names_that_are_not_in_the_plan_are_left_alone() -> None:
    doubled = "_dmarc.example.org.example.org."
    text = GOOD_WORLD.rrsets[dns.name.from_text("_dmarc.example.org."), RdataType.TXT]
    world = GOOD_WORLD.without("_dmarc.example.org.", "TXT").having(doubled, "TXT", *text)
    step = await step_about(world, "_dmarc.example.org.", "dmarc")
    assert [str(gone.owner) for gone in step.removals] == [doubled]
    (change,) = changes_of(done(step, contents_of(world, APEX)))
    assert change.key[0] == dns.name.from_text("_dmarc.example.org.")


async def test_a_long_ttl_becomes_short_and_nothing_else_changes() -> None:
    world = moving("none", "10 old.example.net.")
    steps = await steps_left(World(world.origins, world.rrsets, mx_ttl=86_400), SETUP)
    step = next(s for s in steps if s.lowers_ttl and s.finding.name == APEX)
    there = rrset("example.org.", "MX", "10 old.example.net.", ttl=86_400)
    (change,) = changes_of(done(step, with_rrsets(contents_of(world, APEX), there)))
    assert change.after == rrset("example.org.", "MX", "10 old.example.net.", ttl=300)
    (change,) = changes_of(done(step, with_rrsets(contents_of(world, APEX), there), min_ttl=900))
    assert change.after == rrset("example.org.", "MX", "10 old.example.net.", ttl=900)


async def test_reverse_dns_is_done_elsewhere() -> None:
    reverse = "4.3.2.1.in-addr.arpa."
    world = GOOD_WORLD.having(reverse, "PTR", "static.example.net.")
    step = await step_about(world, reverse, "ptr")
    assert reason_of(done(step, contents_of(world, APEX))) is Reason.BY_HAND


async def test_a_domain_that_is_no_zone_of_its_own_can_be_kept_to() -> None:
    sub = dns.name.from_text("sub.example.org.")
    world = without_all(GOOD_WORLD, sub)
    steps = ready_steps(await steps_left(world, SETUP), [sub])
    assert set(steps) == {APEX}
    assert {s.record.owner.is_subdomain(sub) for s in steps[APEX] if s.record} == {True}


async def test_a_zone_without_anything_to_publish_is_not_asked_for() -> None:
    reverse = "4.3.2.1.in-addr.arpa."
    world = GOOD_WORLD.having(reverse, "PTR", "static.example.net.")
    steps = await steps_left(world, SETUP)
    assert [step.finding.topic for step in steps] == ["ptr"]
    assert ready_steps(steps) == {}


OTHER_KEY = txt_rdata(f"v=DKIM1; p={BUECHER_KEY}").to_text()
ASKED: Mapping[str, tuple[str, str, str, tuple[str, ...], str]] = {
    "another key": (
        "dkim._domainkey.example.org.",
        "TXT",
        "dkim",
        (OTHER_KEY,),
        "Mail that was signed with the old key",
    ),
    "a harder end": (
        "example.org.",
        "TXT",
        "spf",
        ('"v=spf1 mx ?all"',),
        "mail from servers that the record does not name is refused",
    ),
    "backup servers": (
        "example.org.",
        "MX",
        "mx",
        ("10 mail.example.org.", "20 backup.example.net."),
        "If some are your own backup servers",
    ),
}


@pytest.mark.parametrize("case", ASKED)
async def test_what_a_warning_asks_has_to_be_answered_by_itself(case: str) -> None:
    name, rdtype, topic, texts, question = ASKED[case]
    world = GOOD_WORLD.having(name, rdtype, *texts)
    step = await step_about(world, name, topic)
    made = done(step, contents_of(world, APEX))
    assert isinstance(made, ZoneAct)
    assert question in " ".join(made.questions)


TOLD: Mapping[str, tuple[str, str, str, str, str]] = {
    "the plan's authority": (
        "mail.example.org.",
        "CAA",
        "caa",
        '0 iodef "mailto:hostmaster@example.org"',
        "do all of them come from letsencrypt.org?",
    ),
    "a policy whose time has come": (
        "_dmarc.example.org.",
        "TXT",
        "dmarc",
        '"v=DMARC1; p=none"',
        "Read the reports first",
    ),
}


@pytest.mark.parametrize("case", TOLD)
async def test_what_the_plan_has_said_is_told_and_not_asked_again(case: str) -> None:
    name, rdtype, topic, there, told = TOLD[case]
    world = GOOD_WORLD.having(name, rdtype, there)
    made = done(await step_about(world, name, topic), contents_of(world, APEX))
    assert isinstance(made, ZoneAct)
    assert (told in " ".join(made.warnings), made.questions) == (True, ())


async def test_what_takes_the_place_of_other_authorities_is_asked_about() -> None:
    host = "mail.example.org."
    world = GOOD_WORLD.without(host, "CAA").having(APEX, "CAA", "0 issue ca.example")
    made = done(await step_about(world, host, "caa"), contents_of(world, APEX))
    assert isinstance(made, ZoneAct)
    (question,) = made.questions
    assert question == (
        "The CAA records of example.org do not count for mail.example.org any more: "
        "do none of its certificates come from ca.example?"
    )


async def test_a_policy_that_never_only_reported_becomes_stricter_after_a_yes_of_its_own() -> None:
    name = "_dmarc.example.org."
    world = GOOD_WORLD.having(name, "TXT", '"v=DMARC1; p=quarantine"')
    org, *others = SETUP.domains
    setup = replace(SETUP, domains=(replace(org, dmarc_at_once=ENFORCED), *others))
    made = done(await step_about(world, name, "dmarc", setup), contents_of(world, APEX))
    assert isinstance(made, ZoneAct)
    assert "Read the reports first" in " ".join(made.questions)


async def test_a_cname_of_somebody_else_is_changed_only_after_a_yes_of_its_own() -> None:
    world = GOOD_WORLD.having(AUTODISCOVER, "CNAME", "autodiscover.outlook.com.")
    step = await step_about(world, AUTODISCOVER, "clients")
    made = done(step, contents_of(world, APEX))
    assert isinstance(made, ZoneAct)
    (question,) = made.questions
    assert question == ("The CNAME of autodiscover.example.org to autodiscover.outlook.com goes.")

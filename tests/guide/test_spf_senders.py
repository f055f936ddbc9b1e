"""Whoever may send by the published SPF record may still, or the step names whom it leaves out."""

import pytest

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.topics.spf.topic import EHLO_RECORD
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.guide.test_order import ORG, spf
from tests.memory_dns import MemoryDns, World
from tests.topics.setups import findings

OURS = "ip4:1.2.3.4 ip6:2001:db8::10"
H0, H1 = "h0.example.net", "h1.example.net"
INCLUDES = [f"include:s{n}.example.net" for n in range(10)]
NINE = " ".join(INCLUDES[:9])


def world_of(*texts: str) -> World:
    """The domain with these SPF records, and all that they lead to."""
    world = spf(GOOD_WORLD, *texts).having("soft.example.net", "TXT", '"v=spf1 ip4:8.8.8.8 ~all"')
    nested = '"v=spf1 ip4:8.8.4.4 include:gone.example.net -all"'
    world = world.having("nested.example.net", "TXT", nested)
    for name in ("open.example.net", LONG):
        world = world.having(name, "TXT", '"v=spf1 +all"')
    world = world.having("open.example.net", "A", "8.8.8.8").having(
        "open.example.net", "AAAA", "::8"
    )
    world = world.having("wide.example.net", "TXT", '"v=spf1 ip4:0.0.0.0/1 -all"')
    world = world.having("not-open.example.net", "TXT", '"v=spf1 ip4:8.8.8.8 -all"')
    for n in range(10):
        world = world.having(f"s{n}.example.net", "TXT", f'"v=spf1 ip4:8.8.{n}.8 -all"')
    return world


async def the_step(*texts: str) -> GuideStep:
    steps = await steps_left(world_of(*texts))
    (step,) = [s for s in steps if s.finding.name.to_text() == ORG]
    return step


@pytest.mark.parametrize(
    ("published", "proposed"),
    [
        ("include:_spf.example.net, mx -all", f"{OURS} mx include:_spf.example.net -all"),
        ("ipv4:8.8.8.8 mx ~all", "mx a ip4:8.8.8.8 ~all"),
        ("a:8.8.8.8 mx ?all", "mx a ip4:8.8.8.8 ?all"),
        ("ip4:8.8.8.8,8.8.4.4 mx -all", "mx a ip4:8.8.8.8 ip4:8.8.4.4 -all"),
        (f"mx:{HOST} -all", "mx a -all"),
        (f"mx:{HOST} ip4:8.8.8.8 -all", "mx a ip4:8.8.8.8 -all"),
        ("redirect=soft.example.net", f"{OURS} include:soft.example.net ~all"),
        ("ip4:8.8.8.8 ?all", "mx a ip4:8.8.8.8 ?all"),
        ("ip4:8.8.8.8", "mx a ip4:8.8.8.8 ?all"),
        (f"mx a {' '.join(INCLUDES)} -all", f"{OURS} {' '.join(INCLUDES)} -all"),
        (f"+MX {' '.join(INCLUDES)} ~all", f"{OURS} {' '.join(INCLUDES)} ~all"),
        (f"a:{HOST} {' '.join(INCLUDES)} -all", f"{OURS} {' '.join(INCLUDES)} -all"),
        (f"mx {NINE} a:{HOST} -all", f"{OURS} {NINE} -all"),
    ],
)
async def test_all_that_may_send_is_kept(published: str, proposed: str) -> None:
    step = await the_step(f"v=spf1 {published}")
    assert step.record is not None
    assert (step.record.value, step.warnings) == (f"v=spf1 {proposed}", ())


@pytest.mark.parametrize(
    "published",
    [
        "include:s1.example.net ~all",
        "redirect=soft.example.net",
        "ipv4:8.8.8.8 mx ~all",
        f"mx a {' '.join(INCLUDES)} -all",
        "mx a ptr:example.net ip4:8.8.8.8 -all",
    ],
)
async def test_what_it_proposed_is_as_intended_once_it_is_there(published: str) -> None:
    step = await the_step(f"v=spf1 {published}")
    assert step.record is not None
    found = await findings(SETUP, MemoryDns(world_of(step.record.value)))
    (now,) = [each for each in found if (each.topic, each.record) == ("spf", step.wanted)]
    assert (now.status, now.code) == (Status.OK, "as-wanted")
    assert step.note in now.message


@pytest.mark.parametrize(
    ("published", "kept", "lost"),
    [
        ("mx a ptr -all", "mx a -all", "ptr"),
        ("mx a ptr:example.net ip4:8.8.8.8 -all", "mx a ip4:8.8.8.8 -all", "ptr:example.net"),
        ("mx ip4:8.8.8.300 ip4:8.8.8.8 -all", "mx a ip4:8.8.8.8 -all", "ip4:8.8.8.300"),
        (
            f"mx a {' '.join(INCLUDES)} include:_spf.example.net -all",
            f"{OURS} {' '.join(INCLUDES)} -all",
            "include:_spf.example.net",
        ),
        (
            "mx include:_spf.example.net a:g1.example.net a:g2.example.net a:g3.example.net -all",
            f"{OURS} mx include:_spf.example.net a:g1.example.net a:g2.example.net -all",
            "a:g3.example.net",
        ),
        (
            "mx include:nested.example.net include:s1.example.net -all",
            f"{OURS} mx include:s1.example.net -all",
            "include:nested.example.net",
        ),
        (
            "ip4:8.8.8.8 mx -all include:gone.example.net",
            "mx a ip4:8.8.8.8 -all",
            "include:gone.example.net",
        ),
    ],
)
async def test_what_does_not_fit_is_named_and_nothing_else(
    published: str, kept: str, lost: str
) -> None:
    step = await the_step(f"v=spf1 {published}")
    assert step.record is not None
    assert step.record.value == f"v=spf1 {kept}"
    (warning,) = step.warnings
    assert warning.startswith(
        f"The new record no longer has {lost}: mail of those who could send only"
    )


OTHER = "v=spf1 include:_spf.example.net ~all"


@pytest.mark.parametrize(
    ("whole", "others", "harder"),
    [
        ("v=spf1 mx a include:_spf.example.net ~all", [OTHER], False),
        (f"v=spf1 {OURS} include:_spf.example.net ~all", [OTHER], False),
        ("v=spf1 mx a include:_spf.example.net -all", [OTHER], True),
        ("v=spf1 mx a -all", ["v=spf1 a mx -all", "v=spf1 mx -all"], False),
    ],
)
async def test_where_one_of_several_has_all_only_the_others_go(
    whole: str, others: list[str], harder: bool
) -> None:
    for texts in ([whole, *others], [*others, whole]):
        step = await the_step(*texts)
        assert (step.act, step.record) == (Act.REMOVE, None)
        assert step.remove == tuple(f"example.org TXT {text}" for text in others)
        assert step.what == f"Delete {', '.join(step.remove)}."
        assert [w.startswith("From then on") for w in step.warnings] == [True] * harder


@pytest.mark.parametrize(
    "whole",
    [
        "v=spf1 mx a -all",
        "v=spf1 include:_spf.example.net include:s1.example.net ~all",
        "v=spf1 mx a include:_spf.example.net, ~all",
        f"v=spf1 mx a include:_spf.example.net {' '.join(INCLUDES)} ~all",
    ],
    ids=["less senders", "not this server", "a slip", "too many lookups"],
)
async def test_where_none_has_all_they_become_one(whole: str) -> None:
    step = await the_step(whole, OTHER)
    assert step.act is Act.CHANGE
    assert step.record is not None
    assert {whole, OTHER}.isdisjoint([step.record.value])


LONG = f"{'long-' * 12}.{'name-' * 12}.example.net"


@pytest.mark.parametrize(
    ("published", "proposed", "lost"),
    [
        ("mx a include:open.example.net -all", "mx a -all", "include:open.example.net"),
        (
            "mx include:wide.example.net ip4:8.8.8.8 -all",
            "mx a ip4:8.8.8.8 -all",
            "include:wide.example.net",
        ),
        (f"mx a INCLUDE:{LONG} -all", "mx a -all", f"INCLUDE:{LONG}"),
        ("mx a redirect=open.example.net", "mx a -all", "redirect=open.example.net"),
        ("mx a ip4:0.0.0.0/1 -all", "mx a -all", "ip4:0.0.0.0/1"),
        (
            "mx a include:not-open.example.net a:open.example.net include:open.example.net -all",
            f"{OURS} mx a include:not-open.example.net a:open.example.net -all",
            "include:open.example.net",
        ),
    ],
)
async def test_what_lets_everybody_send_goes_at_once_and_is_named(
    published: str, proposed: str, lost: str
) -> None:
    step = await the_step(f"v=spf1 {published}")
    assert step.record is not None
    assert step.record.value == f"v=spf1 {proposed}"
    assert any(w.startswith(f"The new record no longer has {lost}: mail of") for w in step.warnings)


@pytest.mark.parametrize("published", ["mx a ?all", "mx a", "mx a +all"])
async def test_a_harder_end_is_said_to_refuse_others(published: str) -> None:
    step = await the_step(f"v=spf1 {published}")
    assert step.record is not None
    assert step.record.value == "v=spf1 mx a -all"
    (warning,) = step.warnings
    assert warning.startswith(
        "From then on, mail from servers that the record does not name is refused"
    )


@pytest.mark.parametrize(
    ("published", "proposed", "lost"),
    [
        ("include:_spf.example.net -all", "a include:_spf.example.net -all", ""),
        ("include:_spf.example.net, ~all", "a include:_spf.example.net ~all", ""),
        ("include:gone.example.net ip4:8.8.8.8", "a ip4:8.8.8.8 ?all", "include:gone.example.net"),
        ("-all", "a -all", ""),
    ],
)
async def test_who_sends_by_the_servers_own_name_is_kept(
    published: str, proposed: str, lost: str
) -> None:
    (step,) = await steps_left(GOOD_WORLD.having(HOST, "TXT", f'"v=spf1 {published}"'))
    assert step.record is not None
    assert step.record.value == f"v=spf1 {proposed}"
    assert lost in " ".join(step.warnings)
    assert bool(lost) == bool(step.warnings)
    assert EHLO_RECORD in step.finding.fix


async def test_the_finding_of_a_slip_does_not_say_to_drop_the_senders() -> None:
    step = await the_step("v=spf1 include:_spf.example.net, mx -all")
    assert "keep all who may send" in step.finding.fix


async def test_an_mx_that_names_others_as_well_is_a_sender_like_any_other() -> None:
    text = f"v=spf1 mx {' '.join(INCLUDES)} -all"
    world = spf(GOOD_WORLD, text).having(ORG, "MX", f"10 {HOST}.", "20 backup.example.net.")
    for n in range(10):
        world = world.having(f"s{n}.example.net", "TXT", f'"v=spf1 ip4:8.8.{n}.8 -all"')
    step = next(s for s in await steps_left(world) if s.finding.topic == "spf")
    assert step.record is not None
    assert step.record.value == f"v=spf1 {OURS} mx {NINE} -all"
    assert step.warnings[0].startswith("The new record no longer has include:s9.example.net:")


async def test_an_address_of_somebody_else_is_a_sender_like_any_other() -> None:
    world = spf(GOOD_WORLD, f"v=spf1 a {' '.join(INCLUDES)} -all").having(ORG, "A", "9.9.9.8")
    for n in range(10):
        world = world.having(f"s{n}.example.net", "TXT", f'"v=spf1 ip4:8.8.{n}.8 -all"')
    step = next(s for s in await steps_left(world) if s.finding.topic == "spf")
    assert step.record is not None
    assert step.record.value == f"v=spf1 {OURS} a {NINE} -all"


@pytest.mark.parametrize("text", [f"mx {OURS} a:{H0} a:{H1} -all", f"mx a {OURS} a:{H0} -all"])
async def test_no_two_steps_undo_each_other_where_names_lead_nowhere(text: str) -> None:
    """The MX that goes has no IPv6, which is one of two look-ups that may bring nothing."""
    world = GOOD_WORLD.having(ORG, "MX", "5 old.example.net.", f"10 {HOST}.")
    seen = []
    while text not in seen:
        seen.append(text)
        steps = await steps_left(spf(world, f"v=spf1 {text}"))
        about = [s for s in steps if s.finding.name.to_text() == ORG and s.finding.topic == "spf"]
        if not about:
            break
        assert about[0].record is not None
        text = about[0].record.value.removeprefix("v=spf1 ")
    assert seen[-1] == f"mx {OURS} a:{H0} -all", seen

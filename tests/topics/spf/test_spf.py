"""SPF, evaluated as a receiver does for each address of the server."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Server, Spf
from tests.memory_dns import NS1, NS2, Fault, MemoryDns, good_zone
from tests.topics.setups import FULL, SMALL
from tests.topics.spf.zones import APEX, GOOD, OURS, all_judged, codes, judged, publishing

FINE = {"works-differently": Status.INFO}


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 ip4:1.2.3.0/24 ip6:2001:db8::10 -all",
        "v=spf1 a:mail.example.org ~all",
        "v=spf1 mx:mailers.example.net -all",
        "v=spf1 include:ours.example.net include:theirs.example.net -all",
        "v=spf1 redirect=ours.example.net",
        "v=spf1 exists:%{d1r}.%{d2} ip4:1.2.3.0/24 ip6:2001:db8::10 -all",
    ],
)
async def test_a_record_that_allows_every_address_works(text: str) -> None:
    assert await codes(publishing(text)) == FINE


@pytest.mark.parametrize(
    "text",
    [
        "V=SPF1 MX A -ALL",
        "v=spf1  mx   a  -all ",
        "v=spf1 a mx -all",
        "v=spf1 +mx +a -all",
        "v=spf1 mx:example.org a:EXAMPLE.org. -all",
        "v=spf1 mx/32 a//128 -all",
    ],
)
async def test_another_form_of_the_same_is_as_wanted(text: str) -> None:
    assert await codes(publishing(text)) == {"as-wanted": Status.OK}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"v=spf1 {OURS} include:theirs.example.net ~all", "include:theirs.example.net is publ"),
        (f"v=spf1 {OURS} ~all", "named by its addresses, which need no lookup; its end stays ~all"),
        ("v=spf1 mx a ip4:9.9.9.9 -all", "ip4:9.9.9.9 is published and stays"),
        ("v=spf1 mx a ~all", "its end stays ~all, which refuses no more than now"),
    ],
)
async def test_a_record_that_the_guide_would_propose_is_as_intended(text: str, told: str) -> None:
    found = await judged(MemoryDns(publishing(text)))
    assert (found.status, found.code) == (Status.OK, "as-wanted")
    assert told in found.message


@pytest.mark.parametrize("text", ["v=spf1 mx a -all", f"v=spf1 {OURS} -all"])
async def test_a_record_that_refuses_more_than_the_plan_is_not(text: str) -> None:
    setup = replace(FULL, spf=Spf(("mx", "a"), "~all"))
    assert await codes(publishing(text), setup) == FINE


async def test_the_order_of_refusals_is_not_of_no_matter() -> None:
    assert await codes(publishing("v=spf1 -a:mail.example.net mx a -all")) == FINE


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("v=spf1 include:theirs.example.net -all", ["1.2.3.4 (fail)", "2001:db8::10 (fail)"]),
        ("v=spf1 ip4:1.2.3.4 -all", ["2001:db8::10 (fail)"]),
        ("v=spf1 ip6:2001:db8::10 ~all", ["1.2.3.4 (softfail)"]),
        ("v=spf1", ["1.2.3.4 (neutral)"]),
        ("v=spf1 -mx a +all", ["1.2.3.4 (fail)"]),
    ],
)
async def test_a_record_that_leaves_an_address_out_is_an_error(
    text: str, addresses: list[str]
) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("not-allowed", Status.ERROR)
    assert all(address in finding.message for address in addresses)


async def test_two_records_are_an_error() -> None:
    world = publishing("v=spf1 mx a -all", "v=spf1 -all")
    assert await codes(world) == {"several-records": Status.ERROR}


async def test_a_second_text_that_is_no_record_does_not_matter() -> None:
    world = publishing("v=spf1 mx a -all", "v=spf10 -all", "spf2.0/pra -all")
    assert await codes(world) == {"as-wanted": Status.OK}


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.SERVFAIL, Failure.NO_SERVERS])
async def test_what_a_record_refers_to_and_could_not_be_asked_is_unknown(failure: Failure) -> None:
    memory = MemoryDns(
        publishing("v=spf1 include:ours.example.net -all"),
        faults=(Fault("ours.example.net.", failure),),
    )
    finding = await judged(memory)
    assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)


async def test_what_comes_after_our_own_and_could_not_be_asked_is_unknown() -> None:
    memory = MemoryDns(
        publishing("v=spf1 mx include:theirs.example.net -all"),
        faults=(Fault("theirs.example.net."),),
    )
    assert [f.code for f in await all_judged(memory)] == ["could-not-ask"]


@pytest.mark.parametrize("failing", ["A", "AAAA"])
async def test_what_fails_for_one_address_does_not_hide_what_is_wrong_for_the_other(
    failing: str,
) -> None:
    memory = MemoryDns(
        publishing("v=spf1 a:www.example.net -all"),
        faults=(Fault("www.example.net.", rdtype=failing),),
    )
    assert {f.code for f in await all_judged(memory)} == {"not-allowed", "could-not-ask"}


async def test_one_server_that_fails_does_not_make_it_unknown() -> None:
    memory = MemoryDns(
        publishing("v=spf1 include:ours.example.net -all"),
        faults=(Fault("ours.example.net.", server=NS1),),
    )
    assert (await judged(memory)).code == "works-differently"


async def test_the_planned_record_needs_what_it_refers_to() -> None:
    setup = replace(SMALL, spf=Spf(("mx",)))
    finding = await judged(MemoryDns(good_zone(setup).without(APEX, "MX")), setup)
    assert (finding.code, finding.status) == ("not-allowed", Status.ERROR)
    assert "MX" in finding.fix


@pytest.mark.parametrize(
    "text", ["v=spf1 mx a a:mail.example.org -all", "v=spf1 mx a ip4:9.9.9.9 ~all"]
)
async def test_a_record_that_has_all_it_should_needs_the_addresses_it_refers_to(text: str) -> None:
    finding = await judged(MemoryDns(publishing(text).without("mail.example.org.", "AAAA")))
    assert (finding.code, finding.status) == ("not-allowed", Status.ERROR)
    assert "does not allow 2001:db8::10 " in finding.message
    assert finding.fix.startswith("Publish what it refers to first")


async def test_a_record_that_refuses_us_first_is_to_be_changed() -> None:
    finding = await judged(MemoryDns(publishing("v=spf1 -a:mail.example.org mx a -all")))
    assert finding.fix.startswith("Change it to the wanted value")


async def test_an_old_record_on_one_server_is_named() -> None:
    memory = MemoryDns(GOOD, {NS2: publishing("v=spf1 ip4:9.9.9.9 -all")})
    finding = await judged(memory)
    assert (finding.code, finding.status) == ("servers-disagree", Status.WARNING)
    assert NS2.rstrip(".") in finding.message


async def test_without_an_address_it_is_unknown_who_may_send() -> None:
    setup = replace(SMALL, server=Server("mail.example.org"))
    for text in ("v=spf1 mx a -all", "v=spf1 ip4:9.9.9.9 -all"):
        assert await codes(publishing(text), setup) == {"no-address": Status.UNKNOWN}
    assert await codes(publishing("v=spf1 nonsense"), setup) == {"not-valid": Status.ERROR}


async def test_who_else_sends_is_not_told_to_be_taken_out() -> None:
    """A record that other services need is added to, and never replaced by the wanted one."""
    text = "v=spf1 include:theirs.example.net a:www.example.org -all"
    (finding,) = await all_judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("not-allowed", Status.ERROR)
    assert finding.fix.startswith("Add mx a right after v=spf1 ")

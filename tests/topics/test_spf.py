"""SPF, evaluated as a receiver does for each address of the server."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Server, Setup, Spf
from tests.memory_dns import NS1, NS2, Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, SMALL, finding_about, wanted

APEX = "example.org."
GOOD = (
    good_zone(FULL)
    .with_zone("example.net.")
    .having("ours.example.net.", "TXT", '"v=spf1 ip4:1.2.3.4 ip6:2001:db8::/64 -all"')
    .having("theirs.example.net.", "TXT", '"v=spf1 ip4:9.9.9.9 -all"')
    .having("broken.example.net.", "TXT", '"v=spf1 ipv4:9.9.9.9 -all"')
    .having("mailers.example.net.", "MX", f"10 mail.{APEX}")
)


async def judged(memory: MemoryDns, setup: Setup = FULL) -> Finding:
    return await finding_about(setup, memory, wanted(setup, APEX, "TXT", "v=spf1"))


def publishing(*texts: str) -> World:
    return GOOD.having(APEX, "TXT", *(f'"{text}"' for text in texts))


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 ip4:1.2.3.0/24 ip6:2001:db8::10 -all",
        "v=spf1 a:mail.example.org ~all",
        "v=spf1 mx:mailers.example.net ?all",
        "v=spf1 include:ours.example.net include:theirs.example.net -all",
        "v=spf1 redirect=ours.example.net",
        "v=spf1 exists:%{d1r}.%{d2} ip4:1.2.3.4 ip6:2001:db8::10 -all",
        "v=spf1 ptr:example.org -all",
    ],
)
async def test_a_record_that_allows_every_address_works(text: str) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("works-differently", Status.INFO), finding.message


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("v=spf1 include:theirs.example.net -all", "1.2.3.4"),
        ("v=spf1 ip4:1.2.3.4 -all", "2001:db8::10"),
        ("v=spf1 ip6:2001:db8::10 ~all", "1.2.3.4"),
        ("v=spf1", "1.2.3.4"),
        ("v=spf1 -mx a +all", "1.2.3.4"),
    ],
)
async def test_a_record_that_leaves_an_address_out_is_an_error(text: str, address: str) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("not-allowed", Status.ERROR)
    assert address in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 ipv4:1.2.3.4 -all",
        "v=spf1 ip4:1.2.3.4.5 -all",
        "v=spf1 mx a -all nonsense",
        "v=spf1mx a -all",
        " v=spf1 mx a -all",
        "v=spf1 include:nothing.example.net -all",
        "v=spf1 include:broken.example.net -all",
        "v=spf1 redirect=example.org",
        f"v=spf1 {' '.join(f'a:a{n}.example.net' for n in range(11))} -all",
    ],
)
async def test_a_record_that_receivers_can_not_use_is_an_error(text: str) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("not-valid", Status.ERROR)
    assert finding.message.isprintable()


async def test_two_records_are_an_error() -> None:
    finding = await judged(MemoryDns(publishing("v=spf1 mx a -all", "v=spf1 -all")))
    assert (finding.code, finding.status) == ("several-records", Status.ERROR)


@pytest.mark.parametrize("text", ["v=spf1 mx a +all", "v=spf1 mx a all", "v=spf1 +all"])
async def test_a_record_open_to_all_is_a_warning(text: str) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("open-to-all", Status.WARNING)


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.SERVFAIL, Failure.NO_SERVERS])
async def test_what_a_record_refers_to_and_could_not_be_asked_is_unknown(failure: Failure) -> None:
    memory = MemoryDns(
        publishing("v=spf1 include:ours.example.net -all"),
        faults=(Fault("ours.example.net.", failure),),
    )
    finding = await judged(memory)
    assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)


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


async def test_an_old_record_on_one_server_is_named() -> None:
    memory = MemoryDns(GOOD, {NS2: publishing("v=spf1 ip4:9.9.9.9 -all")})
    finding = await judged(memory)
    assert (finding.code, finding.status) == ("servers-disagree", Status.WARNING)
    assert NS2 in finding.message


async def test_without_an_address_nothing_can_be_said() -> None:
    setup = replace(SMALL, server=Server("mail.example.org"))
    for text in ("v=spf1 mx a -all", "v=spf1 ip4:9.9.9.9 -all", "v=spf1 nonsense"):
        finding = await judged(MemoryDns(publishing(text)), setup)
        assert (finding.code, finding.status) == ("no-address", Status.UNKNOWN)

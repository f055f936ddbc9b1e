"""What is common to the judgement of all topics."""

from collections.abc import Sequence
from dataclasses import replace

import dns.name
import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Failure, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Offer, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.memory_dns import (
    NS1,
    NS2,
    RESOLVER,
    Fault,
    MemoryDns,
    World,
    Wrapped,
    good_zone,
    published,
)
from tests.topics.setups import FULL, SMALL, finding_about, findings

GOOD = good_zone(FULL)
RECORDS = plan(FULL)
MISSING = {
    Tier.REQUIRED: Status.ERROR,
    Tier.RECOMMENDED: Status.WARNING,
    Tier.OPTIONAL: Status.INFO,
}
KINDS = tuple({(r.topic, r.type_text, r.tier, r.external): r for r in RECORDS}.values())
"""One record of each kind."""


def named(record: Record) -> str:
    return f"{record.owner.to_text()}-{record.type_text}"


each_kind = pytest.mark.parametrize("record", KINDS, ids=named)


def without(record: Record) -> World:
    """The good world without this record; others of the same RRset stay."""
    return published(other for other in RECORDS if other != record).with_zone(record.zone.to_text())


def fault_of(record: Record, failure: Failure, server: str | None = None) -> Fault:
    rdtype = None if record.type_text == "CNAME" else record.type_text
    return Fault(record.owner.to_text(), failure, rdtype, server)


async def about(record: Record, dns_: MemoryDns) -> Finding:
    return await finding_about(FULL, dns_, record)


def statuses(found: Sequence[Finding]) -> set[Status]:
    return {finding.status for finding in found}


def denying() -> Setup:
    services = FULL.services
    return replace(
        FULL,
        services=services.with_service(replace(services.of("pop3"), offer=Offer.NOT_PROVIDED)),
    )


@pytest.mark.parametrize("setup", [SMALL, FULL, denying()], ids=["small", "full", "denying"])
async def test_all_is_ok_where_exactly_the_plan_is_published(setup: Setup) -> None:
    found = await findings(setup, MemoryDns(good_zone(setup)))
    assert statuses(found) == {Status.OK}
    assert not [f for f in found if f.fix]


async def test_every_wanted_record_has_one_finding_whatever_is_published() -> None:
    for world in (GOOD, published(()), World((), {}).with_zone("example.org.")):
        found = [f.record for f in await findings(FULL, MemoryDns(world)) if f.record]
        assert sorted(map(repr, found)) == sorted(map(repr, RECORDS))


@each_kind
async def test_a_missing_record_is_as_bad_as_its_tier_says(record: Record) -> None:
    finding = await about(record, MemoryDns(without(record)))
    # Without the authorisation, the planned reports never come: half of a pair.
    is_half = b"_report" in record.owner.labels
    status = Status.WARNING if is_half else MISSING[record.tier]
    assert (finding.code, finding.status) == ("missing", status)
    assert finding.fix


@each_kind
@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.SERVFAIL])
async def test_what_could_not_be_asked_is_unknown(record: Record, failure: Failure) -> None:
    for world in (GOOD, without(record)):
        finding = await about(record, MemoryDns(world, faults=(fault_of(record, failure),)))
        assert (finding.code, finding.status) == ("could-not-ask", Status.UNKNOWN)
        assert failure.value in finding.message


async def test_nothing_is_said_of_a_zone_that_does_not_answer() -> None:
    found = await findings(FULL, MemoryDns(GOOD, faults=(Fault("."),)))
    assert statuses(found) == {Status.UNKNOWN}


@each_kind
async def test_one_server_that_fails_hides_nothing(record: Record) -> None:
    fault = fault_of(record, Failure.REFUSED, NS1)
    good = await about(record, MemoryDns(GOOD, faults=(fault,)))
    bad = await about(record, MemoryDns(without(record), faults=(fault,)))
    assert (good.status, bad.code) == (Status.OK, "missing")


@each_kind
async def test_servers_that_disagree_are_named(record: Record) -> None:
    finding = await about(record, MemoryDns(GOOD, {NS2: without(record)}))
    assert (finding.code, finding.status) == ("servers-disagree", Status.WARNING)
    assert NS2.rstrip(".") in finding.message
    assert NS1.rstrip(".") not in finding.message


@each_kind
async def test_a_resolver_that_has_the_old_answer_is_no_fault(record: Record) -> None:
    finding = await about(record, MemoryDns(GOOD, {RESOLVER: without(record)}))
    assert (finding.code, finding.status) == ("not-yet-visible", Status.INFO)


class Both(Wrapped):
    """A DNS whose name servers have a CNAME beside a TXT, and answer each question by itself."""

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        if rdtype != RdataType.CNAME:
            return await super().ask_servers(name, rdtype)
        return await MemoryDns(aliased(SMALL)).ask_servers(name, rdtype)


def aliased(setup: Setup) -> World:
    """The good world with a CNAME in the place of the DMARC record."""
    world = good_zone(setup).without("_dmarc.example.org.", "TXT")
    return world.having("_dmarc.example.org.", "CNAME", "www.example.org.")


async def test_a_resolver_that_follows_a_cname() -> None:
    """One that is no more is forgotten in time; one that stands there is not."""
    (record,) = (record for record in plan(SMALL) if record.topic == "dmarc")
    memory = MemoryDns(good_zone(SMALL), {RESOLVER: aliased(SMALL)})
    waiting = await finding_about(SMALL, memory, record)
    assert (waiting.code, waiting.status) == ("not-yet-visible", Status.INFO)
    fault = await finding_about(SMALL, Both(memory), record)
    assert (fault.code, fault.status) == ("cname-in-the-way", Status.WARNING)
    assert "_dmarc.example.org is also a CNAME to www.example.org on ns1" in fault.message
    assert "Delete the CNAME of _dmarc.example.org" in fault.fix
    assert "wait" not in fault.fix


@each_kind
async def test_what_a_resolver_fails_to_get_is_not_called_good(record: Record) -> None:
    fault = fault_of(record, Failure.SERVFAIL, RESOLVER)
    finding = await about(record, MemoryDns(GOOD, faults=(fault,)))
    assert (finding.code, finding.status) == ("resolver-fails", Status.UNKNOWN)


@each_kind
async def test_a_resolver_that_says_nothing_changes_nothing(record: Record) -> None:
    fault = fault_of(record, Failure.TIMEOUT, RESOLVER)
    assert (await about(record, MemoryDns(GOOD, faults=(fault,)))).status is Status.OK


parsed = pytest.mark.parametrize(
    "record", [record for record in KINDS if record.type_text != "CNAME"], ids=named
)


@parsed
async def test_data_that_is_not_valid_is_not_missing_and_not_good(record: Record) -> None:
    broken = {(record.owner, record.rdtype): b"\x00\x01\x1b[2J"}
    world = published(
        other for other in RECORDS if (other.owner, other.rdtype) != (record.owner, record.rdtype)
    ).with_zone(record.zone.to_text())
    alone = await about(record, MemoryDns(world, broken=broken))
    beside = await about(record, MemoryDns(GOOD, broken=broken))
    assert (alone.code, beside.code) == ("malformed", "malformed")
    assert alone.status in {Status.ERROR, Status.WARNING}
    assert alone.fix.startswith("Change it to the wanted value ")
    assert beside.status is Status.WARNING
    assert r"\# 6 00011b5b324a" in alone.found


async def test_a_domain_that_does_not_exist_is_said_once_for_the_zone() -> None:
    world = published(record for record in RECORDS if record.zone.to_text() != "example.com.")
    zones = [f for f in await findings(FULL, MemoryDns(world)) if f.topic == "delegation"]
    assert {f.name.to_text(): f.code for f in zones} == {
        "example.org.": "all-answer",
        "xn--bcher-kva.example.": "all-answer",
        "example.com.": "no-such-domain",
    }


async def test_a_dead_name_server_is_a_warning() -> None:
    dead = Fault("example.com.", server=NS2)
    zones = [f for f in await findings(FULL, MemoryDns(GOOD, faults=(dead,))) if not f.record]
    assert {f.code for f in zones if f.status is not Status.OK} == {"dead-server"}


async def test_a_name_server_without_the_zone_is_not_called_good() -> None:
    empty = published(record for record in RECORDS if record.zone.to_text() != "example.com.")
    zones = [f for f in await findings(FULL, MemoryDns(GOOD, {NS2: empty})) if not f.record]
    assert {f.name.to_text() for f in zones if f.status is not Status.OK} == {"example.com."}


async def test_the_host_zone_is_judged_where_it_is_no_mail_domain() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, hostname="mx.hosting.example"))
    found = await findings(setup, MemoryDns(good_zone(setup)))
    zones = {f.name.to_text() for f in found if f.rdtype == "SOA"}
    assert zones == {"example.org.", "hosting.example."}


async def test_what_is_shown_as_found_is_what_is_published() -> None:
    memory = MemoryDns(GOOD.having("autoconfig.example.org.", "CNAME", "web.example.net."))
    found = {f.name.to_text(): f for f in await findings(FULL, memory) if f.rdtype == "CNAME"}
    assert found["autoconfig.example.org."].found == ("web.example.net.",)
    assert found["autoconfig.example.org."].expected == ("mail.example.org.",)
    assert found["autodiscover.example.org."].found == ("mail.example.org.",)


async def test_nothing_is_asked_but_what_is_wanted_and_what_binds_senders_all_the_same() -> None:
    memory = MemoryDns(good_zone(SMALL))
    await findings(SMALL, memory)
    names = {name.to_text() for name, _ in memory.asked}
    owners = {record.owner.to_text() for record in plan(SMALL)}
    binding = {"_mta-sts.example.org.", "_25._tcp.mail.example.org."}
    beside_host = "does-a-wildcard-answer-here.example.org."
    assert names == {*owners, *binding, "_domainkey.example.org.", beside_host}
    assert (dns.name.from_text("mail.example.org."), RdataType.A) in memory.asked


async def test_found_leaves_out_what_others_have_at_the_apex() -> None:
    spf = next(record for record in RECORDS if record.topic == "spf")
    world = GOOD.adding(spf.owner, "TXT", '"MS=ms123"', '"v=spf1 -all"')
    finding = await about(spf, MemoryDns(world))
    assert sorted(finding.found) == ["v=spf1 -all", spf.value]

"""The promise: never good when mail would fail, never missing what could not be asked."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics.registry import plan
from tests.memory_dns import NS1, NS2, RESOLVER, Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, KEY, findings, findings_about

RECORDS = plan(FULL)
REQUIRED = tuple(record for record in RECORDS if record.tier is Tier.REQUIRED)
GOOD = good_zone(FULL)
STRANGE_KEY = f"{KEY[:100]}AAAA{KEY[104:]}"
WRONG = {
    "A": ["9.9.9.9", "127.0.0.1"],
    "AAAA": ["2001:db8::99", "::1"],
    "PTR": ["static.example.net.", "mail.example.org.example.org."],
    "MX": ["10 mx.example.net.", "0 .", "10 mail.example.org.example.org."],
    "TXT": [
        '"x"',
        '"v=spf1 -all"',
        '"v=spf1 ip4:9.9.9.9 ?all"',
        '"v=spf1 mx a"  "-all"',
        '"v=DKIM1; k=rsa; p="',
        f'"v=DKIM1; k=rsa; p={STRANGE_KEY[:200]}" "{STRANGE_KEY[200:]}"',
        '"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"',
    ],
}
FAILURES = st.sampled_from(sorted(Failure, key=lambda failure: failure.name))


@dataclass(frozen=True)
class Damage:
    """What was done to some required records, and on which servers."""

    world: World
    records: tuple[Record, ...]


def damaged(changes: list[tuple[Record, str | None]]) -> Damage:
    world = GOOD
    for record, value in changes:
        world = world.having(record.owner, record.type_text, *(() if value is None else (value,)))
    return Damage(world, tuple(record for record, _ in changes))


def _change(record: Record) -> st.SearchStrategy[tuple[Record, str | None]]:
    values: list[str | None] = [None, *WRONG[record.type_text]]
    return st.tuples(st.just(record), st.sampled_from(values))


changes = st.sampled_from(REQUIRED).flatmap(_change)
damages = st.lists(changes, min_size=1, max_size=3, unique_by=lambda change: change[0].owner).map(
    damaged
)


def strikes(fault: Fault, record: Record) -> bool:
    return any(
        fault.strikes(server, record.owner, record.rdtype) for server in (NS1, NS2, RESOLVER)
    )


async def about(record: Record, memory: MemoryDns) -> Finding:
    return (await findings_about(FULL, memory, record))[0]


@settings(deadline=None, max_examples=60)
@given(damages)
async def test_a_damaged_required_record_is_never_good(damage: Damage) -> None:
    for record in damage.records:
        finding = await about(record, MemoryDns(damage.world))
        assert finding.status is Status.ERROR, finding.message


@settings(deadline=None, max_examples=60)
@given(damages, st.sampled_from([NS1, NS2]))
async def test_nor_where_only_one_server_has_the_damage(damage: Damage, server: str) -> None:
    for record in damage.records:
        finding = await about(record, MemoryDns(GOOD, {server: damage.world}))
        assert finding.status in {Status.ERROR, Status.WARNING}, finding.message


@settings(deadline=None, max_examples=60)
@given(damages, st.sampled_from(REQUIRED), FAILURES, st.sampled_from([None, NS1, NS2, RESOLVER]))
async def test_nor_where_a_server_fails_as_well(
    damage: Damage, failing: Record, failure: Failure, server: str | None
) -> None:
    fault = Fault(failing.owner.to_text(), failure, server=server)
    memory = MemoryDns(damage.world, faults=(fault,))
    for record in damage.records:
        finding = await about(record, memory)
        assert finding.status in {Status.ERROR, Status.UNKNOWN}, finding.message


@settings(deadline=None, max_examples=20)
@given(damages, st.sampled_from(RECORDS), FAILURES)
async def test_what_could_not_be_asked_is_never_missing(
    damage: Damage, failing: Record, failure: Failure
) -> None:
    fault = Fault(failing.owner.to_text(), failure)
    for finding in await findings(FULL, MemoryDns(damage.world, faults=(fault,))):
        if finding.record and strikes(fault, finding.record):
            assert finding.status is Status.UNKNOWN, finding.message


@pytest.mark.parametrize("server", [NS1, NS2, None])
@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.LAME, Failure.GARBLED])
async def test_a_server_that_fails_altogether_makes_nothing_missing(
    server: str | None, failure: Failure
) -> None:
    """Beside a server that is whole, or with none at all."""
    memory = MemoryDns(GOOD, faults=(Fault(".", failure, server=server),))
    statuses = {f.status for f in await findings(FULL, memory) if f.record}
    assert statuses == ({Status.OK} if server else {Status.UNKNOWN})

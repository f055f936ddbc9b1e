"""What is said of the pinned key, and of the chain of trust above it."""

import base64
import hashlib

import pytest

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY, SPKI_SHA256
from mailcow_dns_tui.model.answer import Security
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.topics.tlsa.match import Pin, PlannedKey, pins
from tests.memory_dns import NS2, MemoryDns, World, good_zone
from tests.memory_zones import question
from tests.topics.setups import FULL, findings_about, wanted

OWNER = "_25._tcp.mail.example.org."
GOOD = good_zone(FULL)
RECORD = wanted(FULL, OWNER, "TLSA")
OURS, OTHER = f"3 1 1 {SPKI_SHA256}", f"3 1 1 {'ab' * 32}"
SHA256, SHA512 = "ab" * 32, "ab" * 64

Found = list[tuple[str, Status]]


async def judged(memory: MemoryDns) -> Found:
    return [(f.code, f.status) for f in await findings_about(FULL, memory, RECORD)]


@pytest.mark.parametrize(
    ("rdatas", "code", "status"),
    [
        ([OURS], "as-wanted", Status.OK),
        ([OTHER, OURS], "as-wanted", Status.OK),
        ([f"2 1 1 {SHA256}", OURS], "as-wanted", Status.OK),
        ([f"3 0 1 {SHA256}", OURS], "as-wanted", Status.OK),
        ([f"1 1 1 {SHA256}", OURS], "as-wanted", Status.OK),
        ([OTHER], "other-key", Status.ERROR),
        ([OTHER, f"1 1 1 {SPKI_SHA256}"], "other-key", Status.ERROR),
        ([f"0 0 1 {SHA256}"], "unusable", Status.WARNING),
        ([f"1 1 1 {SPKI_SHA256}"], "unusable", Status.WARNING),
        ([f"3 2 1 {SPKI_SHA256}"], "unusable", Status.WARNING),
        ([f"3 1 3 {SPKI_SHA256}"], "unusable", Status.WARNING),
        ([f"3 1 0 {SPKI_SHA256}"], "unusable", Status.WARNING),
        ([f"2 0 0 {SHA256}"], "unusable", Status.WARNING),
        ([f"3 1 0 {SPKI_SHA256}", OTHER], "other-key", Status.ERROR),
        ([f"3 0 1 {SHA256}"], "pins-certificate", Status.UNKNOWN),
        ([f"3 0 1 {SHA256}", OTHER], "pins-certificate", Status.UNKNOWN),
        ([f"2 1 1 {SHA256}"], "pins-authority", Status.UNKNOWN),
        ([f"2 1 1 {SHA256}", OTHER], "pins-authority", Status.UNKNOWN),
        ([f"3 1 2 {SHA512}"], "other-form", Status.UNKNOWN),
        ([f"3 1 2 {SHA512}", OURS], "other-form", Status.UNKNOWN),
    ],
)
async def test_what_is_pinned(rdatas: list[str], code: str, status: Status) -> None:
    assert await judged(MemoryDns(GOOD.having(OWNER, "TLSA", *rdatas))) == [(code, status)]


def test_a_key_that_is_published_whole_is_compared() -> None:
    key = base64.b64decode(EXAMPLE_ORG_KEY)
    world = World((), {}).with_zone("example.org.").having(OWNER, "TLSA", f"3 1 0 {key.hex()}")
    (found,) = world.zones.path(question(RECORD.owner, RECORD.rdtype))
    (rdata,) = found.rdatas
    assert pins([rdata], PlannedKey(hashlib.sha256(key).digest())) == {Pin.MATCHES}
    assert pins([rdata], PlannedKey(hashlib.sha256(b"another").digest())) == {Pin.OTHER_KEY}


@pytest.mark.parametrize(
    ("security", "found"),
    [
        (Security.SECURE, []),
        (Security.INSECURE, [("no-effect", Status.WARNING)]),
        (Security.BOGUS, [("bogus", Status.ERROR)]),
        (Security.UNVALIDATED, [("cannot-validate", Status.INFO)]),
        (Security.UNKNOWN, [("cannot-validate", Status.INFO)]),
    ],
)
async def test_the_chain_of_trust(security: Security, found: Found) -> None:
    memory = MemoryDns(GOOD, securities={"example.org.": security})
    assert await judged(memory) == [*found, ("as-wanted", Status.OK)]


async def test_a_wrong_key_that_nobody_looks_at_stops_no_mail() -> None:
    memory = MemoryDns(
        GOOD.having(OWNER, "TLSA", OTHER), securities={"example.org.": Security.INSECURE}
    )
    assert await judged(memory) == [
        ("other-key", Status.WARNING),
        ("no-effect", Status.WARNING),
    ]


@pytest.mark.parametrize("security", Security)
async def test_a_missing_record_is_only_missing(security: Security) -> None:
    memory = MemoryDns(GOOD.without(OWNER, "TLSA"), securities={"example.org.": security})
    (finding,) = await findings_about(FULL, memory, RECORD)
    assert (finding.code, finding.status) == ("missing", Status.INFO)
    assert ("DNSSEC" in finding.fix) == (security is Security.INSECURE)


@pytest.mark.parametrize(
    "name",
    [
        "_25._tcp.example.org.",
        "_tcp._25.mail.example.org.",
        "25._tcp.mail.example.org.",
        "_25._tcp.mail.example.org.example.org.",
    ],
)
async def test_the_record_at_another_name(name: str) -> None:
    world = GOOD.without(OWNER, "TLSA").having(name, "TLSA", OURS)
    assert await judged(MemoryDns(world)) == [("misplaced", Status.WARNING)]
    other = GOOD.without(OWNER, "TLSA").having(name, "TLSA", OTHER)
    assert await judged(MemoryDns(other)) == [("missing", Status.INFO)]
    both = GOOD.having(name, "TLSA", OTHER)
    assert await judged(MemoryDns(both)) == [("as-wanted", Status.OK)]


async def test_one_server_with_another_key() -> None:
    memory = MemoryDns(GOOD, {NS2: GOOD.having(OWNER, "TLSA", OTHER)})
    assert await judged(memory) == [("servers-disagree", Status.WARNING)]


async def test_data_that_is_not_valid() -> None:
    broken = {(RECORD.owner, RECORD.rdtype): b"\x03\x01\x01" + bytes(20)}
    memory = MemoryDns(GOOD.without(OWNER, "TLSA"), broken=broken)
    assert await judged(memory) == [("malformed", Status.WARNING)]

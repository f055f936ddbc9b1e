"""What is said of TLSA records that are published and not planned: senders heed them as well."""

import pytest

from mailcow_dns_tui.demo.example import SPKI_SHA256
from mailcow_dns_tui.model.answer import Failure, Security
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import FULL, SMALL, findings

OWNER, NEW = "_25._tcp.mail.example.org.", "_25._tcp.mx.example.org."
GOOD = good_zone(SMALL)
OURS, OTHER = f"3 1 1 {SPKI_SHA256}", f"3 1 1 {'ab' * 32}"
PINNED = GOOD.having(OWNER, "TLSA", OTHER)
INSECURE = {"example.org.": Security.INSECURE}


async def about(memory: MemoryDns, setup: Setup = SMALL) -> list[Finding]:
    return [f for f in await findings(setup, memory) if f.topic == "tlsa"]


async def told(memory: MemoryDns, setup: Setup = SMALL) -> list[tuple[str, str]]:
    return [(f.status.word, f.code) for f in await about(memory, setup)]


@pytest.mark.parametrize("rdata", [OURS, OTHER, f"3 0 1 {'ab' * 32}", f"2 1 1 {'ab' * 32}"])
async def test_a_key_without_a_plan_can_not_be_compared(rdata: str) -> None:
    (found,) = await about(MemoryDns(GOOD.having(OWNER, "TLSA", rdata)))
    assert (found.status.word, found.code, found.found) == ("unknown", "key-not-in-plan", (rdata,))
    assert (found.record, found.expected) == (None, ())
    assert "in the plan (step 1, TLSA)" in found.fix


async def test_only_a_signed_zone_binds_senders() -> None:
    assert await told(MemoryDns(PINNED, securities=INSECURE)) == [("info", "no-effect")]
    unvalidated = {"example.org.": Security.UNVALIDATED}
    assert await told(MemoryDns(PINNED, securities=unvalidated)) == [("unknown", "key-not-in-plan")]


async def test_none_is_wanted_and_none_is_good() -> None:
    assert not await told(MemoryDns(GOOD))


async def test_what_could_not_be_asked_may_be_there() -> None:
    fault = (Fault(OWNER, Failure.TIMEOUT),)
    assert await told(MemoryDns(GOOD, faults=fault)) == [("unknown", "could-not-ask")]
    assert not await told(MemoryDns(GOOD, faults=fault, securities=INSECURE))


def by_another_name(*rdatas: str) -> World:
    """Mail that comes to the server by another name than the hostname."""
    world = good_zone(FULL).having("example.org", "MX", "10 mx.example.org.")
    world = world.having("mx.example.org", "A", "1.2.3.4")
    world = world.having("mx.example.org", "AAAA", "2001:db8::10")
    return world.having(NEW, "TLSA", *rdatas) if rdatas else world


@pytest.mark.parametrize(
    ("rdatas", "code"),
    [
        ((), None),
        ((OURS,), None),
        ((OTHER, OURS), None),
        ((OTHER,), ("error", "other-key")),
        ((f"3 0 1 {'ab' * 32}",), ("unknown", "pins-certificate")),
    ],
)
async def test_each_name_that_mail_comes_by_needs_the_planned_key(
    rdatas: tuple[str, ...], code: tuple[str, str] | None
) -> None:
    found = await about(MemoryDns(by_another_name(*rdatas)), FULL)
    at_name = [f for f in found if f.name.to_text() == NEW]
    assert [(f.status.word, f.code) for f in at_name] == ([code] if code else [])
    assert all(f"Add {OURS} beside it" in f.fix for f in at_name)


async def test_the_keys_of_other_peoples_servers_are_their_own() -> None:
    world = good_zone(FULL).having("example.org", "MX", "10 old.example.org.")
    world = world.having("old.example.org", "A", "9.9.9.9")
    found = await told(MemoryDns(world.having("_25._tcp.old.example.org", "TLSA", OTHER)), FULL)
    assert found == [("ok", "as-wanted")]

"""What a mute covers, on findings that a real check of a DNS in memory makes."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import (
    Finding,
    Mute,
    Status,
    can_be_muted,
    mute_of,
    muted,
    worst_first,
)
from tests.memory_dns import NS1, NS2, Fault, MemoryDns, World, good_zone
from tests.topics.setups import SMALL, findings_about, wanted

GOOD = good_zone(SMALL)
MX = wanted(SMALL, "example.org.", "MX")
OURS, BACKUP, SECOND = "10 mail.example.org.", "20 backup.example.net.", "30 third.example.net."


def reached(world: World) -> World:
    """With addresses for the other servers."""
    world = world.with_zone("example.net.")
    for host in ("backup", "third"):
        world = world.having(f"{host}.example.net.", "A", "198.51.100.7")
    return world


def with_mx(*rdatas: str) -> World:
    return reached(GOOD).having("example.org.", "MX", *rdatas)


async def judged(dns: MemoryDns) -> list[Finding]:
    return await findings_about(SMALL, dns, MX)


async def backup() -> Finding:
    """The finding about an extra MX."""
    (finding,) = [f for f in await judged(MemoryDns(with_mx(OURS, BACKUP))) if _is_extra(f)]
    assert finding.status is Status.WARNING
    return finding


def _is_extra(finding: Finding) -> bool:
    return finding.code == "foreign-mx"


async def left(dns: MemoryDns, *mutes: Mute) -> set[tuple[str, Status]]:
    """Code and standing of all that is said of the MX."""
    return {(f.code, f.effective_status) for f in muted(await judged(dns), mutes)}


async def test_what_was_accepted_is_muted_and_nothing_else_is() -> None:
    mute = mute_of(await backup(), "It is our backup server.")
    same = MemoryDns(with_mx(BACKUP, OURS))
    assert ("foreign-mx", Status.MUTED) in await left(same, mute)
    (finding,) = [f for f in muted(await judged(same), [mute]) if f.muted]
    assert finding.muted == "It is our backup server."
    assert finding.status is Status.WARNING
    assert ("foreign-mx", Status.WARNING) in await left(same)


@pytest.mark.parametrize(
    "rdatas",
    [(OURS, BACKUP, SECOND), (OURS, SECOND), (OURS, "25 backup.example.net.")],
    ids=["one more", "another", "another number"],
)
async def test_another_value_is_a_new_fault(rdatas: tuple[str, ...]) -> None:
    mute = mute_of(await backup(), "It is our backup server.")
    assert ("foreign-mx", Status.WARNING) in await left(MemoryDns(with_mx(*rdatas)), mute)


async def test_something_worse_of_the_same_record_is_a_new_fault() -> None:
    mute = mute_of(await backup(), "It is our backup server.")
    first = MemoryDns(with_mx("30 mail.example.org.", BACKUP))
    assert ("foreign-mx-first", Status.ERROR) in await left(first, mute)
    found = await backup()
    worse = replace(found, status=Status.ERROR)
    assert [f.effective_status for f in muted([found, worse], [mute])] == [
        Status.MUTED,
        Status.ERROR,
    ]


async def test_what_only_one_server_has_is_no_secret() -> None:
    """The second name server has one MX more than was accepted."""
    mute = mute_of(await backup(), "It is our backup server.")
    more = with_mx(OURS, BACKUP, SECOND)
    for own in ({NS1: more}, {NS2: more}):
        there = await judged(MemoryDns(with_mx(OURS, BACKUP), own=own))
        assert not any(finding.muted for finding in muted(there, [mute]))
        assert not any(map(can_be_muted, filter(_is_extra, there)))


async def test_silence_and_what_is_good_are_never_muted() -> None:
    silent = MemoryDns(with_mx(OURS), faults=(Fault("."),))
    (unknown,) = await judged(silent)
    assert unknown.status is Status.UNKNOWN
    (good,) = await judged(MemoryDns(with_mx(OURS)))
    assert good.status is Status.OK
    for finding in (unknown, good):
        assert not can_be_muted(finding)
        mute = mute_of(finding, "I do not care.")
        for status in ("error", finding.status.word):
            assert muted([finding], [replace(mute, status=status)]) == (finding,)


async def test_a_record_that_is_meant_to_be_missing_may_not_come_back_unseen() -> None:
    (missing,) = await judged(MemoryDns(reached(GOOD.without("example.org.", "MX"))))
    mute = mute_of(missing, "Mail is not here yet.")
    assert muted([missing], [mute])[0].effective_status is Status.MUTED
    assert all(not f.muted for f in muted(await judged(MemoryDns(with_mx(BACKUP))), [mute]))


async def test_another_plan_or_name_is_not_what_was_accepted() -> None:
    found = await backup()
    mute = mute_of(found, "It is our backup server.")
    assert mute.covers(found)
    assert replace(mute, name="EXAMPLE.org").covers(found)
    assert not replace(mute, name="mail.example.org.").covers(found)
    assert not replace(mute, type="A").covers(found)
    assert not mute.covers(replace(found, expected=("10 mx.example.org.",)))
    assert not mute.covers(replace(found, message="Mail for example.org is lost."))


async def test_a_sentence_that_lists_servers_in_another_order_is_the_same() -> None:
    found = replace(await backup(), message="It goes to a (1.1.1.1), b (2.2.2.2).")
    mute = mute_of(found, "They are ours.")
    assert mute.covers(replace(found, message="It goes to b (2.2.2.2), a (1.1.1.1)."))


async def test_the_worst_that_is_not_muted_comes_first() -> None:
    found = await backup()
    accepted = replace(found, status=Status.ERROR, muted="It is meant.")
    assert worst_first([accepted, found]) == (found, accepted)

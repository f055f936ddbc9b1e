"""What becomes of the provider that a domain's mail was at, before the move and after it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailcow_dns_tui.guide.old_provider import farewell, noted_moves, spf_left, still_wanted
from mailcow_dns_tui.guide.plan import guide
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup, Spf
from mailcow_dns_tui.model.step import GuidePlace, GuideStep, Move
from mailcow_dns_tui.plan_file import read_plan, write_plan
from tests.guide.looking import Remembering
from tests.guide.states import GOOD_WORLD, RECORDS, SETUP
from tests.guide.test_order import ORG, about, spf
from tests.memory_dns import NS2, Fault, MemoryDns, World
from tests.plan_file.test_refused import GOOD
from tests.topics.setups import findings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY, SHORT = 86_400, 300
OURS = "ip4:1.2.3.4 ip6:2001:db8::10"
TEXT = f"v=spf1 {OURS} mx a include:_spf.google.com -all"
WITH_GOOGLE = (
    spf(GOOD_WORLD, TEXT)
    .with_zone("google.com.")
    .having("_spf.google.com.", "TXT", '"v=spf1 ip4:8.8.8.8 -all"')
    .having("aspmx.l.google.com.", "A", "9.9.9.9")
    .having("alt1.aspmx.l.google.com.", "A", "9.9.9.8")
)
BEFORE = WITH_GOOGLE.having(ORG, "MX", "1 aspmx.l.google.com.")
MOVED = Move("example.org", ("aspmx.l.google.com",), DAY)


async def found(world: World, ttl: int = 3600, memory: MemoryDns | None = None) -> list[Finding]:
    """All that a check finds, the MX records with such a TTL."""
    return [with_ttl(f, ttl) for f in await findings(SETUP, memory or Remembering(world))]


def with_ttl(finding: Finding, ttl: int) -> Finding:
    if finding.topic != "mx":
        return finding
    answers = tuple(replace(answer, ttl=ttl) for answer in finding.lookup.answers)
    return replace(finding, lookup=replace(finding.lookup, answers=answers))


def steps(seen: Sequence[Finding], setup: Setup = SETUP) -> tuple[GuideStep, ...]:
    return guide(setup, RECORDS, seen, NOON)


def having_moved(*moves: Move) -> Setup:
    return replace(SETUP, guide=GuidePlace(moves=moves))


async def after(world: World, moves: Sequence[Move], clock: datetime, ttl: int = DAY) -> Move:
    seen = await found(world, ttl)
    (move,) = noted_moves(moves, steps(seen), seen, clock)
    return move


async def test_where_the_mail_went_is_kept_in_mind_until_the_old_answer_is_gone() -> None:
    before = await after(BEFORE, (), NOON)
    assert before == MOVED
    gone_by = int((NOON + timedelta(days=1)).timestamp())
    now = await after(WITH_GOOGLE, (before,), NOON, 3600)
    assert now == replace(before, is_over=True, until=gone_by)
    later = NOON + timedelta(hours=5)
    assert await after(WITH_GOOGLE, (now,), later, 3600) == now


async def test_a_ttl_that_was_lowered_counts_until_the_longer_one_ran_out() -> None:
    lowered = await after(BEFORE, (MOVED,), NOON, SHORT)
    assert lowered == replace(MOVED, ttl=SHORT, until=int((NOON + timedelta(days=1)).timestamp()))
    soon = NOON + timedelta(minutes=1)
    now = await after(WITH_GOOGLE, (lowered,), soon, SHORT)
    assert (now.is_over, now.until) == (True, lowered.until)
    late = NOON + timedelta(days=2)
    now = await after(WITH_GOOGLE, (lowered,), late, SHORT)
    assert now.until == int((late + timedelta(seconds=SHORT)).timestamp())


@pytest.mark.parametrize("what", ["silent", "at one name server only"])
async def test_what_is_not_known_to_have_moved_has_not(what: str) -> None:
    memory = MemoryDns(WITH_GOOGLE, own={NS2: BEFORE})
    if what == "silent":
        memory = MemoryDns(WITH_GOOGLE, faults=(Fault(ORG, rdtype="MX"),))
    seen = await found(WITH_GOOGLE, memory=memory)
    (move,) = noted_moves((MOVED,), steps(seen), seen, NOON)
    assert not move.is_over


async def test_hosts_that_leave_one_after_the_other_are_all_kept_in_mind() -> None:
    both = BEFORE.adding(ORG, "MX", "5 alt1.aspmx.l.google.com.")
    first = await after(both, (), NOON)
    left = WITH_GOOGLE.adding(ORG, "MX", "5 alt1.aspmx.l.google.com.")
    move = await after(left, (first,), NOON)
    hosts = ("aspmx.l.google.com", "alt1.aspmx.l.google.com")
    assert (move.hosts, move.is_over) == (hosts, False)
    assert (await after(WITH_GOOGLE, (move,), NOON)).hosts == hosts
    again = await after(BEFORE, (replace(move, is_over=True),), NOON)
    assert again.hosts == MOVED.hosts


async def test_a_first_mx_is_no_move() -> None:
    seen = await found(GOOD_WORLD.without(ORG, "MX"))
    assert noted_moves((), steps(seen), seen, NOON) == ()


async def test_mail_that_arrives_here_by_the_address_alone_is_not_said_to_move() -> None:
    implicit = GOOD_WORLD.without(ORG, "MX").having(ORG, "A", "1.2.3.4")
    step = about(steps(await found(implicit.having(ORG, "AAAA", "2001:db8::10"))), ORG, "MX")
    assert step.finding.code == "implicit-mx"
    assert (step.moves_mail, step.warnings) == (False, ())


async def told(
    move: Move, clock: datetime, world: World = WITH_GOOGLE, plan: Spf = SETUP.spf
) -> str:
    setup = replace(having_moved(move), spf=plan)
    return "\n".join(farewell(setup, (move,), await found(world), clock))


OVER = replace(MOVED, is_over=True, until=int((NOON + timedelta(days=1)).timestamp()))


async def test_the_old_mailboxes_are_kept_until_then() -> None:
    said = await told(OVER, NOON)
    assert said.startswith(
        "example.org: keep its mailboxes at aspmx.l.google.com until 12:00 on 2026-11-24: till "
        "then some senders may still deliver there."
    )
    said = await told(OVER, NOON + timedelta(days=2))
    assert said.startswith("example.org: since 12:00 on 2026-11-24 no cache")
    assert "keep its mailboxes" not in said


async def test_its_include_goes_when_nobody_sends_by_it() -> None:
    said = await told(OVER, NOON)
    assert (
        "If nobody sends through the old mail service (google.com) any more, delete "
        "include:_spf.google.com from the SPF record, TXT example.org. It is then "
        f"v=spf1 {OURS} mx a -all\n" in said
    )
    assert "in the plan" not in said
    said = await told(OVER, NOON, plan=Spf(("mx", "a", "include:_spf.google.com")))
    assert "and first in the plan (step 3, Senders)" in said


@pytest.mark.parametrize(
    ("include", "host"),
    [
        ("_spf.example.net", "aspmx.l.google.com"),
        ("_spf.shop.co.uk", "mx.provider.co.uk"),
        ("_spf.example.org", "old.example.org"),
    ],
    ids=["another sender", "the same public suffix", "the own domain"],
)
async def test_an_include_that_is_not_known_to_be_its_is_not_named(include: str, host: str) -> None:
    world = spf(GOOD_WORLD, TEXT.replace("_spf.google.com", include)).having(
        f"{include}.", "TXT", '"v=spf1 ip4:8.8.8.8 -all"'
    )
    said = await told(replace(OVER, hosts=(host,)), NOON, world)
    assert "keep its mailboxes" in said
    assert "include:" not in said


UNREADABLE = {
    "none": GOOD_WORLD.without(ORG, "TXT"),
    "invalid": spf(GOOD_WORLD, TEXT.replace("v=spf1 ", "v=spf1")),
    "two": spf(GOOD_WORLD, TEXT, TEXT.replace("-all", "~all")),
}


@pytest.mark.parametrize("world", UNREADABLE.values(), ids=UNREADABLE)
async def test_of_an_spf_record_that_can_not_be_read_no_include_is_named(world: World) -> None:
    assert list(spf_left((OVER,), await found(world))) == []
    said = await told(OVER, NOON, world)
    assert "keep its mailboxes" in said
    assert "delete include:" not in said


def test_before_anything_was_asked_no_include_is_named() -> None:
    assert list(spf_left((OVER,), ())) == []


@pytest.mark.parametrize(
    ("hosts", "service"),
    [
        (("aspmx.l.google.com", "alt1.aspmx.l.google.com"), "google.com"),
        (("aspmx.l.google.com", "aspmx2.googlemail.com"), "google.com, googlemail.com"),
        (("mx1.provider.co.uk", "mx2.provider.co.uk"), "provider.co.uk"),
        (("old.example.org",), "old.example.org"),
    ],
)
async def test_its_key_stays_for_mail_that_is_on_its_way(
    hosts: tuple[str, ...], service: str
) -> None:
    said = await told(replace(OVER, hosts=hosts), NOON)
    assert f"DKIM key of the old mail service ({service}) below _domainkey.example.org?" in said
    assert "Leave it for a week" in said


async def test_nothing_is_said_before_or_long_after_and_of_nobody_else() -> None:
    assert await told(MOVED, NOON) == ""
    seen = await found(WITH_GOOGLE)
    month = NOON + timedelta(days=30)
    assert noted_moves((OVER,), steps(seen), seen, month) == ()
    assert list(farewell(SETUP, (), seen, NOON)) == []


async def test_a_long_ttl_is_to_be_lowered_first() -> None:
    step = about(steps(await found(BEFORE, DAY)), ORG, "MX")
    assert (step.is_ready, step.moves_mail) == (True, True)
    move, hint = step.warnings
    assert move.endswith(
        "its mailboxes have to be here already; until they are, skip this step. If the old servers "
        "still send mail, the SPF record must allow them too."
    )
    assert hint == (
        "Some senders go on to the old servers for up to 24 hours afterwards (the TTL of the old "
        "MX). To make that 5 minutes, give the old MX a TTL of 300 now, and move the mail 24 hours "
        "later, not before."
    )
    step = about(steps(await found(BEFORE, 3600)), ORG, "MX")
    assert len(step.warnings) == 1


async def test_a_ttl_that_was_lowered_tells_when_the_time_has_come() -> None:
    until = int((NOON + timedelta(hours=3)).timestamp())
    lowered = having_moved(replace(MOVED, ttl=SHORT, until=until))
    seen = await found(BEFORE, SHORT)
    step = about(steps(seen, lowered), ORG, "MX")
    assert step.warnings[-1] == (
        "The old MX had a longer TTL, and some have it with that one until 15:00. Move the mail "
        "after that, for a short change-over."
    )
    step = about(guide(lowered, RECORDS, seen, NOON + timedelta(hours=4)), ORG, "MX")
    assert len(step.warnings) == 1


def test_it_is_kept_in_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(GOOD)
    setup = replace(read_plan(path), guide=GuidePlace(moves=(OVER, MOVED)))
    write_plan(setup, path)
    assert read_plan(path) == setup


def test_the_parting_words_have_it_while_it_counts() -> None:
    (said,) = still_wanted((OVER, MOVED), NOON)
    assert (
        said == "Keep the mailboxes of example.org at aspmx.l.google.com until 12:00 on 2026-11-24."
    )
    assert list(still_wanted((OVER,), NOON + timedelta(days=2))) == []

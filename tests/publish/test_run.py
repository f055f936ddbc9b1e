"""A run where somebody else changes the zone meanwhile, and where providers fail."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

import dns.name
import pytest
from dns.name import Name

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.acts import Reason
from mailcow_dns_tui.publish.applying import in_thread
from mailcow_dns_tui.publish.backup import read_backup
from mailcow_dns_tui.publish.changes import Change, ProviderZone, Reading, Trouble, TroubleReason
from mailcow_dns_tui.publish.left import Outcome, left_of, told_end, told_left
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import (
    Applied,
    Connect,
    Decision,
    Ended,
    Event,
    Failed,
    Publication,
    Publishing,
)
from mailcow_dns_tui.publish.undoing import WayBack, way_back
from tests.guide.states import GOOD_WORLD, SETUP
from tests.memory_dns import RESOLVER
from tests.publish.walking import MemoryEngine, MemoryZone, Stage

ORG, COM = map(dns.name.from_text, ("example.org.", "example.com."))
TEXT = "_smtp._tls.example.org."
WORLD = GOOD_WORLD.without(TEXT, "TXT").without("_smtp._tls.example.com.", "TXT")
Decided = Callable[[Sequence[ZoneProposal]], Decision]


@dataclass
class FailingZone(MemoryZone):
    """One that can be read, and no more."""

    trouble: Trouble = Trouble(TroubleReason.RATE_LIMIT, "Too often.")  # noqa: RUF009

    def apply(self, changes: Sequence[Change]) -> Trouble | None:
        return self.trouble


class DeafZone(MemoryZone):
    """One that says yes to everything, and does nothing."""

    def apply(self, changes: Sequence[Change]) -> Trouble | None:
        return None


class MovingZone(FailingZone):
    """One where somebody is always quicker."""

    trouble = Trouble(TroubleReason.CHANGED, "It was changed.")


@dataclass
class RefusingZone(MemoryZone):
    """One that makes no changes among which is one of `TEXT`."""

    def apply(self, changes: Sequence[Change]) -> Trouble | None:
        if any(str(change.key[0]) == TEXT for change in changes):
            return Trouble(TroubleReason.REFUSED, "It refused that.")
        return super().apply(changes)


@dataclass
class InexactZone(MemoryZone):
    """One where a text can't be read exactly."""

    def read(self) -> Reading:
        key = dns.name.from_text(TEXT), dns.rdatatype.TXT
        return Reading(super().read().contents, inexact=frozenset({key}))


class UnreadZone(FailingZone):
    def read(self) -> Reading | Trouble:  # type: ignore[override]
        return self.trouble


def connecting(stage: Stage, **others: type[MemoryZone]) -> Connect:
    async def connect(zone: Name, panel: Profile) -> ProviderZone | Trouble:
        kind = others.get(zone.labels[1].decode(), MemoryZone)
        return kind(zone, stage)

    return connect


async def run(
    stage: Stage, folder: Path, decided: Decided, connect: Connect | None = None
) -> list[Event]:
    async def decide(proposals: Sequence[ZoneProposal]) -> Decision:
        return decided(proposals)

    plan = folder / "plan.toml"
    connect = connect or connecting(stage)
    publication = Publication(SETUP, MemoryEngine(stage), connect, decide, plan, 0.0, pause=0.0)
    return [event async for event in publication.run()]


def yes(proposals: Sequence[ZoneProposal]) -> Decision:
    return Decision(publishes=True)


def ended(events: Sequence[Event]) -> Ended:
    last = events[-1]
    assert isinstance(last, Ended)
    return last


async def test_what_was_changed_since_it_was_shown_is_shown_anew(tmp_path: Path) -> None:
    stage, shown = Stage(WORLD), []

    def slowly(proposals: Sequence[ZoneProposal]) -> Decision:
        """While the user reads, somebody else publishes one of the two."""
        shown.append([str(change.key[0]) for each in proposals for change in each.changes])
        if len(shown) == 1:
            text = GOOD_WORLD.rrsets[dns.name.from_text(TEXT), dns.rdatatype.TXT]
            stage.world = stage.world.having(TEXT, "TXT", *text)
        return Decision(publishes=len(shown) == 1)

    events = await run(stage, tmp_path, slowly)
    made = [str(c.key[0]) for e in events if isinstance(e, Publishing) for c in e.changes]
    assert shown[0] == [TEXT, "_smtp._tls.example.com."]
    assert made == ["_smtp._tls.example.com."]


async def test_what_another_has_put_in_its_place_is_never_joined(tmp_path: Path) -> None:
    stage = Stage(WORLD)

    def meanwhile(proposals: Sequence[ZoneProposal]) -> Decision:
        stage.world = stage.world.having(TEXT, "TXT", '"v=TLSRPTv1; rua=mailto:x@example.net"')
        return Decision(publishes=True)

    await run(stage, tmp_path, meanwhile)
    (text,) = stage.world.rrsets[dns.name.from_text(TEXT), dns.rdatatype.TXT]
    assert "example.net" in text or "mailauth" in text


async def test_one_zone_that_fails_keeps_no_other_back(tmp_path: Path) -> None:
    stage = Stage(WORLD)
    events = await run(stage, tmp_path, yes, connecting(stage, org=FailingZone))
    (failed,) = (event for event in events if isinstance(event, Failed))
    assert (failed.zone, failed.trouble.reason) == (ORG, TroubleReason.RATE_LIMIT)
    assert (dns.name.from_text("_smtp._tls.example.com."), dns.rdatatype.TXT) in stage.world.rrsets
    assert left_of(ended(events)).outcome is Outcome.UNKNOWN


AUTODISCOVER = "autodiscover.example.org."
OTHER = (dns.name.from_text(AUTODISCOVER), dns.rdatatype.CNAME)


async def test_what_is_refused_keeps_nothing_else_of_its_zone_back(tmp_path: Path) -> None:
    stage = Stage(WORLD.without(AUTODISCOVER, "CNAME"))
    events = await run(stage, tmp_path, yes, connecting(stage, org=RefusingZone))
    assert OTHER in stage.world.rrsets
    (obstacle,) = (o for each in ended(events).proposals for o in each.obstacles)
    assert obstacle.why == "It refused that. The rest goes on without it."
    assert not ended(events).troubles
    made = {str(c.key[0]) for e in events if isinstance(e, Applied) for c in e.made}
    assert AUTODISCOVER in made
    assert TEXT not in made


async def test_what_can_not_be_read_exactly_is_left_and_told(tmp_path: Path) -> None:
    stage = Stage(WORLD.without(AUTODISCOVER, "CNAME"))
    last = ended(await run(stage, tmp_path, yes, connecting(stage, org=InexactZone)))
    assert OTHER in stage.world.rrsets
    assert (dns.name.from_text(TEXT), dns.rdatatype.TXT) not in stage.world.rrsets
    (proposal,) = last.proposals
    assert [obstacle.reason for obstacle in proposal.obstacles] == [Reason.INEXACT]
    assert [str(name) for name, _ in proposal.inexact] == [TEXT]


async def test_what_a_run_could_not_make_is_not_taken_back_from_who_made_it(tmp_path: Path) -> None:
    stage = Stage(WORLD)
    events = await run(stage, tmp_path, yes, connecting(stage, org=FailingZone))
    file = next(e.backup for e in events if isinstance(e, Publishing) and e.zone == ORG)
    key = dns.name.from_text(TEXT), dns.rdatatype.TXT
    stage.world = stage.world.having(TEXT, "TXT", *GOOD_WORLD.rrsets[key])
    reading = MemoryZone(ORG, stage).read()
    assert way_back(read_backup(file), reading, lambda change: "") == WayBack()


def test_who_ends_the_program_does_not_wait_for_the_provider() -> None:
    asked, answers, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        asked.set()
        answers.wait(60)
        done.set()

    async def cancelled() -> None:
        task = asyncio.create_task(in_thread(slow))
        await asyncio.to_thread(asked.wait)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert not done.is_set()
    answers.set()


async def test_what_a_provider_raises_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)


async def test_who_stops_it_before_a_change_leaves_no_doubt_whether_that_was_made(
    tmp_path: Path,
) -> None:
    async def decide(proposals: Sequence[ZoneProposal]) -> Decision:
        return yes(proposals)

    stage = Stage(WORLD)
    connect, plan = connecting(stage), tmp_path / "plan.toml"
    publication = Publication(SETUP, MemoryEngine(stage), connect, decide, plan, 0.0, pause=0.0)
    async with aclosing(publication.run()) as events:
        file = await anext(e.backup async for e in events if isinstance(e, Publishing))
    assert (stage.world, read_backup(file).order) == (WORLD, ())


@pytest.mark.parametrize("kind", [DeafZone, MovingZone])
async def test_what_never_comes_about_has_an_end(kind: type[MemoryZone], tmp_path: Path) -> None:
    stage = Stage(WORLD)
    events = await run(stage, tmp_path, yes, connecting(stage, org=kind))
    assert sum(isinstance(event, Publishing) for event in events) <= 4
    assert left_of(ended(events)).outcome is not Outcome.DONE


async def test_a_zone_that_can_not_be_read_is_unknown(tmp_path: Path) -> None:
    stage = Stage(WORLD)
    events = await run(stage, tmp_path, yes, connecting(stage, org=UnreadZone))
    last = ended(events)
    assert set(last.troubles) == {ORG}
    assert left_of(last).outcome is Outcome.UNKNOWN
    assert left_of(last, [COM]).by_hand == ()


async def test_where_nobody_publishes_copying_goes_on(tmp_path: Path) -> None:
    async def nobody(zone: Name, panel: Profile) -> Trouble:
        return Trouble(TroubleReason.NO_PROVIDER, "Copy the records.")

    stage = Stage(WORLD)
    last = ended(await run(stage, tmp_path, yes, nobody))
    left = left_of(last)
    assert left.outcome is Outcome.LEFT
    assert {step.finding.topic for step in left.by_hand} == {"tls-rpt"}
    by_hand = [text for status, text in told_left(left, last.snapshot) if status is Status.INFO]
    value = f"\n{TEXT} TXT v=TLSRPTv1; rua=mailto:"
    assert any(value in text for text in by_hand)


async def test_a_no_leaves_all_as_it_is(tmp_path: Path) -> None:
    stage = Stage(WORLD)
    last = ended(await run(stage, tmp_path, lambda proposals: Decision(publishes=False)))
    assert stage.world is WORLD
    assert left_of(last).outcome is Outcome.LEFT


async def test_nothing_is_changed_where_what_was_there_can_not_be_kept(tmp_path: Path) -> None:
    stage = Stage(WORLD)
    last = ended(await run(stage, tmp_path / "nowhere", yes))
    assert {t.reason for t in last.troubles.values()} == {TroubleReason.NOT_KEPT}
    assert stage.world is WORLD


async def test_what_is_only_remembered_elsewhere_is_the_end(tmp_path: Path) -> None:
    stage = Stage(GOOD_WORLD.without("dkim._domainkey.example.org.", "TXT"), late=[RESOLVER])
    last = ended(await run(stage, tmp_path, yes))
    assert left_of(last).waits
    assert [*told_left(left_of(last), last.snapshot)] == []
    (said,) = told_end(last.snapshot)
    assert said.endswith("You can close this.")


async def test_nothing_is_left_where_all_is_good(tmp_path: Path) -> None:
    last = ended(await run(Stage(GOOD_WORLD), tmp_path, yes))
    assert left_of(last).outcome is Outcome.DONE

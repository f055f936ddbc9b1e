"""Publish until there is nothing left, and judge mail after every change in memory."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import dns.rdata
import dns.rdataclass
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.acts import Reason
from mailcow_dns_tui.publish.changes import (
    Change,
    Contents,
    Reading,
    Trouble,
    TroubleReason,
    ZoneRRset,
)
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Decision, Ended, Publication
from tests.guide.glance import AtOnce, Glance, find, only_plan
from tests.guide.judge import judge, worse
from tests.guide.owner import with_policies, worlds
from tests.guide.states import FACTS, SETUP
from tests.guide.viewers import harm
from tests.guide.walking import DAY, DONE, InTime, planned
from tests.memory_dns import NEGATIVE_TTL, World

SEEN_LATER = frozenset({Reason.THERE, Reason.UNLIKE, Reason.ALIAS})
"""What keeps a step back until something else has come to be."""
MOST_RUNS = 60
TTL = 3600


@dataclass
class Stage:
    """What is published, and who sees it late.

    Attributes:
        old: what those have who see it late.
        told: what was done, act by act.
        backwards: the provider makes the changes of one go in the other order.
    """

    world: World
    late: Sequence[str] = ()
    backwards: bool = False
    today: datetime = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.old = self.world
        self._verdicts = judge(self.world, FACTS)
        self.in_time = InTime()
        self.in_time.look(self.world, self.today.date())

    @property
    def seen(self) -> Glance:
        return Glance(self.world, dict.fromkeys(self.late, self.old))

    def become(self, after: World, what: str) -> None:
        """The next world, in which nothing may be worse than before."""
        verdicts = judge(after, FACTS)
        broken = (
            harm(self.old, self.world, after, FACTS)
            if self.late
            else worse(self._verdicts, verdicts)
        )
        assert not broken, f"{broken}\nby {what}\nafter {'; '.join(self.told)}"
        self.in_time.look(after, self.today.date())
        self.world, self._verdicts = after, verdicts
        self.told.append(what)


class Changing(Protocol):
    """A world that can become another one; see `Stage`."""

    world: World
    backwards: bool

    def become(self, after: World, what: str) -> None: ...


@dataclass
class MemoryZone:
    """A zone of the stage, at a provider who changes one RRset after the other."""

    zone: Name
    stage: Changing

    def read(self) -> Reading:
        return Reading(contents_of(self.stage.world, self.zone))

    def refusal(self, change: Change) -> str:
        return ""

    def silence(self, reason: TroubleReason) -> Trouble:
        return Trouble(reason, "It did not answer.")

    def apply(self, changes: Sequence[Change]) -> Trouble | None:
        gos = list(_goes(changes, self.stage.world))
        for go in reversed(gos) if self.stage.backwards else gos:
            world = self.stage.world
            for change in go:
                world = _changed(world, change)
            self.stage.become(world, ", ".join(f"{c.kind.value} {c.key}" for c in go))
        return None


def contents_of(world: World, zone: Name) -> Contents:
    """All of a zone but what belongs to one below it."""
    return {
        key: ZoneRRset(
            *key, world.mx_ttl if key[1] == RdataType.MX else TTL, _parsed(key[1], texts)
        )
        for key, texts in world.rrsets.items()
        if max(filter(key[0].is_subdomain, world.origins), key=len, default=None) == zone
    }


def _parsed(rdtype: RdataType, texts: Sequence[str]) -> tuple[dns.rdata.Rdata, ...]:
    return tuple(dns.rdata.from_text(dns.rdataclass.IN, rdtype, text) for text in texts)


def _goes(changes: Sequence[Change], world: World) -> Iterator[Sequence[Change]]:
    """What comes in the place of a CNAME or a wildcard, or the other way round, is one go."""
    aliases = {c.key[0] for c in changes if c.key[1] == RdataType.CNAME}
    has_wildcards = any(owner.is_wild() for owner, _ in world.rrsets)
    for owner in dict.fromkeys(change.key[0] for change in changes):
        here = [change for change in changes if change.key[0] == owner]
        together = owner in aliases or has_wildcards
        yield from [here] if together else ([change] for change in here)


def _changed(world: World, change: Change) -> World:
    before, after = change.before, change.after
    assert world.rrsets.get(change.key, ()) == (
        tuple(each.to_text() for each in before.rdatas) if before else ()
    )
    if after is None:
        kept = {key: texts for key, texts in world.rrsets.items() if key != change.key}
        return replace(world, rrsets=kept)
    if before and before.rdatas == after.rdatas:
        return replace(world, mx_ttl=NEGATIVE_TTL)
    texts = tuple(each.to_text() for each in after.rdatas)
    return world.having(after.owner, after.rdtype.name, *texts)


@dataclass
class MemoryEngine:
    """Asks the stage."""

    stage: Stage

    def now(self) -> datetime:
        return self.stage.today

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        yield await find(only_plan(setup), self.stage.seen)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        return {domain: self.stage.seen.policy(domain) for domain in domains}

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        return await AtOnce(self.stage.seen).ask_servers(name, rdtype)


async def walk(stage: Stage, folder: Path, setup: Setup = SETUP) -> None:
    """Publish all that can be, and do the rest by hand, until all is good."""

    async def connect(zone: Name, panel: Profile) -> MemoryZone:
        return MemoryZone(zone, stage)

    async def decide(proposals: Sequence[ZoneProposal]) -> Decision:
        asked = [act for each in proposals for act in each.asked]
        for act in asked:
            for after in with_policies(stage.world, act.step):
                stage.become(after, f"policy for {act.step.what}")
        return Decision(True, frozenset(act.step.mark for act in asked))

    for _ in range(MOST_RUNS):
        plan = folder / "plan.toml"
        run = Publication(
            setup, MemoryEngine(stage), connect, decide, plan, patience=0.0, pause=0.0
        )
        events = [event async for event in run.run()]
        ended = events[-1]
        assert isinstance(ended, Ended)
        assert not ended.troubles
        setup = ended.snapshot.setup
        if not ended.snapshot.state.steps and not any(d.dmarc_first for d in setup.domains):
            break
        setup = _by_hand(stage, ended, setup)
    else:
        raise AssertionError(f"no end: {stage.told}")
    found = await find(only_plan(setup), Glance(stage.world))
    assert {each.status for each in found} <= DONE
    assert all(good for what, good in judge(stage.world, FACTS).items() if "of 8.8." not in what)


def _by_hand(stage: Stage, ended: Ended, setup: Setup) -> Setup:
    """Do what publishing left, or let the time pass that it waits for."""
    steps = ended.snapshot.state.steps
    obstacles = {o.step.mark: o.reason for each in ended.proposals for o in each.obstacles}
    ready = [step for step in steps if step.is_open and step.act is not Act.WAIT]
    ready = [s for s in ready if obstacles.get(s.mark) not in SEEN_LATER]
    if ready:
        assert not obstacles.keys() - {s.mark for s in ready} or stage.late
        for after in worlds(stage.world, ready[0]):
            stage.become(after, f"by hand: {ready[0].what}")
        return planned(setup, ready[0])
    if stage.old is not stage.world:
        stage.old = stage.world
        return setup
    assert not steps, [step.what for step in steps]
    stage.today += timedelta(days=setup.dmarc.reporting_days)
    return setup

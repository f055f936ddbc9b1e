"""One run: look, propose, agree, change, wait until it is there, and look what that opens."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui.files import OutputError
from mailcow_dns_tui.guide.boxes import panel_of_step
from mailcow_dns_tui.model.answer import Source
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.acts import Agreed, RunContext, ZoneAct, ZoneContext
from mailcow_dns_tui.publish.applying import Fates, apply, read
from mailcow_dns_tui.publish.backup import Fate, Journal, keep
from mailcow_dns_tui.publish.changes import Change, ProviderZone, Trouble, TroubleReason
from mailcow_dns_tui.publish.proposal import (
    Batch,
    ZoneProposal,
    is_among,
    next_batch,
    propose,
    ready_steps,
)
from mailcow_dns_tui.publish.snapshot import PAUSE, Observer, QueryEngine, Snapshot, lacking, waits
from mailcow_dns_tui.topics.host.judge import UNPLANNED_ADDRESS

MOST_BATCHES = 10_000
"""In one run; no plan takes as many, unless somebody else undoes them all the while."""

Connect = Callable[[Name, Profile], Awaitable[ProviderZone | Trouble]]
"""Makes a zone at its provider; asked once for each zone of a run."""


@dataclass(frozen=True)
class Decision:
    """What the user says to proposals.

    Attributes:
        publishes: what has no question of its own.
        accepted: the marks of the steps whose questions were answered by yes.
    """

    publishes: bool
    accepted: frozenset[str] = frozenset()


Decide = Callable[[Sequence[ZoneProposal]], Awaitable[Decision]]


@dataclass(frozen=True)
class Publishing:
    """These changes are about to be made."""

    zone: Name
    changes: tuple[Change, ...]
    backup: Path


@dataclass(frozen=True)
class Applied:
    """What came of changes that were about to be made; those in neither were not made.

    Attributes:
        unknown: the provider did not say.
    """

    zone: Name
    made: tuple[Change, ...]
    unknown: tuple[Change, ...]


@dataclass(frozen=True)
class Waiting:
    """These name servers do not show the changes yet."""

    servers: tuple[Source, ...]


@dataclass(frozen=True)
class Failed:
    """A zone could not be read or changed; nothing more is done there in this run."""

    zone: Name
    trouble: Trouble


@dataclass(frozen=True)
class Ended:
    """Nothing more can be done now.

    Attributes:
        snapshot: the last one.
        proposals: what is left of each zone that could be read.
        troubles: of the zones that could not be read or changed.
        late: the name servers that lack a change, and were waited for in vain.
    """

    snapshot: Snapshot
    proposals: tuple[ZoneProposal, ...]
    troubles: dict[Name, Trouble]
    late: frozenset[Source]


Event = Snapshot | Publishing | Applied | Waiting | Failed | Ended


@dataclass
class Publication:
    """A run, whose events tell how far it is.

    Attributes:
        setup: the plan to begin with.
        engine: who asks the network.
        connect: makes a zone at its provider.
        decide: asks the user; once before anything is changed, and again for what that opens.
        plan: its file, beside which is kept what was there.
        patience: seconds after which a name server that lacks a change is no longer waited for.
        zones: to keep to these; None for all.
        marks: of the steps to keep to; None for all.
    """

    setup: Setup
    engine: QueryEngine
    connect: Connect
    decide: Decide
    plan: Path
    patience: float
    zones: Collection[Name] | None = None
    marks: Collection[str] | None = None
    pause: float = PAUSE
    _connected: dict[Name, ProviderZone] = field(default_factory=dict)
    _journals: dict[Name, Journal] = field(default_factory=dict)
    _troubles: dict[Name, Trouble] = field(default_factory=dict)
    _told: set[Name] = field(default_factory=set)
    _late: set[Source] = field(default_factory=set)
    _moving: set[Name] = field(default_factory=set)
    _made: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)
    _singly: set[Name] = field(default_factory=set)
    _accepted: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    _asked: dict[str, tuple[Change, ...]] = field(default_factory=dict)

    async def run(self) -> AsyncGenerator[Event, None]:
        """Publish until nothing more can be; `Ended` comes last."""
        observer = Observer(self.setup, self.engine)
        snapshot = await observer.observe()
        yield snapshot
        proposals = await self.propose(snapshot)
        agreed: Agreed = {}
        for _ in range(MOST_BATCHES):
            for failed in self._failures():
                yield failed
            batch = next_batch(
                (each.agreed(agreed) for each in proposals), snapshot.state.steps, self._singly
            )
            if batch:
                made: list[Change] = []
                async for event in self._carry_out(batch, proposals, made):
                    yield event
                if made:
                    snapshot = await observer.observe()
                    yield snapshot
            else:
                decision = await self._decision(proposals)
                if not decision.publishes:
                    break
                agreed = self._agreed(proposals, snapshot, decision)
            # Also after a yes, which may have taken its time.
            proposals = await self.propose(snapshot)
        yield Ended(snapshot, proposals, dict(self._troubles), frozenset(self._late))

    async def propose(self, snapshot: Snapshot) -> tuple[ZoneProposal, ...]:
        """What can be published now, made of what each provider has at this moment."""
        steps = self._ready(snapshot)
        for zone, those in steps.items():
            await self._connect(zone, those[0], snapshot)
        open_zones = [zone for zone in steps if zone not in self._troubles]
        readings = await asyncio.gather(*(read(self._connected[zone]) for zone in open_zones))
        run_context = self._run_context(snapshot)
        made = []
        for zone, reading in zip(open_zones, readings, strict=True):
            if isinstance(reading, Trouble):
                self._troubles[zone] = reading
            else:
                refusal = self._connected[zone].refusal
                context = ZoneContext(
                    zone, reading.contents, run_context, refusal, reading.inexact, reading.min_ttl
                )
                made.append(propose(context, steps[zone]))
        return tuple(made)

    def _ready(self, snapshot: Snapshot) -> Mapping[Name, Sequence[GuideStep]]:
        steps = snapshot.state.steps
        kept = [step for step in steps if self.marks is None or step.mark in self.marks]
        return ready_steps(kept, self.zones)

    async def _connect(self, zone: Name, step: GuideStep, snapshot: Snapshot) -> None:
        if zone in self._connected or zone in self._troubles:
            return
        panel = panel_of_step(step, snapshot.report, snapshot.setup)
        made = await self.connect(zone, panel)
        if isinstance(made, Trouble):
            self._troubles[zone] = made
        else:
            self._connected[zone] = made

    def _run_context(self, snapshot: Snapshot) -> RunContext:
        names = frozenset(record.owner for record in snapshot.records)
        is_unsettled = any(
            step.act is Act.OUTSIDE and step.finding.code == UNPLANNED_ADDRESS
            for step in snapshot.state.steps
        )
        return RunContext(
            snapshot.setup,
            names,
            dict(self._accepted),
            is_unsettled,
            dict(self._made),
            dict(self._refused),
        )

    async def _decision(self, proposals: Sequence[ZoneProposal]) -> Decision:
        is_new = any(self._is_news(each) for each in proposals)
        return await self.decide(proposals) if is_new else Decision(publishes=False)

    def _is_news(self, proposal: ZoneProposal) -> bool:
        """Whether there is anything to be said yes or no to."""
        return bool(proposal.acts) or any(not is_among(a, self._asked) for a in proposal.asked)

    def _failures(self) -> Iterator[Failed]:
        """Those that were not told yet."""
        for zone in self._troubles.keys() - self._told:
            self._told.add(zone)
            yield Failed(zone, self._troubles[zone])

    def _agreed(
        self, shown: Sequence[ZoneProposal], snapshot: Snapshot, decision: Decision
    ) -> Agreed:
        """By the same contents that were shown."""
        asked = {act.step.mark: act.changes for each in shown for act in each.asked}
        self._asked |= asked
        self._accepted |= {mark: asked[mark] for mark in decision.accepted & asked.keys()}
        run_context = self._run_context(snapshot)
        steps = self._ready(snapshot)
        made = [propose(replace(each.context, run=run_context), steps[each.zone]) for each in shown]
        return {act.step.mark: act.changes for each in made for act in each.acts}

    async def _carry_out(
        self, batch: Batch, proposals: Sequence[ZoneProposal], made: list[Change]
    ) -> AsyncGenerator[Event, None]:
        """Make these changes, and wait until all name servers have those that were `made`."""
        for each in proposals:
            acts = batch.get(each.zone, ())
            changes = tuple(change for act in acts for change in act.changes)
            if changes and (journal := self._kept(each)):
                # Who ends the run here leaves nothing in it of what was not made.
                yield Publishing(each.zone, changes, journal.path)
                came = await self._applied(each.zone, acts, journal)
                yield came
                made.extend(came.made)
        async for waiting in self._settle(made):
            yield waiting

    def _kept(self, proposal: ZoneProposal) -> Journal | None:
        """Where is noted what is changed; None where what is there can't be kept."""
        zone = proposal.zone
        try:
            if zone not in self._journals:
                now = self.engine.now()
                self._journals[zone] = keep(self.plan, zone, proposal.contents, now)
        except OutputError as error:
            self._troubles[zone] = _not_kept(error)
        return self._journals.get(zone)

    async def _applied(self, zone: Name, acts: Sequence[ZoneAct], journal: Journal) -> Applied:
        changes = tuple(change for act in acts for change in act.changes)
        try:
            journal.note(changes)
        except OutputError as error:
            self._troubles[zone] = _not_kept(error)
            return Applied(zone, (), ())
        trouble, fates = await apply(self._connected[zone], changes)
        if trouble is None:
            self._made |= {act.step.mark: act.changes for act in acts}
            self._moving.discard(zone)
        else:
            self._note_failure(zone, acts, trouble)
        self._conclude(zone, journal, fates)
        made = tuple(change for change, fate in fates if fate is Fate.MADE)
        return Applied(zone, made, tuple(c for c, fate in fates if fate is Fate.UNKNOWN))

    def _note_failure(self, zone: Name, acts: Sequence[ZoneAct], trouble: Trouble) -> None:
        """What is refused keeps no other act back; what was just changed is shown anew, once."""
        if trouble.reason is TroubleReason.REFUSED:
            if len(acts) == 1:
                self._refused[acts[0].step.mark] = trouble.text
            self._singly.add(zone)
        elif trouble.reason is not TroubleReason.CHANGED or zone in self._moving:
            self._troubles[zone] = trouble
        else:
            self._moving.add(zone)

    def _conclude(self, zone: Name, journal: Journal, fates: Fates) -> None:
        try:
            journal.conclude(fates)
        except OutputError as error:
            self._troubles[zone] = Trouble(TroubleReason.NOT_KEPT, str(error))

    async def _settle(self, changes: Sequence[Change]) -> AsyncGenerator[Waiting, None]:
        """Wait until all name servers have them; not twice for those that take too long."""
        asked = partial(lacking, changes, self.setup, self.engine)
        async for behind in waits(asked, self._late, self.patience, self.pause):
            yield Waiting(behind)


def _not_kept(error: OutputError) -> Trouble:
    return Trouble(TroubleReason.NOT_KEPT, f"{error} Nothing was changed.")

"""How far publishing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dns.name import Name

from mailcow_dns_tui.model.answer import Source
from mailcow_dns_tui.publish.changes import Change, Trouble
from mailcow_dns_tui.publish.proposal import ZoneProposal
from mailcow_dns_tui.publish.run import Applied, Ended, Event, Failed, Publishing, Waiting
from mailcow_dns_tui.publish.snapshot import Snapshot

Changes = tuple[tuple[Name, Change], ...]
"""Each with its zone, in the order in which they are made."""


@dataclass(frozen=True)
class Progress:
    """What was said yes to, and what has become of it.

    Attributes:
        agreed: all that was made, and what was said yes to last.
        running: is being made, or is waited for.
        waits: for these name servers.
        backups: of what was there.
        troubles: of the zones that could not be read or changed.
    """

    agreed: Changes = ()
    made: Changes = ()
    running: Changes = ()
    waits: tuple[Source, ...] = ()
    backups: tuple[Path, ...] = ()
    troubles: Mapping[Name, Trouble] = field(default_factory=dict)

    def agreeing(self, proposals: Sequence[ZoneProposal], accepted: frozenset[str]) -> Progress:
        """After a yes to these, and to the questions of these steps."""
        new = (
            (each.zone, change)
            for each in proposals
            for act in (*each.acts, *(a for a in each.asked if a.step.mark in accepted))
            for change in act.changes
        )
        return replace(self, agreed=(*self.made, *new))

    def was_changed(self, proposal: ZoneProposal) -> bool:
        """Whether somebody else changed what was said yes to, and was not made yet."""
        zone, now = proposal.zone, proposal.contents
        own = {change.key for where, change in self.made if where == zone}
        left = [c for where, c in self.agreed if where == zone and c.key not in own]
        return any(not Change(c.before, now.get(c.key)).is_nothing for c in left)

    @property
    def settled(self) -> Progress:
        """What was on its way has come to its end."""
        return replace(self, made=(*self.made, *self.running), running=(), waits=())

    def after(self, event: Event) -> Progress:
        """After what happened next."""
        match event:
            case Publishing(zone, changes, backup):
                new = tuple((zone, change) for change in changes)
                backups = tuple(dict.fromkeys((*self.backups, backup)))
                return replace(self, running=(*self.running, *new), waits=(), backups=backups)
            case Applied(zone, made):
                rest = tuple(each for each in self.running if each[0] != zone)
                return replace(self, running=(*rest, *((zone, change) for change in made)))
            case Waiting(servers):
                return replace(self, waits=servers)
            case Failed(zone, trouble):
                running = tuple(each for each in self.running if each[0] != zone)
                return replace(self, running=running, troubles={**self.troubles, zone: trouble})
            case Snapshot() | Ended():
                return self.settled

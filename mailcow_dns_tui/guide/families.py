"""Which mail domains have to be looked at together."""

from collections.abc import Mapping

from dns.name import Name

from mailcow_dns_tui.model.setup import Setup

Family = Name | None
"""The topmost domain of a family; None for the server by itself."""


def families(setup: Setup) -> Mapping[Name, Name]:
    """The topmost of the plan's domains above each one: a policy extends to those below it."""
    apexes = frozenset(setup.apexes)
    return {apex: _topmost(apex, apexes) for apex in apexes}


def _topmost(apex: Name, apexes: frozenset[Name]) -> Name:
    above = (Name(apex.labels[place:]) for place in range(len(apex.labels) - 1, -1, -1))
    return next(name for name in above if name in apexes)

"""What the user has given providers, so that they take changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.mailcow.secret import Secret

    Given = Mapping[str, Secret]
    """By the keys of what a provider wants."""
    Place = tuple[str, Name | None]
    """A panel's id, and the one zone that something serves for; None: for all others there."""


@dataclass(frozen=True)
class Connections:
    """It lives as long as the wizard runs, and is saved nowhere.

    Attributes:
        is_example: nothing is real, and nobody takes changes.
        given: the credentials.
    """

    is_example: bool = False
    given: Mapping[Place, Given] = field(default_factory=dict)

    def of(self, panel_id: str, zone: Name) -> Given | None:
        """What serves for a zone; None where nothing was given."""
        return self.given.get((panel_id, zone)) or self.given.get((panel_id, None))

    def having(self, place: Place, credentials: Given) -> Connections:
        """With what was given for one."""
        return replace(self, given={**self.given, place: credentials})

"""What the user has given providers, so that they take changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.secret import Secret


@dataclass(frozen=True)
class Connections:
    """It lives as long as the wizard runs, and is saved nowhere.

    Attributes:
        is_example: nothing is real, and nobody takes changes.
        given: the credentials, by the id of a panel and the keys of what its provider wants.
    """

    is_example: bool = False
    given: Mapping[str, Mapping[str, Secret]] = field(default_factory=dict)

    def having(self, panel_id: str, credentials: Mapping[str, Secret]) -> Connections:
        """With what was given for one."""
        return replace(self, given={**self.given, panel_id: credentials})

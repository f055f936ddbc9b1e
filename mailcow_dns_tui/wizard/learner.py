"""What the wizard needs of the world to know answers without asking the user."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Protocol

from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.access import Access
    from mailcow_dns_tui.mailcow.knowledge import Knowledge


class Learner(Protocol):
    """Reads mailcow's sources."""

    def learn(self, setup: Setup, access: Access) -> AsyncGenerator[Knowledge, None]:
        """All that is known so far, again each time that a source has answered."""
        ...


class Unlearned:
    """Knows no mailcow: as in the demo, and where the wizard is told nothing of one."""

    async def learn(self, setup: Setup, access: Access) -> AsyncGenerator[Knowledge, None]:
        from mailcow_dns_tui.mailcow.knowledge import Knowledge

        if access.url or access.outside:
            yield Knowledge(troubles=("There is nothing to be read from here.",))

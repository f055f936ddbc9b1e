"""What the wizard needs of the world to know answers without asking the user."""

from collections.abc import AsyncGenerator
from typing import Protocol

from mailcow_dns_tui.mailcow.access import Access
from mailcow_dns_tui.mailcow.knowledge import Knowledge
from mailcow_dns_tui.model.setup import Setup


class Learner(Protocol):
    """Reads mailcow's sources."""

    def learn(self, setup: Setup, access: Access) -> AsyncGenerator[Knowledge, None]:
        """All that is known so far, again each time that a source has answered."""
        ...


class Unlearned:
    """Knows no mailcow: as in the demo, and where the wizard is told nothing of one."""

    async def learn(self, setup: Setup, access: Access) -> AsyncGenerator[Knowledge, None]:
        if access.url or access.outside:
            yield Knowledge(troubles=("There is nothing to be read from here.",))

"""What the wizard needs of the world to check a setup."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published


class Examiner(Protocol):
    """Checks setups."""

    def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        """Look up and judge everything; all findings about one record come together.

        Args:
            setup: what to check.
            anew: ask everything again, also what was answered a moment ago.
        """
        ...

    async def published(self, setup: Setup) -> Published:
        """What is in DNS already, and can be kept beside what is wanted."""
        ...

"""What the wizard needs of the world to check a setup."""

from collections.abc import AsyncGenerator
from typing import Protocol

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup


class Examiner(Protocol):
    """Checks setups."""

    def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Finding, None]:
        """Look up and judge everything; findings come as they are ready.

        Args:
            setup: what to check.
            anew: ask everything again, also what was answered a moment ago.
        """
        ...

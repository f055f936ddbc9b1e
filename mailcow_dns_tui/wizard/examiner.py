"""What the wizard needs of the world to check a setup."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup


class Examiner(Protocol):
    """Checks setups."""

    def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        """Look up and judge everything; all findings about one record come together.

        Args:
            setup: what to check.
            anew: ask everything again, also what was answered a moment ago.
        """
        ...

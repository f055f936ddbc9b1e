"""What the wizard needs of the world to check a setup."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published

if TYPE_CHECKING:
    from dns.name import Name

    from mailcow_dns_tui.model.policy_page import PolicyPage


class Examiner(Protocol):
    """Checks setups."""

    def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        """Look up and judge everything; all findings about one record come together.

        Args:
            setup: what to check.
            anew: ask everything again, also what was answered a moment ago.

        Raises:
            GoneError: the process of the checks was ended.
        """
        ...

    async def examine_topic(
        self, setup: Setup, topic: str, domain: Name | None
    ) -> Sequence[Finding]:
        """Look up and judge one topic of the server (None) or of a mail domain, all asked anew."""
        ...

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        """The MTA-STS policies that are served for mail domains now."""
        ...

    async def published(self, setup: Setup) -> Published:
        """What is in DNS already, and can be kept beside what is wanted."""
        ...

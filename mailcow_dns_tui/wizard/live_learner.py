"""Reads mailcow on this machine, or over the network."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.access import Access
    from mailcow_dns_tui.mailcow.addresses import Ask
    from mailcow_dns_tui.mailcow.knowledge import Knowledge
    from mailcow_dns_tui.mailcow.learning import Mailcow


class LiveLearner:
    """Loads the readers when they are first needed: the screen need not wait for them.

    Args:
        folder: where mailcow lies; None: in its usual place, if anywhere.
        ask: DNS.
    """

    def __init__(self, folder: Path | None, ask: Ask) -> None:
        self._folder = folder
        self._ask = ask
        self._mailcow: Mailcow | None = None

    async def learn(self, setup: Setup, access: Access) -> AsyncGenerator[Knowledge, None]:
        mailcow = self._mailcow = self._mailcow or self._made()
        async with aclosing(mailcow.learn(setup, access)) as learned:
            async for knowledge in learned:
                yield knowledge

    def _made(self) -> Mailcow:
        from mailcow_dns_tui.mailcow.folder import find_folder
        from mailcow_dns_tui.mailcow.learning import Mailcow
        from mailcow_dns_tui.mailcow.readers import Readers

        return Mailcow(find_folder(self._folder), Readers(self._ask))

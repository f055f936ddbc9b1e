"""Checks setups over the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.lookup.network import Network
    from mailcow_dns_tui.model.answer import Lookup
    from mailcow_dns_tui.model.policy_page import PolicyPage
    from mailcow_dns_tui.wizard.live_asking import Asking

Connect = Callable[[], "Network"]


def system_network(folder: Path | None, *, connects: bool) -> Network:
    """This machine's network.

    Args:
        folder: of mailcow, for its certificate; None: the usual place.
        connects: to the mail server's port 25, where it has TLSA records.
    """
    from mailcow_dns_tui.lookup.network import Network
    from mailcow_dns_tui.lookup.smtp import MailServer
    from mailcow_dns_tui.mailcow.certificate import ServerOrFile
    from mailcow_dns_tui.mailcow.folder import find_folder

    presenter = ServerOrFile(MailServer(), find_folder(folder)) if connects else None
    return Network(presenter=presenter)


class LiveExaminer:
    """Remembers answers for a moment while the user types; forgets them when asked to check anew.

    The network's modules are loaded by the first check: the screen need not wait for them.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._asking: Asking | None = None

    @property
    def asking(self) -> Asking:
        from mailcow_dns_tui.wizard.live_asking import Asking

        self._asking = self._asking or Asking(self._connect())
        return self._asking

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        from mailcow_dns_tui.topics.run import check

        lookups = self.asking.check(setup.zones, anew=anew)
        async with aclosing(check(setup, lookups)) as judged:
            async for findings in judged:
                yield findings

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """One question, whatever the setup is."""
        return await self.asking.aside(()).ask(name, rdtype)

    async def examine_topic(
        self, setup: Setup, topic: str, domain: Name | None
    ) -> Sequence[Finding]:
        from mailcow_dns_tui.topics.run import check_topic

        with self.asking.look(setup.zones) as lookups:
            return await check_topic(setup, lookups, topic, domain)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        lookups = self.asking.aside(setup.zones)
        pages = await asyncio.gather(*map(lookups.fetch_policy, domains))
        return dict(zip(domains, pages, strict=True))

    async def published(self, setup: Setup) -> Published:
        from mailcow_dns_tui.topics.existing import existing

        return await existing(setup, self.asking.after_check(setup.zones))

    async def close(self) -> None:
        if self._asking is not None:
            await self._asking.network.close()

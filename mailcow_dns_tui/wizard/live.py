"""Checks setups over the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.lookup.memory import Memory
    from mailcow_dns_tui.lookup.network import Network
    from mailcow_dns_tui.model.answer import Lookup
    from mailcow_dns_tui.model.policy_page import PolicyPage

Connect = Callable[[], "Network"]


def system_network() -> Network:
    from mailcow_dns_tui.lookup.network import Network

    return Network()


class LiveExaminer:
    """Remembers answers while the user types; forgets them all when asked to check anew.

    The network's modules are loaded by the first check: the screen need not wait for them.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._network: Network | None = None
        self._memory: Memory | None = None

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        from mailcow_dns_tui.lookup.memory import Memory
        from mailcow_dns_tui.topics.run import check

        network = self._network = self._network or self._connect()
        memory = self._memory = Memory() if anew or self._memory is None else self._memory
        async with aclosing(check(setup, network.lookups(setup.zones, memory))) as judged:
            async for findings in judged:
                yield findings

    def opened(self) -> tuple[Network, Memory]:
        """The network, and what is remembered of it so far."""
        from mailcow_dns_tui.lookup.memory import Memory

        self._network = self._network or self._connect()
        self._memory = Memory() if self._memory is None else self._memory
        return self._network, self._memory

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """One question, whatever the setup is."""
        from mailcow_dns_tui.lookup.memory import Memory

        network = self._network = self._network or self._connect()
        return await network.lookups((), Memory()).ask(name, rdtype)

    async def examine_topic(
        self, setup: Setup, topic: str, domain: Name | None
    ) -> Sequence[Finding]:
        from mailcow_dns_tui.lookup.memory import Memory
        from mailcow_dns_tui.topics.run import check_topic

        network, _ = self.opened()
        # What was remembered of it is old now, for the next check as well.
        memory = self._memory = Memory()
        return await check_topic(setup, network.lookups(setup.zones, memory), topic, domain)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        from mailcow_dns_tui.lookup.memory import Memory

        network, _ = self.opened()
        lookups = network.lookups(setup.zones, Memory())
        pages = await asyncio.gather(*map(lookups.fetch_policy, domains))
        return dict(zip(domains, pages, strict=True))

    async def published(self, setup: Setup) -> Published:
        from mailcow_dns_tui.topics.existing import existing

        if self._network is None or self._memory is None:
            return Published()
        return await existing(setup, self._network.lookups(setup.zones, self._memory))

    async def close(self) -> None:
        if self._network is not None:
            await self._network.close()

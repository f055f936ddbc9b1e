"""Checks in a process of its own, so that two hundred domains do not hold up a key."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published
from mailcow_dns_tui.wizard.apart import Apart
from mailcow_dns_tui.wizard.gone import GoneError
from mailcow_dns_tui.wizard.live import LiveExaminer

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.model.answer import Lookup
    from mailcow_dns_tui.model.policy_page import PolicyPage


class ApartExaminer:
    """What a live examiner does, over there; the network belongs to that process."""

    def __init__(self, apart: Apart[LiveExaminer]) -> None:
        self._apart = apart

    async def examine(self, setup: Setup, *, anew: bool) -> AsyncGenerator[Sequence[Finding], None]:
        judged = self._apart.stream(LiveExaminer.examine, setup, anew=anew)
        async with aclosing(judged):
            async for findings in judged:
                yield findings

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """One question; that the process is gone comes back as a failure, too."""
        try:
            return await self._apart.call(LiveExaminer.ask, name, rdtype)
        except GoneError as error:
            from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source

            source = Source("this machine", "")
            gone = Answer(source, failure=Failure.UNREACHABLE, note=str(error))
            return Lookup(name, rdtype, (gone,))

    async def examine_topic(
        self, setup: Setup, topic: str, domain: Name | None
    ) -> Sequence[Finding]:
        return await self._apart.call(LiveExaminer.examine_topic, setup, topic, domain)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        return await self._apart.call(LiveExaminer.policies, setup, domains)

    async def published(self, setup: Setup) -> Published:
        return await self._apart.call(LiveExaminer.published, setup)

    async def close(self) -> None:
        await self._apart.close()

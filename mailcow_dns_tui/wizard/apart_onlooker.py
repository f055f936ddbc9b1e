"""Looks at who sees a record in the thread of the checks, whose network it asks over."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.apart import Apart
from mailcow_dns_tui.wizard.live_onlooker import LiveOnlooker

if TYPE_CHECKING:
    from mailcow_dns_tui.model.seen import Sight, Viewer


class ApartOnlooker:
    """What a live onlooker does, over there; the sockets belong to that loop."""

    def __init__(self, onlooker: LiveOnlooker, apart: Apart) -> None:
        self.is_example = onlooker.is_example
        self._onlooker = onlooker
        self._apart = apart

    def now(self) -> datetime:
        return self._onlooker.now()

    async def around(self) -> Sequence[Viewer]:
        return await self._apart.call(self._onlooker.around())

    async def look(
        self, setup: Setup, record: Record, caches: Sequence[Viewer], *, anyway: bool
    ) -> AsyncGenerator[Sight, None]:
        looking = self._onlooker.look(setup, record, caches, anyway=anyway)
        async with aclosing(self._apart.stream(looking)) as sights:
            async for sight in sights:
                yield sight

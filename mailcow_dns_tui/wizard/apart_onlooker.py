"""Looks at who sees a record in the process of the checks, whose network it asks over."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.apart import Apart
from mailcow_dns_tui.wizard.live import LiveExaminer
from mailcow_dns_tui.wizard.live_onlooker import LiveOnlooker

if TYPE_CHECKING:
    from mailcow_dns_tui.model.seen import Sight, Viewer


class ApartOnlooker:
    """What a live onlooker does, over there; the sockets belong to that process.

    Args:
        apart: the examiner over there.
        folder: where mailcow lies; None: in its usual place, if anywhere.
        is_example: nothing but the network of the checks is to be asked.
    """

    def __init__(
        self, apart: Apart[LiveExaminer], folder: Path | None, *, is_example: bool = False
    ) -> None:
        self.is_example = is_example
        self._apart = apart
        self._folder = folder

    def now(self) -> datetime:
        return datetime.now().astimezone()

    async def around(self) -> Sequence[Viewer]:
        return await self._apart.call(_around, self._folder, is_example=self.is_example)

    async def look(
        self, setup: Setup, record: Record, caches: Sequence[Viewer], *, anyway: bool
    ) -> AsyncGenerator[Sight, None]:
        looking = self._apart.stream(_look, setup, record, caches, anyway=anyway)
        async with aclosing(looking) as sights:
            async for sight in sights:
                yield sight


async def _around(
    examiner: LiveExaminer, folder: Path | None, *, is_example: bool
) -> Sequence[Viewer]:
    return await LiveOnlooker(examiner, folder, is_example=is_example).around()


async def _look(
    examiner: LiveExaminer,
    setup: Setup,
    record: Record,
    caches: Sequence[Viewer],
    *,
    anyway: bool,
) -> AsyncGenerator[Sight, None]:
    onlooker = LiveOnlooker(examiner, None)
    async with aclosing(onlooker.look(setup, record, caches, anyway=anyway)) as sights:
        async for sight in sights:
            yield sight

"""Asks over the network who sees a record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from mailcow_dns_tui.lookup.everywhere import Sighting
    from mailcow_dns_tui.model.answer import Dns
    from mailcow_dns_tui.model.seen import Sight, Viewer
    from mailcow_dns_tui.wizard.live import LiveExaminer


class LiveOnlooker:
    """Asks over the network of the checks, and judges by what they know already.

    Args:
        examiner: whose network it is.
        folder: where mailcow lies; None: in its usual place, if anywhere.
        is_example: nothing but that network is to be asked.
    """

    def __init__(
        self, examiner: LiveExaminer, folder: Path | None, *, is_example: bool = False
    ) -> None:
        self.is_example = is_example
        self._examiner = examiner
        self._folder = folder

    def now(self) -> datetime:
        return datetime.now().astimezone()

    async def around(self) -> Sequence[Viewer]:
        from mailcow_dns_tui.model.seen import Kind, Viewer

        resolvers = self._examiner.asking.network.resolvers
        own = [Viewer(Kind.SYSTEM, "this machine", str(each)) for each in resolvers]
        if not self.is_example and (address := await asyncio.to_thread(self._mailcow)):
            own.append(Viewer(Kind.MAILCOW, "mailcow's unbound", address))
        return own

    def _mailcow(self) -> str | None:
        """The address that mailcow's compose file gives to its resolver."""
        from mailcow_dns_tui.mailcow.conf import Conf
        from mailcow_dns_tui.mailcow.folder import conf_in, find_folder

        folder = find_folder(self._folder)
        conf = conf_in(folder) if folder else None
        return f"{conf.ipv4_network}.254" if isinstance(conf, Conf) else None

    async def look(
        self, setup: Setup, record: Record, caches: Sequence[Viewer], *, anyway: bool
    ) -> AsyncGenerator[Sight, None]:
        from mailcow_dns_tui.lookup.everywhere import Looked
        from mailcow_dns_tui.topics.sight import asked_types

        asking = self._examiner.asking
        looked = Looked(record.owner, asked_types(record), caches, anyway)
        looking = asking.everywhere(setup.zones).look(looked)
        known = asking.after_check(setup.zones)
        async with aclosing(looking) as sightings:
            async for sighting in sightings:
                yield await _judged(sighting, record, setup, known)


async def _judged(sighting: Sighting, record: Record, setup: Setup, dns: Dns) -> Sight:
    from mailcow_dns_tui.model.said import said
    from mailcow_dns_tui.topics.sight import sees

    sight = sighting.unjudged
    answers = {rdtype: each for rdtype, each in sighting.answers if each.failure is None}
    if sight.answer is None or sight.answer.failure is not None or not answers:
        return sight
    opinion = await sees(record, setup, answers, dns)
    leads = "".join(f"→ {alias.to_text()} " for alias in sight.answer.aliases)
    found = ", ".join(opinion.found) or said(sight.answer)
    data = leads.strip() if leads and record.type_text == "CNAME" else f"{leads}{found}"
    return replace(sight, wanted=opinion.wanted, missing=opinion.missing, data=data)

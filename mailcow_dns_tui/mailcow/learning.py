"""Reads every source, and tells what is known each time that one has answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.gathering import as_they_come
from mailcow_dns_tui.mailcow.access import Access
from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.folder import NoConf, conf_in
from mailcow_dns_tui.mailcow.knowledge import Knowledge
from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.readers import Readers


@dataclass(frozen=True)
class Ground:
    """What the slower sources begin with.

    Attributes:
        folder: of mailcow on this machine; None on any other.
        conf: None where it could not be read.
    """

    folder: Path | None
    conf: Conf | None
    hostname: str
    access: Access


class Mailcow:
    """A mailcow server: on this machine where there is a folder, else by its API.

    Args:
        folder: where mailcow.conf lies; None on another machine than the mail host.
        readers: of what takes longer than to read a file.
    """

    def __init__(self, folder: Path | None, readers: Readers) -> None:
        self._folder = folder
        self._readers = readers
        self._access = Access()

    async def learn(self, setup: Setup, access: Access) -> AsyncGenerator[Knowledge, None]:
        """All that is known so far, again each time that a source has answered.

        What could not be read is among the troubles; nothing is raised for it. What was granted
        once holds from then on.
        """
        self._access = self._access.widened(access)
        ground, known = await self._begin(setup)
        if known != Knowledge():
            yield known
        parts: dict[str, Knowledge] = {"conf": known}
        async with aclosing(as_they_come(starmap(_named, self._jobs(ground)))) as coming:
            async for name, part in coming:
                parts[name] = part
                yield _joined(parts, ground)

    async def all_of(self, setup: Setup) -> Knowledge:
        """All that is known in the end, asked for as `learn` does without the user's help."""
        known = Knowledge()
        async with aclosing(self.learn(setup, Access())) as learned:
            async for known in learned:  # noqa: B007
                pass
        return known

    async def _begin(self, setup: Setup) -> tuple[Ground, Knowledge]:
        hostname, access = setup.server.hostname, self._access
        if self._folder is None:
            return Ground(None, None, hostname, access), Knowledge()
        conf = await asyncio.to_thread(conf_in, self._folder)
        if isinstance(conf, NoConf):
            return (
                Ground(self._folder, None, hostname, access),
                Knowledge(troubles=(conf.sentence,)),
            )
        from mailcow_dns_tui.mailcow.conf_knowledge import from_conf

        return Ground(self._folder, conf, hostname or conf.hostname, access), from_conf(conf)

    def _jobs(self, ground: Ground) -> Iterator[tuple[str, Awaitable[Knowledge]]]:
        if ground.access.outside:
            yield "outside", self._readers.outside()
        if ground.conf is not None or ground.access.url:
            yield "domains", self._readers.domains(ground)
        if ground.folder is not None:
            yield "addresses", self._readers.addresses(ground)
            yield "certificate", self._readers.certificate(ground)


ORDER = ("outside", "conf", "domains", "addresses", "certificate")
"""Of several answers to one question the first counts."""


def _joined(parts: Mapping[str, Knowledge], ground: Ground) -> Knowledge:
    """All parts, the best first; mailcow.conf is read again with the domains that are known."""
    known = dict(parts)
    domains = known["domains"].domains if "domains" in known else None
    if ground.conf is not None and domains:
        from mailcow_dns_tui.mailcow.conf_knowledge import from_conf

        known["conf"] = from_conf(ground.conf, tuple(domain.name for domain in domains))
    result = Knowledge()
    for name in ORDER:
        if name in known:
            result += known[name]
    return result


async def _named(name: str, job: Awaitable[Knowledge]) -> tuple[str, Knowledge]:
    return name, await job

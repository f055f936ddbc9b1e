"""Reads every source on what mailcow knows, and tells what is known each time one has answered."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.concurrency import as_completed
from mailcow_dns_tui.lookup.https import trust_store
from mailcow_dns_tui.lookup.smtp import MailServer, Presenter
from mailcow_dns_tui.mailcow.addresses import (
    VERSIONS,
    address_key,
    ask_outside,
    find_addresses,
)
from mailcow_dns_tui.mailcow.api import TIMEOUT as API_TIMEOUT
from mailcow_dns_tui.mailcow.api import Api, read_domains
from mailcow_dns_tui.mailcow.certificate import TLSA_KEY, key_from, key_in
from mailcow_dns_tui.mailcow.conf import LOOPBACK, Conf, conf_in
from mailcow_dns_tui.mailcow.databases import published
from mailcow_dns_tui.mailcow.databases import read_domains as read_databases
from mailcow_dns_tui.mailcow.docker import Docker
from mailcow_dns_tui.mailcow.known import KnownDomains, SourceResult, from_domains
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.mailcow.server import TIMEOUT
from mailcow_dns_tui.mailcow.source_error import SourceError, Why
from mailcow_dns_tui.mailcow.suggest import from_conf
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Remark

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.addresses import Ask

NO_WAY = (
    "There is no other way to the domains: mailcow.conf has no API key, and only root may ask "
    "Docker. Start this with sudo, or type a key in the wizard (F2)."
)
NO_TRUST = (
    "The public address was not asked for: this machine's trusted certificates could not be read. "
    "Correct SSL_CERT_FILE, or install the package ca-certificates."
)
ORDER = ("outside", "conf", "domains", "addresses", "certificate")
"""The sources; of several answers to one question the first counts."""


@dataclass(frozen=True)
class _Context:
    """What the slower sources begin with; `conf` is None where it could not be read."""

    conf: Conf | None
    hostname: str
    access: Access


class MailcowSources:
    """A mailcow server: on this machine where there is a folder, else by its API.

    Each source is bounded in time; every failure is a sentence among the troubles of the result.

    Args:
        folder: where mailcow.conf lies; None on another machine than the mail host.
        ask: DNS, for the hostname's own records.
        mail_server: shows its certificate.
        is_root: whether Docker may be asked; None: whether this process is root's.
        api_timeout: seconds for all answers of the API.
        databases_timeout: seconds for those of both databases, and for Docker's.
    """

    def __init__(  # noqa: PLR0913 - four of them for tests only
        self,
        folder: Path | None,
        ask: Ask,
        mail_server: Presenter | None = None,
        *,
        is_root: bool | None = None,
        api_timeout: float = API_TIMEOUT,
        databases_timeout: float = TIMEOUT,
    ) -> None:
        self._folder = folder
        self._ask = ask
        self._mail_server = mail_server or MailServer()
        self._is_root = os.geteuid() == 0 if is_root is None else is_root
        self._api_timeout = api_timeout
        self._databases_timeout = databases_timeout
        self._access = Access()

    async def learn(self, setup: Setup, access: Access) -> AsyncGenerator[SourceResult, None]:
        """All that is known so far, again each time that a source has answered.

        What could not be read is among the troubles; nothing is raised for it. What was granted
        once holds from then on.
        """
        self._access = self._access.widened(access)
        context, known = await self._begin(setup.server.hostname)
        if known != SourceResult():
            yield known
        parts: dict[str, SourceResult] = {"conf": known}
        async with aclosing(as_completed(starmap(_named, self._jobs(context)))) as coming:
            async for name, part in coming:
                parts[name] = part
                yield _joined(parts, context.conf)

    async def _begin(self, hostname: str) -> tuple[_Context, SourceResult]:
        """With mailcow.conf, on which the other sources depend."""
        context = _Context(None, hostname, self._access)
        if self._folder is None:
            return context, SourceResult()
        conf = await asyncio.to_thread(conf_in, self._folder)
        if isinstance(conf, SourceError):
            return context, SourceResult(troubles=(conf.sentence,))
        return replace(context, conf=conf, hostname=hostname or conf.hostname), from_conf(conf)

    def _jobs(self, context: _Context) -> Iterator[tuple[str, Awaitable[SourceResult]]]:
        if context.access.outside:
            yield "outside", _outside()
        if context.conf is not None or context.access.url:
            yield "domains", self._domains(context)
        if self._folder is not None:
            yield "addresses", self._addresses(context)
            yield "certificate", self._certificate(self._folder, context)

    async def _domains(self, context: _Context) -> SourceResult:
        """By each way in turn, until one tells the domains and their keys."""
        known, absent = SourceResult(), SourceResult()
        async with aclosing(self._ways(context)) as ways:
            async for read in ways:
                known += from_domains(read)
                if read.is_whole:
                    return known
                absent += SourceResult(troubles=read.absent)
        return known + absent

    async def _ways(self, context: _Context) -> AsyncGenerator[KnownDomains, None]:
        """The API that was typed alone; else what needs the fewest rights comes first."""
        api, conf, folder = _api(context), context.conf, self._folder
        absent = False
        if conf is not None and not context.access.url:
            read = await read_databases(published(conf, self._databases_timeout), conf)
            absent = bool(read.absent)
            yield read
        if api is not None:
            yield await read_domains(replace(api, timeout=self._api_timeout))
        if absent and self._is_root and conf and folder:
            databases = await Docker(timeout=self._databases_timeout).databases(conf, folder)
            yield await read_databases(databases, conf)
        elif absent and api is None:
            yield KnownDomains("", None, absent=(NO_WAY,))

    async def _addresses(self, context: _Context) -> SourceResult:
        """The best of each family."""
        found = await find_addresses(self._ask, context.hostname, context.conf)
        return SourceResult.of(*found.ipv4[:1], *found.ipv6[:1], *found.notes)

    async def _certificate(self, folder: Path, context: _Context) -> SourceResult:
        """From mailcow's own file; where that may not be read, from the server itself."""
        found = await asyncio.to_thread(key_in, folder, context.hostname)
        if isinstance(found, SourceError) and found.why is Why.NO_FILE:
            host = parse_name(context.hostname)
            smtp = context.conf.ports["smtp"].own_address if context.conf else LOOPBACK[4]
            shown = await self._mail_server.present(host, [smtp])
            if shown.failure is None:
                read = key_from(shown.chain[0], context.hostname, shown.source)
                # Why the file could not be read is what the user can change.
                found = found if isinstance(read, SourceError) else read
        if isinstance(found, SourceError):
            return SourceResult.of(Remark(TLSA_KEY, found.sentence))
        return SourceResult.of(found)


async def _outside() -> SourceResult:
    """The public addresses as others see them; asked only where the user agreed."""
    import httpx2

    try:
        trust = await asyncio.to_thread(trust_store)
    except OSError:
        return SourceResult.of(*(Remark(address_key(version), NO_TRUST) for version in VERSIONS))
    async with httpx2.AsyncClient(verify=trust, trust_env=False) as client:
        found = await asyncio.gather(*(ask_outside(client, version) for version in VERSIONS))
    return SourceResult.of(*found)


def _api(context: _Context) -> Api | None:
    """With the key that was typed, else with one from mailcow.conf; None without any."""
    access, conf = context.access, context.conf
    if access.url:
        return Api(access.url, access.key)
    key = conf and (conf.api_key_read_only or conf.api_key)
    if conf is None or not key or not conf.hostname:
        return None
    return Api(f"https://{conf.hostname}:{conf.https.port}", key, conf.https.own_address)


def _joined(parts: Mapping[str, SourceResult], conf: Conf | None) -> SourceResult:
    """All parts, the best first; mailcow.conf is read again with the domains that are known."""
    known = dict(parts)
    domains = known["domains"].domains if "domains" in known else None
    if conf is not None and domains:
        known["conf"] = from_conf(conf, [domain.name for domain in domains])
    return sum((known[name] for name in ORDER if name in known), SourceResult())


async def _named(name: str, job: Awaitable[SourceResult]) -> tuple[str, SourceResult]:
    return name, await job

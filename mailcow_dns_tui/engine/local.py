"""The engine in the process of whoever uses it: it has the network, and the cache of the checks.

The modules of the network are loaded by the first call: a screen need not wait for them.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.demo import DemoDns
    from mailcow_dns_tui.lookup.network import Network
    from mailcow_dns_tui.lookup.propagation import PropagationCheck, ServerObservation
    from mailcow_dns_tui.lookup.question import ResolverAddress
    from mailcow_dns_tui.lookup.session import NetworkDns
    from mailcow_dns_tui.mailcow.known import SourceResult
    from mailcow_dns_tui.mailcow.secret import Access
    from mailcow_dns_tui.mailcow.sources import MailcowSources
    from mailcow_dns_tui.model.answer import Dns, Lookup
    from mailcow_dns_tui.model.policy_page import PolicyPage
    from mailcow_dns_tui.model.propagation import Observation, Vantage

CACHE_SECONDS = 60.0
"""While the user types, what was answered a moment ago is not asked again."""
MakeNetwork = Callable[[], "Network"]


def system_network(
    folder: Path | None, resolvers: Sequence[ResolverAddress] = (), *, connects: bool
) -> Network:
    """This machine's network.

    Args:
        folder: of mailcow, for its certificate; None: the usual place.
        resolvers: asked in place of the system's.
        connects: to the mail server's port 25, where it has TLSA records.
    """
    from mailcow_dns_tui.lookup.network import Network
    from mailcow_dns_tui.lookup.smtp import MailServer
    from mailcow_dns_tui.mailcow.certificate import ServerOrFile
    from mailcow_dns_tui.mailcow.conf import find_folder

    presenter = ServerOrFile(MailServer(), find_folder(folder)) if connects else None
    return Network(resolvers, presenter=presenter)


def demo_network(demo: DemoDns) -> Network:
    """The network of the embedded example."""
    from mailcow_dns_tui.demo import DemoPolicies
    from mailcow_dns_tui.lookup.network import Network
    from mailcow_dns_tui.lookup.question import Endpoint

    return Network([Endpoint(*demo.resolver)], authority_port=demo.port, fetcher=DemoPolicies())


class MailcowReader(ABC):
    """Reads mailcow in the process that the user has started, with the rights that it takes.

    Args:
        folder: where mailcow lies; None: in its usual place, if anywhere.
        is_example: nothing but the example's network may be asked, and there is no mailcow.
    """

    def __init__(self, folder: Path | None, *, is_example: bool) -> None:
        self.is_example = is_example
        self._folder = folder
        self._sources: MailcowSources | None = None

    @abstractmethod
    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """One question to DNS, whatever the setup is."""

    def now(self) -> datetime:
        return datetime.now().astimezone()

    def read_mailcow(self, setup: Setup, access: Access) -> AsyncGenerator[SourceResult, None]:
        return nothing_read(access) if self.is_example else self._opened().learn(setup, access)

    def _opened(self) -> MailcowSources:
        from mailcow_dns_tui.mailcow.conf import find_folder
        from mailcow_dns_tui.mailcow.sources import MailcowSources

        self._sources = self._sources or MailcowSources(find_folder(self._folder), self.ask)
        return self._sources


async def nothing_read(access: Access) -> AsyncGenerator[SourceResult, None]:
    """Where there is no mailcow: nothing, and a sentence that says so to who wanted more."""
    from mailcow_dns_tui.mailcow.known import SourceResult

    if access.url or access.outside:
        yield SourceResult(troubles=("There is nothing to be read from here.",))


class LocalEngine(MailcowReader):
    """Asks over a network, which it makes by `connect` at the first question.

    Answers are kept for a moment while the user types.
    """

    def __init__(
        self, connect: MakeNetwork, folder: Path | None = None, *, is_example: bool = False
    ) -> None:
        super().__init__(folder, is_example=is_example)
        self._connect = connect
        self._lookups: CachedLookups | None = None

    @property
    def lookups(self) -> CachedLookups:
        """What is asked, and by whom it may be relied on; made at the first use."""
        self._lookups = self._lookups or CachedLookups(self._connect())
        return self._lookups

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        from mailcow_dns_tui.topics.registry import check

        dns = self.lookups.for_check(setup.zones, fresh=fresh)
        async with aclosing(check(setup, dns)) as judged:
            async for findings in judged:
                yield findings

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        from mailcow_dns_tui.topics.registry import check_topic

        with self.lookups.for_topic(setup.zones) as dns:
            return await check_topic(setup, dns, topic, domain)

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        return await self.lookups.independent(()).ask(name, rdtype)

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        return await self.lookups.independent(setup.zones).ask_servers(name, rdtype)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        dns = self.lookups.independent(setup.zones)
        pages = await asyncio.gather(*map(dns.fetch_policy, domains))
        return dict(zip(domains, pages, strict=True))

    async def published(self, setup: Setup) -> PublishedAnswers:
        from mailcow_dns_tui.topics.existing import existing

        return await existing(setup, self.lookups.after_check(setup.zones))

    async def resolvers(self) -> Sequence[Vantage]:
        from mailcow_dns_tui.model.propagation import Vantage, VantageKind

        own = [
            Vantage(VantageKind.SYSTEM, "this machine", str(each))
            for each in self.lookups.network.resolvers
        ]
        if not self.is_example and (address := await asyncio.to_thread(self._unbound)):
            own.append(Vantage(VantageKind.MAILCOW, "mailcow's unbound", address))
        return own

    def _unbound(self) -> str | None:
        """The address that mailcow's compose file gives to its resolver."""
        from mailcow_dns_tui.mailcow.conf import Conf, conf_in, find_folder

        folder = find_folder(self._folder)
        conf = conf_in(folder) if folder else None
        return f"{conf.ipv4_network}.254" if isinstance(conf, Conf) else None

    async def propagation(
        self, setup: Setup, record: Record, caches: Sequence[Vantage], *, anyway: bool
    ) -> AsyncGenerator[Observation, None]:
        from mailcow_dns_tui.lookup.propagation import PropagationQuery
        from mailcow_dns_tui.topics.registry import asked_types

        query = PropagationQuery(record.owner, asked_types(record), caches, anyway)
        check = self.lookups.for_propagation(setup.zones)
        known = self.lookups.after_check(setup.zones)
        async with aclosing(check.look(query)) as observations:
            async for observation in observations:
                yield await _judged(observation, record, setup, known)

    async def close(self) -> None:
        if self._lookups is not None:
            await self._lookups.network.close()


async def _judged(server: ServerObservation, record: Record, setup: Setup, dns: Dns) -> Observation:
    """What one server has, beside what is wanted."""
    from mailcow_dns_tui.model.answer import answer_text
    from mailcow_dns_tui.topics.registry import judge_observation

    seen = server.unjudged
    answers = {rdtype: each for rdtype, each in server.answers if each.failure is None}
    if seen.answer is None or seen.answer.failure is not None or not answers:
        return seen
    judged = await judge_observation(record, setup, answers, dns)
    leads = "".join(f"→ {alias.to_text()} " for alias in seen.answer.aliases)
    found = ", ".join(judged.found) or answer_text(seen.answer)
    data = leads.strip() if leads and record.type_text == "CNAME" else f"{leads}{found}"
    return replace(seen, wanted=judged.wanted, missing=judged.missing, data=data)


class CachedLookups:
    """Makes what answers questions, over one network, with or without what was answered before.

    The cache belongs to the checks: what a check or a check of one topic was told is there for the
    next check, and nothing that others ask.
    """

    def __init__(self, network: Network) -> None:
        from mailcow_dns_tui.lookup.cache import QueryCache

        self.network = network
        self._new_cache = QueryCache
        self._cache = QueryCache()
        self._topics_under_way = 0

    def for_check(self, zones: Iterable[Name], *, fresh: bool) -> NetworkDns:
        """For a whole check."""
        if fresh:
            self.network.begin_anew()
        # What is cached may be older than what the check of a topic will tell at its end.
        if fresh or self._topics_under_way:
            self._cache = self._new_cache()
        self._cache.forget(CACHE_SECONDS)
        return self.after_check(zones)

    def after_check(self, zones: Iterable[Name]) -> NetworkDns:
        """With all that the last check was told, however long it took."""
        return self.network.lookups(zones, self._cache)

    @contextmanager
    def for_topic(self, zones: Iterable[Name]) -> Iterator[NetworkDns]:
        """To ask something anew that the next check need not ask then."""
        cache = self._new_cache()
        self._topics_under_way += 1
        try:
            yield self.network.lookups(zones, cache)
        finally:
            self._topics_under_way -= 1
            self._cache.take(cache)

    def independent(self, zones: Iterable[Name]) -> NetworkDns:
        """To ask something anew that no check is about."""
        return self.network.lookups(zones, self._new_cache())

    def for_propagation(self, zones: Iterable[Name]) -> PropagationCheck:
        """To ask each server by itself, at addresses that the checks know."""
        self._cache.forget(CACHE_SECONDS)
        return self.network.propagation(zones, self._cache)

"""Whether a new record is seen everywhere: by its name servers, then by whoever has caches."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import chain

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.classify import NameServer, Zone, read_resolver
from mailcow_dns_tui.lookup.concurrency import as_completed
from mailcow_dns_tui.lookup.question import Question, ResolverAddress, parse_resolver
from mailcow_dns_tui.lookup.servers import ask_resolver
from mailcow_dns_tui.lookup.session import Clients, NetworkDns
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Answer, Failure, Source
from mailcow_dns_tui.model.propagation import (
    Observation,
    Unasked,
    Vantage,
    VantageKind,
    may_be_asked,
)

TIMEOUT = 2.0
LAST_TIMEOUT = 5.0
"""For the last way to a resolver, such as HTTPS with its handshakes."""


@dataclass(frozen=True)
class ServerObservation:
    """What one server answers about a name, before anybody has judged it.

    Attributes:
        answers: by the types that were asked for, in that order.
        unasked: why it is not asked; None where it is, or was.
    """

    viewer: Vantage
    answers: tuple[tuple[RdataType, Answer], ...] = ()
    unasked: Unasked | None = None
    when: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @property
    def answer(self) -> Answer | None:
        """The answer to show: the first that has anything, else the first."""
        answers = [answer for _, answer in self.answers]
        telling = (answer for answer in answers if answer.found or answer.aliases)
        return next(telling, answers[0] if answers else None)

    @property
    def unjudged(self) -> Observation:
        """The same as it is shown, without a verdict."""
        return Observation(self.viewer, self.answer, self.when, unasked=self.unasked)


@dataclass(frozen=True)
class PropagationQuery:
    """Which record is looked for, and in whose caches.

    Attributes:
        rdtypes: more than one where either is as good as the other.
        caches: resolvers; each is asked at its address, and at its URL where that fails.
        anyway: they are asked also where a name server lacks the record.
    """

    name: Name
    rdtypes: Sequence[RdataType]
    caches: Sequence[Vantage] = field(default=())
    anyway: bool = False


class PropagationCheck:
    """Asks with a cache of its own, in which there are zones and no answers yet."""

    def __init__(self, clients: Clients, dns: NetworkDns, transport: Transport) -> None:
        self._authority = clients.authority
        self._discovery = clients.discovery
        self._parent_child = clients.parent_child
        self._dns = dns
        self._transport = transport

    async def look(self, query: PropagationQuery) -> AsyncGenerator[ServerObservation, None]:
        """Ask everybody at once, but caches only once nobody who answered before lacks the record.

        Who is being asked comes first, without answers; then each as it answers.
        """
        question = Question(query.name, query.rdtypes[0])
        zone = await self._zone(question)
        for server in zone.servers:
            yield ServerObservation(_viewer(server.source))
        for failed in zone.failures:
            yield ServerObservation(_viewer(failed.source), ((question.rdtype, failed),))
        seen = []
        jobs = (
            self._asked(_viewer(server.source), query, partial(self._of_server, server, zone))
            for server in zone.servers
        )
        async with aclosing(as_completed(jobs)) as coming:
            async for observation in coming:
                seen.append(observation.unjudged)
                yield observation
        for caches in _in_turn(query.caches, seen):
            may = query.anyway or may_be_asked(seen)
            async with aclosing(self._of_caches(caches, query, may=may)) as coming:
                async for observation in coming:
                    seen.append(observation.unjudged)
                    yield observation

    async def _of_caches(
        self, caches: Sequence[Vantage], query: PropagationQuery, *, may: bool
    ) -> AsyncGenerator[ServerObservation, None]:
        if not may:
            for cache in caches:
                yield ServerObservation(cache, unasked=Unasked.IT_WOULD_REMEMBER)
            return
        jobs = (self._asked(cache, query, partial(self._of_cache, cache)) for cache in caches)
        async with aclosing(as_completed(jobs)) as coming:
            async for observation in coming:
                yield observation

    async def _zone(self, question: Question) -> Zone:
        """The servers that either side of the delegation names; none of somebody else's zone."""
        zone = await self._discovery.zone_of(question) or Zone(question.name)
        apex = self._discovery.own_apex(question)
        sides = await self._parent_child.of(apex) if apex is not None else None
        known = {Source(name.to_text(), "") for name in zone.names}
        failures = tuple(each for each in zone.failures if each.source in known)
        if sides is None or sides.apex != zone.apex:
            return replace(zone, failures=failures)
        current = (s for s in zone.servers if s.source not in sides.former)
        servers = tuple(dict.fromkeys((*current, *sides.others.servers)))
        lost = {each.source: each for each in (*failures, *sides.others.failures)}
        return replace(zone, servers=servers, failures=tuple(lost.values()))

    @staticmethod
    async def _asked(
        viewer: Vantage, query: PropagationQuery, ask: Callable[[Question], Awaitable[Answer]]
    ) -> ServerObservation:
        answers = await asyncio.gather(*(ask(Question(query.name, t)) for t in query.rdtypes))
        return ServerObservation(viewer, tuple(zip(query.rdtypes, answers, strict=True)))

    async def _of_server(self, server: NameServer, zone: Zone, question: Question) -> Answer:
        outcome = await self._authority.ask(server, zone.apex, question)
        if isinstance(outcome, Answer):
            return outcome
        # It leads further, to a zone below or by an alias to another: follow it as a check does.
        lookup = await self._dns.ask_servers(question.name, question.rdtype)
        own = [answer for answer in lookup.answers if answer.source == server.source]
        # Those where it leads answer for themselves where they do not agree.
        there = (replace(a, source=server.source) for a in lookup.answered if a.authoritative)
        return next(chain(own, there), Answer(server.source, failure=Failure.LAME))

    async def _of_cache(self, viewer: Vantage, question: Question) -> Answer:
        *before, last = addresses_of(viewer)
        for address in before:
            answer = await self._over(address, question, TIMEOUT)
            # It was there and could not tell: it would say the same over HTTPS.
            if answer.failure in {None, Failure.SERVFAIL}:
                return answer
        return await self._over(last, question, LAST_TIMEOUT)

    async def _over(self, address: ResolverAddress, question: Question, timeout: float) -> Answer:
        response = await ask_resolver(self._transport, address, question, timeout)
        outcome = read_resolver(response, question)
        if isinstance(outcome, Answer):
            return outcome
        # A resolver follows aliases itself; what ends at one has not been resolved.
        return replace(outcome.answer, failure=Failure.ERROR)


def addresses_of(viewer: Vantage) -> tuple[ResolverAddress, ...]:
    """Where a resolver is asked, in order: at its address, then at its URL."""
    return tuple(parse_resolver(text) for text in (viewer.address, viewer.url) if text)


def _viewer(source: Source) -> Vantage:
    return Vantage(VantageKind.NAME_SERVER, source.name, source.address)


def _in_turn(
    caches: Sequence[Vantage], servers: Sequence[Observation]
) -> Sequence[Sequence[Vantage]]:
    """All at once; where no name server answered, this machine's own first, as in a check."""
    if any(each.answered for each in servers):
        return (caches,)
    own = [cache for cache in caches if cache.kind is VantageKind.SYSTEM]
    return own, [cache for cache in caches if cache not in own]

"""Asks all who may see a record what they see: name servers, then whoever remembers answers."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.delegation import NameServer, Zone
from mailcow_dns_tui.lookup.gathering import as_they_come
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import read_resolver
from mailcow_dns_tui.lookup.resolver import ask_resolver
from mailcow_dns_tui.lookup.server import ResolverAddress, parse_resolver
from mailcow_dns_tui.lookup.session import Lookups, Means
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Answer, Failure, Source
from mailcow_dns_tui.model.seen import Kind, Sight, Unasked, Viewer, may_be_asked

PATIENCE = 2.0
PATIENCE_AT_LAST = 5.0
"""For the last way to a resolver, such as HTTPS with its handshakes."""

Clock = Callable[[], datetime]


def local_time() -> datetime:
    """Now, with the zone of this machine."""
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Sighting:
    """What one viewer says of a name, before anybody has judged it.

    Attributes:
        answers: by the types that were asked for, in that order.
        unasked: why it is not asked; None where it is, or was.
    """

    viewer: Viewer
    when: datetime
    answers: tuple[tuple[RdataType, Answer], ...] = ()
    unasked: Unasked | None = None

    @property
    def answer(self) -> Answer | None:
        """The first that has anything, else the first."""
        said = [answer for _, answer in self.answers]
        telling = (answer for answer in said if answer.found or answer.aliases)
        return next(telling, said[0] if said else None)

    @property
    def unjudged(self) -> Sight:
        return Sight(self.viewer, self.answer, self.when, unasked=self.unasked)


@dataclass(frozen=True)
class Looked:
    """What is looked for, and among whom.

    Attributes:
        rdtypes: more than one where either is as good as the other.
        caches: resolvers; each is asked at its address, and at its URL where that fails.
        anyway: they are asked also where a name server lacks the record.
    """

    name: Name
    rdtypes: Sequence[RdataType]
    caches: Sequence[Viewer] = field(default=())
    anyway: bool = False


class Everywhere:
    """Looks with a memory of its own, in which there are zones and no answers yet."""

    def __init__(
        self, means: Means, lookups: Lookups, transport: Transport, clock: Clock = local_time
    ) -> None:
        self._authority = means.authority
        self._discovery = means.discovery
        self._both_sides = means.both_sides
        self._lookups = lookups
        self._transport = transport
        self._clock = clock

    async def look(self, looked: Looked) -> AsyncGenerator[Sighting, None]:
        """Ask everybody at once, but caches only once nobody heard before lacks the record.

        Who is being asked comes first, without answers; then each as it answers.
        """
        question = Question(looked.name, looked.rdtypes[0])
        zone = await self._zone(question)
        for server in zone.servers:
            yield self._sighting(_viewer(server.source))
        for failed in zone.failures:
            yield self._sighting(_viewer(failed.source), ((question.rdtype, failed),))
        seen = []
        jobs = (self._server(server, zone, looked) for server in zone.servers)
        async with aclosing(as_they_come(jobs)) as coming:
            async for sighting in coming:
                seen.append(sighting.unjudged)
                yield sighting
        for caches in _in_turn(looked.caches, seen):
            may = looked.anyway or may_be_asked(seen)
            async with aclosing(self._of_caches(caches, looked, may=may)) as coming:
                async for sighting in coming:
                    seen.append(sighting.unjudged)
                    yield sighting

    async def _of_caches(
        self, caches: Sequence[Viewer], looked: Looked, *, may: bool
    ) -> AsyncGenerator[Sighting, None]:
        if not may:
            for cache in caches:
                yield replace(self._sighting(cache), unasked=Unasked.IT_WOULD_REMEMBER)
            return
        jobs = (self._cache(cache, looked) for cache in caches)
        async with aclosing(as_they_come(jobs)) as coming:
            async for sighting in coming:
                yield sighting

    async def _zone(self, question: Question) -> Zone:
        """The servers that either side of the delegation names; none of somebody else's zone."""
        zone = await self._discovery.zone_of(question) or Zone(question.name)
        apex = self._discovery.own_apex(question)
        sides = await self._both_sides.of(apex) if apex is not None else None
        known = {Source(name.to_text(), "") for name in zone.names}
        failures = tuple(each for each in zone.failures if each.source in known)
        if sides is None or sides.apex != zone.apex:
            return replace(zone, failures=failures)
        current = (s for s in zone.servers if s.source not in sides.former)
        servers = tuple(dict.fromkeys((*current, *sides.others.servers)))
        lost = {each.source: each for each in (*failures, *sides.others.failures)}
        return replace(zone, servers=servers, failures=tuple(lost.values()))

    async def _server(self, server: NameServer, zone: Zone, looked: Looked) -> Sighting:
        jobs = (self._of_server(server, zone, Question(looked.name, t)) for t in looked.rdtypes)
        answers = await asyncio.gather(*jobs)
        said = tuple(zip(looked.rdtypes, answers, strict=True))
        return self._sighting(_viewer(server.source), said)

    async def _of_server(self, server: NameServer, zone: Zone, question: Question) -> Answer:
        said = await self._authority.ask(server, zone.apex, question)
        if isinstance(said, Answer):
            return said
        # It leads further, to a zone below or by an alias to another: follow it as a check does.
        lookup = await self._lookups.ask_servers(question.name, question.rdtype)
        own = (answer for answer in lookup.answers if answer.source == server.source)
        return next(own, Answer(server.source, failure=Failure.LAME))

    async def _cache(self, viewer: Viewer, looked: Looked) -> Sighting:
        jobs = (self._of_cache(viewer, Question(looked.name, t)) for t in looked.rdtypes)
        answers = await asyncio.gather(*jobs)
        return self._sighting(viewer, tuple(zip(looked.rdtypes, answers, strict=True)))

    async def _of_cache(self, viewer: Viewer, question: Question) -> Answer:
        *before, last = ways(viewer)
        for way in before:
            answer = await self._over(way, question, PATIENCE)
            # It was there and could not tell: it would say the same over HTTPS.
            if answer.failure in {None, Failure.SERVFAIL}:
                return answer
        return await self._over(last, question, PATIENCE_AT_LAST)

    async def _over(self, way: ResolverAddress, question: Question, patience: float) -> Answer:
        heard = await ask_resolver(self._transport, way, question, patience)
        said = read_resolver(heard, question)
        # A resolver follows aliases itself; what ends at one has not been resolved.
        return said if isinstance(said, Answer) else replace(said.answer, failure=Failure.ERROR)

    def _sighting(
        self, viewer: Viewer, answers: tuple[tuple[RdataType, Answer], ...] = ()
    ) -> Sighting:
        return Sighting(viewer, self._clock(), answers)


def ways(viewer: Viewer) -> tuple[ResolverAddress, ...]:
    """Where a resolver is asked, in order."""
    return tuple(parse_resolver(text) for text in (viewer.address, viewer.url) if text)


def _viewer(source: Source) -> Viewer:
    return Viewer(Kind.NAME_SERVER, source.name, source.address)


def _in_turn(caches: Sequence[Viewer], servers: Sequence[Sight]) -> Sequence[Sequence[Viewer]]:
    """All at once; where no name server was heard, this machine's own first, as in a check."""
    if any(each.heard for each in servers):
        return (caches,)
    own = [cache for cache in caches if cache.kind is Kind.SYSTEM]
    return own, [cache for cache in caches if cache not in own]

"""Finds the zone that a name is in, and its name servers."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import aclosing
from dataclasses import replace
from functools import lru_cache, partial

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.classify import (
    Alias,
    Delegation,
    NameServer,
    Outcome,
    Referral,
    Zone,
    chosen,
    most_servers,
    negative_soa,
    read_resolver,
    served_at,
)
from mailcow_dns_tui.lookup.concurrency import as_completed
from mailcow_dns_tui.lookup.question import Endpoint, Question
from mailcow_dns_tui.lookup.servers import AuthorityClient, ResolverClient
from mailcow_dns_tui.model.answer import RESPONDED, Answer, Failure, Source
from mailcow_dns_tui.model.names import LABELS_OF_TLD

# Labels (the root's included) of the zone to begin at: a /24 and a /32 for reverse names, a
# registered domain or a registry's zone for all others. Nothing below these is ever asked of a
# resolver in order to find a zone, so that no absence of it is planted there.
BEGIN_AT = {
    dns.name.from_text("in-addr.arpa"): 6,
    dns.name.from_text("ip6.arpa"): 11,
}
BEGIN_AT_ELSEWHERE = 3


def zone_path(question: Question, zones: Collection[Name]) -> tuple[Name, ...]:
    """The apexes from the highest to the deepest; none where the name is somebody else's."""
    name = published_in(question)
    begin = next((n for top, n in BEGIN_AT.items() if name.is_subdomain(top)), None)
    labels = begin or BEGIN_AT_ELSEWHERE
    above = [name.split(count)[1] for count in range(labels, len(name) + 1)]
    own = [zone for zone in above if zone in zones]
    if not above or (begin is None and not own):
        return ()
    return (above[0], *(zone for zone in own if zone != above[0]))


def published_in(question: Question) -> Name:
    """The name whose zone has the RRset: a DS is on the parent's side (RFC 4035 3.1.4.1)."""
    if question.rdtype == RdataType.DS and question.name != dns.name.root:
        return question.name.parent()
    return question.name


ASKED_AT_ONCE = 4
PATHS_KEPT = 4096
"""More than the questions that are under way."""


class Discovery:
    """Goes down from a zone that a resolver knows to the one that holds a name."""

    def __init__(
        self,
        authority: AuthorityClient,
        recursion: ResolverClient,
        cache: QueryCache,
        zones: Iterable[Name],
        port: int,
    ) -> None:
        self._authority = authority
        self._recursion = recursion
        self._cache = cache
        self._zones = frozenset(zones)
        # Each question needs its path several times, and names are slow to take apart.
        self._path_to = lru_cache(maxsize=PATHS_KEPT)(partial(zone_path, zones=self._zones))
        self.own_apex = lru_cache(maxsize=PATHS_KEPT)(self._own_apex)
        self._port = port

    async def zone_of(self, question: Question) -> Zone | None:
        """The zone to ask, without servers where none was found; None for somebody else's."""
        path = self._path_to(question)
        if not path:
            return None
        zone = await self._at(path)
        return self._deeper(zone, published_in(question)) or zone

    def known_zone_of(self, question: Question) -> Zone | None:
        """The same, where it was found before."""
        zone = self._cache.zones.known(self._path_to(question))
        return zone and (self._deeper(zone, published_in(question)) or zone)

    def _own_apex(self, question: Question) -> Name | None:
        """The deepest of the operator's zones that the name is in."""
        path = self._path_to(question)
        return path[-1] if path and path[-1] in self._zones else None

    async def own_zone(self, apex: Name) -> Zone | None:
        """The zone that begins at this name of the operator's; None where there is no cut."""
        zone = await self._at(self._path_to(Question(apex, RdataType.NS)))
        return zone if zone.apex == apex else None

    async def delegated(self, apex: Name) -> Delegation | None:
        """What the zone above says of one of the operator's; None where it can't be told.

        Without names where the zone above has no such name.
        """
        above = self._path_to(Question(apex, RdataType.NS))[:-1] or (apex.parent(),)
        return await self._delegated(await self._at(above), apex)

    async def _delegated(self, above: Zone, apex: Name) -> Delegation | None:
        outcome = await self._referral(above, Question(apex, RdataType.NS))
        if isinstance(outcome, Referral):
            if outcome.delegation.apex == apex:
                return outcome.delegation
            return await self._delegated(await self.cut(outcome.delegation), apex)
        # The root's servers know nothing of names that are used in a private network only.
        knows = above.apex == apex.parent() and isinstance(outcome, Answer) and outcome.nxdomain
        return Delegation(apex, (), {}) if knows else None

    async def is_intercepted(self, name: Name) -> bool:
        """Whether somebody on the way answers in place of name servers.

        Then the servers of a top-level domain, which work, seem to fail as well.
        """
        _, top = name.split(LABELS_OF_TLD)
        outcome = await self._first_outcome(await self._at((top,)), Question(top, RdataType.NS))
        return isinstance(outcome, tuple) and any(each.failure in RESPONDED for each in outcome)

    async def is_of_internet(self, name: Name) -> bool:
        """Whether the internet has its top-level domain; also where nobody could tell."""
        _, top = name.split(LABELS_OF_TLD)
        zone = await self._at((top,))
        return zone.apex == top and not any(each.endpoint.is_local for each in zone.servers)

    def glued(self, delegation: Delegation) -> tuple[NameServer, ...]:
        """Servers inside the zone, at the addresses that the zone above gives for them."""
        return tuple(
            NameServer(name, Endpoint(address, self._port))
            for name, addresses in delegation.glue.items()
            if name.is_subdomain(delegation.apex)
            for address in addresses
        )

    async def cut(self, delegation: Delegation) -> Zone:
        """The zone that a name server referred to; remembered."""
        found = partial(self.served, delegation)
        return await self._cache.cuts.get(delegation.apex, found)

    async def _at(self, path: tuple[Name, ...]) -> Zone:
        return await self._cache.zones.get(path, partial(self._find, path))

    async def _find(self, path: tuple[Name, ...]) -> Zone:
        *above, apex = path
        if not above:
            return await self._from_resolver(apex)
        zone = await self._at(tuple(above))
        return await self._descend(zone, apex) if zone.servers else zone

    async def _from_resolver(self, apex: Name) -> Zone:
        """Ask for the NS; where there are none, go down from the zone that they are absent in."""
        responses = await self._recursion.ask_unchecked(Question(apex, RdataType.NS))
        reply = responses[-1].good
        if reply is None:
            failures = tuple(response.failed() for response in responses)
            zone = await self._from_registry(apex) or Zone(apex)
            return replace(zone, failures=(*zone.failures, *failures))
        delegation = served_at(reply.message, apex)
        if delegation is not None:
            return await self.served(delegation)
        soa = negative_soa(reply.message, apex)
        if soa is not None and soa.name != apex:
            zone = await self._from_resolver(soa.name)
            if zone.servers:
                return await self._descend(zone, apex)
        unknown = Zone(apex, failures=(Answer(responses[-1].source, failure=Failure.NO_SERVERS),))
        return await self._from_registry(apex) or unknown

    async def _from_registry(self, apex: Name) -> Zone | None:
        """A domain, or a zone of the operator's, as the zone above knows it and no resolver."""
        may_be_delegated = len(apex) == LABELS_OF_TLD + 1 or apex in self._zones
        delegation = await self.delegated(apex) if may_be_delegated else None
        if delegation is None or not delegation.names:
            return None
        return replace(await self.served(delegation), parent=delegation)

    def _deeper(self, zone: Zone, name: Name) -> Zone | None:
        """A zone further down that was referred to before."""
        while self._cache.cuts.is_used and name != zone.apex and name.is_subdomain(zone.apex):
            known = self._cache.cuts.known(name)
            if known is not None:
                return known
            name = name.parent()
        return None

    async def _descend(self, zone: Zone, apex: Name) -> Zone:
        """From a zone to the one below that holds the apex; to itself where there is no cut."""
        outcome = await self._first_outcome(zone, Question(apex, RdataType.NS))
        if isinstance(outcome, tuple):
            return zone if zone.apex == apex else Zone(apex, failures=outcome)
        if isinstance(outcome, Referral):
            below = replace(await self.served(outcome.delegation), parent=outcome.delegation)
            return await self._descend(below, apex) if below.servers else below
        if isinstance(outcome, Alias) or not outcome.rdatas or outcome.aliases:
            return zone
        hosts = tuple(rdata.target for rdata in outcome.rdatas if isinstance(rdata, NS))
        served = await self.served(Delegation(apex, hosts, {}))
        return replace(served, parent=zone.parent) if zone.apex == apex else served

    async def _referral(self, zone: Zone, question: Question) -> Outcome | tuple[Answer, ...]:
        """As `_first_outcome`, but a server that also serves the zone below hides no referral."""
        first = await self._first_outcome(zone, question)
        if not isinstance(first, Answer) or not first.found:
            return first
        asked = (self._authority.ask(server, zone.apex, question) for server in zone.servers)
        outcomes = await asyncio.gather(*asked)
        return next((each for each in outcomes if isinstance(each, Referral)), first)

    async def _first_outcome(self, zone: Zone, question: Question) -> Outcome | tuple[Answer, ...]:
        """What the first of the servers says, or how all of them failed."""
        failures: list[Answer] = []
        for start in range(0, len(zone.servers), ASKED_AT_ONCE):
            batch = zone.servers[start : start + ASKED_AT_ONCE]
            asked = (self._authority.ask(server, zone.apex, question) for server in batch)
            async with aclosing(as_completed(asked)) as coming:
                async for outcome in coming:
                    if not (isinstance(outcome, Answer) and outcome.failure):
                        return outcome
                    failures.append(outcome)
        return tuple(failures)

    async def served(self, delegation: Delegation) -> Zone:
        """The zone with its servers, their addresses looked up where they did not come along."""
        # Resolvers rotate RRsets; people compare them.
        names = sorted(set(delegation.names))
        asked = names[: most_servers(delegation.apex)]
        found = await asyncio.gather(*(self._addresses(name, delegation) for name in asked))
        servers = [
            tuple(NameServer(name, Endpoint(address, self._port)) for address in addresses)
            for name, (addresses, _) in zip(asked, found, strict=True)
        ]
        failures = tuple(
            Answer(Source(name.to_text(), ""), failure=failure)
            for name, (_, failure) in zip(asked, found, strict=True)
            if failure is not None
        )
        apex = delegation.apex
        return Zone(apex, chosen(apex, servers), failures, frozenset(names))

    async def _addresses(
        self, name: Name, delegation: Delegation
    ) -> tuple[tuple[str, ...], Failure | None]:
        """The addresses of a name server, or why there are none."""
        if name in delegation.glue:
            return delegation.glue[name], None
        kinds = (RdataType.A, RdataType.AAAA)
        questions = [Question(name, kind) for kind in kinds]
        asked = await asyncio.gather(*map(self._recursion.ask_unchecked, questions))
        last = (responses[-1] for responses in asked)
        outcomes = map(read_resolver, last, questions)
        answers = [each for each in outcomes if isinstance(each, Answer)]
        addresses = tuple(rdata.to_text() for answer in answers for rdata in answer.rdatas)
        if addresses:
            return addresses, None
        none = len(answers) == len(kinds) and all(answer.absent for answer in answers)
        return (), Failure.NO_ADDRESS if none or delegation.unglued else Failure.UNRESOLVED

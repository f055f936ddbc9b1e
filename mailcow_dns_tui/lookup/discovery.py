"""Finds the name servers of a name's zone."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS

from mailcow_dns_tui.lookup.authority import Authority
from mailcow_dns_tui.lookup.chain import negative_soa
from mailcow_dns_tui.lookup.delegation import (
    Delegation,
    NameServer,
    Zone,
    chosen,
    most_servers,
    served_at,
)
from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import Alias, Referral, Said, read_resolver
from mailcow_dns_tui.lookup.reply import Reply
from mailcow_dns_tui.lookup.resolver import Recursion
from mailcow_dns_tui.lookup.server import Endpoint
from mailcow_dns_tui.lookup.way import published_in, way_down
from mailcow_dns_tui.model.answer import HEARD, Answer, Failure, Source
from mailcow_dns_tui.model.names import LABELS_OF_TLD

ASKED_AT_ONCE = 4


class Discovery:
    """Goes down from a zone that a resolver knows to the one that holds a name."""

    def __init__(
        self,
        authority: Authority,
        recursion: Recursion,
        memory: Memory,
        zones: Iterable[Name],
        port: int,
    ) -> None:
        self._authority = authority
        self._recursion = recursion
        self._memory = memory
        self._zones = frozenset(zones)
        # Each question needs its way several times, and names are slow to take apart.
        self._way_down = lru_cache(maxsize=None)(partial(way_down, zones=self._zones))
        self._port = port

    async def zone_of(self, question: Question) -> Zone | None:
        """The zone to ask, without servers where none was found; None for somebody else's."""
        way = self._way_down(question)
        if not way:
            return None
        zone = await self._at(way)
        return self._deeper(zone, published_in(question)) or zone

    def own_apex(self, question: Question) -> Name | None:
        """The deepest of the operator's zones that the name is in."""
        way = self._way_down(question)
        return way[-1] if way and way[-1] in self._zones else None

    async def own_zone(self, apex: Name) -> Zone | None:
        """The zone that begins at this name of the operator's; None where there is no cut."""
        zone = await self._at(self._way_down(Question(apex, RdataType.NS)))
        return zone if zone.apex == apex else None

    async def delegated(self, apex: Name) -> Delegation | None:
        """What the zone above says of one of the operator's; None where it can't be told.

        Without names where the zone above has no such name.
        """
        above = self._way_down(Question(apex, RdataType.NS))[:-1] or (apex.parent(),)
        return await self._delegated(await self._at(above), apex)

    async def _delegated(self, above: Zone, apex: Name) -> Delegation | None:
        said = await self._referral(above, Question(apex, RdataType.NS))
        if isinstance(said, Referral):
            if said.delegation.apex == apex:
                return said.delegation
            return await self._delegated(await self.cut(said.delegation), apex)
        # The root's servers know nothing of names that are used in a private network only.
        knows = above.apex == apex.parent() and isinstance(said, Answer) and said.nxdomain
        return Delegation(apex, (), {}) if knows else None

    async def is_intercepted(self, name: Name) -> bool:
        """Whether somebody on the way answers in place of name servers: even a registry's fail."""
        _, top = name.split(LABELS_OF_TLD)
        said = await self._first_said(await self._at((top,)), Question(top, RdataType.NS))
        return isinstance(said, tuple) and any(each.failure in HEARD for each in said)

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
        return await self._memory.cuts.get(delegation.apex, found)

    async def _at(self, way: tuple[Name, ...]) -> Zone:
        return await self._memory.zones.get(way, partial(self._find, way))

    async def _find(self, way: tuple[Name, ...]) -> Zone:
        *above, apex = way
        if not above:
            return await self._from_resolver(apex)
        zone = await self._at(tuple(above))
        return await self._descend(zone, apex) if zone.servers else zone

    async def _from_resolver(self, apex: Name) -> Zone:
        """Ask for the NS; where there are none, go down from the zone that they are absent in."""
        heard = await self._recursion.hear_unchecked(Question(apex, RdataType.NS))
        reply = heard[-1].reply
        if heard[-1].failure is not None or not isinstance(reply, Reply):
            failures = tuple(h.failed(h.failure or Failure.ERROR) for h in heard)
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
        unknown = Zone(apex, failures=(Answer(heard[-1].source, failure=Failure.NO_SERVERS),))
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
        while name != zone.apex and name.is_subdomain(zone.apex):
            known = self._memory.cuts.known(name)
            if known is not None:
                return known
            name = name.parent()
        return None

    async def _descend(self, zone: Zone, apex: Name) -> Zone:
        """From a zone to the one below that holds the apex; to itself where there is no cut."""
        said = await self._first_said(zone, Question(apex, RdataType.NS))
        if isinstance(said, tuple):
            return zone if zone.apex == apex else Zone(apex, failures=said)
        if isinstance(said, Referral):
            below = replace(await self.served(said.delegation), parent=said.delegation)
            return await self._descend(below, apex) if below.servers else below
        if isinstance(said, Alias) or not said.rdatas or said.aliases:
            return zone
        served = await self.served(Delegation(apex, _hosts(said.rdatas), {}))
        return replace(served, parent=zone.parent) if zone.apex == apex else served

    async def _referral(self, zone: Zone, question: Question) -> Said | tuple[Answer, ...]:
        """As `_first_said`, but a server that serves the zone below too covers up no referral."""
        first = await self._first_said(zone, question)
        if not isinstance(first, Answer) or not first.found:
            return first
        asked = (self._authority.ask(server, zone.apex, question) for server in zone.servers)
        said = await asyncio.gather(*asked)
        return next((each for each in said if isinstance(each, Referral)), first)

    async def _first_said(self, zone: Zone, question: Question) -> Said | tuple[Answer, ...]:
        """What the first of the servers says, or how all of them failed."""
        failures: list[Answer] = []
        for start in range(0, len(zone.servers), ASKED_AT_ONCE):
            batch = zone.servers[start : start + ASKED_AT_ONCE]
            asked = [
                asyncio.ensure_future(self._authority.ask(server, zone.apex, question))
                for server in batch
            ]
            said = await _first(asked, failures)
            if said is not None:
                return said
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
        said = await asyncio.gather(*(self._resolve(Question(name, kind)) for kind in kinds))
        answers = [each for each in said if isinstance(each, Answer)]
        addresses = tuple(rdata.to_text() for answer in answers for rdata in answer.rdatas)
        if addresses:
            return addresses, None
        none = len(answers) == len(kinds) and all(answer.absent for answer in answers)
        return (), Failure.NO_ADDRESS if none or delegation.unglued else Failure.UNRESOLVED

    async def _resolve(self, question: Question) -> Answer | Alias:
        heard = await self._recursion.hear_unchecked(question)
        return read_resolver(heard[-1], question)


async def _first(asked: "Sequence[asyncio.Future[Said]]", failures: list[Answer]) -> Said | None:
    """The first that says something; those that don't are added to the failures."""
    try:
        for done in asyncio.as_completed(asked):
            said = await done
            if not (isinstance(said, Answer) and said.failure):
                return said
            failures.append(said)
    finally:
        for task in asked:
            task.cancel()
    return None


def _hosts(rdatas: tuple[Rdata, ...]) -> tuple[Name, ...]:
    return tuple(rdata.target for rdata in rdatas if isinstance(rdata, NS))

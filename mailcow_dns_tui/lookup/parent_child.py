"""The name servers of a zone, as the zone above and as the zone itself names them."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.classify import Delegation, NameServer, Sides, Zone
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.servers import AuthorityClient
from mailcow_dns_tui.lookup.zones import Discovery
from mailcow_dns_tui.model.answer import Answer, NamedBy, latest_serial
from mailcow_dns_tui.model.bounds import MOST_SERVERS

NsNames = dict[Name, frozenset[Name]]
"""The names of a zone's servers, by the server that says so."""


class ParentChild:
    """Compares the NS records of the operator's zones with those of the zones above (RFC 1912 2.8).

    Resolvers begin with the servers that the zone above names, and many go on with those that the
    zone itself names: all of them count. What a resolver still has in its cache does not.
    """

    def __init__(self, authority: AuthorityClient, discovery: Discovery, cache: QueryCache) -> None:
        self._authority = authority
        self._discovery = discovery
        self._cache = cache

    async def of(self, apex: Name) -> Sides | None:
        """Both sides of a zone; None where the zone above can't be asked or says nothing."""
        return await self._cache.sides.get(apex, partial(self.compare, apex))

    async def compare(self, apex: Name) -> Sides | None:
        """The same, asked anew."""
        (zone, ns_names), registered = await asyncio.gather(
            self._found(apex), self._discovery.delegated(apex)
        )
        above = zone.parent or registered if zone else None
        if zone is None or above is None:
            return None
        unlisted = await self._unlisted(zone, above)
        if unlisted.servers:
            ns_names = await self._newest_ns_names(zone, unlisted, above)
        in_charge = {*above.names} & ns_names.keys() or {*ns_names}
        own = frozenset().union(*(ns_names[name] for name in in_charge)) or zone.names
        return await self._sides(zone, above, unlisted, own)

    async def _newest_ns_names(self, zone: Zone, unlisted: Zone, above: Delegation) -> NsNames:
        """Only what the newest copies of the zone say: an old one still names its own server."""
        both = replace(zone, servers=(*zone.servers, *unlisted.servers))
        ns_names, serials = await asyncio.gather(self._ns_names(both), self._serials(both))
        latest = latest_serial(serials[name] for name in above.names if name in serials)
        current = {name: names for name, names in ns_names.items() if serials.get(name) == latest}
        return current or ns_names

    async def _found(self, apex: Name) -> tuple[Zone | None, NsNames]:
        zone = await self._discovery.own_zone(apex)
        return zone, await self._ns_names(zone) if zone else {}

    async def _ns_names(self, zone: Zone) -> NsNames:
        found = await self._rdatas(zone, RdataType.NS)
        return {
            name: frozenset(rdata.target for rdata in rdatas if isinstance(rdata, NS))
            for name, rdatas in found.items()
        }

    async def _serials(self, zone: Zone) -> dict[Name, int]:
        found = await self._rdatas(zone, RdataType.SOA)
        return {
            name: rdata.serial
            for name, rdatas in found.items()
            for rdata in rdatas
            if isinstance(rdata, SOA)
        }

    async def _rdatas(self, zone: Zone, rdtype: RdataType) -> dict[Name, tuple[Rdata, ...]]:
        """What each server has at the apex; those that fail are left out."""
        question = Question(zone.apex, rdtype)
        asked = (self._authority.ask(server, zone.apex, question) for server in zone.servers)
        outcomes = await asyncio.gather(*asked)
        return {
            server.name: answer.rdatas
            for server, answer in zip(zone.servers, outcomes, strict=True)
            if isinstance(answer, Answer) and answer.found
        }

    async def _unlisted(self, zone: Zone, above: Delegation) -> Zone:
        """The servers that the zone above names, and the zone as it was found lacks."""
        names = tuple(name for name in above.names if name not in zone.names)
        glue = {name: above.glue[name] for name in names if name in above.glue}
        found = await self._discovery.served(Delegation(zone.apex, names, glue))
        servers = (*found.servers, *self._moved(zone, above))
        return replace(found, servers=servers)

    def _moved(self, zone: Zone, above: Delegation) -> Iterator[NameServer]:
        """Servers that the zone above has at other addresses than the zone itself."""
        known = {server.name for server in zone.servers}
        if len(zone.servers) < MOST_SERVERS:
            for server in self._discovery.glued(above):
                if server.name in known and server not in zone.servers:
                    yield server

    async def _sides(
        self, zone: Zone, above: Delegation, unlisted: Zone, own: frozenset[Name]
    ) -> Sides:
        missing = tuple(own - zone.names - unlisted.names)
        further = await self._discovery.served(Delegation(zone.apex, missing, {}))
        others = Zone(
            zone.apex,
            (*unlisted.servers, *further.servers),
            (*unlisted.failures, *further.failures),
        )
        parents = frozenset(above.names)
        sources = further.sources | unlisted.sources | zone.sources
        named_by = {
            source: NamedBy.of(parent=name in parents, zone=name in own)
            for source, name in sources.items()
        }
        moved = (server.source for server in unlisted.servers if server.name in zone.names)
        former = (source for source, name in zone.sources.items() if name not in parents | own)
        return Sides(
            zone.apex,
            others,
            named_by | dict.fromkeys(moved, NamedBy.PARENT),
            frozenset(former),
        )

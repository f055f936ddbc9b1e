"""A DNS in memory for the topics: zones on name servers, and a resolver with its own view."""

import asyncio
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import dns.name
import dns.rcode
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.demo.world import NodeKind
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Malformed, Security, Source
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import plan
from tests.memory_zones import Found, Key, Zones, question

NS1 = "ns1.example.net."
NS2 = "ns2.example.net."
RESOLVER = "resolver"
SOURCES = {
    NS1: Source(NS1, "192.0.2.53"),
    NS2: Source(NS2, "198.51.100.53"),
    RESOLVER: Source(RESOLVER, "127.0.0.1"),
}
NEGATIVE_TTL = 300
SOA = f"{NS1} hostmaster.example.net. {{serial}} 7200 900 1209600 {NEGATIVE_TTL}"
HEADER = f"""\
$ORIGIN {{origin}}
$TTL 3600
@ SOA {SOA}
@ NS {NS1}
@ NS {NS2}
"""


@dataclass(frozen=True)
class World:
    """What is published: RRsets by owner name and type, their rdata as in a zone file.

    Attributes:
        policies: MTA-STS policies by mail domain.
        mx_ttl: of all MX records, in seconds.
    """

    origins: tuple[Name, ...]
    rrsets: Mapping[Key, tuple[str, ...]]
    serial: int = 1
    policies: Mapping[Name, PolicyPage] = field(default_factory=dict)
    mx_ttl: int = NEGATIVE_TTL

    def without(self, name: str | Name, rdtype: str) -> "World":
        gone = _key(name, rdtype)
        assert gone in self.rrsets, "nothing there to be taken away"
        return replace(self, rrsets={k: v for k, v in self.rrsets.items() if k != gone})

    def having(self, name: str | Name, rdtype: str, *rdatas: str) -> "World":
        """The world with these rdatas as the whole RRset."""
        return replace(self, rrsets={**self.rrsets, _key(name, rdtype): rdatas})

    def adding(self, name: str | Name, rdtype: str, *rdatas: str) -> "World":
        """The world with these rdatas beside those that are there."""
        there = self.rrsets.get(_key(name, rdtype), ())
        return self.having(name, rdtype, *there, *rdatas)

    def serving(self, domain: str, page: PolicyPage) -> "World":
        """The world with this page at the policy host of a mail domain."""
        return replace(self, policies={**self.policies, dns.name.from_text(domain): page})

    def with_zone(self, origin: str) -> "World":
        return replace(self, origins=(*self.origins, dns.name.from_text(origin)))

    @functools.cached_property
    def zones(self) -> Zones:
        at_apexes = {key: texts for o in self.origins for key, texts in self._at_apex(o)}
        return Zones(self.origins, {**self.rrsets, **at_apexes})

    def _at_apex(self, origin: Name) -> Iterator[tuple[Key, tuple[str, ...]]]:
        servers = origin, RdataType.NS
        yield servers, (NS1, NS2, *self.rrsets.get(servers, ()))
        yield (origin, RdataType.SOA), (SOA.format(serial=self.serial),)

    def zone_texts(self) -> Iterator[str]:
        for origin in self.origins:
            lines = (
                f"{owner} {rdtype.name} {rdata}\n"
                for (owner, rdtype), rdatas in self.rrsets.items()
                if self._origin_of(owner) == origin
                for rdata in rdatas
            )
            yield HEADER.format(origin=origin, serial=self.serial) + "".join(lines)

    def _origin_of(self, owner: Name) -> Name | None:
        return max(filter(owner.is_subdomain, self.origins), key=len, default=None)


def _key(name: str | Name, rdtype: str) -> Key:
    owner = dns.name.from_text(name) if isinstance(name, str) else name
    return owner, RdataType[rdtype]


def published(records: Iterable[Record]) -> World:
    """A world with exactly these records, and a good policy for each mail domain."""
    world = World((), {})
    for record in records:
        origins = dict.fromkeys((*world.origins, record.zone))
        world = replace(world, origins=tuple(origins))
        world = world.adding(record.owner, record.type_text, record.rdata.to_text())
        if isinstance(record.rdata, MX):
            page = policy_page(mx=record.rdata.exchange.to_text(omit_final_dot=True))
            world = world.serving(record.owner.to_text(), page)
    return world


def policy_page(mode: str = "enforce", max_age: int = 604800, mx: str = "") -> PolicyPage:
    """A page with a valid policy, as mailcow serves it."""
    lines = f"version: STSv1\nmode: {mode}\nmax_age: {max_age}\nmx: {mx}\n"
    return PolicyPage(200, "text/plain; charset=UTF-8", lines.encode())


def good_zone(setup: Setup) -> World:
    """A world with what the setup wants, and with an SPF record for the server's bounces."""
    world, host = published(plan(setup)), setup.server.name
    if host is None or host in setup.apexes or setup.host_zone not in world.origins:
        return world
    return world.adding(host, "TXT", '"v=spf1 a -all"')


@dataclass(frozen=True)
class Fault:
    """A name, and all below it, that a server gives no answer for.

    Attributes:
        rdtype: the only type that it is about; None for all.
        server: None for every name server and the resolver.
    """

    name: str
    failure: Failure = Failure.TIMEOUT
    rdtype: str | None = None
    server: str | None = None

    def strikes(self, server: str, name: Name, rdtype: RdataType) -> bool:
        return (
            name.is_subdomain(dns.name.from_text(self.name))
            and self.rdtype in {None, rdtype.name}
            and self.server in {None, server}
        )


def agreed(lookup: Lookup) -> bool:
    """Whether all who answered have the same."""
    return len({answer.data for answer in lookup.answered}) <= 1


@dataclass
class MemoryDns:
    """Answers from worlds; a server without a world of its own has the common one.

    Attributes:
        broken: data that could not be parsed, by the name and the type asked for.
        securities: what DNSSEC makes of a name and all below it, of the longest that fits.
        asked: all questions so far, in order.
    """

    world: World
    own: Mapping[str, World] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    broken: Mapping[Key, bytes] = field(default_factory=dict)
    securities: Mapping[str, Security] = field(default_factory=dict)
    asked: list[Key] = field(default_factory=list)
    presented: Presented | None = None
    connected: list[tuple[Name, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zones = {server: self.own.get(server, self.world).zones for server in SOURCES}

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        self.asked.append((name, rdtype))
        await asyncio.sleep(0)
        return self.look_up(name, rdtype)

    def look_up(self, name: Name, rdtype: RdataType) -> Lookup:
        """The same at once."""
        zone = self.zones[NS1].origin(question(name, rdtype))
        if zone is None:
            return Lookup(name, rdtype, (self._answer(RESOLVER, name, rdtype),))
        answers = tuple(self._answer(ns, name, rdtype) for ns in (NS1, NS2))
        lookup = Lookup(name, rdtype, answers, zone=zone)
        if lookup.answered and all(answer.found for answer in lookup.answered):
            return replace(lookup, resolver=self._answer(RESOLVER, name, rdtype))
        return lookup

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        return replace(await self.ask(name, rdtype), resolver=None)

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        """A plan with TLSA needs DNSSEC: what is not said otherwise is secure."""
        by_name = {dns.name.from_text(text): each for text, each in self.securities.items()}
        longest = max(filter(name.is_subdomain, by_name), key=len, default=None)
        if longest is not None:
            return by_name[longest]
        failure = self._failure(RESOLVER, (name,), rdtype)
        return Security.SECURE if failure is None else Security.UNKNOWN

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        await asyncio.sleep(0)
        return self.world.policies.get(domain, PolicyPage(failure=FetchFailure.NO_ADDRESS))

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        await asyncio.sleep(0)
        self.connected.append((host, addresses))
        return self.presented

    def _answer(self, server: str, name: Name, rdtype: RdataType) -> Answer:
        path = self.zones[server].path(question(name, rdtype))
        aliases = tuple(found.target.name for found in path if found.target is not None)
        failure = self._failure(server, (name, *aliases), rdtype)
        ttl, is_own = self.ttl(server, rdtype), server != RESOLVER
        answer = Answer(SOURCES[server], authoritative=is_own, ttl=ttl, aliases=aliases)
        if failure is not None:
            return replace(answer, failure=failure)
        return self._filled(answer, path, (name, rdtype))

    def ttl(self, server: str, rdtype: RdataType) -> int:
        return self.own.get(server, self.world).mx_ttl if rdtype == RdataType.MX else NEGATIVE_TTL

    def _failure(self, server: str, path: tuple[Name, ...], rdtype: RdataType) -> Failure | None:
        if len(path) > 1 and path[-1] in path[:-1]:
            return Failure.LOOP
        hits = (f for name in path for f in self.faults if f.strikes(server, name, rdtype))
        return next((fault.failure for fault in hits), None)

    def _filled(self, answer: Answer, path: tuple[Found, ...], key: Key) -> Answer:
        broken = self.broken.get(key)
        malformed = (Malformed(key[1], broken, "not valid"),) if broken is not None else ()
        if path and path[-1].kind is NodeKind.ANSWER:
            rdatas = path[-1].rdatas
            return replace(answer, rcode=dns.rcode.NOERROR, rdatas=rdatas, malformed=malformed)
        empty = malformed or (path and path[-1].kind is NodeKind.NODATA)
        rcode = dns.rcode.NOERROR if empty else dns.rcode.NXDOMAIN
        return replace(answer, rcode=rcode, malformed=malformed)


class Wrapped:
    """A DNS that passes all on; its kinds change what `ask` brings."""

    def __init__(self, inner: MemoryDns) -> None:
        self.inner = inner

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        return await self.inner.ask(name, rdtype)

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        return replace(await self.ask(name, rdtype), resolver=None)

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        return await self.inner.security(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        return await self.inner.fetch_policy(domain)

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        return await self.inner.present(host, addresses)

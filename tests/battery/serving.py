"""All variants of all cases on two real name servers and a resolver that validates."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import dns.name
from dns.name import Name

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.base import Topic
from mailcow_dns_tui.topics.dnsbl import DnsblTopic
from mailcow_dns_tui.topics.registry import TOPICS, check
from tests.battery.case import APEX, Signing, Variant
from tests.battery.places import REVERSE_ZONES, Place
from tests.memory_dns import NS1, NS2, World
from tests.servers import free_port, run_nsd, run_unbound, zone_text
from tests.signing import PROBES, Signer

SERVERS = {NS1: "127.0.0.10", NS2: "127.0.0.11"}
RESOLVER = "127.0.0.1"
ARPA = dns.name.from_text("arpa.")
ABOVE = dns.name.from_text("example.")

StartServer = Callable[[Path, Endpoint, Mapping[str, str]], AbstractContextManager[None]]


class Pages:
    """The MTA-STS policies that are to be fetched, without a server."""

    def __init__(self, pages: Mapping[Name, PolicyPage]) -> None:
        self._pages = pages

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        page = self._pages.get(domain)
        return page if page and addresses else PolicyPage(failure=FetchFailure.NO_ADDRESS)


@dataclass(frozen=True)
class Placed:
    """A variant with names of its own."""

    variant: Variant
    place: Place

    @property
    def setup(self) -> Setup:
        return self.place.everywhere(self.variant.setup)

    @property
    def topics(self) -> Sequence[Topic]:
        lists = self.place.everywhere(self.variant.lists)
        if lists:
            return (DnsblTopic(lists),)
        alone = self.variant.alone
        return [topic for topic in TOPICS if alone in {"", topic.id}]

    def worlds(self) -> tuple[World, World]:
        first, second = self.variant.published.worlds(self.variant.setup)
        return self.place.world(first), self.place.world(second)


@dataclass
class Zones:
    """Zone files of both name servers, in the making.

    Attributes:
        files: the texts by apex, one set for each of the two servers.
        reverse: lines of the reverse zones, which all variants share.
        above: lines of the zone `example.`, which delegates all others.
    """

    files: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))
    reverse: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    above: list[str] = field(default_factory=list)

    def add(self, placed: Placed) -> None:
        signing = placed.variant.published.signing
        worlds = placed.worlds()
        zones = [dict(_zone_texts(world)) for world in worlds]
        for origin in zones[0]:
            signer = Signer(origin.to_text())
            signed = signing if origin == placed.place.name(APEX) else Signing.NONE
            if not any(other != origin and origin.is_subdomain(other) for other in zones[0]):
                self.above += _delegation(origin, signer, signed)
            for files, texts in zip(self.files, zones, strict=True):
                files[_apex(origin)] = _signed(texts[origin], signer, signed)
        for reverse, world in zip(self.reverse, worlds, strict=True):
            reverse.extend(_reverse_lines(world))

    def close(self) -> str:
        """Add the zones that all share; the DS of `example.`, as a trust anchor."""
        top, probe = Signer("example."), Signer("signed.example.")
        self.above += [*_ns("signed.example."), *_ns("failed.example."), probe.ds]
        self.above.append(Signer("failed.example.").ds)
        addresses = [f"{name} A {address}" for name, address in SERVERS.items()]
        shared = {
            ".": _zone("."),
            "example.net": _zone("example.net", addresses),
            "example": top.signed(_zone("example", self.above)),
            "signed.example": probe.signed(_zone("signed.example")),
            "failed.example": Signer("failed.example.").signed(_zone("failed.example")),
        }
        for files, lines in zip(self.files, self.reverse, strict=True):
            files.update(shared)
            for apex in REVERSE_ZONES:
                files[apex] = _zone(apex, [each for each in lines if f".{apex} " in each])
        return top.ds


def _zone_texts(world: World) -> Iterator[tuple[Name, str]]:
    """The forward zones; what is published outside any is in a zone of its own."""
    origins = [origin for origin in world.origins if not origin.is_subdomain(ARPA)]
    owners = [owner for owner, _ in world.rrsets if not owner.is_subdomain(ARPA)]
    for owner in owners:
        if not any(map(owner.is_subdomain, origins)):
            origins.append(owner.split(3)[1])
    whole = World(tuple(dict.fromkeys(origins)), world.rrsets, world.serial)
    yield from zip(whole.origins, whole.zone_texts(), strict=True)


def _reverse_lines(world: World) -> Iterator[str]:
    for (owner, rdtype), rdatas in world.rrsets.items():
        if owner.is_subdomain(ARPA):
            yield from (f"{owner} {rdtype.name} {rdata}" for rdata in rdatas)


def _zone(apex: str, lines: Sequence[str] = ()) -> str:
    return zone_text(*lines, apex=apex, servers=list(SERVERS))


def _delegation(origin: Name, signer: Signer, signing: Signing) -> Iterator[str]:
    if not origin.is_subdomain(ABOVE):
        return
    yield from _ns(origin.to_text())
    if signing is Signing.OTHER_DS:
        yield Signer(origin.to_text()).ds
    elif signing is not Signing.NONE:
        yield signer.ds


def _ns(apex: str) -> list[str]:
    return [f"{apex} NS {server}" for server in SERVERS]


def _signed(text: str, signer: Signer, signing: Signing) -> str:
    if signing in {Signing.NONE, Signing.STRIPPED}:
        return text
    return signer.signed(text, timedelta(days=-5 if signing is Signing.EXPIRED else 7))


def _apex(origin: Name) -> str:
    return origin.to_text(omit_final_dot=True)


@dataclass(frozen=True)
class Served:
    """The running servers.

    Attributes:
        port: of the name servers.
    """

    port: int
    resolver: Endpoint

    async def judge(self, placed: Placed) -> list[Finding]:
        """A whole check, as of a plan that has just been opened."""
        setup = placed.setup
        pages = Pages(placed.worlds()[0].policies)
        made = Network([self.resolver], self.port, probes=PROBES, fetcher=pages)
        async with made as network:
            dns_ = network.lookups(setup.zones, QueryCache())
            checked = check(setup, dns_, topics=placed.topics)
            return [found async for each in checked for found in each]


@contextmanager
def serving(
    folder: Path, everything: Iterable[Placed], start: StartServer = run_nsd
) -> Iterator[Served]:
    """Serve them; `start` makes each of the name servers."""
    zones = Zones()
    for placed in everything:
        zones.add(placed)
    anchor = zones.close()
    port = free_port(list(SERVERS.values()))
    authority = [Endpoint(address, port) for address in SERVERS.values()]
    resolver = Endpoint(RESOLVER, free_port([RESOLVER]))
    with ExitStack() as stack:
        for endpoint, files in zip(authority, zones.files, strict=True):
            stack.enter_context(start(folder / endpoint.address, endpoint, files))
        stubs = dict.fromkeys(zones.files[0], authority)
        stack.enter_context(run_unbound(folder / "unbound", resolver, stubs, [anchor]))
        yield Served(port, resolver)

"""A small world of zones: a registry, name servers that are good, stale, lame and silent."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.lookup.session import NetworkDns
from mailcow_dns_tui.model.answer import Lookup
from tests.conftest import NAME_SERVER_ADDRESSES, RESOLVER_ADDRESS, need
from tests.servers import Unbound, free_port, run_nsd, run_unbound, zone_text

REGISTRY, FIRST, SECOND, STALE, CHILD = (f"127.0.0.{n}" for n in (10, 11, 12, 13, 14))
NOBODY, SILENT = "127.0.0.15", "127.0.0.16"

TWO = ("ns1.example.net.", "ns2.example.net.")
ONE = ("ns1.example.net.",)
KEY_4096 = '"v=DKIM1; k=rsa; p=' + "M" * 230 + '" "' + "A" * 250 + '" "' + "B" * 220 + '"'

EXAMPLE_ORG = zone_text(
    "@ MX 10 mail",
    "mail A 192.0.2.10",
    "big A 192.0.2.1",
    "big AAAA 64:ff9b::192.0.2.1",
    f"dkim._domainkey TXT {KEY_4096}",
    *(f'many TXT "number {n} {"x" * 100}"' for n in range(40)),
    "alias CNAME mail",
    "outside CNAME host.example.net.",
    "dangling CNAME nothing.example.net.",
    "gone CNAME nothing",
    "dark CNAME host.dark.org.",
    "half-old CNAME mail.stale.org.",
    "half-there CNAME new.stale.org.",
    "here CNAME there.example.net.",
    "circle CNAME round",
    "round CNAME circle",
    "child NS ns.child",
    f"ns.child A {CHILD}",
    apex="example.org",
    servers=TWO,
)

EXAMPLE_NET = zone_text(
    f"ns1 A {FIRST}",
    f"ns2 A {SECOND}",
    f"ns3 A {STALE}",
    f"ns4 A {CHILD}",
    f"ns5 A {NOBODY}",
    f"ns6 A {SILENT}",
    "host A 192.0.2.20",
    "host AAAA 64:ff9b::192.0.2.20",
    "there CNAME here.example.org.",
    apex="example.net",
    servers=ONE,
)


def old_and_new(serial: int, address: str) -> str:
    servers = ("ns1.example.net.", "ns3.example.net.")
    newer = ["new A 192.0.2.11"] if serial > 1 else []
    return zone_text(f"mail A {address}", *newer, apex="stale.org", servers=servers, serial=serial)


ON_FIRST = {
    "example.org": EXAMPLE_ORG,
    "example.net": EXAMPLE_NET,
    "stale.org": old_and_new(2, "192.0.2.10"),
    "half.org": zone_text("mail A 192.0.2.10", apex="half.org", servers=(*ONE, "ns5.example.net.")),
    "lame.org": zone_text("mail A 192.0.2.10", apex="lame.org", servers=(*ONE, "ns4.example.net.")),
    "dark.org": zone_text("host A 192.0.2.30", apex="dark.org", servers=["ns5.example.net."]),
    "silent.org": zone_text(
        "host A 192.0.2.30", apex="silent.org", servers=(*ONE, "ns6.example.net.")
    ),
    "lost.org": zone_text("host A 192.0.2.30", apex="lost.org", servers=["nowhere.example.net."]),
    "sub.example.org": zone_text("mail A 192.0.2.40", apex="sub.example.org", servers=TWO),
    "example.co.uk": zone_text("mail A 192.0.2.50", apex="example.co.uk", servers=ONE),
    "xn--bcher-kva.org": zone_text("mail A 192.0.2.60", apex="xn--bcher-kva.org", servers=ONE),
    "2.0.192.in-addr.arpa": zone_text(
        "9 PTR mail.example.org.",
        "10 CNAME 10.0-25",
        "0-25 NS ns4.example.net.",
        apex="2.0.192.in-addr.arpa",
        servers=ONE,
    ),
}

ON_CHILD = {
    "child.example.org": zone_text(
        "mail A 192.0.2.41", apex="child.example.org", servers=["ns"]
    ).replace("@ NS ns", f"@ NS ns\nns A {CHILD}"),
    "0-25.2.0.192.in-addr.arpa": zone_text(
        "10 PTR mail.example.org.", apex="0-25.2.0.192.in-addr.arpa", servers=["ns4.example.net."]
    ),
}

ON_REGISTRY = {
    "org": zone_text("example NS ns1.example.net.", apex="org", servers=["ns.org."]).replace(
        "example NS", f"ns A {REGISTRY}\nexample NS"
    ),
    "co.uk": zone_text(
        f"ns A {REGISTRY}", "example NS ns1.example.net.", apex="co.uk", servers=["ns.co.uk."]
    ),
}

SERVED = {
    REGISTRY: ON_REGISTRY,
    FIRST: ON_FIRST,
    SECOND: {"example.org": EXAMPLE_ORG, "sub.example.org": ON_FIRST["sub.example.org"]},
    STALE: {"stale.org": old_and_new(1, "192.0.2.99")},
    CHILD: ON_CHILD,
}


@dataclass(frozen=True)
class World:
    """Where everything runs.

    Attributes:
        port: of every name server.
    """

    port: int
    resolver: Unbound

    def network(self) -> Network:
        return Network([self.resolver.endpoint], authority_port=self.port)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    need("nsd")
    need("unbound")
    folder = tmp_path_factory.mktemp("world")
    port = free_port(NAME_SERVER_ADDRESSES)
    stubs = {apex: [Endpoint(at, port)] for at in reversed(SERVED) for apex in SERVED[at]}
    resolver = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
    with ExitStack() as stack:
        silent = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        silent.bind((SILENT, port))
        for address, zones in SERVED.items():
            stack.enter_context(run_nsd(folder / address, Endpoint(address, port), zones))
        yield World(port, stack.enter_context(run_unbound(folder / "unbound", resolver, stubs)))


@dataclass(frozen=True)
class Asker:
    """Asks as a run does, by the text of a name."""

    network: Network

    def run(
        self, *zones: str, memory: QueryCache | None = None, time_limit: float = 20.0
    ) -> NetworkDns:
        names = [dns.name.from_text(zone) for zone in zones]
        return self.network.lookups(names, memory or QueryCache(), time_limit)

    async def ask(self, name: str, kind: RdataType = RdataType.A, *, zones: str = "") -> Lookup:
        run = self.run(*zones.split())
        return await run.ask(dns.name.from_text(name), kind)


@pytest.fixture
async def asker(world: World) -> AsyncIterator[Asker]:
    async with world.network() as network:
        yield Asker(network)

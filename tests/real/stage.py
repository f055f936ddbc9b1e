"""A whole check, run against real name servers, a resolver that validates, and an HTTPS server."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import dns.message
import dns.query
from dns.message import Message

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import examine
from mailcow_dns_tui.cli.report import Checked
from mailcow_dns_tui.demo import DemoPolicies
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.policy_fetch import PolicyFetcher
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.lookup.smtp import Presenter
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import NAME_SERVER_ADDRESSES, RESOLVER_ADDRESS
from tests.servers import Unbound, free_port, run_nsd, run_unbound, serve_anew, zone_text
from tests.signing import PROBES, ProbeZones, probe_zones

REGISTRY, FIRST, SECOND, THIRD, NOBODY = NAME_SERVER_ADDRESSES[:5]
NS1, NS2, NS3, DEAD = (f"{name}.example.net." for name in ("ns1", "ns2", "ns3", "dead"))
NOWHERE = "nowhere.example.net."
OUT_OF_REACH = "ns.example.com."
"""In a zone that the resolver can ask nobody about."""
ADDRESSES = {NS1: FIRST, NS2: SECOND, NS3: THIRD, DEAD: NOBODY}
ZONE = "example.org"
REVERSE = "2.0.192.in-addr.arpa"
LACKING = ""
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10"),
    domains=(Domain(ZONE, dkim=(DkimKey(key=EXAMPLE_ORG_KEY),), dmarc_at_once="All is known."),),
)
BOUNCES = 'mail.example.org. TXT "v=spf1 a -all"'
TOLD = (Status.ERROR, Status.WARNING, Status.INFO, Status.UNKNOWN)

Told = list[tuple[str, str, str]]
"""Topic, code and status of each finding that is not good."""


def own_zone(
    setup: Setup = SETUP,
    servers: Sequence[str] = (NS1, NS2),
    serial: int = 1,
    without: Iterable[str] = (),
    adding: Iterable[str] = (),
) -> str:
    """The zone with all that the setup wants, less the records that begin with one of these."""
    records = [
        f"{r.owner} {r.type_text} {r.rdata.to_text()}" for r in plan(setup) if not r.external
    ]
    kept = [r for r in [*records, BOUNCES] if not r.startswith(tuple(without))]
    assert len(records) + 1 - len(kept) == len(tuple(without)), "nothing there to be taken away"
    return zone_text(*kept, *adding, apex=ZONE, servers=servers, serial=serial)


def registry(*servers: str, adding: Iterable[str] = ()) -> str:
    """The zone above, which delegates the domain to these servers."""
    lines = (f"example NS {server}" for server in servers)
    return zone_text(f"ns A {REGISTRY}", *lines, *adding, apex="org", servers=["ns"])


def others_zones() -> dict[str, str]:
    """Zones of others: where the name servers have their names, and where the PTR is."""
    names = [f"{name} A {address}" for name, address in ADDRESSES.items()]
    names.append("mx A 192.0.2.99")
    ptr = "10 PTR mail.example.org."
    return {
        "example.net": zone_text(*names, apex="example.net", servers=[NS1]),
        REVERSE: zone_text(ptr, apex=REVERSE, servers=[NS3]),
    }


def classless(first: str, second: str) -> dict[str, dict[str, str]]:
    """Reverse DNS that the provider has left to the address's owner (RFC 2317), by server."""
    apex, owners = f"8-15.{REVERSE}", (NS1, NS2)
    cut = [f"8-15 NS {server}" for server in owners]
    above = zone_text("10 CNAME 10.8-15", *cut, apex=REVERSE, servers=[NS3])
    served = ((FIRST, first), (SECOND, second))
    below = {at: {apex: zone_text(text, apex=apex, servers=owners)} for at, text in served}
    return {REGISTRY: {REVERSE: above}, THIRD: {REVERSE: above}, **below}


@dataclass
class Stage:
    """Servers that run until the test is over; what starts at an address ends what ran there."""

    folder: Path
    port: int
    fetcher: PolicyFetcher = field(default_factory=DemoPolicies)
    presenter: Presenter | None = None
    probed: ProbeZones = field(default_factory=lambda: probe_zones(NS1))
    _running: dict[str, ExitStack] = field(default_factory=dict)
    _resolver: Unbound | None = None

    def serve(self, address: str, zones: Mapping[str, str | None]) -> None:
        """A name server; a zone without text is one that it can't load."""
        self.stop(address)
        with ExitStack() as stack:
            endpoint = Endpoint(address, self.port)
            stack.enter_context(run_nsd(self.folder / address, endpoint, zones))
            self._running[address] = stack.pop_all()

    def serve_anew(self, address: str, apex: str, text: str) -> None:
        """Another version of a zone, by a name server that answers all the while."""
        serve_anew(self.folder / address, Endpoint(address, self.port), apex, text)

    def stop(self, address: str) -> None:
        if address in self._running:
            self._running.pop(address).close()

    def set_up(
        self,
        served: Mapping[str, str | None],
        above: str,
        resolver_asks: Sequence[str] = (FIRST, SECOND),
        anchors: Sequence[str] = (),
        longest_ttl: int | None = None,
        beside: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Serve the domain at each address, everybody else's zones, and start the resolver.

        Args:
            served: the text of the domain's zone by address; None: configured, not loaded;
                LACKING: not even configured.
            above: the text of the zone above.
            resolver_asks: where the resolver looks for the domain.
            anchors: what the resolver trusts, beside the probes.
            longest_ttl: seconds for which the resolver remembers an answer at most.
            beside: further zones by address, their texts by apex; the resolver looks there.
        """
        beside = beside or {}
        foreign = {**others_zones(), **self.probed.files, "org": above}
        self.serve(REGISTRY, {**foreign, **beside.get(REGISTRY, {})})
        reverse = {REVERSE: foreign[REVERSE]}
        for address, text in {THIRD: LACKING, **served}.items():
            own = {} if text == LACKING else {ZONE: text}
            others = reverse if address == THIRD else {}
            self.serve(address, {**own, **others, **beside.get(address, {})})
        stubs = {apex: [Endpoint(REGISTRY, self.port)] for apex in foreign}
        for address, zones in beside.items():
            for apex in zones:
                stubs.setdefault(apex, []).append(Endpoint(address, self.port))
        stubs[ZONE] = [Endpoint(address, self.port) for address in resolver_asks]
        self.stop(RESOLVER_ADDRESS)
        endpoint = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
        trusted = (*self.probed.trust_anchors, *anchors)
        with ExitStack() as stack:
            folder = self.folder / "unbound"
            running = run_unbound(folder, endpoint, stubs, trusted, longest_ttl=longest_ttl)
            self._resolver = stack.enter_context(running)
            self._running[RESOLVER_ADDRESS] = stack.pop_all()

    @property
    def resolver(self) -> Endpoint:
        assert self._resolver is not None
        return self._resolver.endpoint

    def remembered(self, name: str, rdtype: str) -> Message:
        """What the resolver says, and keeps from then on."""
        at = self.resolver
        return dns.query.udp(dns.message.make_query(name, rdtype), at.address, 20.0, at.port)

    def network(self) -> Network:
        return Network(
            [self.resolver],
            self.port,
            probes=PROBES,
            fetcher=self.fetcher,
            presenter=self.presenter,
        )

    async def check(self, setup: Setup = SETUP, *options: str) -> Checked:
        return await examine(setup, None, self.network(), parse(["check", *options]))

    def close(self) -> None:
        for address in list(self._running):
            self.stop(address)


def told(checked: Checked) -> Told:
    """What is not good, without repetition."""
    found = ((f.topic, f.code, f.status.word) for f in checked.findings if f.status in TOLD)
    return sorted(set(found))


def one(checked: Checked, topic: str, code: str) -> Finding:
    """The only finding of this topic with this code."""
    (finding,) = (f for f in checked.findings if (f.topic, f.code) == (topic, code))
    return finding


def bare(host: str) -> str:
    """The name of a server as findings have it, without the final dot."""
    return host.rstrip(".")

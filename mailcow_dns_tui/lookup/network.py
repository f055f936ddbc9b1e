"""The network of one process: its sockets, and whom it asks."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self
from weakref import WeakSet

from dns.name import Name

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.concurrency import Deadline, time_limit
from mailcow_dns_tui.lookup.dnssec import PUBLIC_PROBES, Probes, Proofs, Validation
from mailcow_dns_tui.lookup.parent_child import ParentChild
from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher, PolicyFetcher
from mailcow_dns_tui.lookup.propagation import PropagationCheck
from mailcow_dns_tui.lookup.question import ResolverAddress
from mailcow_dns_tui.lookup.servers import AuthorityClient, ResolverClient, system_resolvers
from mailcow_dns_tui.lookup.session import Allowance, Clients, NetworkDns
from mailcow_dns_tui.lookup.smtp import Presenter
from mailcow_dns_tui.lookup.transport import IN_FLIGHT, Transport
from mailcow_dns_tui.lookup.zones import Discovery
from mailcow_dns_tui.model.resolvers import DNS_PORT


class Network:
    """Makes the `Dns` of each run over sockets that all runs share.

    Args:
        resolvers: tried in order; none given: the system's, as they are at each run.
        authority_port: where name servers listen; another than 53 only for tests and the demo.
        in_flight: questions under way at once.
        probes: tell whether a resolver validates; others than the public ones only for tests.
        fetcher: of MTA-STS policies; none given: over HTTPS.
        presenter: of mail servers' certificates; none given: nobody is connected to.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - whom it asks, and by whom
        self,
        resolvers: Sequence[ResolverAddress] = (),
        authority_port: int = DNS_PORT,
        in_flight: int = IN_FLIGHT,
        probes: Probes = PUBLIC_PROBES,
        fetcher: PolicyFetcher | None = None,
        presenter: Presenter | None = None,
    ) -> None:
        self._given_resolvers = tuple(resolvers)
        self._authority_port = authority_port
        self._transport = Transport(in_flight)
        self._proofs = Proofs(probes)
        self._fetcher = fetcher or HttpsFetcher()
        self._presenter = presenter
        self._caches: WeakSet[QueryCache] = WeakSet()

    @property
    def queries(self) -> int:
        """Questions sent so far, to name servers and resolvers together."""
        return self._transport.queries

    def lookups(
        self, zones: Iterable[Name], cache: QueryCache, limit: float | None = None
    ) -> NetworkDns:
        """A run's `Dns`; runs with the same cache ask nothing twice.

        Args:
            zones: apexes known to be the user's own.
            cache: what earlier runs asked; a new one asks everything again.
            limit: seconds for everything that the run asks, counted from its first question; none
                given: as long as so many zones need.
        """
        zones = tuple(zones)
        seconds = time_limit(len(zones)) if limit is None else limit
        return NetworkDns(self._clients(zones, cache), Deadline(seconds), Allowance(len(zones)))

    def begin_anew(self) -> None:
        """Rely on nothing that was seen of servers: this machine may be in another network now."""
        self._transport.forget_silence()
        self._proofs.forget()

    def propagation(self, zones: Iterable[Name], cache: QueryCache) -> PropagationCheck:
        """Asks everybody afresh what they see, in the zones that the cache knows."""
        zones, cache = tuple(zones), cache.with_zones_only()
        lookups = self.lookups(zones, cache)
        return PropagationCheck(self._clients(zones, cache), lookups, self._transport)

    @property
    def resolvers(self) -> tuple[ResolverAddress, ...]:
        """The recursive resolvers, in the order in which they are tried."""
        return self._given_resolvers or system_resolvers()

    def _clients(self, zones: Iterable[Name], cache: QueryCache) -> Clients:
        self._caches.add(cache)
        authority = AuthorityClient(self._transport, cache)
        recursion = ResolverClient(self._transport, self.resolvers, cache)
        discovery = Discovery(authority, recursion, cache, zones, self._authority_port)
        validation = Validation(recursion, self._proofs)
        parent_child = ParentChild(authority, discovery, cache)
        return Clients(
            cache,
            authority,
            recursion,
            discovery,
            validation,
            parent_child,
            self._fetcher,
            self._presenter,
        )

    async def close(self) -> None:
        """Stop what is under way and close every socket."""
        for cache in list(self._caches):
            await cache.close()
        await self._proofs.close()
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

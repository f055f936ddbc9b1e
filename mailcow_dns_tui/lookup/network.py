"""The network of one process: its sockets, and whom it asks."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self
from weakref import WeakSet

from dns.name import Name

from mailcow_dns_tui.lookup.allowance import Allowance
from mailcow_dns_tui.lookup.authority import Authority
from mailcow_dns_tui.lookup.both_sides import BothSides
from mailcow_dns_tui.lookup.deadline import Deadline, time_limit
from mailcow_dns_tui.lookup.discovery import Discovery
from mailcow_dns_tui.lookup.everywhere import Everywhere
from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher, Policies, PolicyFetcher
from mailcow_dns_tui.lookup.resolver import Recursion, system_resolvers
from mailcow_dns_tui.lookup.security import PUBLIC_PROBES, Probes, Proofs, Validation
from mailcow_dns_tui.lookup.server import ResolverAddress
from mailcow_dns_tui.lookup.session import Lookups, Means
from mailcow_dns_tui.lookup.smtp import Presentations, Presenter
from mailcow_dns_tui.lookup.transport import IN_FLIGHT, Transport
from mailcow_dns_tui.model.resolver_text import DNS_PORT

LEAST_TIME_LIMIT = 20.0
"""Seconds."""


class Network:
    """Makes the `Dns` of each run over sockets that all runs share.

    Args:
        resolvers: tried in order; none given: the system's.
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
        self._resolvers = tuple(resolvers) or system_resolvers()
        self._authority_port = authority_port
        self._transport = Transport(in_flight)
        self._proofs = Proofs(probes)
        self._fetcher = fetcher or HttpsFetcher()
        self._presenter = presenter
        self._memories: WeakSet[Memory] = WeakSet()

    @property
    def queries(self) -> int:
        """Questions sent so far, to name servers and resolvers together."""
        return self._transport.queries

    def lookups(self, zones: Iterable[Name], memory: Memory, limit: float | None = None) -> Lookups:
        """A run's `Dns`; runs with the same memory ask nothing twice.

        Args:
            zones: apexes known to be the user's own.
            memory: what earlier runs asked; a new one asks everything again.
            limit: seconds for everything that the run asks, counted from its first question; none
                given: as long as so many zones need.
        """
        zones = tuple(zones)
        seconds = time_limit(len(zones), LEAST_TIME_LIMIT) if limit is None else limit
        return Lookups(self._means(zones, memory), Deadline(seconds), Allowance(len(zones)))

    def everywhere(self, zones: Iterable[Name], memory: Memory) -> Everywhere:
        """Asks anew what everybody sees, with the zones that the memory knows."""
        zones, memory = tuple(zones), memory.with_zones_only()
        lookups = self.lookups(zones, memory)
        return Everywhere(self._means(zones, memory), lookups, self._transport)

    @property
    def resolvers(self) -> tuple[ResolverAddress, ...]:
        """In the order in which they are tried."""
        return self._resolvers

    def _means(self, zones: Iterable[Name], memory: Memory) -> Means:
        self._memories.add(memory)
        authority = Authority(self._transport, memory)
        recursion = Recursion(self._transport, self._resolvers, memory)
        discovery = Discovery(authority, recursion, memory, zones, self._authority_port)
        validation = Validation(recursion, self._proofs)
        policies = Policies(self._fetcher, memory)
        both_sides = BothSides(authority, discovery, memory)
        presenter = Presentations(self._presenter, memory.chains) if self._presenter else None
        return Means(authority, recursion, discovery, validation, policies, both_sides, presenter)

    async def close(self) -> None:
        """Stop what is under way and close every socket."""
        for memory in list(self._memories):
            await memory.close()
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

"""A network of servers on loopback, a web server with MTA-STS policies among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from dns.name import Name

from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.policy_page import PolicyPage
from tests.conftest import RESOLVER_ADDRESS
from tests.signing import PROBES


@dataclass(frozen=True)
class Routed:
    """Goes to a port of this machine, wherever the policy host's address leads."""

    port: int

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        return await HttpsFetcher(self.port).fetch(domain, [RESOLVER_ADDRESS])


def network(resolver_port: int, authority_port: int, policy_port: int) -> Network:
    resolver = Endpoint(RESOLVER_ADDRESS, resolver_port)
    return Network([resolver], authority_port, probes=PROBES, fetcher=Routed(policy_port))

"""The network of the embedded example."""

from mailcow_dns_tui.demo import DemoDns, DemoPolicies
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.server import Endpoint


def demo_network(demo: DemoDns) -> Network:
    return Network([Endpoint(*demo.resolver)], authority_port=demo.port, fetcher=DemoPolicies())

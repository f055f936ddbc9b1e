"""Who serves what in the example, and at which address."""

import re

from mailcow_dns_tui.demo import zone_files
from mailcow_dns_tui.demo.parts import Authority, Both, Resolver, Respond, silent, speaking
from mailcow_dns_tui.demo.zone import Zone

RESOLVER = "127.0.0.1"
NS1 = "127.0.0.2"
NS2 = "127.0.0.3"
NS3 = "127.0.0.4"
ROOT_SERVER = "127.0.0.5"

CURRENT = (
    zone_files.ROOT,
    zone_files.PROVIDER,
    zone_files.REVERSE_IPV4,
    zone_files.REVERSE_IPV6,
    zone_files.EXAMPLE_ORG,
    zone_files.BUECHER,
)


def parts() -> dict[str, Respond]:
    """By address. ns2 has an old version of example.org; ns3 is dead."""
    root, *below = current = [Zone(text) for text in CURRENT]
    stale = Zone(zone_files.STALE_EXAMPLE_ORG)
    buecher = below[-1]
    return {
        RESOLVER: speaking(Resolver(*current)),
        NS1: speaking(Authority(*below)),
        NS2: speaking(Authority(stale, buecher)),
        NS3: silent,
        ROOT_SERVER: speaking(Authority(root)),
    }


def parts_on_one_address() -> dict[str, Respond]:
    """Everything at the resolver's address, with all name servers' addresses turned to it."""
    texts = (
        re.sub(r" A 127\.0\.0\.\d+$", f" A {RESOLVER}", text, flags=re.MULTILINE)
        for text in CURRENT
    )
    return {RESOLVER: speaking(Both(*map(Zone, texts)))}

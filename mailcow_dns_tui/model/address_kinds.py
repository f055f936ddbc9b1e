"""Addresses that nobody on the internet can deliver mail to."""

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

KINDS = {
    "a private address": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "an address that a provider shares between customers, CGNAT": ("100.64.0.0/10",),
    "a loopback address, by which a machine calls itself": ("127.0.0.0/8", "::1/128"),
    "a link-local address": ("169.254.0.0/16", "fe80::/10"),
    "an address for tests of networks": ("198.18.0.0/15",),
    "a multicast address": ("224.0.0.0/4", "ff00::/8"),
    "an address that stands for no host": ("0.0.0.0/8", "240.0.0.0/4", "::/128"),
    "an address for translation between IPv4 and IPv6": (
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
    ),
    "an address of a kind that is no longer used": ("fec0::/10",),
}
"""From the IANA special-purpose address registries; those for documentation are fine here."""

NETWORKS = tuple((ip_network(net), kind) for kind, nets in KINDS.items() for net in nets)


def unroutable(address: Address) -> str:
    """What kind of address it is, where the internet has no way to it; else an empty text."""
    return next((kind for network, kind in NETWORKS if address in network), "")

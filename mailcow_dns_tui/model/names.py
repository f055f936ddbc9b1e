"""Domain names as people type them, as DNS carries them, and as they are shown.

Also addresses that nobody on the internet can deliver mail to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.text import safe

if TYPE_CHECKING:
    from dns.name import Name


LABELS_OF_TLD = 2
"""The root's included."""
LONGEST_NAME = 255
"""In octets, as on the wire (RFC 1035 2.3.4)."""
ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


REMEMBERED = 32_768
"""Domains about which something is remembered: with less than a plan has, all is found anew."""


@lru_cache(maxsize=REMEMBERED)
def parse_name(text: str) -> Name | None:
    """Read a host or domain name: `Bücher.example` and `xn--bcher-kva.example.` give the same.

    Returns None for everything that is no host name (RFC 1123 2.1): underscores, IP addresses,
    empty labels, single labels and escapes included.
    """
    if "\\" in text or not text.strip():
        return None
    import dns.exception
    import dns.name

    try:
        name = dns.name.from_text(text.strip().lower(), idna_codec=dns.name.IDNA_2008_UTS_46)
    except (dns.exception.DNSException, UnicodeError):
        return None
    return name if is_host_name(name) else None


def is_host_name(name: Name) -> bool:
    """Whether each label is letters, digits and inner hyphens, and there are at least two."""
    labels = [label.decode("latin-1").lower() for label in name.labels[:-1]]
    is_plain = all(set(label) <= ALLOWED and label == label.strip("-") for label in labels)
    return len(labels) >= 2 and not labels[-1].isdigit() and is_plain


def octets(name: Name) -> int:
    """The length on the wire, in octets."""
    return sum(len(label) + 1 for label in name.labels)


def ascii_form(name: Name) -> str:
    """The name as a zone file has it, without the final dot: `xn--bcher-kva.example`."""
    return _joined(
        name.labels[:-1] if len(name.labels) > 1 and not name.labels[-1] else name.labels
    )


def dotted(name: Name) -> str:
    """The same with the final dot, without which a zone file appends its origin."""
    return _joined(name.labels)


def _joined(labels: Sequence[bytes]) -> str:
    return ".".join(map(_label_text, labels)) or ("." if labels else "@")


@lru_cache(maxsize=4096)
def _label_text(label: bytes) -> str:
    """With its escapes; dnspython looks at each byte, and most names share their labels."""
    from dns.name import Name

    return Name((label,)).to_text() if label else ""


def unicode_form(name: Name) -> str:
    """The name as its owner writes it: `bücher.example`; the ASCII form where that can't be.

    Nor may it be for a name that IDNA 2008 does not have, or that may look like another: such
    names come from the network only.
    """
    text = ascii_form(name)
    if "xn--" not in text.lower() or "\\" in text:
        return text
    import idna

    try:
        labels = [
            idna.ulabel(each) if each.lower().startswith("xn--") else each
            for each in text.split(".")
        ]
    except (idna.IDNAError, UnicodeError):
        return text
    shown = ".".join(labels)
    return text if safe(shown) != shown or any(map(_mixes_scripts, labels)) else shown


def _mixes_scripts(label: str) -> bool:
    """Whether Latin letters stand beside Greek or Cyrillic ones, which can look the same."""
    import unicodedata

    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in label if char.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint({"CYRILLIC", "GREEK"})


def both_forms(name: Name) -> str:
    """`bücher.example (xn--bcher-kva.example)`, or one form where the two are the same."""
    ascii_text, unicode_text = ascii_form(name), unicode_form(name)
    return ascii_text if ascii_text == unicode_text else f"{unicode_text} ({ascii_text})"


def relative_text(name: Name, zone: Name) -> str:
    """The name as a form inside its zone wants it: `@`, `_dmarc`; whole where it is outside."""
    inside = len(name.labels) - len(zone.labels)
    if name.labels[max(0, inside) :] == zone.labels:
        return _joined(name.labels[:inside])
    return name.relativize(zone).to_text() if name.is_subdomain(zone) else name.to_text()


def is_registry(zone: Name) -> bool:
    """Whether it is the root's zone or a top-level domain's, which nobody's records are in."""
    return len(zone) <= LABELS_OF_TLD


Address = IPv4Address | IPv6Address


def is_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address, and nothing else."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


UNROUTABLE = {
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

UNROUTABLE_NETWORKS = tuple(
    (ip_network(net), kind) for kind, nets in UNROUTABLE.items() for net in nets
)


def unroutable(address: Address) -> str:
    """The kind of an address that the internet does not route, in words; empty for all others."""
    return next((kind for network, kind in UNROUTABLE_NETWORKS if address in network), "")

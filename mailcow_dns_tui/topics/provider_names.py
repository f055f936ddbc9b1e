"""Names that providers give to all their addresses, and that say nothing of a mail server."""

import re
from ipaddress import IPv4Address

from dns.name import Name

from mailcow_dns_tui.model.address_kinds import Address
from mailcow_dns_tui.model.names import ascii_form

DEFAULT_ZONES = (
    "clients.your-server.de",
    "contaboserver.net",
    "compute.amazonaws.com",
    "compute-1.amazonaws.com",
    "bc.googleusercontent.com",
    "vps.ovh.net",
    "vps.ovh.ca",
    "stratoserver.net",
    "ip.linodeusercontent.com",
    "members.linode.com",
    "vultrusercontent.com",
    "onlinehome-server.info",
    "secureserver.net",
    "t-ipconnect.de",
    "poneytelecom.eu",
)
"""Zones in which hosting and access providers name the addresses that they rent out."""

DEFAULT_WORD = re.compile(
    r"(^|[.-])(static|dynamic|dyn|dhcp|dsl|adsl|vdsl|pool|ppp|dial|dialup|dialin|cable|customers?"
    r"|cust|clients?|unassigned|generic|vmi\d+|vps-?[0-9a-f]{6,}|no-?(rdns|ptr)[a-z-]*)(?=[.-]|$)"
)
"""A word that marks a name as one of many; only labels left of the last two are looked at."""


def is_default(name: Name, address: Address) -> bool:
    """Whether a name looks like the one that a provider has put there for everybody."""
    text = ascii_form(name).lower()
    if any(text.endswith(f".{zone}") for zone in DEFAULT_ZONES):
        return True
    host = ".".join(text.split(".")[:-2])
    return DEFAULT_WORD.search(host) is not None or _contains(text, address)


def _contains(text: str, address: Address) -> bool:
    """Whether the address itself is in the name: `ip-192-0-2-1`, `1.2.0.192`, `c0000201`."""
    if isinstance(address, IPv4Address):
        octets = str(address).split(".")
        return _in_order(text, octets) or _in_order(text, octets[::-1]) or _as_digits(text, address)
    groups = address.exploded.split(":")
    short = [group.lstrip("0") or "0" for group in groups]
    return _as_digits(text, address) or _in_order(text, groups) or _in_order(text, short)


def _in_order(text: str, parts: list[str]) -> bool:
    numbers = r"[.x-]0*".join(map(re.escape, parts))
    return re.search(rf"(?<![0-9])0*{numbers}(?![0-9])", text) is not None


def _as_digits(text: str, address: Address) -> bool:
    """All digits of the address without anything between them."""
    hexadecimal = address.packed.hex()
    padded = "".join(f"{octet:03}" for octet in address.packed) if address.version == 4 else ""
    return hexadecimal in text or bool(padded and padded in text)

"""Public resolvers, and which of them the user lets be asked.

A resolver is typed as an address, with or without a port, or as an https:// URL.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

DNS_PORT = 53


def read_resolver(text: str) -> tuple[str, int] | str:
    """Read `ADDR`, `ADDR:PORT` or `[V6]:PORT` as address and port, `https://…` as the URL.

    Raises:
        ValueError: with a sentence for the user.
    """
    text = text.strip()
    if "://" in text:
        return _url(text)
    host, port = _host_and_port(text)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(
            f"{text!r} is no resolver: give an IP address, ADDRESS:PORT or an https:// URL."
        ) from None
    return str(address), _port(port, text)


def resolver_problem(text: str) -> str | None:
    """What is wrong with it, in a sentence; None where nothing is."""
    try:
        read_resolver(text)
    except ValueError as error:
        return str(error)
    return None


def _url(text: str) -> str:
    try:
        url = urlsplit(text)
        good = url.scheme == "https" and bool(url.hostname) and url.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{text!r} is no resolver: the URL must be https://HOST/PATH.")
    return text


def _host_and_port(text: str) -> tuple[str, str]:
    """Split off the port; a colon in an IPv6 address without brackets is no port's."""
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        return (host, rest.removeprefix(":")) if closed and rest[:1] in {"", ":"} else (text, "")
    host, _, port = text.partition(":")
    return (text, "") if ":" in port else (host, port)


def _port(port: str, text: str) -> int:
    if not port and not text.endswith(":"):
        return DNS_PORT
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{text!r} is no resolver: the port must be a number from 1 to 65535.")
    return int(port)


@dataclass(frozen=True)
class PublicResolver:
    """A resolver that anybody may ask.

    Attributes:
        operator: who runs it, and learns what is asked; empty where that is not known.
        country: where the operator has its seat.
        address: where it is asked over UDP and TCP; empty: nowhere.
        url: where it is asked over HTTPS (RFC 8484); empty: nowhere.
    """

    operator: str = ""
    country: str = ""
    address: str = ""
    url: str = ""


BUILT_IN = (
    PublicResolver("Cloudflare", "USA", "1.1.1.1", "https://cloudflare-dns.com/dns-query"),
    PublicResolver("Google", "USA", "8.8.8.8", "https://dns.google/dns-query"),
    PublicResolver("Quad9", "Switzerland", "9.9.9.9", "https://dns.quad9.net/dns-query"),
    PublicResolver("DNS4EU", "EU", "86.54.11.100", "https://unfiltered.joindns4.eu/dns-query"),
)
"""Of several operators, so that one with a filter or a fault of its own is told from the rest."""


@dataclass(frozen=True)
class PublicChoice:
    """What the user says of public resolvers.

    Attributes:
        asked: whether they may be asked at all.
        listed: the user's own list, as typed; empty: the built-in one.
    """

    asked: bool = True
    listed: tuple[str, ...] = ()

    @property
    def resolvers(self) -> tuple[PublicResolver, ...]:
        """Those that may be asked; what can't be read as a resolver is left out."""
        if not self.asked:
            return ()
        if not self.listed:
            return BUILT_IN
        good = (text.strip() for text in self.listed if resolver_problem(text) is None)
        return tuple(map(_named, dict.fromkeys(good)))

    def is_covered_by(self, agreed: Collection[PublicResolver]) -> bool:
        """Whether all may be asked: whoever has written a list of their own has named them.

        `agreed` are those that were named on the screen before the user asked them.
        """
        return bool(self.listed) or set(self.resolvers) <= set(agreed)


UNCHOSEN = PublicChoice()


def _named(text: str) -> PublicResolver:
    """With all that is known of the one at an address; at a URL it is asked over HTTPS only."""
    for known in BUILT_IN:
        if text == known.address:
            return known
        if text == known.url:
            return replace(known, address="")
    return PublicResolver(url=text) if "://" in text else PublicResolver(address=text)

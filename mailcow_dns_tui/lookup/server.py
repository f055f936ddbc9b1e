"""Whom a question is put to: a name server or a resolver, by its address."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

DNS_PORT = 53


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks DNS over UDP and TCP."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        if self.port == DNS_PORT:
            return self.address
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class DohEndpoint:
    """A resolver that speaks DNS over HTTPS (RFC 8484)."""

    url: str

    def __str__(self) -> str:
        return self.url


ResolverAddress = Endpoint | DohEndpoint


def parse_resolver(text: str) -> ResolverAddress:
    """Read `ADDR`, `ADDR:PORT`, `[V6]:PORT` or `https://…`.

    Raises:
        ValueError: with a sentence for the user.
    """
    text = text.strip()
    if "://" in text:
        return _doh(text)
    host, port = _host_and_port(text)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(
            f"{text!r} is no resolver: give an IP address, ADDRESS:PORT or an https:// URL."
        ) from None
    return Endpoint(str(address), _port(port, text))


def _doh(text: str) -> DohEndpoint:
    try:
        url = urlsplit(text)
        good = url.scheme == "https" and bool(url.hostname) and url.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{text!r} is no resolver: the URL must be https://HOST/PATH.")
    return DohEndpoint(text)


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

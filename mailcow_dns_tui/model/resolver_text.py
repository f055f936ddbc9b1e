"""A resolver as people write it: an address, with or without a port, or an https:// URL."""

import ipaddress
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

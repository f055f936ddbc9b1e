"""Where mailcow's API is, and how it is reached."""

import ipaddress
import ssl
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from mailcow_dns_tui.lookup.https import HTTPS_PORT, in_url, trust_store
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.txt import safe

LOCALHOST = "localhost"
WANTED = "An address is wanted, as in https://mail.example.org."


def url_problem(text: str) -> str | None:
    """What is wrong with the address of a mailcow as it was typed, as a sentence."""
    try:
        read_url(text)
    except ValueError as error:
        return str(error)
    return None


def read_url(text: str) -> str:
    """`https://mail.example.org:8443` of what was typed or copied out of a browser.

    The path is left out, since mailcow's API is at its host's root.

    Raises:
        ValueError: with a sentence for the user.
    """
    text = text.strip()
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        raise ValueError(WANTED) from None
    if url.scheme == "http":
        raise ValueError("Begin with https://: over http:// anybody between could read the key.")
    if url.scheme != "https" or not url.hostname:
        raise ValueError(WANTED)
    if "@" in url.netloc:
        raise ValueError(f"Leave out what is before the @. {WANTED}")
    host, port = _host(url.hostname), _port(url)
    return f"https://{in_url(host)}" if port == HTTPS_PORT else f"https://{in_url(host)}:{port}"


def _host(text: str) -> str:
    if text == LOCALHOST or _ip(text) is not None:
        return text
    name = parse_name(text)
    if sentence := validators.host_name(text):
        raise ValueError(sentence)
    if name is None:
        raise ValueError(WANTED)
    return ascii_form(name)


def _port(url: SplitResult) -> int:
    try:
        port = HTTPS_PORT if url.port is None else url.port
    except ValueError:
        port = 0
    if sentence := validators.port(port):
        raise ValueError(sentence)
    return port


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def address_problem(text: str) -> str | None:
    """Why nothing can be connected to there, as a sentence; an empty text is no address."""
    if text and _ip(text) is None:
        return f"An IP address to connect to is wanted, not “{safe(text)}”."
    return None


@dataclass(frozen=True)
class Place:
    """A server, and the address at which it is reached.

    Attributes:
        url: as `read_url` gives it.
        address: connected to in place of what the name resolves to; empty: no other.
    """

    url: str
    address: str = ""

    @cached_property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @cached_property
    def port(self) -> int:
        return urlsplit(self.url).port or HTTPS_PORT

    @property
    def base(self) -> str:
        """What is connected to."""
        return f"https://{in_url(self._at)}:{self.port}" if self._at else self.url

    @property
    def _at(self) -> str:
        """The address, or the one of this machine where a server is bound to all of them."""
        ip = _ip(self.address)
        if ip is None or not ip.is_unspecified:
            return self.address
        return "127.0.0.1" if ip.version == 4 else "::1"

    @property
    def headers(self) -> dict[str, str]:
        return {"host": urlsplit(self.url).netloc}

    @property
    def extensions(self) -> dict[str, str]:
        """What the certificate is checked against."""
        return {"sni_hostname": self.host}

    @property
    def is_here(self) -> bool:
        """Nobody is between."""
        at = self._at or self.host
        ip = _ip(at)
        return at == LOCALHOST or (ip is not None and ip.is_loopback)

    def trust(self) -> ssl.SSLContext:
        """Whose certificates are accepted: on this machine anyone's, even a self-signed one.

        Raises:
            OSError: where the system's trusted certificates can't be read.
        """
        if not self.is_here:
            return trust_store()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

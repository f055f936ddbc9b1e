"""Where mailcow's API is, how it is reached, and why it could not be read."""

import ipaddress
import re
import ssl
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

from mailcow_dns_tui.lookup.https import HTTPS_PORT, in_url, trust_store
from mailcow_dns_tui.mailcow.source_error import SourceError, Why
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.bounds import LARGEST_API_ANSWER
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.policy_page import FetchFailure
from mailcow_dns_tui.model.text import safe

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
class ApiServer:
    """The server of mailcow's API, and the address at which it is reached.

    Attributes:
        url: as `read_url` gives it.
        address: connected to in place of what the name resolves to; empty: no other.
    """

    url: str
    address: str = ""

    @cached_property
    def host(self) -> str:
        """The name, or an address without brackets, that the URL has."""
        return urlsplit(self.url).hostname or ""

    @cached_property
    def port(self) -> int:
        """That of the URL, or that of HTTPS."""
        return urlsplit(self.url).port or HTTPS_PORT

    @property
    def base(self) -> str:
        """The beginning of the URLs that are connected to."""
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
        """The host that is asked for, also where another address is connected to."""
        return {"host": urlsplit(self.url).netloc}

    @property
    def extensions(self) -> dict[str, str]:
        """The name that the certificate is checked against, as the HTTP client takes it."""
        return {"sni_hostname": self.host}

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, so that nobody is between."""
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


MOST_SHOWN = 100
REFUSALS = frozenset({401, 403})

SETTINGS = "in mailcow (System, Configuration, Access, API)"
BEFORE_A_BAN = "this key is not tried again, since mailcow bans who tries wrong ones"
SEE_ADDRESS = "See whether the address is mailcow's own"
SEE_VERSION = f"{SEE_ADDRESS}, and whether mailcow is up to date."

WEB_PAGE = SourceError(
    f"the server answers with a web page in place of data. {SEE_ADDRESS}; a proxy or a login in "
    "front of it has to pass /api/ on."
)
NOT_UNDERSTOOD = SourceError(f"the answer is not as mailcow's API gives it. {SEE_VERSION}")
TOO_LARGE = SourceError(
    f"the answer is larger than {LARGEST_API_ANSWER // 1024**2} MiB. {SEE_ADDRESS}."
)
REFUSED_BEFORE = SourceError(
    f"mailcow refused this API key before. Nothing was sent: {BEFORE_A_BAN}. Give another key, or "
    f"correct the settings {SETTINGS} and start again."
)

FIXES = {
    FetchFailure.REFUSED: "See whether mailcow is running, and on which port: HTTPS_PORT in "
    "mailcow.conf.",
    FetchFailure.WRONG_NAME: "Give the name that mailcow's certificate is for: MAILCOW_HOSTNAME in "
    "mailcow.conf.",
    FetchFailure.EXPIRED: "Renew mailcow's certificate; acme-mailcow's log tells why it is not "
    "done by itself.",
    FetchFailure.UNTRUSTED: "Start this program on the mail host, or name the authority's "
    "certificate in SSL_CERT_FILE.",
    FetchFailure.NO_TLS: "Give the port of mailcow that speaks HTTPS: HTTPS_PORT in mailcow.conf.",
    FetchFailure.BROKEN_OFF: "See whether the address is mailcow's own, and try again.",
    FetchFailure.NO_ADDRESS: "Correct the name, or publish its address first.",
    FetchFailure.NOT_LOOKED_UP: "Try again when this machine can look up names.",
    FetchFailure.TIMEOUT: "Try again; where it stays silent, see whether a firewall or mailcow's "
    "fail2ban shuts this machine out.",
    FetchFailure.NO_ROUTE: "See whether this machine is online, and try again.",
    FetchFailure.NO_TRUST_STORE: "Correct SSL_CERT_FILE, or install the package ca-certificates.",
}


def of_failure(failure: FetchFailure, server: ApiServer) -> SourceError:
    """The error for a server that did not answer."""
    refused = f"the server refuses connections to port {server.port}"
    why = refused if failure is FetchFailure.REFUSED else failure.value
    return SourceError(f"{why}. {FIXES[failure]}")


def of_status(status: int, message: str) -> SourceError:
    """The error for an answer with this HTTP status, and mailcow's own message, if any."""
    if status in REFUSALS:
        return SourceError(_refusal(status, message))
    quoted = f" (“{_short(message)}”)" if message else ""
    if status == HTTPStatus.NOT_FOUND:
        sentence = f"the server knows no such API{quoted}. {SEE_VERSION}"
        return SourceError(sentence, Why.NO_SUCH_API)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        fix = "See whether all of mailcow's containers are running, and try again."
        return SourceError(f"the server fails with HTTP {status}{quoted}. {fix}")
    return SourceError(f"the server answers with HTTP {status}{quoted}. {SEE_VERSION}")


def _refusal(status: int, message: str) -> str:
    if message == "authentication failed":
        return f"the API key is wrong or not active. Copy an active one {SETTINGS}; {BEFORE_A_BAN}."
    if match := re.fullmatch(r"api access denied for ip (\S+)", message):
        who = _ip(match[1]) or "this machine's address"
        return (
            f"mailcow allows the API key, but not from {who}. Allow that address {SETTINGS}, then "
            f"start again; until then {BEFORE_A_BAN}."
        )
    quoted = f": “{_short(message)}”" if message else ""
    return (
        f"access is refused (HTTP {status}{quoted}). See what the key may do {SETTINGS}; "
        f"{BEFORE_A_BAN}."
    )


def of_redirect(location: str, server: ApiServer) -> SourceError:
    """The error for a server that sends us elsewhere; the key does not go there."""
    why = f"the server redirects to {_short(location) or 'nowhere'}"
    try:
        to = read_url(urljoin(server.url, location))
    except ValueError:
        to = server.url
    if to == server.url:
        return SourceError(f"{why}. A proxy or a login in front of mailcow has to pass /api/ on.")
    return SourceError(
        f"{why}. The key was not sent there: give {to} as the address if it is your mailcow."
    )


def _short(text: str) -> str:
    return shortened(text, MOST_SHOWN)


def shortened(text: str, longest: int) -> str:
    """A text of the server's, safe for a terminal, of which the beginning is enough."""
    text = safe(text)
    return text if len(text) <= longest else f"{text[:longest]}…"

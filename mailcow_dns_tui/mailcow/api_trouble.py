"""Why mailcow's API could not be read, and what to do."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from mailcow_dns_tui.mailcow.api_url import Place, read_url
from mailcow_dns_tui.model.bounds import LARGEST_API_ANSWER
from mailcow_dns_tui.model.policy_page import FetchFailure
from mailcow_dns_tui.model.txt import safe

MOST_SHOWN = 100
NOT_FOUND = 404
REFUSALS = frozenset({401, 403})

SETTINGS = "in mailcow (System, Configuration, Access, API)"
BEFORE_A_BAN = "this key is not tried again, since mailcow bans who tries wrong ones"


@dataclass(frozen=True)
class Unread:
    """Why there is no answer.

    Attributes:
        why: to go on from "… could not be read: ".
        fix: a sentence.
        status: of HTTP; 0 where it does not matter.
    """

    why: str
    fix: str
    status: int = 0

    def of(self, what: str) -> str:
        """What could not be read, why, and what to do."""
        return f"{what} could not be read: {self.why}. {self.fix}"


WEB_PAGE = Unread(
    "the server answers with a web page in place of data",
    "See whether the address is mailcow's own; a proxy or a login in front of it has to pass "
    "/api/ on.",
)
NOT_UNDERSTOOD = Unread(
    "the answer is not as mailcow's API gives it",
    "See whether the address is mailcow's own, and whether mailcow is up to date.",
)
TOO_LARGE = Unread(
    f"the answer is larger than {LARGEST_API_ANSWER // 1024**2} MiB",
    "See whether the address is mailcow's own.",
)
REFUSED_BEFORE = Unread(
    "mailcow refused this API key before",
    f"Nothing was sent: {BEFORE_A_BAN}. Give another key, or correct the settings {SETTINGS} and "
    "start again.",
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


def of_failure(failure: FetchFailure, place: Place) -> Unread:
    """Of a server that did not answer."""
    refused = f"the server refuses connections to port {place.port}"
    why = refused if failure is FetchFailure.REFUSED else failure.value
    return Unread(why, FIXES[failure])


def of_status(status: int, said: str) -> Unread:
    """Of an answer that is an error, which says this in mailcow's words, or nothing."""
    if status in REFUSALS:
        return _refusal(status, said)
    quoted = f" (“{_short(said)}”)" if said else ""
    if status == NOT_FOUND:
        fix = "See whether the address is mailcow's own, and whether mailcow is up to date."
        return Unread(f"the server knows no such API{quoted}", fix, status)
    if status >= 500:
        fix = "See whether all of mailcow's containers are running, and try again."
        return Unread(f"the server fails with HTTP {status}{quoted}", fix, status)
    why = f"the server answers with HTTP {status}{quoted}"
    return Unread(why, NOT_UNDERSTOOD.fix, status)


def _refusal(status: int, said: str) -> Unread:
    if said == "authentication failed":
        fix = f"Copy an active one {SETTINGS}; {BEFORE_A_BAN}."
        return Unread("the API key is wrong or not active", fix, status)
    if match := re.fullmatch(r"api access denied for ip (\S+)", said):
        who = _address(match[1])
        fix = f"Allow that address {SETTINGS}, then start again; until then {BEFORE_A_BAN}."
        return Unread(f"mailcow allows the API key, but not from {who}", fix, status)
    quoted = f": “{_short(said)}”" if said else ""
    fix = f"See what the key may do {SETTINGS}; {BEFORE_A_BAN}."
    return Unread(f"access is refused (HTTP {status}{quoted})", fix, status)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return "this machine's address"


def of_redirect(location: str, place: Place) -> Unread:
    """Of a server that sends us elsewhere; the key does not go there."""
    why = f"the server redirects to {_short(location) or 'nowhere'}"
    try:
        to = read_url(urljoin(place.url, location))
    except ValueError:
        to = place.url
    if to == place.url:
        return Unread(why, "A proxy or a login in front of mailcow has to pass /api/ on.")
    fix = f"The key was not sent there: give {to} as the address if it is your mailcow."
    return Unread(why, fix)


def _short(text: str) -> str:
    text = safe(text)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"

"""Rules for single answers: the text as typed goes in, a sentence or None comes out."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mailcow_dns_tui.model.names import Address, is_address, octets, parse_name

MAX_TTL = 2**31 - 1
"""RFC 2181 8."""
MOST_DAYS = 3650
MAX_NAME = 170
"""Leaves room in the 255 octets of a name (RFC 1035 2.3.4) for a selector and `_domainkey`."""
MAX_SELECTOR = 63
USUAL_MECHANISMS = frozenset({"mx", "a"})
"""What needs no parser: loading it would hold up the start."""
DMARC_CHOICES = {
    "p": ("none", "quarantine", "reject"),
    "sp": ("", "none", "quarantine", "reject"),
    "np": ("", "none", "quarantine", "reject"),
    "adkim": ("", "r", "s"),
    "aspf": ("", "r", "s"),
    "t": ("", "y", "n"),
}


@dataclass(frozen=True)
class Rule:
    """What an answer has to be: the type of a field of a setup is `Annotated` with it.

    Attributes:
        check: what is wrong with a value, as a sentence; None where nothing is.
        missing: what is said where nothing was typed; empty where nothing is needed.
        checks_empty: the check says what there is to say of an empty text, too.
    """

    check: Callable[[Any], str | None]
    missing: str = ""
    checks_empty: bool = False


def dmarc_tag(tag: str) -> Rule:
    """One of the values of a DMARC tag that has few (RFC 9989 4.7)."""
    choices = DMARC_CHOICES[tag]
    sentence = f"Choose one of {', '.join(filter(None, choices))}."
    return Rule(lambda text: None if text in choices else sentence, checks_empty=True)


def host_name(text: str) -> str | None:
    """The full name of a host or domain, in Unicode or ASCII (RFC 1123 2.1)."""
    text = text.strip()
    if "/" in text or "@" in text or ":" in text:
        return "Only the name is wanted, as in mail.example.org: no address, path or port."
    if is_address(text):
        return "This is an IP address; a host name is wanted, as in mail.example.org."
    if "." not in text.strip("."):
        return "A full name is wanted, as in mail.example.org."
    name = parse_name(text)
    if name is None:
        return "This is not a name that DNS can carry: letters, digits and inner hyphens only."
    if octets(name) > MAX_NAME:
        return "This name is too long: no room is left for the names below it."
    return None


def ipv4(text: str) -> str | None:
    """An IPv4 address that a host can have."""
    try:
        address = ipaddress.IPv4Address(text.strip())
    except ipaddress.AddressValueError:
        return "An IPv4 address is wanted, as in 192.0.2.10."
    return _unusable(address)


def ipv6(text: str) -> str | None:
    """An IPv6 address that a host can have, without an interface."""
    try:
        address = ipaddress.IPv6Address(text.strip())
    except ipaddress.AddressValueError:
        return "An IPv6 address is wanted, as in 2001:db8::10."
    if address.scope_id:
        return "Leave out the part from % on: an address in DNS has no interface."
    if address.ipv4_mapped:
        return "This is an IPv4 address in IPv6 form; a real IPv6 address is wanted."
    return _unusable(address)


def _unusable(address: Address) -> str | None:
    reserved = address.version == 4 and address.is_reserved
    if address.is_unspecified or address.is_multicast or reserved:
        return "No host can have this address."
    return None


def ttl(value: int) -> str | None:
    """Seconds (RFC 2181 8)."""
    return None if 0 <= value <= MAX_TTL else f"A TTL is from 0 to {MAX_TTL} seconds."


def reporting_days(value: int) -> str | None:
    """Days of p=none; 0 for none."""
    return None if 0 <= value <= MOST_DAYS else f"Choose from 0 to {MOST_DAYS} days."


def port(value: int) -> str | None:
    """A port of TCP."""
    return None if 1 <= value <= 65535 else "A port is from 1 to 65535."


def dav_path(text: str) -> str | None:
    """An absolute path in visible ASCII."""
    if not text.startswith("/") or not _is_visible_ascii(text):
        return "A path is wanted, as in /SOGo/dav/."
    return None


def spki_sha256(text: str) -> str | None:
    """A SHA-256 in hex, with letters of either case."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", text.strip()):
        return None
    return "A SHA-256 is 64 hexadecimal digits."


def ca_identity(text: str) -> str | None:
    """The domain name of an authority, with any parameters after a semicolon (RFC 8659 4.2)."""
    domain = text.partition(";")[0].strip()
    if parse_name(domain) is None or not re.fullmatch(r"[ !#-~]+", text):
        return "A CA's identity is a domain name, as in letsencrypt.org."
    return None


def selector(text: str) -> str | None:
    """A DKIM selector: one or several labels (RFC 6376 3.1)."""
    label = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?"
    labels = re.fullmatch(rf"{label}(\.{label})*", text.strip(), re.IGNORECASE)
    if labels and len(text.strip()) <= MAX_SELECTOR:
        return None
    return "A selector is a short name of letters, digits and hyphens, as in dkim."


def spf_mechanism(text: str) -> str | None:
    """One mechanism of an SPF record (RFC 7208 5), other than `all`."""
    if text in USUAL_MECHANISMS:
        return None
    from spftrace import SpfPermError, parse

    if not re.fullmatch(r"[!-~]+", text):
        return "A mechanism is one word without blanks, as in mx or ip4:192.0.2.10."
    if re.fullmatch(r"[-+~?]?all", text, re.IGNORECASE):
        return "The all at the end has a choice of its own below."
    try:
        terms = parse(f"v=spf1 {text}").terms
    except SpfPermError:
        terms = []
    if not terms and _is_network(text):
        return f"An address needs its kind in front: ip{6 if ':' in text else 4}:{text}."
    return None if terms else f"SPF knows no such mechanism: {text}."


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def spf_all(text: str) -> str | None:
    """The `all` that ends an SPF record: one that does not let everybody pass."""
    if text in {"-all", "~all", "?all"}:
        return None
    return "The end of an SPF record is -all, ~all or ?all."


LOCAL_PART = r"[!#-'*+./0-9=?A-Z^-~-]+"
"""What may stand before the @ of an address as it is, be it that a `%` begins an escape."""


def report_uri(text: str) -> str | None:
    """An address for DMARC or TLS reports; `{domain}` stands for each domain's name."""
    filled = text.replace("{domain}", "example.org")
    if re.search(r"[,;!\s]", filled):
        return "Write , ; ! and blanks in an address as %2C %3B %21 %20."
    if re.fullmatch(rf"mailto:{LOCAL_PART}@[^@]+", filled) and _is_visible_ascii(filled):
        domain = text.rpartition("@")[2]
        known = domain == "{domain}" or parse_name(filled.rpartition("@")[2])
        return None if known else "The address has no valid domain."
    if re.fullmatch(r"[!-9;-~]+@[!-9;-~]+", text):
        return f"Put mailto: in front: mailto:{text}"
    return "An address is wanted, as in mailto:reports@example.org."


def tls_report_uri(text: str) -> str | None:
    """An address for TLS reports: `mailto:` or `https:` (RFC 8460 3)."""
    if text.startswith("https://") and _is_visible_ascii(text) and not re.search("[,;!]", text):
        return None if _has_host(text) else "The address has no valid host."
    return report_uri(text)


def _has_host(url: str) -> bool:
    try:
        host = urlsplit(url.replace("{domain}", "example.org")).hostname
    except ValueError:
        return False
    return host is not None and (is_address(host) or parse_name(host) is not None)


def dmarc_fo(text: str) -> str | None:
    """Failure options of DMARC, with colons between them (RFC 9989 4.7)."""
    parts = text.split(":")
    known = set(parts) <= {"0", "1", "d", "s"}
    if not known or len(parts) != len(set(parts)):
        return "Failure options are 0, 1, d and s, with : between them."
    if {"0", "1"} <= set(parts):
        return "0 and 1 exclude each other."
    return None


def mta_sts_id(text: str) -> str | None:
    """The id of an MTA-STS record (RFC 8461 3.1)."""
    if re.fullmatch(r"[A-Za-z0-9]{1,32}", text):
        return None
    return "An MTA-STS id is 1 to 32 letters and digits, as in 20261123000000."


def verification(text: str) -> str | None:
    """A text that proves to a service whose the domain is; any but an SPF record."""
    if not text.isprintable():
        return "This has a character that can't be published."
    if len(text.encode()) > 2000:
        return "This is longer than a verification text can be."
    if text.lower().startswith("v=spf1"):
        return "This is an SPF record; it is made from the mail policy."
    return None


def _is_visible_ascii(text: str) -> bool:
    return bool(re.fullmatch(r"[!-~]+", text))

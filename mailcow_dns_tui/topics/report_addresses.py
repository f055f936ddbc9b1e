"""Where reports go: the addresses in `rua` and `ruf` (RFC 9989 4.7, RFC 8460 3)."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from dns.name import Name

from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.txt import brief

MAIL = re.compile(r"mailto:[!-?A-~]+@([!->A-~]+)(\?[!-~]*)?", re.IGNORECASE)
SIZE_LIMIT = re.compile(r"![0-9]+[kmgt]?\Z", re.IGNORECASE)
"""Removed by RFC 9989; receivers skip it."""


def split(value: str) -> Sequence[str]:
    """The addresses in a tag's value, blanks and empty ones left out."""
    return [uri for each in value.split(",") if (uri := SIZE_LIMIT.sub("", each.strip(" \t")))]


def has_idle_comma(value: str) -> bool:
    """Whether a comma in a tag's value has no address beside it."""
    return "," in value and not all(each.strip(" \t") for each in value.split(","))


def mail_host(uri: str) -> Name | None:
    """The domain that reports go to by mail; None where the address is not valid."""
    match = MAIL.fullmatch(uri)
    if match is None or "!" in uri or ";" in uri:
        return None
    return parse_name(match[1])


def is_https(uri: str) -> bool:
    """Whether reports can be posted there (RFC 8460 3)."""
    if not re.fullmatch(r"https://[!-~]+", uri, re.IGNORECASE) or re.search("[!;]", uri):
        return False
    if re.search(r"%(?![0-9A-Fa-f]{2})", uri):
        return False
    try:
        return bool(urlsplit(uri).hostname)
    except ValueError:
        return False


def meaning(uri: str) -> str:
    """The address with letter case left out where it says nothing."""
    before, at, host = uri.rpartition("@")
    if not at or mail_host(uri) is None:
        return uri
    scheme, _, local = before.partition(":")
    return f"{scheme.lower()}:{local}@{host.lower()}"


def meanings(uris: Iterable[str]) -> frozenset[str]:
    return frozenset(map(meaning, uris))


def fault(uri: str) -> str:
    """What is wrong with an address that is not valid, as the end of a sentence."""
    shown = brief(uri)
    if re.fullmatch(r"[!-9;-~]+@[!-9;-~]+", uri) and mail_host(f"mailto:{uri}") is not None:
        return f"{shown} has no mailto: in front"
    if is_https(uri):
        return f"{shown} is a web address, and reports go by mail only"
    return f"{shown} is no address that reports can go to"

"""What the answers of mailcow's API say of domains.

Numbers come as such or as text, depending on mailcow's version; `{}` stands for none.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.api_client import Json
from mailcow_dns_tui.mailcow.api_trouble import NOT_UNDERSTOOD, Unread
from mailcow_dns_tui.mailcow.known import KnownDomain
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.dkim_key import key_problem
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.setup import DkimKey
from mailcow_dns_tui.model.txt import safe

Row = dict[str, Json]

MOST_SHOWN = 60
LONGEST_KEY = 4096
ALIAS_DROPPED = "DNS can't carry such a name, or that of its target"
NEW_KEY = "Make a new one in mailcow (System, Configuration, ARC/DKIM keys)."


@dataclass(frozen=True)
class Listed:
    """A domain, and its name in mailcow's own writing, by which it has to be asked for."""

    name: str
    domain: KnownDomain


@dataclass(frozen=True)
class Listing:
    """The domains that can be used, and a sentence on those that can't."""

    listed: tuple[Listed, ...] = ()
    troubles: tuple[str, ...] = ()


def own_domains(answer: Json) -> Listing | Unread:
    """Of `domain/all`."""
    return _listing(answer, _own_domain, "domain_name", "DNS can't carry such a name")


def alias_domains(answer: Json) -> Listing | Unread:
    """Of `alias-domain/all`."""
    return _listing(answer, _alias_domain, "alias_domain", ALIAS_DROPPED)


def _listing(
    answer: Json, read: Callable[[Row], KnownDomain | None], key: str, why: str
) -> Listing | Unread:
    rows = _rows(answer)
    if rows is None:
        return NOT_UNDERSTOOD
    by_name: dict[str, Listed] = {}
    dropped = []
    for row in rows:
        domain = read(row)
        if domain is None:
            dropped.append(_text(row, key))
        else:
            by_name.setdefault(domain.name, Listed(_text(row, key), domain))
    if rows and not by_name and not any(dropped):
        return NOT_UNDERSTOOD
    return Listing(tuple(by_name.values()), tuple(_passed_over(dropped, why)))


def _rows(answer: Json) -> list[Row] | None:
    if answer == {}:
        return []
    if not isinstance(answer, list):
        return None
    rows = [row for row in answer if isinstance(row, dict)]
    return rows if len(rows) == len(answer) else None


def _own_domain(row: Row) -> KnownDomain | None:
    name = _name(_text(row, "domain_name"))
    if not name:
        return None
    return KnownDomain(
        name,
        active=_flag(row, "active_int", "active", default=True),
        backup_mx=_flag(row, "backupmx_int", "backupmx"),
        relay_host=_flag(row, "relayhost"),
    )


def _alias_domain(row: Row) -> KnownDomain | None:
    name, target = (_name(_text(row, key)) for key in ("alias_domain", "target_domain"))
    if not name or not target:
        return None
    return KnownDomain(
        name,
        active=_flag(row, "active_int", "active", default=True),
        backup_mx=_flag(row, "parent_is_backupmx"),
        alias_of=target,
    )


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _name(text: str) -> str:
    """The name as DNS carries it; empty where it is none."""
    name = parse_name(text)
    return "" if name is None or validators.host_name(text) else ascii_form(name)


def _flag(row: Row, *keys: str, default: bool = False) -> bool:
    """Whether the first of these that has a number has another one than 0."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, bool | int | float):
            return value != 0
        if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            return int(value) != 0
    return default


def _passed_over(names: list[str], why: str) -> Iterator[str]:
    if not names:
        return
    first = safe(names[0])
    shown = f"{first[:MOST_SHOWN]}…" if len(first) > MOST_SHOWN else first
    which = f"{len(names)} domains, the first" if len(names) > 1 else "the domain"
    yield f"Left out of mailcow's list: {which} “{shown}”; {why}."


def dkim_keys(answer: Json) -> tuple[DkimKey, ...] | Unread:
    """Of `dkim/DOMAIN`: one key or none.

    The private key, which some mailcows are set up to send along, is left behind.
    """
    if answer == {}:
        return ()
    if not isinstance(answer, dict):
        return NOT_UNDERSTOOD
    selector, key = _text(answer, "dkim_selector"), "".join(_text(answer, "pubkey").split())
    if not selector or not key:
        return NOT_UNDERSTOOD
    if validators.selector(selector):
        return Unread("its selector is none that DNS can carry", NEW_KEY)
    base64 = len(key) <= LONGEST_KEY and re.fullmatch("[A-Za-z0-9+/]+=*", key)
    if not base64 or key_problem(key):
        return Unread("what mailcow has is no public key that receivers can use", NEW_KEY)
    return (DkimKey(selector, key),)

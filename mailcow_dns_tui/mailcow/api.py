"""The domains and their DKIM keys, as mailcow's API tells them.

In its answers numbers come as such or as text, depending on mailcow's version; `{}` stands for
none.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from mailcow_dns_tui.mailcow.api_client import ApiClient, Json, RefusedKeys, api_key_problem
from mailcow_dns_tui.mailcow.api_errors import (
    NOT_UNDERSTOOD,
    ApiServer,
    address_problem,
    of_failure,
    read_url,
    shortened,
    url_problem,
)
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains, is_usable_key, usable_name
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.mailcow.source_error import SourceError, Why
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.policy_page import FetchFailure
from mailcow_dns_tui.model.setup import DkimKey

ApiRow = dict[str, Json]
Keys = tuple[DkimKey, ...] | SourceError

SOURCE = "mailcow's API"
TIMEOUT = 5.0
AT_ONCE = 8
REFUSED = RefusedKeys()
"""By any server that this process asked."""
MOST_SHOWN = 60
NEW_KEY = "Make a new one in mailcow (System, Configuration, ARC/DKIM keys)."


@dataclass(frozen=True)
class Api:
    """mailcow's API, and how it is reached.

    Attributes:
        url: as typed, `https://mail.example.org:8443`; the port is HTTPS_PORT on the mail host.
        key: a read-only one is enough.
        address: connected to in place of what the name resolves to: on the mail host a loopback
            one, or HTTPS_BIND. The certificate is checked against the name of the URL, but
            not on a loopback address: nobody is between, and self-signed ones are usual there.
        timeout: seconds for everything.
    """

    url: str
    key: Secret
    address: str = ""
    timeout: float = TIMEOUT


async def read_domains(api: Api, refused: RefusedKeys = REFUSED) -> KnownDomains:
    """All domains and alias domains with their DKIM keys.

    The API has no way to ask for MTA-STS. One try per key: see `RefusedKeys`.
    """
    problem = url_problem(api.url) or address_problem(api.address) or api_key_problem(api.key)
    if problem:
        return KnownDomains(SOURCE, None, (problem,))
    read = await _connected(api, ApiServer(read_url(api.url), api.address), refused)
    # A server may say anything, and so repeat the key.
    key = api.key.reveal().strip()
    return replace(read, troubles=tuple(each.replace(key, "…") for each in read.troubles))


async def _connected(api: Api, server: ApiServer, refused: RefusedKeys) -> KnownDomains:
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    try:
        # It takes longer than a wizard may stand still.
        trust = await asyncio.to_thread(server.trust)
    except OSError:
        return _nothing(of_failure(FetchFailure.NO_TRUST_STORE, server), server)
    # mailcow's sessions would make one request wait for another.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    # A handshake that is cancelled leaves its socket open: let it end by itself before.
    timeout = httpx2.Timeout(None, connect=api.timeout / 2)
    async with httpx2.AsyncClient(
        verify=trust, trust_env=False, timeout=timeout, cookies=no_cookies
    ) as http:
        return await _read(ApiClient(http, server, api.key, refused, api.timeout), server)


def _nothing(error: SourceError, server: ApiServer) -> KnownDomains:
    return KnownDomains(SOURCE, None, (error.of(f"mailcow's domains at {server.url}"),))


async def _read(client: ApiClient, server: ApiServer) -> KnownDomains:
    # One after the other: what refuses the first question must not get a second one.
    own = await _list(client, DOMAINS)
    if isinstance(own, SourceError):
        return _nothing(own, server)
    aliases = _or_none(await _list(client, ALIASES))
    listed = _merged(own.listed, aliases.listed)
    keys = await _keys(client, [each.name for each in listed])
    domains = tuple(
        replace(each.domain, dkim=None if isinstance(found, SourceError) else found)
        for each, found in zip(listed, keys, strict=True)
    )
    troubles = (*own.troubles, *aliases.troubles, *_of_keys(domains, keys))
    return KnownDomains(SOURCE, domains, troubles)


@dataclass(frozen=True)
class _Listed:
    """A domain, and its name in mailcow's own writing, by which it has to be asked for."""

    name: str
    domain: KnownDomain


@dataclass(frozen=True)
class _Listing:
    """The domains that can be used, and a sentence on those that can't."""

    listed: tuple[_Listed, ...] = ()
    troubles: tuple[str, ...] = ()


def _text(row: ApiRow, key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _flag(row: ApiRow, *keys: str, default: bool = False) -> bool:
    """Whether the first of these that has a number has another one than 0."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, bool | int | float):
            return value != 0
        if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            return int(value) != 0
    return default


@dataclass(frozen=True)
class _Table:
    """A list of domains in the API.

    Attributes:
        name: the key of the name in each row.
        target: the same of what it is an alias of; empty where it is none.
        backup_mx: keys that tell whether mailcow only relays its mail.
        why: what is told of a row that DNS can't carry.
    """

    path: str
    name: str
    target: str
    backup_mx: tuple[str, ...]
    why: str

    def read(self, row: ApiRow) -> KnownDomain | None:
        """The domain of a row; None where DNS can't carry it."""
        name = usable_name(_text(row, self.name))
        target = usable_name(_text(row, self.target)) if self.target else ""
        if not name or (self.target and not target):
            return None
        return KnownDomain(
            name,
            active=_flag(row, "active_int", "active", default=True),
            backup_mx=_flag(row, *self.backup_mx),
            relay_host=_flag(row, "relayhost"),
            alias_of=target,
        )


DOMAINS = _Table(
    "domain/all", "domain_name", "", ("backupmx_int", "backupmx"), "DNS can't carry such a name"
)
ALIASES = _Table(
    "alias-domain/all",
    "alias_domain",
    "target_domain",
    ("parent_is_backupmx",),
    "DNS can't carry such a name, or that of its target",
)


async def _list(client: ApiClient, table: _Table) -> _Listing | SourceError:
    answer = await client.get(table.path)
    if isinstance(answer, SourceError):
        return answer
    rows = _rows(answer)
    if rows is None:
        return NOT_UNDERSTOOD
    by_name: dict[str, _Listed] = {}
    dropped = []
    for row in rows:
        name, domain = _text(row, table.name), table.read(row)
        if domain is None:
            dropped.append(name)
        else:
            by_name.setdefault(domain.name, _Listed(name, domain))
    if rows and not by_name and not any(dropped):
        return NOT_UNDERSTOOD
    return _Listing(tuple(by_name.values()), tuple(_passed_over(dropped, table.why)))


def _rows(answer: Json) -> list[ApiRow] | None:
    if answer == {}:
        return []
    if not isinstance(answer, list):
        return None
    rows = [row for row in answer if isinstance(row, dict)]
    return rows if len(rows) == len(answer) else None


def _passed_over(names: list[str], why: str) -> Iterator[str]:
    if names:
        which = f"{len(names)} domains, the first" if len(names) > 1 else "the domain"
        name = shortened(names[0], MOST_SHOWN)
        yield f"Left out of mailcow's list: {which} “{name}”; {why}."


def _or_none(aliases: _Listing | SourceError) -> _Listing:
    """The alias domains; without them the others are still worth something."""
    if isinstance(aliases, _Listing):
        return aliases
    if aliases.why is Why.NO_SUCH_API:
        sentence = "This mailcow's API can't tell alias domains: add yours here, if you have any."
        return _Listing(troubles=(sentence,))
    return _Listing(troubles=(aliases.of("The alias domains"),))


def _merged(own: Sequence[_Listed], aliases: Sequence[_Listed]) -> list[_Listed]:
    """All, each name once; the mail of an alias leaves by the relay host of its target."""
    by_name = {each.domain.name: each for each in own}
    for alias in aliases:
        target = by_name.get(alias.domain.alias_of)
        relayed = target is not None and target.domain.relay_host
        domain = replace(alias.domain, relay_host=relayed)
        by_name.setdefault(domain.name, _Listed(alias.name, domain))
    return list(by_name.values())


async def _keys(client: ApiClient, names: Sequence[str]) -> list[Keys]:
    """Of each domain, in the order of the names, which are mailcow's own."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def of(name: str) -> Keys:
        async with turns:
            answer = await client.get(f"dkim/{quote(name, safe='')}")
        return answer if isinstance(answer, SourceError) else _dkim_keys(answer)

    return await asyncio.gather(*map(of, names))


def _dkim_keys(answer: Json) -> Keys:
    """One key or none; a private key, which some mailcows send along, is left behind."""
    if answer == {}:
        return ()
    if not isinstance(answer, dict):
        return NOT_UNDERSTOOD
    selector, key = _text(answer, "dkim_selector"), "".join(_text(answer, "pubkey").split())
    if not selector or not key:
        return NOT_UNDERSTOOD
    if validators.selector(selector):
        return SourceError(f"its selector is none that DNS can carry. {NEW_KEY}")
    if not is_usable_key(key):
        return SourceError(f"what mailcow has is no public key that receivers can use. {NEW_KEY}")
    return (DkimKey(selector, key),)


def _of_keys(domains: Sequence[KnownDomain], keys: Sequence[Keys]) -> Iterator[str]:
    """A sentence for each reason, however many domains it holds for."""
    names: dict[SourceError, list[str]] = {}
    for domain, found in zip(domains, keys, strict=True):
        if isinstance(found, SourceError):
            names.setdefault(found, []).append(domain.name)
    for error, of in names.items():
        more = f"s of {len(of)} domains, the first {of[0]}," if len(of) > 1 else f" of {of[0]}"
        yield error.of(f"The DKIM key{more}")

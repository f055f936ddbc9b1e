"""Domains and DKIM keys as mailcow's API tells them."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from mailcow_dns_tui.mailcow.api_client import ApiClient
from mailcow_dns_tui.mailcow.api_key import RefusedKeys, api_key_problem
from mailcow_dns_tui.mailcow.api_reading import (
    Listed,
    Listing,
    alias_domains,
    dkim_keys,
    own_domains,
)
from mailcow_dns_tui.mailcow.api_trouble import NOT_FOUND, Unread, of_failure
from mailcow_dns_tui.mailcow.api_url import Place, address_problem, read_url, url_problem
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.policy_page import FetchFailure
from mailcow_dns_tui.model.setup import DkimKey

SOURCE = "mailcow's API"
PATIENCE = 5.0
AT_ONCE = 8
REFUSED = RefusedKeys()
"""By any server that this process asked."""

Keys = tuple[DkimKey, ...] | Unread


@dataclass(frozen=True)
class Api:
    """mailcow's API, and how it is reached.

    Attributes:
        url: as typed, `https://mail.example.org:8443`; the port is HTTPS_PORT on the mail host.
        key: a read-only one is enough.
        address: connected to in place of what the name resolves to: on the mail host a loopback
            one, or HTTPS_BIND. The certificate is checked against the name of the URL, but
            not on a loopback address: nobody is between, and self-signed ones are usual there.
        patience: seconds for everything.
    """

    url: str
    key: Secret
    address: str = ""
    patience: float = PATIENCE


async def read_domains(api: Api, refused: RefusedKeys = REFUSED) -> KnownDomains:
    """All domains and alias domains with their DKIM keys.

    The API has no way to ask for MTA-STS. One try per key: see `RefusedKeys`.
    """
    problem = url_problem(api.url) or address_problem(api.address) or api_key_problem(api.key)
    if problem:
        return KnownDomains(SOURCE, None, (problem,))
    said = await _asked(api, Place(read_url(api.url), api.address), refused)
    # A server may say anything, and so repeat the key.
    return replace(said, troubles=tuple(_without(api.key, each) for each in said.troubles))


def _without(key: Secret, text: str) -> str:
    return text.replace(key.reveal().strip(), "…")


async def _asked(api: Api, place: Place, refused: RefusedKeys) -> KnownDomains:
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    try:
        # It takes longer than a wizard may stand still.
        trust = await asyncio.to_thread(place.trust)
    except OSError:
        return _nothing(of_failure(FetchFailure.NO_TRUST_STORE, place), place)
    # mailcow's sessions would make one request wait for another.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    # A handshake that is cancelled leaves its socket open: let it end by itself before.
    timeout = httpx2.Timeout(None, connect=api.patience / 2)
    async with httpx2.AsyncClient(
        verify=trust, trust_env=False, timeout=timeout, cookies=no_cookies
    ) as http:
        return await _read(ApiClient(http, place, api.key, refused, api.patience), place)


def _nothing(trouble: Unread, place: Place) -> KnownDomains:
    return KnownDomains(SOURCE, None, (trouble.of(f"mailcow's domains at {place.url}"),))


async def _read(client: ApiClient, place: Place) -> KnownDomains:
    # One after the other: what refuses the first question must not get a second one.
    own = await _own(client)
    if isinstance(own, Unread):
        return _nothing(own, place)
    aliases = await _aliases(client)
    listed = _merged(own.listed, aliases.listed)
    keys = await _keys(client, [each.name for each in listed])
    domains = tuple(
        _with_keys(each.domain, found) for each, found in zip(listed, keys, strict=True)
    )
    troubles = (*own.troubles, *aliases.troubles, *_of_keys(domains, keys))
    return KnownDomains(SOURCE, domains, troubles)


async def _own(client: ApiClient) -> Listing | Unread:
    answer = await client.get("domain/all")
    return answer if isinstance(answer, Unread) else own_domains(answer)


async def _aliases(client: ApiClient) -> Listing:
    answer = await client.get("alias-domain/all")
    found = answer if isinstance(answer, Unread) else alias_domains(answer)
    if isinstance(found, Listing):
        return found
    if found.status == NOT_FOUND:
        sentence = "This mailcow's API can't tell alias domains: add yours here, if you have any."
        return Listing(troubles=(sentence,))
    return Listing(troubles=(found.of("The alias domains"),))


def _merged(own: Sequence[Listed], aliases: Sequence[Listed]) -> list[Listed]:
    """All, each name once; the mail of an alias leaves by the relay host of its target."""
    by_name = {each.domain.name: each for each in own}
    for alias in aliases:
        target = by_name.get(alias.domain.alias_of)
        relayed = target is not None and target.domain.relay_host
        domain = replace(alias.domain, relay_host=relayed)
        by_name.setdefault(domain.name, Listed(alias.name, domain))
    return list(by_name.values())


async def _keys(client: ApiClient, names: Sequence[str]) -> list[Keys]:
    """Of each domain, in the order of the names, which are mailcow's own."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def of(name: str) -> Keys:
        async with turns:
            answer = await client.get(f"dkim/{quote(name, safe='')}")
        return answer if isinstance(answer, Unread) else dkim_keys(answer)

    return await asyncio.gather(*map(of, names))


def _with_keys(domain: KnownDomain, keys: Keys) -> KnownDomain:
    return replace(domain, dkim=None if isinstance(keys, Unread) else keys)


def _of_keys(domains: Sequence[KnownDomain], keys: Sequence[Keys]) -> Iterator[str]:
    """A sentence for each reason, however many domains it holds for."""
    names: dict[Unread, list[str]] = {}
    for domain, found in zip(domains, keys, strict=True):
        if isinstance(found, Unread):
            names.setdefault(found, []).append(domain.name)
    for trouble, of in names.items():
        more = f"s of {len(of)} domains, the first {of[0]}," if len(of) > 1 else f" of {of[0]}"
        yield trouble.of(f"The DKIM key{more}")

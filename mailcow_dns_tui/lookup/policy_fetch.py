"""MTA-STS policies over HTTPS, as senders fetch them (RFC 8461 3.3)."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from mailcow_dns_tui.lookup.https import HTTPS_PORT, body_within, failure_of, in_url, trust_store
from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.policy_page import (
    LARGEST_POLICY,
    FetchFailure,
    PolicyPage,
    policy_host,
)

if TYPE_CHECKING:
    import httpx2

PATH = "/.well-known/mta-sts.txt"
TIMEOUT = 10.0
"""Seconds for one address."""
CONNECT_TIMEOUT = 4.0
MOST_ADDRESSES = 4

ADDRESS_TYPES = (RdataType.A, RdataType.AAAA)

Ask = Callable[[Name, RdataType], Awaitable[Lookup]]


class PolicyFetcher(Protocol):
    """Fetches policies; the demo has one of its own, that needs no network."""

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        """The page at the policy host of a mail domain, which has these addresses."""
        ...


async def fetch_policy(fetcher: PolicyFetcher, domain: Name, ask: Ask) -> PolicyPage:
    """The policy of a mail domain, from the addresses that `ask` finds for its policy host."""
    host = policy_host(domain)
    lookups = await asyncio.gather(*(ask(host, kind) for kind in ADDRESS_TYPES))
    found = [rdata for lookup in lookups for rdata in lookup.rdatas]
    addresses = [r.address for r in found if isinstance(r, A | AAAA)]
    if addresses:
        return await fetcher.fetch(domain, addresses)
    unknown = any(lookup.unknown for lookup in lookups)
    return PolicyPage(failure=FetchFailure.NOT_LOOKED_UP if unknown else FetchFailure.NO_ADDRESS)


class HttpsFetcher:
    """Asks the addresses in their order until a server answers.

    It connects to addresses that are looked up by us, past the system's resolver, and past any
    proxy: what a proxy gets is not what senders get.

    Args:
        port: another than 443 only for tests.
    """

    def __init__(self, port: int = HTTPS_PORT) -> None:
        self._port = port
        self._trust: ssl.SSLContext | None = None
        self._trust_lock = asyncio.Lock()

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        """The page at the policy host of a mail domain, which has these addresses."""
        try:
            trust = await self._trusted()
        except OSError:
            return PolicyPage(failure=FetchFailure.NO_TRUST_STORE)
        page = PolicyPage(failure=FetchFailure.NO_ADDRESS)
        for address in addresses[:MOST_ADDRESSES]:
            before, page = page, await self._from(address, ascii_form(policy_host(domain)), trust)
            if page.failure not in {FetchFailure.TIMEOUT, FetchFailure.NO_ROUTE}:
                return page
            if page.failure is FetchFailure.NO_ROUTE and before.failure is FetchFailure.TIMEOUT:
                page = before
        return page

    async def _trusted(self) -> ssl.SSLContext:
        async with self._trust_lock:
            if self._trust is None:
                # It takes longer than a wizard may stand still.
                self._trust = await asyncio.to_thread(trust_store)
            return self._trust

    async def _from(self, address: str, host: str, trust: ssl.SSLContext) -> PolicyPage:
        import httpx2

        timeout = httpx2.Timeout(TIMEOUT, connect=CONNECT_TIMEOUT)
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                httpx2.AsyncClient(verify=trust, trust_env=False, timeout=timeout) as client,
                client.stream(
                    "GET",
                    f"https://{in_url(address)}:{self._port}{PATH}",
                    headers={"host": host, "accept": "text/plain", "accept-encoding": "identity"},
                    extensions={"sni_hostname": host},
                ) as response,
            ):
                return await _page(response)
        except (httpx2.HTTPError, OSError) as error:  # TimeoutError is one of these
            return PolicyPage(failure=failure_of(error))


async def _page(response: "httpx2.Response") -> PolicyPage:
    kind = response.headers.get("content-type", "")
    if response.is_redirect:
        to = response.headers.get("location", "")
        return PolicyPage(response.status_code, kind, failure=FetchFailure.REDIRECT, detail=to)
    if response.status_code != 200:
        return PolicyPage(response.status_code, kind)
    body = await body_within(response, LARGEST_POLICY)
    if body is None:
        return PolicyPage(response.status_code, kind, failure=FetchFailure.TOO_LARGE)
    return PolicyPage(response.status_code, kind, body)

"""Questions over HTTPS (RFC 8484)."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.https import body_within
from mailcow_dns_tui.lookup.reply import Reply
from mailcow_dns_tui.lookup.server import DohEndpoint
from mailcow_dns_tui.lookup.udp import Reader
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.bounds import LARGEST_ANSWER

if TYPE_CHECKING:
    import httpx2

MEDIA_TYPE = "application/dns-message"
HEADERS = {"content-type": MEDIA_TYPE, "accept": MEDIA_TYPE, "accept-encoding": "identity"}


class DohClient:
    """One HTTP client for all resolvers; made at the first question."""

    def __init__(self) -> None:
        self._client: httpx2.AsyncClient | None = None

    async def ask(
        self, server: DohEndpoint, query: bytes, read: Reader, patience: float
    ) -> Reply | Failure:
        import httpx2

        try:
            async with asyncio.timeout(patience), self._posted(server, query) as response:
                return await _outcome(response, read)
        except (TimeoutError, httpx2.TimeoutException):
            return Failure.TIMEOUT
        except (httpx2.TransportError, httpx2.InvalidURL, OSError):  # of the trusted certificates
            return Failure.UNREACHABLE
        except httpx2.HTTPError:
            return Failure.ERROR

    def _posted(
        self, server: DohEndpoint, query: bytes
    ) -> "AbstractAsyncContextManager[httpx2.Response]":
        return self._opened().stream("POST", server.url, content=query, headers=HEADERS)

    def _opened(self) -> "httpx2.AsyncClient":
        import httpx2

        if self._client is None:
            # Some operators speak nothing older than HTTP/2 (RFC 8484 5.2).
            self._client = httpx2.AsyncClient(timeout=None, http2=True)
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def _outcome(response: "httpx2.Response", read: Reader) -> Reply | Failure:
    if not response.is_success:
        return Failure.ERROR
    if response.headers.get("content-type", "").partition(";")[0].strip() != MEDIA_TYPE:
        return Failure.GARBLED
    # Nothing is unpacked: a few kilobytes may hold a gigabyte.
    body = await body_within(response, LARGEST_ANSWER)
    return Failure.EXCESSIVE if body is None else read(body) or Failure.GARBLED

"""Questions over HTTPS (RFC 8484)."""

import asyncio
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.reply import Reply
from mailcow_dns_tui.lookup.server import DohEndpoint
from mailcow_dns_tui.lookup.udp import Reader
from mailcow_dns_tui.model.answer import Failure

if TYPE_CHECKING:
    import httpx2

MEDIA_TYPE = "application/dns-message"


class DohClient:
    """One HTTP client for all resolvers; made at the first question."""

    def __init__(self) -> None:
        self._client: httpx2.AsyncClient | None = None

    async def ask(
        self, server: DohEndpoint, query: bytes, read: Reader, patience: float
    ) -> Reply | Failure:
        import httpx2

        try:
            async with asyncio.timeout(patience):
                response = await self._post(server, query)
        except (TimeoutError, httpx2.TimeoutException):
            return Failure.TIMEOUT
        except (httpx2.TransportError, httpx2.InvalidURL, OSError):  # of the trusted certificates
            return Failure.UNREACHABLE
        except httpx2.HTTPError:
            return Failure.ERROR
        return _outcome(response, read)

    async def _post(self, server: DohEndpoint, query: bytes) -> "httpx2.Response":
        headers = {"content-type": MEDIA_TYPE, "accept": MEDIA_TYPE}
        return await self._opened().post(server.url, content=query, headers=headers)

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


def _outcome(response: "httpx2.Response", read: Reader) -> Reply | Failure:
    if not response.is_success:
        return Failure.ERROR
    if response.headers.get("content-type", "").partition(";")[0].strip() != MEDIA_TYPE:
        return Failure.GARBLED
    return read(response.content) or Failure.GARBLED

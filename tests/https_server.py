"""HTTPS servers on loopback, with certificates of a private authority."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import dns.name

from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher
from mailcow_dns_tui.model.policy_page import PolicyPage

DOMAIN = dns.name.from_text("example.org")
LOOPBACK = "127.0.0.1"


@dataclass
class Server:
    port: int
    requests: list[str]

    async def fetch(self, *addresses: str) -> PolicyPage:
        fetcher = HttpsFetcher(self.port)
        return await fetcher.fetch(DOMAIN, addresses or (LOOPBACK,))


@asynccontextmanager
async def serving(
    response: bytes | None,
    context: ssl.SSLContext | None,
    again: bytes = b"",
    pause: float = 0.0,
) -> AsyncIterator[Server]:
    """A server that says this to every request; None: nothing, ever.

    Args:
        again: what it goes on with without end, after each `pause` in seconds.
    """
    requests: list[str] = []
    over = asyncio.Event()
    # Without TLS, the first byte of what should begin it is enough to be answered.
    end_of_request = b"\r\n\r\n" if context else b"\x16"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            requests.append((await reader.readuntil(end_of_request)).decode())
            if response is None:
                await over.wait()
            else:
                writer.write(response)
                await writer.drain()
            while again and not over.is_set():
                writer.write(again)
                await writer.drain()
                await asyncio.sleep(pause)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, LOOPBACK, 0, ssl=context)
    try:
        yield Server(server.sockets[0].getsockname()[1], requests)
    finally:
        over.set()
        server.close()
        await server.wait_closed()


def http(body: bytes, status: str = "200 OK", *headers: str, kind: str = "text/plain") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body

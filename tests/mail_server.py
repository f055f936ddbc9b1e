"""A mail server on loopback that goes as far as STARTTLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.mail_certificates import Issued

LOOPBACK = "127.0.0.1"
BANNER = b"220 mail.example.org ESMTP Postcow\r\n"
HELLO = b"250-mail.example.org\r\n250-SIZE 104857600\r\n250-STARTTLS\r\n250 8BITMIME\r\n"
READY = b"220 2.0.0 Ready to start TLS\r\n"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, address: str = LOOPBACK) -> AsyncIterator[int]:
    """A server that ends each connection where `serve` does."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(connected, address, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def context_of(one: Issued, folder: Path, *others: Issued) -> ssl.SSLContext:
    """That of a server which shows these."""
    path = folder / "both.pem"
    path.write_bytes(one.pem + one.key_pem + b"".join(each.pem for each in others))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class Postfix:
    """Takes mail as Postfix does, as far as STARTTLS goes."""

    def __init__(self, context: ssl.SSLContext, greeting: bytes = BANNER) -> None:
        self.said: list[str] = []
        self.asked_for: list[str | None] = []
        self.over = asyncio.Event()
        self._context = context
        self._greeting = greeting
        context.sni_callback = lambda _socket, name, _context: self.asked_for.append(name)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(self._greeting)
            for reply in (HELLO, READY):
                self.said.append((await reader.readuntil(b"\r\n")).decode().strip())
                writer.write(reply)
            await writer.start_tls(self._context)
            self.said.append((await reader.readuntil(b"\r\n")).decode().strip())
        finally:
            self.over.set()

"""The service outside that says which address it sees, as a server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from mailcow_dns_tui.mailcow.addresses import MAILCOW_ECHO, ask_outside
from mailcow_dns_tui.model.suggestion import Remark, Suggestion
from tests.servers import free_port


@asynccontextmanager
async def serving(*pieces: bytes, hang: bool = False) -> AsyncIterator[str]:
    """A server that answers every request with these bytes."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            if hang:
                await over.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        over.set()
        server.close()
        await server.wait_closed()


async def ask(url: str, version: int = 4, timeout: float = 10.0) -> Suggestion | Remark:
    async with httpx2.AsyncClient(trust_env=False) as client:
        return await ask_outside(client, version, {version: url}, timeout)


async def answered(body: bytes, version: int = 4, status: bytes = b"200 OK") -> object:
    async with serving(b"HTTP/1.1 %s\r\nConnection: close\r\n\r\n" % status, body) as url:
        return await ask(url, version)


@pytest.mark.parametrize(
    ("body", "version", "address"),
    [
        (b"192.0.2.9", 4, "192.0.2.9"),
        (b" 192.0.2.9\r\n", 4, "192.0.2.9"),
        (b"2001:DB8:0::9\n", 6, "2001:db8::9"),
    ],
)
async def test_an_address(body: bytes, version: int, address: str) -> None:
    assert await answered(body, version) == Suggestion(f"server.ipv{version}", address, "127.0.0.1")


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (b"", 4),
        (b"10.0.0.5", 4),
        (b"127.0.0.1", 4),
        (b"100.64.0.1", 4),
        (b"192.0.2.9", 6),
        (b"2001:db8::9", 4),
        (b"192.0.2.9 192.0.2.10", 4),
        (b"<html>192.0.2.9</html>", 4),
        (b"\x1b[2J192.0.2.9", 4),
        ("１９２.0.2.9".encode(), 4),
        (b" " * 100 + b"192.0.2.9", 4),
        (b"\xff" * 50_000_000, 4),
    ],
)
async def test_everything_else_is_refused(body: bytes, version: int) -> None:
    note = await answered(body, version)
    assert isinstance(note, Remark)
    assert note.key == f"server.ipv{version}"
    assert "\x1b" not in note.sentence


@pytest.mark.parametrize("status", [b"302 Found", b"404 Not Found", b"500 Oops"])
async def test_only_success_counts(status: bytes) -> None:
    assert isinstance(await answered(b"192.0.2.9", status=status), Remark)


async def test_no_redirect_is_followed() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n192.0.2.9") as other:
        head = f"HTTP/1.1 302 Found\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n"
        async with serving(head.encode()) as url:
            assert isinstance(await ask(url), Remark)


async def test_a_service_that_is_not_there() -> None:
    note = await ask(f"http://127.0.0.1:{free_port()}")
    assert isinstance(note, Remark)
    assert "127.0.0.1" in note.sentence


async def test_a_service_that_breaks_off_or_talks_something_else() -> None:
    for piece in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n192", b"SSH-2.0-x\r\n\r\n"):
        async with serving(piece) as url:
            assert isinstance(await ask(url), Remark)


async def test_a_service_that_hangs() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\n\r\n192.0", hang=True) as url:
        note = await ask(url, timeout=0.2)
    assert isinstance(note, Remark)
    assert "in time" in note.sentence


def test_it_is_mailcows_own_service() -> None:
    assert {httpx2.URL(url).host for url in MAILCOW_ECHO.values()} == {
        "ip4.mailcow.email",
        "ip6.mailcow.email",
    }

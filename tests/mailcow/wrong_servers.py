"""What may listen where mailcow's databases should, on loopback."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address

from mailcow_dns_tui.mailcow.conf import Binding

LOOPBACK = "127.0.0.1"
Alter = Callable[[int, bytes], bytes]


@asynccontextmanager
async def saying(
    *pieces: bytes,
    hang: bool = True,
    forever: bool = False,
    hanging: asyncio.Semaphore | None = None,
) -> AsyncIterator[Binding]:
    """A server that sends these pieces, the next one each time that something came.

    Then it hangs up, or says nothing more, or rubbish forever.

    Args:
        pieces: the first one is sent at once.
        hang: else it hangs up.
        forever: rubbish follows.
        hanging: released for each caller to whom nothing more is said.
    """
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for number, piece in enumerate(pieces):
                if number:
                    await reader.read(65536)
                writer.write(piece)
                await writer.drain()
            while forever:
                writer.write(b"x" * 65536)
                await writer.drain()
            if hanging is not None:
                hanging.release()
            if hang:
                await over.wait()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with _listening(serve) as binding:
        try:
            yield binding
        finally:
            over.set()


@asynccontextmanager
async def relaying(address: str, port: int, alter: Alter) -> AsyncIterator[Binding]:
    """A way to a real server, whose bytes are altered; `alter` gets the place of the first too."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(address, port)

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, of: Alter) -> None:
            place = 0
            try:
                while data := await source.read(65536):
                    sink.write(of(place, data))
                    await sink.drain()
                    place += len(data)
            except ConnectionError:
                pass
            finally:
                sink.close()

        await asyncio.gather(
            pump(reader, to_server, lambda _, data: data), pump(from_server, writer, alter)
        )

    async with _listening(serve) as binding:
        yield binding


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _listening(serve: Serve) -> AsyncIterator[Binding]:
    server = await asyncio.start_server(serve, LOOPBACK, 0)
    try:
        yield Binding(server.sockets[0].getsockname()[1], IPv4Address(LOOPBACK))
    finally:
        server.close()
        await server.wait_closed()


def packet(number: int, payload: bytes) -> bytes:
    """As MariaDB's protocol frames it."""
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def greeting(plugin: bytes) -> bytes:
    """What MariaDB says first; the plugin is the way to log in."""
    capabilities = 0x000FA28D
    return packet(
        0,
        b"\x0a5.5.5-10.11.6-MariaDB\0"
        + struct.pack("<I8sx", 1, b"saltsalt")
        + struct.pack("<HBHHB10x", capabilities & 0xFFFF, 45, 2, capabilities >> 16, 21)
        + b"saltsaltsalt\0"
        + plugin
        + b"\0",
    )


def other_way(plugin: bytes) -> bytes:
    """What asks a client to log in by another plugin."""
    return packet(2, b"\xfe" + plugin + b"\0" + b"saltsaltsaltsaltsalt\0")

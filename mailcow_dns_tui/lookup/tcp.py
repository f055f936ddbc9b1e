"""Questions over TCP, for answers that don't fit into a packet (RFC 7766)."""

import asyncio

from mailcow_dns_tui.lookup.reply import Reply
from mailcow_dns_tui.lookup.server import Endpoint
from mailcow_dns_tui.lookup.udp import Reader, connect_failure
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.bounds import LARGEST_ANSWER, MOST_STRAYS


async def ask_over_tcp(
    server: Endpoint, query: bytes, read: Reader, patience: float
) -> Reply | Failure:
    """Ask on a connection of its own."""
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(server.address, server.port)
            try:
                return await _converse(reader, writer, query, read)
            finally:
                writer.transport.abort()
    except TimeoutError:
        return Failure.TIMEOUT
    except OSError as error:
        return connect_failure(error)
    except asyncio.IncompleteReadError:
        return Failure.UNREACHABLE


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, query: bytes, read: Reader
) -> Reply | Failure:
    writer.write(len(query).to_bytes(2, "big") + query)
    await writer.drain()
    for _ in range(MOST_STRAYS):
        length = int.from_bytes(await reader.readexactly(2), "big")
        if length > LARGEST_ANSWER:
            return Failure.EXCESSIVE
        outcome = read(await reader.readexactly(length))
        if outcome is not None:
            return outcome
    return Failure.GARBLED

"""Queries over UDP, and over TCP for answers that don't fit into a packet (RFC 7766)."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from itertools import chain

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.lookup.response import Reply
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.bounds import LARGEST_ANSWER, MOST_STRAYS

FIRST_WAIT = 0.4
LONGEST_WAIT = 0.8
"""A longer one would leave too few packets where a fifth of them is lost."""

SOCKETS = 256
"""Open at once, with those that carry a question; as many as are needed again in a moment."""

NO_ROUTE = frozenset(
    {
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.EADDRNOTAVAIL,  # this machine has no address of that family
        errno.EAFNOSUPPORT,
        errno.EMFILE,
    }
)

REFUSED_HERE = frozenset({errno.EACCES, errno.EPERM})
"""By a rule of this machine's own: a firewall, a route that prohibits."""

Reader = Callable[[bytes], Reply | Failure | None]
"""Reads what came back; None where it is not the answer and the waiting goes on."""


def connect_failure(error: OSError) -> Failure:
    """Whether it is this machine that can't reach the server, or the server that isn't there."""
    return Failure.NO_ROUTE if error.errno in NO_ROUTE | REFUSED_HERE else Failure.UNREACHABLE


def waits(timeout: float) -> Iterator[float]:
    """Seconds to wait after each packet: doubling at first, and `timeout` seconds together."""
    wait = FIRST_WAIT
    while timeout > 0:
        yield min(wait, timeout)
        timeout -= wait
        wait = min(2 * wait, LONGEST_WAIT)


class UdpPool:
    """Sockets by server; each carries one question at a time.

    A server that is not there is noticed at once, because a connected socket hears the ICMP
    error. Only a socket whose question was answered is used again: nothing late can reach the
    next question.
    """

    def __init__(self) -> None:
        self._idle: dict[Endpoint, list[_Socket]] = {}
        self._resting = 0
        self._asking = 0

    async def ask(
        self, server: Endpoint, query: bytes, read: Reader, timeout: float
    ) -> Reply | Failure:
        """Send a query, several times if need be; give what `read` makes of the answer."""
        try:
            is_idle = server in self._idle
            connected = self._popped(server, -1) if is_idle else await _connect(server)
        except OSError as error:
            return connect_failure(error)
        outcome: Reply | Failure = Failure.TIMEOUT
        self._asking += 1
        try:
            outcome = await connected.ask(query, read, timeout)
        finally:
            self._asking -= 1
            if isinstance(outcome, Reply):
                self._give_back(connected, server)
            else:
                connected.close()
        return outcome

    def _popped(self, server: Endpoint, place: int) -> "_Socket":
        idle = self._idle[server]
        connected = idle.pop(place)
        self._resting -= 1
        if not idle:
            del self._idle[server]
        return connected

    def _give_back(self, connected: "_Socket", server: Endpoint) -> None:
        # What was asked last stands last.
        idle = self._idle[server] = self._idle.pop(server, [])
        idle.append(connected)
        self._resting += 1
        while self._resting + self._asking > SOCKETS:
            self._popped(next(iter(self._idle)), 0).close()

    def close(self) -> None:
        """Close the sockets that carry no question."""
        for idle in chain.from_iterable(self._idle.values()):
            idle.close()
        self._idle.clear()


class _Socket(asyncio.DatagramProtocol):
    """A connected UDP socket."""

    transport: asyncio.DatagramTransport
    _read: Reader

    def __init__(self) -> None:
        self._answer: asyncio.Future[Reply | Failure] | None = None
        self._again: asyncio.TimerHandle | None = None

    async def ask(self, query: bytes, read: Reader, timeout: float) -> Reply | Failure:
        self._read = read
        self._answer = asyncio.get_running_loop().create_future()
        self._send(query, waits(timeout))
        try:
            return await self._answer
        finally:
            if self._again is not None:
                self._again.cancel()

    def _send(self, query: bytes, waiting: Iterator[float]) -> None:
        wait = next(waiting, None)
        if wait is None:
            self._settle(Failure.TIMEOUT)
            return
        loop = asyncio.get_running_loop()
        self._again = loop.call_later(wait, self._send, query, waiting)
        self.transport.sendto(query)

    def close(self) -> None:
        self.transport.abort()

    def datagram_received(self, data: bytes, addr: object) -> None:
        # What follows the answer is not even read.
        if self._answer is None or self._answer.done():
            return
        outcome = self._read(data)
        if outcome is not None:
            self._settle(outcome)

    def error_received(self, exc: Exception) -> None:
        # That there is no route may also be what a router far away says of the server.
        is_ours = isinstance(exc, OSError) and exc.errno in REFUSED_HERE
        self._settle(Failure.NO_ROUTE if is_ours else Failure.UNREACHABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle(Failure.UNREACHABLE)

    def _settle(self, outcome: Reply | Failure) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(outcome)


async def _connect(server: Endpoint) -> _Socket:
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    raw = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        raw.connect((server.address, server.port))
        loop = asyncio.get_running_loop()
        transport, connected = await loop.create_datagram_endpoint(_Socket, sock=raw)
    except BaseException:
        raw.close()
        raise
    connected.transport = transport
    return connected


async def ask_over_tcp(
    server: Endpoint, query: bytes, read: Reader, timeout: float
) -> Reply | Failure:
    """Ask on a connection of its own."""
    try:
        async with asyncio.timeout(timeout):
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

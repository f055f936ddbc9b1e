"""Questions over UDP, from a pool of connected sockets."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator

from mailcow_dns_tui.lookup.reply import Reply
from mailcow_dns_tui.lookup.server import Endpoint
from mailcow_dns_tui.model.answer import Failure

FIRST_WAIT = 0.4
IDLE_SOCKETS = 64

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
    return Failure.NO_ROUTE if error.errno in NO_ROUTE | REFUSED_HERE else Failure.UNREACHABLE


def waits(patience: float) -> Iterator[float]:
    """Seconds to wait after each packet: doubling, and `patience` seconds together."""
    wait = FIRST_WAIT
    while patience > 0:
        yield min(wait, patience)
        patience -= wait
        wait *= 2


class UdpPool:
    """Sockets by server; each carries one question at a time.

    A server that is not there is noticed at once, because a connected socket hears the ICMP
    error. Only a socket whose question was answered is used again: nothing late can reach the
    next question.
    """

    def __init__(self) -> None:
        self._idle: dict[_Socket, Endpoint] = {}

    async def ask(
        self, server: Endpoint, query: bytes, read: Reader, patience: float
    ) -> Reply | Failure:
        try:
            connected = await self._take(server)
        except OSError as error:
            return connect_failure(error)
        outcome: Reply | Failure = Failure.TIMEOUT
        try:
            outcome = await self._converse(connected, query, read, patience)
        finally:
            if isinstance(outcome, Reply):
                self._give_back(connected, server)
            else:
                connected.close()
        return outcome

    async def _converse(
        self, connected: "_Socket", query: bytes, read: Reader, patience: float
    ) -> Reply | Failure:
        answer = connected.expect(read)
        for wait in waits(patience):
            connected.send(query)
            await asyncio.wait((answer,), timeout=wait)
            if answer.done():
                return answer.result()
        return Failure.TIMEOUT

    async def _take(self, server: Endpoint) -> "_Socket":
        idle = next((s for s, of in self._idle.items() if of == server), None)
        if idle is None:
            return await _connect(server)
        del self._idle[idle]
        return idle

    def _give_back(self, connected: "_Socket", server: Endpoint) -> None:
        connected.expect(_ignore)
        self._idle[connected] = server
        if len(self._idle) > IDLE_SOCKETS:
            oldest = next(iter(self._idle))
            del self._idle[oldest]
            oldest.close()

    def close(self) -> None:
        for idle in self._idle:
            idle.close()
        self._idle.clear()


def _ignore(wire: bytes) -> None:
    return None


class _Socket(asyncio.DatagramProtocol):
    """A connected UDP socket."""

    transport: asyncio.DatagramTransport

    def __init__(self) -> None:
        self._read: Reader = _ignore
        self._answer: asyncio.Future[Reply | Failure] | None = None

    def expect(self, read: Reader) -> "asyncio.Future[Reply | Failure]":
        self._read = read
        self._answer = asyncio.get_running_loop().create_future()
        return self._answer

    def send(self, query: bytes) -> None:
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

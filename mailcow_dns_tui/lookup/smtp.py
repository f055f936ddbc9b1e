"""The certificates that a mail server shows to other servers (RFC 3207)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from mailcow_dns_tui.lookup.https import trusts
from mailcow_dns_tui.model.certificate import NotPresented, Presented
from mailcow_dns_tui.model.names import ascii_form

if TYPE_CHECKING:
    from dns.name import Name
    from OpenSSL import SSL

SmtpHost: TypeAlias = "tuple[Name | None, tuple[str, ...]]"
"""A host, and the addresses of its server."""

SMTP_PORT = 25
TIMEOUT = 20.0
"""Seconds for all of it: Postfix lets strangers wait for its greeting."""
CONNECT_TIMEOUT = 4.0
CHUNK = 16 * 1024
LONGEST_LINE = 2048
"""RFC 5321 4.5.3.1.5 allows 512; some servers say more."""
MOST_LINES = 100
LINE = re.compile(rb"([2-5][0-9]{2})([ -])?(.*)", re.DOTALL)

UNREACHED = frozenset({NotPresented.NO_CONNECTION, NotPresented.SILENT})


class Presenter(Protocol):
    """Finds out which certificates a mail server presents."""

    def present(
        self, host: Name | None, addresses: Sequence[str]
    ) -> Coroutine[Any, Any, Presented]:
        """What the server at one of these addresses shows to those who want this host."""
        ...


class MailServer:
    """Asks mail servers for their certificates, and ends the connection before any mail.

    Args:
        port: another than 25 only for tests.
        timeout: seconds for one server.
    """

    def __init__(self, port: int = SMTP_PORT, timeout: float = TIMEOUT) -> None:
        self._port = port
        self._timeout = timeout

    async def present(self, host: Name | None, addresses: Sequence[str]) -> Presented:
        """By the first of the addresses that takes a connection."""
        presented = Presented(f"port {self._port}", failure=NotPresented.NO_CONNECTION)
        for address in addresses:
            presented = await self._at(address, host)
            if presented.failure not in UNREACHED:
                break
        return presented

    async def _at(self, address: str, host: Name | None) -> Presented:
        source = f"port {self._port} of {address}"
        try:
            async with asyncio.timeout(self._timeout):
                outcome = await self._shown(address, host)
        except TimeoutError:
            outcome = NotPresented.SILENT
        if isinstance(outcome, NotPresented):
            return Presented(source, failure=outcome)
        return Presented(source, outcome, trusted=await asyncio.to_thread(trusts, outcome))

    async def _shown(self, address: str, host: Name | None) -> tuple[bytes, ...] | NotPresented:
        from OpenSSL import SSL

        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        loop = asyncio.get_running_loop()
        with socket.socket(family, socket.SOCK_STREAM) as connected:
            connected.setblocking(False)
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT):
                    await loop.sock_connect(connected, (address, self._port))
            except TimeoutError:
                return NotPresented.SILENT
            except OSError:
                return NotPresented.NO_CONNECTION
            try:
                refusal = await _upgrade(_Talk(connected), _literal(connected))
                return refusal or await _handshake(connected, host) or NotPresented.NO_TLS
            except SSL.Error:
                return NotPresented.NO_TLS
            except OSError:
                return NotPresented.HUNG_UP


@dataclass(frozen=True)
class _Reply:
    """A whole reply; code 0 where what came is none."""

    code: int
    lines: tuple[str, ...] = ()


class _Talk:
    """The part of SMTP that leads to TLS, on a socket that nothing reads ahead of us.

    It says one thing at a time, and reads the reply in bounds.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._buffer = b""

    @property
    def unread(self) -> bool:
        """Whether the server has said more than its reply."""
        return bool(self._buffer)

    async def say(self, command: str) -> _Reply:
        """Send a command, and read the reply to it."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._socket, f"{command}\r\n".encode())
        return await self.reply()

    async def reply(self) -> _Reply:
        """The next reply: lines of one code, of which the last has no hyphen (RFC 5321 4.2.1)."""
        texts: list[str] = []
        first = b""
        for _ in range(MOST_LINES):
            match = LINE.fullmatch(await self._line())
            if match is None or (first and match[1] != first):
                return _Reply(0)
            first = match[1]
            texts.append(match[3].decode("ascii", "replace").strip())
            if match[2] != b"-":
                return _Reply(int(first), tuple(texts))
        return _Reply(0)

    async def _line(self) -> bytes:
        """A line without its end; an empty one in the place of one that is too long.

        Raises:
            ConnectionResetError: where the server has hung up.
        """
        loop = asyncio.get_running_loop()
        while b"\n" not in self._buffer:
            if len(self._buffer) > LONGEST_LINE:
                return b""
            piece = await loop.sock_recv(self._socket, LONGEST_LINE)
            if not piece:
                raise ConnectionResetError
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r") if len(line) <= LONGEST_LINE else b""


def _literal(connected: socket.socket) -> str:
    """This machine by its address (RFC 5321 4.1.3): it need have no name in DNS."""
    address = connected.getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


async def _upgrade(talk: _Talk, name: str) -> NotPresented | None:
    """Ask for TLS; None where the server waits for it to begin."""
    greeting = await talk.reply()
    if greeting.code != 220:
        return _odd(greeting)
    hello = await talk.say(f"EHLO {name}")
    if hello.code != 250:
        return _odd(hello)
    if "STARTTLS" not in {line.upper() for line in hello.lines[1:]}:
        return NotPresented.NO_STARTTLS
    ready = await talk.say("STARTTLS")
    if ready.code != 220:
        return NotPresented.NO_STARTTLS if ready.code else NotPresented.NOT_SMTP
    # What follows in the clear would be taken for the server's own word behind TLS.
    return NotPresented.INJECTED if talk.unread else None


def _odd(reply: _Reply) -> NotPresented:
    return NotPresented.TURNED_AWAY if reply.code else NotPresented.NOT_SMTP


async def _handshake(connected: socket.socket, host: Name | None) -> tuple[bytes, ...]:
    """The server's certificates in DER.

    Raises:
        OpenSSL.SSL.Error: where TLS does not come about.
    """
    from OpenSSL import SSL, crypto

    loop = asyncio.get_running_loop()
    tls = _client(host)
    while True:
        try:
            tls.do_handshake()
            break
        except SSL.WantReadError:
            await loop.sock_sendall(connected, _outgoing(tls))
            data = await loop.sock_recv(connected, CHUNK)
            if data:
                tls.bio_write(data)
            else:
                tls.bio_shutdown()
    shown = tls.get_peer_cert_chain() or []
    with contextlib.suppress(OSError):  # a farewell, of which nothing depends
        tls.send(b"QUIT\r\n")
        await loop.sock_sendall(connected, _outgoing(tls))
    return tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, each) for each in shown)


def _client(host: Name | None) -> SSL.Connection:
    """Takes every certificate: it is read, and nothing is entrusted to the connection."""
    from OpenSSL import SSL

    tls = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)
    if host is not None:
        tls.set_tlsext_host_name(ascii_form(host).encode())
    tls.set_connect_state()
    return tls


def _outgoing(tls: SSL.Connection) -> bytes:
    """What is to be sent; empty where that is nothing."""
    from OpenSSL import SSL

    pieces = []
    with contextlib.suppress(SSL.WantReadError):
        while True:
            pieces.append(tls.bio_read(CHUNK))
    return b"".join(pieces)

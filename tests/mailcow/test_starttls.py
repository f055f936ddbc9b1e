"""The certificate from a mail server on loopback, good ones and hostile ones."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mailcow_dns_tui.mailcow.certificate import MailCertificate, NoCertificate, Why
from mailcow_dns_tui.mailcow.starttls import ServerCertificate
from tests.mailcow.certificates import EXAMPLE, HOST, Issued, issued
from tests.servers import free_port

LOOPBACK = "127.0.0.1"
BANNER = b"220 mail.example.org ESMTP Postcow\r\n"
HELLO = b"250-mail.example.org\r\n250-SIZE 104857600\r\n250-STARTTLS\r\n250 8BITMIME\r\n"
READY = b"220 2.0.0 Ready to start TLS\r\n"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Outcome = MailCertificate | NoCertificate


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


def context_of(one: Issued, folder: Path) -> ssl.SSLContext:
    path = folder / "both.pem"
    path.write_bytes(one.pem + one.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class MailServer:
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


def script(*replies: bytes, hang: bool = False) -> Serve:
    """Sends the first one, and each of the others after a line; then hangs, or hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *others = replies
        writer.write(first)
        for reply in others:
            await reader.readuntil(b"\r\n")
            writer.write(reply)
        await writer.drain()
        if hang:
            await reader.read(-1)

    return serve


async def asked(serve: Serve, patience: float = 10.0) -> Outcome:
    async with listening(serve) as port:
        return await ServerCertificate(port, patience).at(LOOPBACK, HOST)


async def why(serve: Serve, patience: float = 10.0) -> Why:
    outcome = await asked(serve, patience)
    assert isinstance(outcome, NoCertificate)
    assert outcome.sentence.endswith((".", "?"))
    assert outcome.sentence.isprintable()
    return outcome.why


async def test_a_good_server(tmp_path: Path) -> None:
    one = issued(HOST)
    server = MailServer(context_of(one, tmp_path))
    async with listening(server.serve) as port:
        outcome = await ServerCertificate(port).at(LOOPBACK, HOST)
        await server.over.wait()
    assert outcome == MailCertificate(
        one.spki_sha256,
        one.certificate.not_valid_after_utc,
        (HOST,),
        "O=An Authority,CN=R10",
        f"port {port} of {LOOPBACK}",
    )
    assert server.said == [f"EHLO [{LOOPBACK}]", "STARTTLS", "QUIT"]
    assert server.asked_for == [HOST]


async def test_over_ipv6(tmp_path: Path) -> None:
    server = MailServer(context_of(issued(HOST), tmp_path))
    async with listening(server.serve, "::1") as port:
        outcome = await ServerCertificate(port).at("::1", HOST)
        await server.over.wait()
    assert isinstance(outcome, MailCertificate)
    assert server.said[0] == "EHLO [IPv6:::1]"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_versions_of_tls(tmp_path: Path, version: ssl.TLSVersion) -> None:
    context = context_of(issued(HOST), tmp_path)
    context.minimum_version = context.maximum_version = version
    assert isinstance(await asked(MailServer(context).serve), MailCertificate)


async def test_a_greeting_that_comes_in_parts(tmp_path: Path) -> None:
    greeting = b"220-mail.example.org waits\r\n" + BANNER
    server = MailServer(context_of(issued(HOST), tmp_path), greeting)
    assert isinstance(await asked(server.serve), MailCertificate)


async def test_the_example_certificate_is_refused_here_too(tmp_path: Path) -> None:
    server = MailServer(context_of(issued(HOST, issuer=EXAMPLE), tmp_path))
    assert await why(server.serve) is Why.EXAMPLE


async def test_a_certificate_for_another_host(tmp_path: Path) -> None:
    server = MailServer(context_of(issued("other.example"), tmp_path))
    assert await why(server.serve) is Why.OTHER_NAME


async def test_nobody_listens() -> None:
    outcome = await ServerCertificate(free_port()).at(LOOPBACK, HOST)
    assert isinstance(outcome, NoCertificate)
    assert outcome.why is Why.NO_CONNECTION


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([b"554 5.7.1 You are on a list\r\n"], Why.TURNED_AWAY),
        ([b"421 too busy\r\n"], Why.TURNED_AWAY),
        ([BANNER, b"502 EHLO?\r\n"], Why.TURNED_AWAY),
        ([b"SSH-2.0-OpenSSH\r\n"], Why.NOT_SMTP),
        ([b"HTTP/1.1 400 Bad Request\r\n"], Why.NOT_SMTP),
        ([b"\r\n"], Why.NOT_SMTP),
        ([b"220-one\r\n250 two\r\n"], Why.NOT_SMTP),
        ([b"220 " + b"x" * 100_000 + b"\r\n"], Why.NOT_SMTP),
        ([b"220-x\r\n" * 1000 + BANNER], Why.NOT_SMTP),
        ([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"], Why.NOT_SMTP),
        ([BANNER, HELLO.replace(b"250-STARTTLS\r\n", b"")], Why.NO_STARTTLS),
        ([BANNER, b"250 STARTTLS\r\n"], Why.NO_STARTTLS),
        ([BANNER, HELLO, b"454 4.7.0 TLS not available\r\n"], Why.NO_STARTTLS),
        ([BANNER, HELLO, b"what?\r\n"], Why.NOT_SMTP),
        ([BANNER, HELLO, READY + b"250 injected\r\n"], Why.INJECTED),
        ([BANNER, HELLO, READY + b"x"], Why.INJECTED),
        ([b""], Why.HUNG_UP),
        ([b"220 mail.exa"], Why.HUNG_UP),
        ([BANNER], Why.HUNG_UP),
        ([BANNER, HELLO], Why.HUNG_UP),
    ],
)
async def test_what_hostile_servers_say(replies: list[bytes], expected: Why) -> None:
    # Hanging on, a server that is not hung up on would make the test wait for its patience.
    hang = expected is not Why.HUNG_UP
    assert await why(script(*replies, hang=hang)) is expected


@pytest.mark.parametrize(
    "replies", [[b""], [b"220 mail.exa"], [b"220-one\r\n"], [BANNER], [BANNER, HELLO, READY]]
)
async def test_servers_that_hang(replies: list[bytes]) -> None:
    assert await why(script(*replies, hang=True), patience=0.3) is Why.SILENT


async def test_a_server_that_never_stops_talking() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert await why(serve) is Why.NOT_SMTP


@pytest.mark.parametrize("instead", [b"", b"250 plain words in the place of TLS\r\n"])
async def test_tls_that_does_not_come_about(instead: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await script(BANNER, HELLO, READY)(reader, writer)
        await reader.read(1)  # of the client's part of the handshake
        writer.write(instead)
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            writer.write_eof()
            await reader.read(-1)

    assert await why(serve) is Why.NO_TLS


async def test_what_comes_late_is_not_taken_for_the_reply() -> None:
    """Text after the reply to STARTTLS breaks the handshake, where it comes too late to be seen."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await script(BANNER, HELLO, READY)(reader, writer)
        await reader.read(1)
        writer.write(b"250-mail.example.org\r\n250 AUTH PLAIN\r\n")
        await writer.drain()
        await reader.read(-1)

    assert await why(serve) is Why.NO_TLS

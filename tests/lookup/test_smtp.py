"""The certificates of a mail server on loopback, good ones and hostile ones."""

import asyncio
import contextlib
import ssl
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dns.name
import pytest

from mailcow_dns_tui.lookup.smtp import MailServer
from mailcow_dns_tui.model.certificate import NotPresented, Presented
from tests.mail_certificates import HOST, Issued, issued
from tests.mail_server import (
    BANNER,
    HELLO,
    LOOPBACK,
    READY,
    Postfix,
    Serve,
    context_of,
    listening,
)
from tests.servers import free_port

NAME = dns.name.from_text(HOST)


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


async def asked(serve: Serve, timeout: float = 10.0) -> Presented:
    async with listening(serve) as port:
        return await MailServer(port, timeout).present(NAME, [LOOPBACK])


async def why(serve: Serve, timeout: float = 10.0) -> NotPresented | None:
    presented = await asked(serve, timeout)
    assert presented.sentence.endswith((".", "?"))
    assert presented.sentence.isprintable()
    return presented.failure


async def test_a_good_server(tmp_path: Path) -> None:
    authority = issued(common_name="R10")
    one = issued(HOST, issuer=authority)
    server = Postfix(context_of(one, tmp_path, authority))
    async with listening(server.serve) as port:
        presented = await MailServer(port).present(NAME, [LOOPBACK])
        await server.over.wait()
    shown = Presented(f"port {port} of {LOOPBACK}", (one.der, authority.der))
    assert replace(presented, trusted=None) == shown
    assert presented.sentence == ""
    assert server.said == [f"EHLO [{LOOPBACK}]", "STARTTLS", "QUIT"]
    assert server.asked_for == [HOST]


ROOT = issued(common_name="A Root")
AUTHORITY = issued(common_name="R10", issuer=ROOT)
GOOD = issued(HOST, issuer=AUTHORITY)


@pytest.mark.parametrize(
    ("one", "beside", "trusted"),
    [
        (GOOD, (AUTHORITY,), True),
        (GOOD, (AUTHORITY, ROOT), True),
        (issued("another.example", issuer=ROOT), (), True),
        (GOOD, (), False),
        (issued(HOST, issuer=AUTHORITY, days=-1), (AUTHORITY,), False),
        (issued(HOST), (), False),
    ],
    ids=["good", "with the root", "of another name", "alone", "expired", "self-signed"],
)
async def test_whether_its_certificate_is_trusted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    one: Issued,
    beside: Sequence[Issued],
    trusted: bool,
) -> None:
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    async with listening(Postfix(context_of(one, tmp_path, *beside)).serve) as port:
        presented = await MailServer(port).present(NAME, [LOOPBACK])
    assert presented.trusted is trusted


async def test_over_ipv6(tmp_path: Path) -> None:
    one = issued(HOST)
    server = Postfix(context_of(one, tmp_path))
    async with listening(server.serve, "::1") as port:
        presented = await MailServer(port).present(NAME, ["::1"])
        await server.over.wait()
    assert presented.chain == (one.der,)
    assert server.said[0] == "EHLO [IPv6:::1]"


async def test_the_next_address_where_the_first_takes_no_connection(tmp_path: Path) -> None:
    one = issued(HOST)
    async with listening(Postfix(context_of(one, tmp_path)).serve) as port:
        presented = await MailServer(port).present(NAME, ["::1", LOOPBACK, "127.0.0.2"])
    shown = Presented(f"port {port} of {LOOPBACK}", (one.der,))
    assert replace(presented, trusted=None) == shown


async def test_only_the_first_where_it_turns_us_away() -> None:
    async with listening(script(b"554 5.7.1 You are on a list\r\n", hang=True)) as port:
        presented = await MailServer(port).present(NAME, [LOOPBACK, "::1"])
    assert presented.failure is NotPresented.TURNED_AWAY
    assert presented.sentence == f"Port {port} of {LOOPBACK} turned this machine away."


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_versions_of_tls(tmp_path: Path, version: ssl.TLSVersion) -> None:
    one = issued(HOST)
    context = context_of(one, tmp_path)
    context.minimum_version = context.maximum_version = version
    assert (await asked(Postfix(context).serve)).chain == (one.der,)


async def test_a_greeting_that_comes_in_parts(tmp_path: Path) -> None:
    greeting = b"220-mail.example.org waits\r\n" + BANNER
    one = issued(HOST)
    server = Postfix(context_of(one, tmp_path), greeting)
    assert (await asked(server.serve)).chain == (one.der,)


async def test_nobody_listens() -> None:
    presented = await MailServer(free_port()).present(NAME, [LOOPBACK])
    assert presented.failure is NotPresented.NO_CONNECTION


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([b"554 5.7.1 You are on a list\r\n"], NotPresented.TURNED_AWAY),
        ([b"421 too busy\r\n"], NotPresented.TURNED_AWAY),
        ([BANNER, b"502 EHLO?\r\n"], NotPresented.TURNED_AWAY),
        ([b"SSH-2.0-OpenSSH\r\n"], NotPresented.NOT_SMTP),
        ([b"HTTP/1.1 400 Bad Request\r\n"], NotPresented.NOT_SMTP),
        ([b"\r\n"], NotPresented.NOT_SMTP),
        ([b"220-one\r\n250 two\r\n"], NotPresented.NOT_SMTP),
        ([b"220 " + b"x" * 100_000 + b"\r\n"], NotPresented.NOT_SMTP),
        ([b"220-x\r\n" * 1000 + BANNER], NotPresented.NOT_SMTP),
        ([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"], NotPresented.NOT_SMTP),
        ([BANNER, HELLO.replace(b"250-STARTTLS\r\n", b"")], NotPresented.NO_STARTTLS),
        ([BANNER, b"250 STARTTLS\r\n"], NotPresented.NO_STARTTLS),
        ([BANNER, HELLO, b"454 4.7.0 TLS not available\r\n"], NotPresented.NO_STARTTLS),
        ([BANNER, HELLO, b"what?\r\n"], NotPresented.NOT_SMTP),
        ([BANNER, HELLO, READY + b"250 injected\r\n"], NotPresented.INJECTED),
        ([BANNER, HELLO, READY + b"x"], NotPresented.INJECTED),
        ([b""], NotPresented.HUNG_UP),
        ([b"220 mail.exa"], NotPresented.HUNG_UP),
        ([BANNER], NotPresented.HUNG_UP),
        ([BANNER, HELLO], NotPresented.HUNG_UP),
    ],
)
async def test_what_hostile_servers_say(replies: list[bytes], expected: NotPresented) -> None:
    # Hanging on, a server that is not hung up on would make the test wait for its timeout.
    hang = expected is not NotPresented.HUNG_UP
    assert await why(script(*replies, hang=hang)) is expected


@pytest.mark.parametrize(
    "replies", [[b""], [b"220 mail.exa"], [b"220-one\r\n"], [BANNER], [BANNER, HELLO, READY]]
)
async def test_servers_that_hang(replies: list[bytes]) -> None:
    assert await why(script(*replies, hang=True), timeout=0.3) is NotPresented.SILENT


async def test_a_server_that_never_stops_talking() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert await why(serve) is NotPresented.NOT_SMTP


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

    assert await why(serve) is NotPresented.NO_TLS


async def test_what_comes_late_is_not_taken_for_the_reply() -> None:
    """Text after the reply to STARTTLS breaks the handshake, where it comes too late to be seen."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await script(BANNER, HELLO, READY)(reader, writer)
        await reader.read(1)
        writer.write(b"250-mail.example.org\r\n250 AUTH PLAIN\r\n")
        await writer.drain()
        await reader.read(-1)

    assert await why(serve) is NotPresented.NO_TLS

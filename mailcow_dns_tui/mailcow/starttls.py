"""The certificate that the mail server shows to other servers (RFC 3207)."""

import asyncio
import contextlib
import socket
import ssl

from mailcow_dns_tui.mailcow.certificate import (
    MailCertificate,
    NoCertificate,
    Why,
    certificate_from,
)
from mailcow_dns_tui.mailcow.smtp_talk import SmtpReply, SmtpTalk
from mailcow_dns_tui.model.names import ascii_form, parse_name

SMTP_PORT = 25
PATIENCE = 20.0
"""Seconds for all of it: Postfix lets strangers wait for its greeting."""
CHUNK = 16 * 1024

SENTENCES = {
    Why.NO_CONNECTION: "can't be reached; is mailcow running, and port 25 open?",
    Why.SILENT: "did not answer in time; many networks block port 25.",
    Why.HUNG_UP: "hung up; look at the log of postfix-mailcow.",
    Why.NOT_SMTP: "does not talk as a mail server does.",
    Why.TURNED_AWAY: "turned this machine away.",
    Why.NO_STARTTLS: "does not offer STARTTLS, or refuses it.",
    Why.INJECTED: "sent data before TLS began: somebody on the way may be changing it.",
    Why.NO_TLS: "broke TLS off.",
}


class ServerCertificate:
    """Asks mail servers for their certificate.

    Args:
        port: another than 25 only for tests.
        patience: seconds for one server.
    """

    def __init__(self, port: int = SMTP_PORT, patience: float = PATIENCE) -> None:
        self._port = port
        self._patience = patience

    async def at(self, address: str, hostname: str) -> MailCertificate | NoCertificate:
        """What the server at an IP address shows to those who want this host."""
        place = f"{self._port} of {address}"
        try:
            async with asyncio.timeout(self._patience):
                outcome = await self._shown(address, hostname)
        except TimeoutError:
            outcome = Why.SILENT
        if isinstance(outcome, Why):
            return NoCertificate(outcome, f"Port {place} {SENTENCES[outcome]}")
        return certificate_from(outcome, hostname, f"port {place}")

    async def _shown(self, address: str, hostname: str) -> bytes | Why:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as connected:
            connected.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(connected, (address, self._port))
            except TimeoutError:
                return Why.SILENT
            except OSError:
                return Why.NO_CONNECTION
            try:
                refusal = await _upgrade(SmtpTalk(connected), _literal(connected))
                return refusal or await _handshake(connected, hostname)
            except ssl.SSLError:
                return Why.NO_TLS
            except OSError:
                return Why.HUNG_UP


def _literal(connected: socket.socket) -> str:
    """This machine by its address (RFC 5321 4.1.3): it need have no name in DNS."""
    address = connected.getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


async def _upgrade(talk: SmtpTalk, name: str) -> Why | None:
    """Ask for TLS; None where the server waits for it to begin."""
    greeting = await talk.reply()
    if greeting.code != 220:
        return _odd(greeting)
    hello = await talk.say(f"EHLO {name}")
    if hello.code != 250:
        return _odd(hello)
    if "STARTTLS" not in {line.upper() for line in hello.lines[1:]}:
        return Why.NO_STARTTLS
    ready = await talk.say("STARTTLS")
    if ready.code != 220:
        return Why.NO_STARTTLS if ready.code else Why.NOT_SMTP
    # What follows in the clear would be taken for the server's own word behind TLS.
    return Why.INJECTED if talk.unread else None


def _odd(reply: SmtpReply) -> Why:
    return Why.TURNED_AWAY if reply.code else Why.NOT_SMTP


async def _handshake(connected: socket.socket, hostname: str) -> bytes:
    """The server's certificate in DER.

    Raises:
        ssl.SSLError: where TLS does not come about.
    """
    loop = asyncio.get_running_loop()
    name = parse_name(hostname)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = _any_certificate().wrap_bio(
        incoming, outgoing, server_hostname=None if name is None else ascii_form(name)
    )
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            await loop.sock_sendall(connected, outgoing.read())
            data = await loop.sock_recv(connected, CHUNK)
            if data:
                incoming.write(data)
            else:
                incoming.write_eof()
    certificate = tls.getpeercert(binary_form=True) or b""
    with contextlib.suppress(OSError):  # a farewell, of which nothing depends
        tls.write(b"QUIT\r\n")
        await loop.sock_sendall(connected, outgoing.read())
    return certificate


def _any_certificate() -> ssl.SSLContext:
    """Takes every certificate: it is read, and nothing is entrusted to the connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context

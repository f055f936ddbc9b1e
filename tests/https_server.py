"""HTTPS servers on loopback, with certificates of a private authority."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.name
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher
from mailcow_dns_tui.model.policy_page import PolicyPage

DOMAIN = dns.name.from_text("example.org")
LOOPBACK = "127.0.0.1"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Authority:
    """Issues certificates."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @staticmethod
    def make(folder: Path) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"authority {folder.name}")])
        authority = Authority(folder, key, name)
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - HOUR)
            .not_valid_after(now + HOUR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        authority.root.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return authority

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def context(
        self, host: str, expires: timedelta = HOUR, begins: timedelta = -24 * HOUR
    ) -> ssl.SSLContext:
        """What a server needs that has a certificate for this host."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(
                self.name, subject, key.public_key(), x509.random_serial_number()
            )
            .not_valid_before(now + begins)
            .not_valid_after(now + expires)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self.folder / f"{host}.pem"
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@dataclass
class Server:
    port: int
    requests: list[str]

    async def fetch(self, *addresses: str) -> PolicyPage:
        fetcher = HttpsFetcher(self.port)
        return await fetcher.fetch(DOMAIN, addresses or (LOOPBACK,))


@asynccontextmanager
async def serving(response: bytes | None, context: ssl.SSLContext | None) -> AsyncIterator[Server]:
    """A server that says this to every request; None: nothing, ever."""
    requests: list[str] = []
    over = asyncio.Event()
    # Without TLS, the first byte of what should begin it is enough to be answered.
    end_of_request = b"\r\n\r\n" if context else b"\x16"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            requests.append((await reader.readuntil(end_of_request)).decode())
            if response is None:
                await over.wait()
            else:
                writer.write(response)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, LOOPBACK, 0, ssl=context)
    try:
        yield Server(server.sockets[0].getsockname()[1], requests)
    finally:
        over.set()
        server.close()
        await server.wait_closed()


def http(body: bytes, status: str = "200 OK", *headers: str, kind: str = "text/plain") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body

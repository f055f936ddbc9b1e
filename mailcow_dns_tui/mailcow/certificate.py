"""The mail certificate, for the TLSA record that pins its key (RFC 7672 3.1.1)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.smtp import UNREACHED, Presenter
from mailcow_dns_tui.mailcow.source_error import SourceError, Why, read_small
from mailcow_dns_tui.model.certificate import Presented, ReadCertificate, read_certificate
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.suggestion import Suggestion
from mailcow_dns_tui.model.text import listed

if TYPE_CHECKING:
    from dns.name import Name

TLSA_KEY = "server.spki_sha256"
"""The answer's place in the plan file."""
CERTIFICATE_FILE = Path("data/assets/ssl/cert.pem")
LARGEST_FILE = 1024 * 1024
EXAMPLE_ISSUER = "mailcow"
"""In the issuer of the certificates that mailcow makes itself; its ACME client looks for it too."""
MOST_NAMES = 3


def key_in(folder: Path, hostname: str) -> Suggestion | SourceError:
    """That of the first certificate in mailcow's cert.pem, which its servers show."""
    from cryptography.x509 import load_pem_x509_certificate

    path = folder / CERTIFICATE_FILE
    content = read_small(path, LARGEST_FILE)
    if isinstance(content, SourceError):
        return content
    found = read_certificate(content, load_pem_x509_certificate)
    if found is None:
        return SourceError(f"{path} has no certificate in PEM.", Why.NOT_A_CERTIFICATE)
    return _pinned(found, hostname, path.name)


class ServerOrFile:
    """What the mail server presents; where it can't be reached, what is in mailcow's cert.pem.

    Args:
        folder: of mailcow; None where there is none.
    """

    def __init__(self, server: Presenter, folder: Path | None) -> None:
        self._server = server
        self._folder = folder

    async def present(self, host: Name | None, addresses: Sequence[str]) -> Presented:
        """What the server at one of these addresses shows to those who want this host."""
        presented = await self._server.present(host, addresses)
        if presented.failure not in UNREACHED or self._folder is None or host is None:
            return presented
        return await asyncio.to_thread(_chain_in, self._folder, host) or presented


def _chain_in(folder: Path, host: Name) -> Presented | None:
    """The file's certificates; None where the first is not one for the host."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    if isinstance(key_in(folder, ascii_form(host)), SourceError):
        return None
    content = read_small(folder / CERTIFICATE_FILE, LARGEST_FILE)
    try:
        chain = load_pem_x509_certificates(content) if isinstance(content, bytes) else []
    except ValueError:
        return None
    return Presented(CERTIFICATE_FILE.name, tuple(c.public_bytes(Encoding.DER) for c in chain))


def key_from(der: bytes, hostname: str, source: str) -> Suggestion | SourceError:
    """That of a certificate that a server showed; any name will do where the hostname is empty."""
    found = read_certificate(der)
    if found is None:
        sentence = f"The certificate of {source} can't be read."
        return SourceError(sentence, Why.NOT_A_CERTIFICATE)
    return _pinned(found, hostname, source)


def _pinned(found: ReadCertificate, hostname: str, source: str) -> Suggestion | SourceError:
    """The data of a TLSA 3 1 1, only offered: the record needs DNSSEC."""
    if EXAMPLE_ISSUER in found.issuer:
        return SourceError(
            f"The certificate of {source} is the example that mailcow starts with. Its key "
            "will be replaced: get a real certificate first.",
            Why.EXAMPLE,
        )
    if found.not_after <= datetime.now(UTC):
        day = f"{found.not_after:%Y-%m-%d}"
        sentence = f"The certificate of {source} expired on {day}: look at the log of acme-mailcow."
        return SourceError(sentence, Why.EXPIRED)
    host = parse_name(hostname)
    if hostname and not (host and found.is_for(host)):
        names = listed(found.names, MOST_NAMES, spare=0) or "no name"
        sentence = f"The certificate of {source} is for {names}, and not for {hostname}."
        return SourceError(sentence, Why.OTHER_NAME)
    return Suggestion(TLSA_KEY, hashlib.sha256(found.key).hexdigest(), source, offered=True)

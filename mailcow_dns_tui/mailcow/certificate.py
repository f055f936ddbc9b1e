"""The mail certificate, for the TLSA record that pins its key (RFC 7672 3.1.1)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.smtp import UNREACHED, Presenter
from mailcow_dns_tui.mailcow.small_file import NoFile, read_small
from mailcow_dns_tui.model.certificate import Presented, ReadCertificate, read_certificate
from mailcow_dns_tui.model.names import ascii_form, parse_name

if TYPE_CHECKING:
    from dns.name import Name

CERTIFICATE_FILE = Path("data/assets/ssl/cert.pem")
LARGEST_FILE = 1024 * 1024
EXAMPLE_ISSUER = "mailcow"
"""In the issuer of the certificates that mailcow makes itself; its ACME client looks for it too."""
MOST_NAMES = 3


class Why(Enum):
    """Why there is no certificate to pin."""

    NO_FILE = "the file can't be read"
    NOT_A_CERTIFICATE = "what was read is no certificate"
    EXAMPLE = "mailcow's own example"
    EXPIRED = "expired"
    OTHER_NAME = "for other names"


@dataclass(frozen=True)
class NoCertificate:
    """A refusal, with a sentence for the screen."""

    why: Why
    sentence: str


@dataclass(frozen=True)
class MailCertificate:
    """What is needed of a certificate.

    Attributes:
        spki_sha256: of its SubjectPublicKeyInfo, in hex: the data of a TLSA 3 1 1.
        source: as it is shown beside the answer: `cert.pem`.
    """

    spki_sha256: str
    not_after: datetime
    source: str


def certificate_in(folder: Path, hostname: str) -> MailCertificate | NoCertificate:
    """The first certificate in mailcow's cert.pem: the one that its servers show."""
    from cryptography.x509 import load_pem_x509_certificate

    path = folder / CERTIFICATE_FILE
    content = read_small(path, LARGEST_FILE)
    if isinstance(content, NoFile):
        return NoCertificate(Why.NO_FILE, f"{path} {content.value}.")
    found = read_certificate(content, load_pem_x509_certificate)
    if found is None:
        return NoCertificate(Why.NOT_A_CERTIFICATE, f"{path} has no certificate in PEM.")
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

    if isinstance(certificate_in(folder, ascii_form(host)), NoCertificate):
        return None
    content = read_small(folder / CERTIFICATE_FILE, LARGEST_FILE)
    try:
        chain = load_pem_x509_certificates(content) if isinstance(content, bytes) else []
    except ValueError:
        return None
    return Presented(CERTIFICATE_FILE.name, tuple(c.public_bytes(Encoding.DER) for c in chain))


def certificate_from(der: bytes, hostname: str, source: str) -> MailCertificate | NoCertificate:
    """The certificate that a server showed; any name will do where the hostname is empty."""
    found = read_certificate(der)
    if found is None:
        sentence = f"The certificate of {source} can't be read."
        return NoCertificate(Why.NOT_A_CERTIFICATE, sentence)
    return _pinned(found, hostname, source)


def _pinned(found: ReadCertificate, hostname: str, source: str) -> MailCertificate | NoCertificate:
    if EXAMPLE_ISSUER in found.issuer:
        return NoCertificate(
            Why.EXAMPLE,
            f"The certificate of {source} is the example that mailcow starts with. Its key "
            "will be replaced: get a real certificate first.",
        )
    if found.not_after <= datetime.now(UTC):
        return NoCertificate(
            Why.EXPIRED,
            f"The certificate of {source} expired on {found.not_after:%Y-%m-%d}: "
            "look at the log of acme-mailcow.",
        )
    host = parse_name(hostname)
    if hostname and not (host and found.is_for(host)):
        return NoCertificate(
            Why.OTHER_NAME,
            f"The certificate of {source} is for {_shown(found.names)}, and not for {hostname}.",
        )
    return MailCertificate(hashlib.sha256(found.key).hexdigest(), found.not_after, source)


def _shown(names: tuple[str, ...]) -> str:
    if not names:
        return "no name"
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")

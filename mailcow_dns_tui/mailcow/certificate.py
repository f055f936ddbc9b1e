"""The mail certificate, for the TLSA record that pins its key (RFC 7672 3.1.1)."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from mailcow_dns_tui.mailcow.der import public_key_info
from mailcow_dns_tui.mailcow.small_file import NoFile, read_small
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.txt import safe

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name

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
    NO_CONNECTION = "no connection"
    SILENT = "no answer in time"
    HUNG_UP = "hung up"
    NOT_SMTP = "no mail server"
    TURNED_AWAY = "turned away"
    NO_STARTTLS = "STARTTLS is not offered"
    INJECTED = "data before TLS"
    NO_TLS = "TLS does not come about"


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
        names: DNS names, as the certificate has them.
        issuer: as RFC 4514 writes it.
        source: as it is shown beside the answer: `cert.pem`.
    """

    spki_sha256: str
    not_after: datetime
    names: tuple[str, ...]
    issuer: str
    source: str


def certificate_in(folder: Path, hostname: str) -> MailCertificate | NoCertificate:
    """The first certificate in mailcow's cert.pem: the one that its servers show."""
    from cryptography.x509 import load_pem_x509_certificate

    path = folder / CERTIFICATE_FILE
    content = read_small(path, LARGEST_FILE)
    if isinstance(content, NoFile):
        return NoCertificate(Why.NO_FILE, f"{path} {content.value}.")
    found = _read(content, load_pem_x509_certificate, path.name)
    if found is None:
        return NoCertificate(Why.NOT_A_CERTIFICATE, f"{path} has no certificate in PEM.")
    return _refusal(found, hostname) or found


def certificate_from(der: bytes, hostname: str, source: str) -> MailCertificate | NoCertificate:
    """The certificate that a server showed; any name will do where the hostname is empty."""
    from cryptography.x509 import load_der_x509_certificate

    found = _read(der, load_der_x509_certificate, source)
    if found is None:
        sentence = f"The certificate of {source} can't be read."
        return NoCertificate(Why.NOT_A_CERTIFICATE, sentence)
    return _refusal(found, hostname) or found


def _read(data: bytes, load: Callable[[bytes], Certificate], source: str) -> MailCertificate | None:
    """What is needed of a certificate; None where it breaks the rules for one."""
    from cryptography.x509 import DuplicateExtension, InvalidVersion, UnsupportedGeneralNameType

    broken = (DuplicateExtension, InvalidVersion, UnsupportedGeneralNameType)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of rules broken that are no concern here
            certificate = load(data)
            return MailCertificate(
                hashlib.sha256(public_key_info(certificate.tbs_certificate_bytes)).hexdigest(),
                certificate.not_valid_after_utc,
                _names(certificate),
                safe(certificate.issuer.rfc4514_string()),
                source,
            )
    except (ValueError, TypeError, *broken):  # the second for names of an unknown form
        return None


def _names(certificate: Certificate) -> tuple[str, ...]:
    """The names that clients compare; the common name only where there are no others."""
    from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName

    try:
        extension = certificate.extensions.get_extension_for_class(SubjectAlternativeName)
    except ExtensionNotFound:
        return _common_names(certificate.subject)
    return tuple(safe(name) for name in extension.value.get_values_for_type(DNSName))


def _common_names(subject: Name) -> tuple[str, ...]:
    from cryptography.x509 import NameOID

    values = (each.value for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    return tuple(safe(value) for value in values if isinstance(value, str))


def _refusal(found: MailCertificate, hostname: str) -> NoCertificate | None:
    if EXAMPLE_ISSUER in found.issuer:
        return NoCertificate(
            Why.EXAMPLE,
            f"The certificate of {found.source} is the example that mailcow starts with. Its key "
            "will be replaced: get a real certificate first.",
        )
    if found.not_after <= datetime.now(UTC):
        return NoCertificate(
            Why.EXPIRED,
            f"The certificate of {found.source} expired on {found.not_after:%Y-%m-%d}: "
            "look at the log of acme-mailcow.",
        )
    if hostname and not any(_covers(name, hostname) for name in found.names):
        return NoCertificate(
            Why.OTHER_NAME,
            f"The certificate of {found.source} is for {_shown(found.names)}, "
            f"and not for {hostname}.",
        )
    return None


def _covers(name: str, hostname: str) -> bool:
    """Compare as clients do: a wildcard stands for exactly one label (RFC 9525 6.3)."""
    wanted = parse_name(hostname)
    if wanted is None:
        return False
    text, shown = ascii_form(wanted).lower(), name.lower().rstrip(".")
    return text == shown or (shown.startswith("*.") and text.partition(".")[2] == shown[2:])


def _shown(names: tuple[str, ...]) -> str:
    if not names:
        return "no name"
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")

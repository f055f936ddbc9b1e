"""The certificates of a mail server: what it shows to other servers, and what is in them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.text import safe

if TYPE_CHECKING:
    from cryptography import x509
    from dns.name import Name

SEQUENCE = 0x30
VERSION = 0xA0
BEFORE_KEY = 5
"""In a TBSCertificate: serial number, algorithm, issuer, validity and subject (RFC 5280 4.1)."""


class NotPresented(Enum):
    """Why no certificate came; the value says it of a port, as the end of a sentence."""

    NO_CONNECTION = "can't be reached; is mailcow running, and port 25 open?"
    SILENT = "did not answer in time; many networks block port 25."
    HUNG_UP = "hung up; look at the log of postfix-mailcow."
    NOT_SMTP = "does not talk as a mail server does."
    TURNED_AWAY = "turned this machine away."
    NO_STARTTLS = "does not offer STARTTLS, or refuses it."
    INJECTED = "sent data before TLS began: somebody on the way may be changing it."
    NO_TLS = "broke TLS off."


@dataclass(frozen=True)
class Presented:
    """The certificates that a server shows behind STARTTLS (RFC 3207), or why there are none.

    Attributes:
        source: where they are from, for people: `port 25 of 192.0.2.10`, `cert.pem`.
        chain: in DER, the server's own first.
        failure: None where there is a chain.
        trusted: whether the chain leads to an authority that this machine trusts, and all in it is
            valid now; None where that is not known. Whose name the server's has does not count.
    """

    source: str
    chain: tuple[bytes, ...] = ()
    failure: NotPresented | None = None
    trusted: bool | None = None

    @property
    def sentence(self) -> str:
        """Why there is no chain; empty where there is one."""
        source = self.source[:1].upper() + self.source[1:]
        return f"{source} {self.failure.value}" if self.failure else ""


@dataclass(frozen=True)
class ReadCertificate:
    """A certificate that could be read.

    Attributes:
        key: its SubjectPublicKeyInfo in DER, which TLSA records pin.
        names: the DNS names that clients compare; the common name only where there are no others.
        issuer: as RFC 4514 writes it.
    """

    x509: x509.Certificate
    key: bytes
    names: tuple[str, ...]
    issuer: str
    not_before: datetime
    not_after: datetime

    def is_for(self, host: Name) -> bool:
        """Compare as clients do: a wildcard stands for exactly one label (RFC 9525 6.3)."""
        text = host.to_text(omit_final_dot=True).lower()
        shown = {name.lower().rstrip(".") for name in self.names}
        return text in shown or f"*.{text.partition('.')[2]}" in shown


def read_certificate(
    data: bytes, load: Callable[[bytes], x509.Certificate] | None = None
) -> ReadCertificate | None:
    """What is needed of a certificate, in DER if `load` parses no other form.

    None where it breaks the rules for one.
    """
    from cryptography import x509

    broken = (x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of rules broken that are no concern here
            certificate = (load or x509.load_der_x509_certificate)(data)
            return ReadCertificate(
                certificate,
                public_key_info(certificate.tbs_certificate_bytes),
                _names(certificate),
                safe(certificate.issuer.rfc4514_string()),
                certificate.not_valid_before_utc,
                certificate.not_valid_after_utc,
            )
    except (ValueError, TypeError, *broken):  # the second for names of an unknown form
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName

    try:
        extension = certificate.extensions.get_extension_for_class(SubjectAlternativeName)
    except ExtensionNotFound:
        return _common_names(certificate.subject)
    return tuple(safe(name) for name in extension.value.get_values_for_type(DNSName))


def _common_names(subject: x509.Name) -> tuple[str, ...]:
    from cryptography.x509 import NameOID

    values = (each.value for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    return tuple(safe(value) for value in values if isinstance(value, str))


def public_key_info(tbs_certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo, which a library would encode anew, and not always the same way.

    Raises:
        ValueError: for what is no TBSCertificate in DER.
    """
    tag, begin, end = _element(tbs_certificate, 0)
    if tag != SEQUENCE or end != len(tbs_certificate):
        raise ValueError("no sequence")
    if _element(tbs_certificate, begin)[0] == VERSION:
        begin = _element(tbs_certificate, begin)[2]
    for _ in range(BEFORE_KEY):
        begin = _element(tbs_certificate, begin)[2]
    tag, _, end = _element(tbs_certificate, begin)
    if tag != SEQUENCE:
        raise ValueError("no key")
    return tbs_certificate[begin:end]


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """The tag, where the content begins, and where it ends (X.690 8.1.3)."""
    if at + 2 > len(data):
        raise ValueError("cut short")
    tag, length, begin = data[at], data[at + 1], at + 2
    if length & 0x80:
        octets = length & 0x7F
        length = int.from_bytes(data[begin : begin + octets], "big")
        begin += octets
    if begin + length > len(data):
        raise ValueError("cut short")
    return tag, begin, begin + length

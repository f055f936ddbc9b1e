"""Certificates of every kind."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

HOST = "mail.example.org"
DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def spki_sha256(self) -> str:
        """As the library encodes the key."""
        encoded = self.key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        return hashlib.sha256(encoded).hexdigest()

    def in_folder(self, folder: Path) -> Path:
        """As mailcow's cert.pem below this folder."""
        path = folder / "data/assets/ssl/cert.pem"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.pem)
        return path


def name_of(common_name: str, organisation: str = "") -> x509.Name:
    attributes = [x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)]
    if organisation:
        attributes.append(x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(attributes)


AUTHORITY = name_of("R10", "An Authority")


def issued(
    *names: str,
    issuer: x509.Name | Issued | None = None,
    days: int = 1,
    key: Key | None = None,
    common_name: str = "",
) -> Issued:
    """A certificate with these names; without any, it has the common name alone.

    One that an issued one issues is signed by that one's key, all others by their own.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer.certificate.subject if isinstance(issuer, Issued) else issuer or AUTHORITY,
        name_of(common_name or (names[0] if names else "nobody")),
        key.public_key(),
        x509.random_serial_number(),
        now - 100 * DAY,
        now + days * DAY,
    )
    if names:
        extension = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(extension, critical=False)
    is_authority = x509.BasicConstraints(ca=not names, path_length=None)
    builder = builder.add_extension(is_authority, critical=True)
    signing = issuer.key if isinstance(issuer, Issued) else key
    algorithm = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Issued(builder.sign(signing, algorithm), key)


EXAMPLE = name_of(HOST, "mailcow")
"""The issuer of the certificate that mailcow makes for itself."""

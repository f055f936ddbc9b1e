"""What a TLSA record pins, compared with the server's key (RFC 6698 2.1, RFC 7672 3.1)."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, auto
from functools import cached_property
from typing import ClassVar

from dns.name import Name
from dns.rdata import Rdata
from dns.rdtypes.ANY.TLSA import TLSA

from mailcow_dns_tui.model.certificate import Presented, ReadCertificate, read_certificate
from mailcow_dns_tui.model.names import unicode_form

DANE_TA, DANE_EE = 2, 3
CERTIFICATE, KEY = 0, 1
WHOLE, SHA256, SHA512 = 0, 1, 2


class Pin(IntEnum):
    """What one TLSA record does for the server; the best first."""

    MATCHES = auto()
    MATCHES_CERTIFICATE = auto()
    """What is presented today, and will not be after its renewal."""
    MATCHES_AUTHORITY = auto()
    UNCOMPARED = auto()
    CERTIFICATE = auto()
    """One that could not be compared."""
    AUTHORITY = auto()
    OUTWEIGHED = auto()
    """It matches, and senders skip it for one with a stronger digest that does not."""
    OTHER_KEY = auto()
    UNUSABLE = auto()


def pins(rdatas: Iterable[Rdata], reference: "Reference") -> frozenset[Pin]:
    """What the records of an RRset do."""
    found = [rdata for rdata in rdatas if isinstance(rdata, TLSA)]
    stronger = {_kind(rdata) for rdata in found if _is_usable(rdata) and rdata.mtype == SHA512}
    return frozenset(_pin(rdata, reference, stronger) for rdata in found)


def _pin(rdata: TLSA, reference: "Reference", stronger: Collection[tuple[int, int]]) -> Pin:
    """Of each usage and selector, senders heed only the strongest digests (RFC 7671 9)."""
    if not _is_usable(rdata):
        return Pin.UNUSABLE
    pin = reference.pin(rdata)
    if rdata.mtype != SHA256 or _kind(rdata) not in stronger:
        return pin
    return Pin.OUTWEIGHED if pin is Pin.MATCHES else Pin.OTHER_KEY


def stronger_than_planned(rdatas: Iterable[Rdata]) -> tuple[Rdata, ...]:
    """Those with a digest of the key for which senders skip one like the plan's."""
    found = (rdata for rdata in rdatas if isinstance(rdata, TLSA))
    return tuple(r for r in found if _kind(r) == (DANE_EE, KEY) and r.mtype == SHA512)


def _kind(rdata: TLSA) -> tuple[int, int]:
    return rdata.usage, rdata.selector


def _is_usable(rdata: TLSA) -> bool:
    """Mail servers leave out usages 0 and 1 (RFC 7672 3.1.3), and what they can't compare.

    So they do with a digest that is said to be the key itself, of which OpenSSL makes no key.
    """
    return (
        rdata.usage in {DANE_TA, DANE_EE}
        and rdata.selector in {CERTIFICATE, KEY}
        and rdata.mtype in {WHOLE, SHA256, SHA512}
        and (rdata.mtype != WHOLE or _is_sequence(rdata.cert))
    )


def _is_sequence(data: bytes) -> bool:
    """Whether it is one sequence in DER, as certificates and keys are (X.690 8.1.3)."""
    head = data[:2].ljust(2, b"\0")
    more = head[1] & 0x7F if head[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + more], "big") if more else head[1]
    return head[0] == 0x30 and len(data) == 2 + more + length


@dataclass(frozen=True)
class PlannedKey:
    """The plan's digest, where what the server presents is not known.

    Attributes:
        digest: SHA-256 of the server's public key, the data of a TLSA 3 1 1.
        note: why it is not what the server presents, as a sentence; empty where nobody asked.
    """

    digest: bytes
    note: str = ""
    source: ClassVar[str] = "the plan"

    def pin(self, rdata: TLSA) -> Pin:
        """What a record is by the plan's digest alone."""
        if rdata.usage == DANE_TA:
            return Pin.AUTHORITY
        if rdata.selector == CERTIFICATE:
            return Pin.CERTIFICATE
        if rdata.mtype == SHA512:
            return Pin.UNCOMPARED
        pinned = rdata.cert if rdata.mtype == SHA256 else hashlib.sha256(rdata.cert).digest()
        return Pin.MATCHES if pinned == self.digest else Pin.OTHER_KEY


@dataclass(frozen=True)
class PresentedChain:
    """The certificates that the server really presents to those who want a host.

    Attributes:
        own: the server's.
        others: those that it shows with it.
        source: where they are from, for people.
    """

    host: Name
    own: ReadCertificate
    others: tuple[ReadCertificate, ...]
    source: str
    note: ClassVar[str] = ""

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the server's public key."""
        return hashlib.sha256(self.own.key).digest()

    @property
    def is_of_host(self) -> bool:
        """Whether the server's certificate is for the host."""
        return self.own.is_for(self.host)

    @property
    def is_current(self) -> bool:
        """Whether the server's certificate is valid at this time."""
        return self.own.not_before <= datetime.now(UTC) <= self.own.not_after

    @property
    def doubt(self) -> str:
        """What a certificate for another name means, unless its key is the right one."""
        source = self.source[:1].upper() + self.source[1:]
        return (
            f"{source} shows a certificate that is not for {unicode_form(self.host)}: somebody on "
            "the way may answer in its place, as many networks let nobody out on port 25."
        )

    def pin(self, rdata: TLSA) -> Pin:
        """What a record is by the certificates that senders see."""
        if rdata.usage == DANE_TA:
            return Pin.MATCHES_AUTHORITY if self._has_authority(rdata) else Pin.OTHER_KEY
        if not _holds(rdata, self.own):
            return Pin.OTHER_KEY
        return Pin.MATCHES if rdata.selector == KEY else Pin.MATCHES_CERTIFICATE

    def _has_authority(self, rdata: TLSA) -> bool:
        """Whether it vouches for the certificate, whose name and dates count then (RFC 7672 3.1.2).

        One that the record has whole need not be presented.
        """
        if not (self.is_current and self.is_of_host):
            return False
        form = rdata.selector, rdata.mtype
        held = read_certificate(rdata.cert) if form == (CERTIFICATE, WHOLE) else None
        path = list(self._path(held))
        if any(_holds(rdata, each) for each in path[1:]):
            return True
        return form == (KEY, WHOLE) and any(_signed(rdata.cert, each) for each in path)

    def _path(self, held: ReadCertificate | None) -> Iterator[ReadCertificate]:
        """The server's certificate, and upwards who issued each."""
        others, issued = [*self.others, *([held] if held else [])], self.own
        yield issued
        while issuer := next((each for each in others if _issued(each, issued)), None):
            yield issuer
            others.remove(issuer)
            issued = issuer


Reference = PlannedKey | PresentedChain
"""What TLSA records are compared with."""


def presented_chain(presented: Presented | None, host: Name) -> PresentedChain | None:
    """What a server shows, read; None where there is nothing, or its own can't be read."""
    if presented is None or not presented.chain:
        return None
    own, *others = map(read_certificate, presented.chain)
    if own is None:
        return None
    return PresentedChain(host, own, tuple(filter(None, others)), presented.source)


def _holds(rdata: TLSA, certificate: ReadCertificate) -> bool:
    from cryptography.hazmat.primitives.serialization import Encoding

    is_key = rdata.selector == KEY
    selected = certificate.key if is_key else certificate.x509.public_bytes(Encoding.DER)
    digest = {SHA256: hashlib.sha256, SHA512: hashlib.sha512}.get(rdata.mtype)
    return bool(rdata.cert == (digest(selected).digest() if digest else selected))


def _issued(issuer: ReadCertificate, issued: ReadCertificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        issued.x509.verify_directly_issued_by(issuer.x509)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def _signed(key: bytes, issued: ReadCertificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    certificate = issued.x509
    signed = certificate.signature, certificate.tbs_certificate_bytes
    try:
        parameters = certificate.signature_algorithm_parameters
        hashed = certificate.signature_hash_algorithm
        match load_der_public_key(key), parameters:
            case rsa.RSAPublicKey() as public, padding.PKCS1v15() | padding.PSS() if hashed:
                public.verify(*signed, parameters, hashed)
            case ec.EllipticCurvePublicKey() as public, ec.ECDSA():
                public.verify(*signed, parameters)
            case ed25519.Ed25519PublicKey() as public, _:
                public.verify(*signed)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True

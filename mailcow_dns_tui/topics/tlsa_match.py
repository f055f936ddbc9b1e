"""What a TLSA record pins, compared with the planned key (RFC 6698 2.1, RFC 7672 3.1)."""

import hashlib
from collections.abc import Iterable
from enum import Enum, auto

from dns.rdata import Rdata
from dns.rdtypes.ANY.TLSA import TLSA

DANE_TA, DANE_EE = 2, 3
CERTIFICATE, KEY = 0, 1
WHOLE, SHA256, SHA512 = 0, 1, 2


class Pin(Enum):
    """What one TLSA record does for the planned key."""

    MATCHES = auto()
    OTHER_KEY = auto()
    CERTIFICATE = auto()
    AUTHORITY = auto()
    UNCOMPARED = auto()
    UNUSABLE = auto()


def pins(rdatas: Iterable[Rdata], planned: Rdata) -> frozenset[Pin]:
    """What the records of an RRset do; the planned one has the SHA-256 of the key."""
    digest = planned.cert if isinstance(planned, TLSA) else b""
    return frozenset(_pin(rdata, digest) for rdata in rdatas if isinstance(rdata, TLSA))


def _pin(rdata: TLSA, digest: bytes) -> Pin:
    if not _is_usable(rdata):
        return Pin.UNUSABLE
    if rdata.usage == DANE_TA:
        return Pin.AUTHORITY
    if rdata.selector == CERTIFICATE:
        return Pin.CERTIFICATE
    if rdata.mtype == SHA512:
        return Pin.UNCOMPARED
    pinned = rdata.cert if rdata.mtype == SHA256 else hashlib.sha256(rdata.cert).digest()
    return Pin.MATCHES if pinned == digest else Pin.OTHER_KEY


def _is_usable(rdata: TLSA) -> bool:
    """Mail servers leave out usages 0 and 1 (RFC 7672 3.1.3), and what they can't compare."""
    return (
        rdata.usage in {DANE_TA, DANE_EE}
        and rdata.selector in {CERTIFICATE, KEY}
        and rdata.mtype in {WHOLE, SHA256, SHA512}
    )

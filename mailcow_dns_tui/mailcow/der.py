"""The bytes of a certificate's parts, exactly as they are signed."""

SEQUENCE = 0x30
VERSION = 0xA0
BEFORE_KEY = 5
"""In a TBSCertificate: serial number, algorithm, issuer, validity and subject (RFC 5280 4.1)."""


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

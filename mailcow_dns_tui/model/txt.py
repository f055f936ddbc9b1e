"""Text in DNS: TXT rdata, and text from the network made safe to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.rdata import Rdata
    from dns.rdtypes.ANY.TXT import TXT

STRING_BYTES = 255

INVISIBLE = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
"""Characters that count as printable, and that a terminal shows nothing for."""
LONGEST_SHOWN = 80


def txt_rdata(value: str) -> TXT:
    """A TXT with the value split into strings of at most 255 bytes (RFC 1035 3.3.14)."""
    import dns.rdataclass
    import dns.rdatatype
    from dns.rdtypes.ANY.TXT import TXT

    data = value.encode()
    pieces = [data[i : i + STRING_BYTES] for i in range(0, len(data), STRING_BYTES)] or [b""]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, pieces)


def txt_bytes(rdata: TXT) -> bytes:
    """The strings of a TXT joined without a blank, as SPF, DKIM and DMARC read them."""
    return b"".join(rdata.strings)


def txt_value(rdata: TXT) -> str:
    """The joined strings as text; a byte that is not UTF-8 becomes U+FFFD."""
    return txt_bytes(rdata).decode(errors="replace")


def shown(rdata: Rdata) -> str:
    """The data on one line and safe for a terminal: a TXT whole and without quotes."""
    from dns.rdtypes.ANY.TXT import TXT

    return safe(txt_value(rdata) if isinstance(rdata, TXT) else rdata.to_text())


def safe(text: str) -> str:
    """The text with everything that a terminal might obey, or hide, written as an escape."""
    return "".join(char if _is_shown(char) else _escape(char) for char in text)


def _is_shown(char: str) -> bool:
    return char.isprintable() and char not in INVISIBLE


def brief(text: str, longest: int = LONGEST_SHOWN) -> str:
    """The text safe for a terminal; of a long one the beginning, and how long it is."""
    if len(text) <= longest:
        return safe(text)
    return f"{safe(text[:longest])}… ({len(text)} characters)"


def words_of(text: str) -> tuple[str, ...]:
    """The words of a sentence, sorted: what servers list in any order is the same sentence."""
    return tuple(sorted(text.replace(",", " ").replace(";", " ").rstrip(" .").split()))


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()

"""Text: TXT rdata, what the network sent made safe to show, durations and times of day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
MOST_LISTED = 6


@lru_cache(maxsize=256)
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


def safe(text: str) -> str:
    """The text with everything that a terminal might obey, or hide, written as an escape."""
    if text.isprintable() and INVISIBLE.isdisjoint(text):
        return text
    return "".join(
        char
        if char.isprintable() and char not in INVISIBLE
        else char.encode("unicode_escape").decode()
        for char in text
    )


def brief(text: str, longest: int = LONGEST_SHOWN) -> str:
    """The text safe for a terminal; of a long one the beginning, and how long it is."""
    if len(text) <= longest:
        return safe(text)
    return f"{safe(text[:longest])}… ({len(text)} characters)"


def listed(texts: Iterable[str], most: int = MOST_LISTED, spare: int = 1) -> str:
    """All of a few: `a, b`; of many the first ones, and how many more there are: `a, b and 7 more`.

    Up to `spare` more than `most` are still a few.
    """
    known = list(texts)
    if len(known) <= most + spare:
        return ", ".join(known)
    return f"{', '.join(known[:most])} and {len(known) - most} more"


def enumerated(texts: Sequence[str], most: int | None = None) -> str:
    """`a, b and c`; of at least one; of far more than `most`: `a, b and 7 more`."""
    if most and len(texts) > most + 1:
        texts = [*texts[:most], f"{len(texts) - most} more"]
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def words_of(text: str) -> tuple[str, ...]:
    """The words of a sentence, sorted: what servers list in any order is the same sentence."""
    return tuple(sorted(text.replace(",", " ").replace(";", " ").rstrip(" .").split()))


DAY, HOUR, MINUTE = 86_400, 3600, 60
UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second"))


def duration(seconds: int) -> str:
    """`90 minutes`, `2 hours`: in a unit of which there are two at least, rounded up."""
    units = ((size, unit) for size, unit in UNITS[1:] if seconds >= 2 * size)
    size, unit = next(units, UNITS[-1])
    return counted(math.ceil(seconds / size), unit)


def exact_duration(seconds: int) -> str:
    """In the largest unit that leaves no rest: `30 minutes`, `1 hour`, `90 seconds`."""
    size, unit = next((size, unit) for size, unit in UNITS if seconds % size == 0)
    return counted(seconds // size, unit)


def counted(count: int, noun: str) -> str:
    """`1 record`, `2 records`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def short_duration(seconds: int) -> str:
    """`45 s`, `12 min`, `1 h`, `1 h 05`, `2 d 03 h`; rounded up."""
    if seconds < MINUTE:
        return f"{seconds} s"
    minutes = math.ceil(seconds / MINUTE)
    if minutes < HOUR // MINUTE:
        return f"{minutes} min"
    if minutes < DAY // MINUTE:
        return f"{minutes // 60} h {minutes % 60:02}".removesuffix(" 00")
    hours = math.ceil(seconds / HOUR)
    return f"{hours // 24} d {hours % 24:02} h".removesuffix(" 00 h")


def time_of_day(when: datetime, now: datetime) -> str:
    """`14:32`, or `Tue 14:32` on another day; rounded up, since it is to be over by then."""
    minute = _up_to_minute(when)
    return f"{minute:%H:%M}" if minute.date() == now.date() else f"{minute:%a %H:%M}"


def time_and_date(when: datetime, now: datetime) -> str:
    """`14:32`, or `14:32 on 2026-11-23` on another day, where `now` is; rounded up as well."""
    minute = _up_to_minute(when.astimezone(now.tzinfo) if now.tzinfo else when)
    return f"{minute:%H:%M}" if minute.date() == now.date() else f"{minute:%H:%M on %Y-%m-%d}"


def _up_to_minute(when: datetime) -> datetime:
    whole = when.replace(second=0, microsecond=0)
    return whole if whole == when else whole + timedelta(minutes=1)

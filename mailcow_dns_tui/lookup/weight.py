"""What a message would cost to read, told from its bytes.

To read a record takes far longer than to pass over it, and a name is made of its labels anew each
time that a pointer leads to it (RFC 1035 4.1.4).
"""

import struct
from collections.abc import Iterator
from itertools import accumulate

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.bounds import LARGEST_ANSWER, MOST_PARTS, MOST_RECORDS

HEADER = struct.Struct("!HHHHHH")
FIXED = struct.Struct("!HHIH")
LONGEST_LABEL = 63
LEAST_POINTER = 0xC0
MOST_LABELS = 127
"""Of a name (RFC 1035 2.3.4)."""
STRINGS = frozenset({RdataType.TXT, RdataType.SPF})
NAMES = {
    RdataType.NS: (0, 1),
    RdataType.CNAME: (0, 1),
    RdataType.SOA: (0, 2),
    RdataType.PTR: (0, 1),
    RdataType.MX: (2, 1),
    RdataType.RP: (0, 2),
    RdataType.AFSDB: (2, 1),
    RdataType.RT: (2, 1),
    RdataType.SIG: (18, 1),
    RdataType.PX: (2, 2),
    RdataType.SRV: (6, 1),
    RdataType.KX: (2, 1),
}
"""Where in the data of a record names begin that may be compressed, and how many there are."""


def is_excessive(wire: bytes) -> bool:
    """Whether a message is larger than any that is meant well."""
    if len(wire) > LARGEST_ANSWER:
        return True
    so_far = enumerate(accumulate(_parts(wire)))
    try:
        return any(entry > MOST_RECORDS or parts > MOST_PARTS for entry, parts in so_far)
    except (IndexError, struct.error):
        # It ends too early; whoever reads it stops at the same place.
        return False


def _parts(wire: bytes) -> Iterator[int]:
    """How many labels and strings its question and each of its records are made of."""
    _, _, questions, *counts = HEADER.unpack_from(wire)
    at = HEADER.size
    for _ in range(questions):
        labels, at = _name(wire, at)
        at += 4
        yield labels
    for _ in range(sum(counts)):
        labels, at = _name(wire, at)
        rdtype, _, _, length = FIXED.unpack_from(wire, at)
        at += FIXED.size
        yield labels + _of_data(wire[: at + length], at, rdtype)
        at += length


def _of_data(wire: bytes, at: int, rdtype: int) -> int:
    if rdtype in STRINGS:
        return _strings(wire, at)
    if rdtype == RdataType.NAPTR:
        # Its name stands behind strings, and nobody asks for it.
        return MOST_LABELS
    skipped, names = NAMES.get(RdataType.make(rdtype), (0, 0))
    at += skipped
    labels = 0
    for _ in range(names):
        try:
            more, at = _name(wire, at)
        except IndexError:
            break
        labels += more
    return labels


def _strings(wire: bytes, at: int) -> int:
    count = 0
    while at < len(wire):
        at += wire[at] + 1
        count += 1
    return count


def _name(wire: bytes, at: int) -> tuple[int, int]:
    """How many labels a name has, and where what stands behind it begins.

    Raises:
        IndexError: it does not end inside the message.
    """
    labels, end = 0, 0
    while labels <= MOST_LABELS:
        first = wire[at]
        if first >= LEAST_POINTER:
            end = end or at + 2
            target = (first - LEAST_POINTER) * 256 + wire[at + 1]
            if target >= at:
                break
            at = target
        elif 0 < first <= LONGEST_LABEL:
            labels += 1
            at += first + 1
        else:
            break
    return labels, end or at + 1

"""What comes back from a server, read off the wire.

Records that can't be parsed are kept apart. What a message would cost to read is told from its
bytes before: to read a record takes far longer than to pass over it, and a name is made of its
labels again each time that a pointer leads to it (RFC 1035 4.1.4).
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice

import dns.edns
import dns.exception
import dns.flags
import dns.opcode
import dns.rcode
import dns.rdataclass
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.message import HEADER, Message, read_message
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.model import bounds
from mailcow_dns_tui.model.answer import DISBELIEVED, Answer, Failure, Source

FIXED = struct.Struct("!HHIH")
QR, AA, TC, RA, AD = map(
    int, (dns.flags.QR, dns.flags.AA, dns.flags.TC, dns.flags.RA, dns.flags.AD)
)
"""As plain numbers, which are many times as quick to compare."""
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
    RdataType.DNAME: (0, 1),
    RdataType.SIG: (18, 1),
    RdataType.RRSIG: (18, 1),
    RdataType.NSEC: (0, 1),
    RdataType.PX: (2, 2),
    RdataType.SRV: (6, 1),
    RdataType.KX: (2, 1),
}
"""Where in the data of a record names begin that may be compressed, and how many there are."""
WITHOUT_NAMES = frozenset(
    {
        RdataType.A,
        RdataType.AAAA,
        RdataType.CAA,
        RdataType.DNSKEY,
        RdataType.DS,
        RdataType.NSEC3,
        RdataType.NSEC3PARAM,
        RdataType.OPT,
        RdataType.TLSA,
    }
)


def is_excessive(wire: bytes) -> bool:
    """Whether a message is larger than any that is meant well."""
    if len(wire) > bounds.LARGEST_ANSWER:
        return True
    so_far = enumerate(accumulate(_parts(wire)))
    try:
        return any(
            entry > bounds.MOST_RECORDS or parts > bounds.MOST_PARTS for entry, parts in so_far
        )
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
    if rdtype in WITHOUT_NAMES:
        return 0
    if rdtype not in NAMES:
        # Where a name may stand is not known, and nobody asks for such a type.
        return MOST_LABELS
    skipped, names = NAMES[RdataType.make(rdtype)]
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


TO_QUESTION = b"\xc0\x0c"
"""A pointer to the name that was asked for, which stands behind the header (RFC 1035 4.1.4)."""
GOOD = frozenset({int(Rcode.NOERROR), int(Rcode.NXDOMAIN)})
"""Said where the server knows the answer, be it that there is no such record."""

KEPT = 256
"""Answers: as many as arrive from one server before another has sent the same."""

PHRASES = {dns.edns.EDECode.OTHER: "", dns.edns.EDECode.DNSSEC_BOGUS: DISBELIEVED}
"""For what the name of the code does not say well."""

SILENT_ON_QUESTION = frozenset({Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED})
"""A server that says one of these may leave out which question it answers."""

FAILED = {
    Rcode.SERVFAIL: Failure.SERVFAIL,
    Rcode.REFUSED: Failure.REFUSED,
    Rcode.NOTAUTH: Failure.LAME,
}


@dataclass(frozen=True)
class Reply:
    """A message that answers the question that was asked.

    Attributes:
        seconds: from the question to the answer.
        heard: when it came, in whole seconds since 1970.
    """

    message: Message
    seconds: float = 0.0
    heard: int = 0

    @property
    def truncated(self) -> bool:
        """TC: the whole is to be had over TCP."""
        return bool(self.message.flags & TC)

    @property
    def authoritative(self) -> bool:
        """AA: the server has the zone itself."""
        return bool(self.message.flags & AA)

    @property
    def recursion_available(self) -> bool:
        """RA: the server asks others on our behalf."""
        return bool(self.message.flags & RA)

    @property
    def authenticated(self) -> bool:
        """AD: the server has validated the answer (RFC 4035 3.2.3)."""
        return bool(self.message.flags & AD)


@dataclass(frozen=True)
class Response:
    """What came back from one server: a reply, or why there is none."""

    source: Source
    reply: Reply | Failure

    @property
    def failure(self) -> Failure | None:
        """Why it says nothing of the record; None for an answer, or the absence of one."""
        if isinstance(self.reply, Failure):
            return self.reply
        rcode = self.reply.message.rcode
        return None if rcode in GOOD else FAILED.get(rcode, Failure.ERROR)

    @property
    def good(self) -> Reply | None:
        """The reply, where it is no failure."""
        return self.reply if isinstance(self.reply, Reply) and self.failure is None else None

    def failed(self, failure: Failure | None = None) -> Answer:
        """An answer that says nothing about the record: for this reason, else for its own."""
        failure = failure or self.failure or Failure.ERROR
        if isinstance(self.reply, Failure):
            return Answer(self.source, failure=failure)
        message, seconds = self.reply.message, self.reply.seconds
        return Answer(
            self.source, failure=failure, seconds=seconds, rcode=message.rcode, note=cause(message)
        )


def cause(message: Message) -> str:
    """What an Extended DNS Error (RFC 8914) says, in words; empty where there is none."""
    errors = (option for option in message.options if isinstance(option, dns.edns.EDEOption))
    texts = dict.fromkeys(filter(None, map(_in_words, islice(errors, bounds.MOST_CAUSES))))
    return "; ".join(texts)


def _in_words(error: dns.edns.EDEOption) -> str:
    known = error.code in dns.edns.EDECode.__members__.values()
    phrase = dns.edns.EDECode(error.code).name.lower() if known else f"error {error.code}"
    words = PHRASES.get(error.code, phrase.replace("_", " ").replace("dnssec", "DNSSEC"))
    text = (error.text or "")[: bounds.LONGEST_CAUSE]
    return " - ".join(filter(None, (words, text)))


class Awaited:
    """Reads what comes back for one question, and gives up where it never fits.

    Args:
        message_id: of the query.
        is_late: whether nobody waits for it any more.
    """

    def __init__(self, message_id: int, question: Question, is_late: Callable[[], bool]) -> None:
        self._message_id = message_id
        self._question = question
        self._is_late = is_late
        self._strays = 0

    def read(self, wire: bytes) -> Reply | Failure | None:
        """Read what came back; None where it answers another question and is to be ignored."""
        if self._is_late():
            return Failure.LATE
        if len(wire) < HEADER.size or int.from_bytes(wire[:2], "big") != self._message_id:
            return None
        outcome = read_reply(wire, self._question)
        if outcome is None:
            self._strays += 1
        return Failure.GARBLED if self._strays > bounds.MOST_STRAYS else outcome


def read_reply(wire: bytes, question: Question) -> Reply | Failure | None:
    """Read a message with the right id; None where it answers another question.

    What the servers of a zone say differs in its id alone, and is read once.
    """
    return _read(bytes(2) + wire[2:], question)


@lru_cache(maxsize=KEPT)
def _read(wire: bytes, question: Question) -> Reply | Failure | None:
    if _flags(wire) & TC:
        # Often cut inside a record; all that counts is that the whole is to be had over TCP.
        wire = wire[:6] + bytes(6) + wire[12:]
    try:
        wire = _without_unused(wire, question)
        if is_excessive(wire):
            return Failure.EXCESSIVE
        message = read_message(wire)
    except (dns.exception.DNSException, ValueError):
        return Failure.GARBLED
    return Reply(message) if _answers(message, question) else None


def _flags(wire: bytes) -> int:
    return int.from_bytes(wire[2:4], "big")


def _without_unused(wire: bytes, question: Question) -> bytes:
    """Leave out what nobody uses of an answer to anything but NS: the zone's servers, and glue.

    Parsing it would take longer than all the rest. A failure's may tell the cause; the authority
    says where an alias ends.
    """
    failed = _flags(wire) & 0xF not in GOOD
    if failed or question.rdtype == RdataType.NS or wire[6:8] == b"\0\0":
        return wire
    begin = wire.find(b"\0", HEADER.size) + 5
    is_direct = wire.startswith(TO_QUESTION + question.rdtype.to_bytes(2, "big"), begin)
    return wire[:8] + bytes(4) + wire[12:] if is_direct else wire[:10] + bytes(2) + wire[12:]


def _answers(message: Message, question: Question) -> bool:
    if not message.flags & QR or dns.opcode.from_flags(message.flags):
        return False
    if not message.question:
        return message.rcode in SILENT_ON_QUESTION
    asked = message.question[0]
    same = asked.name == question.name and asked.rdtype == question.rdtype
    return same and asked.rdclass == dns.rdataclass.IN and len(message.question) == 1

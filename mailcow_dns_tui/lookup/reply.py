"""A reply off the wire, with the records in it that can't be parsed kept apart."""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.wire
from dns.message import Message
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.weight import is_excessive
from mailcow_dns_tui.model.answer import Answer, Failure, Malformed, Source
from mailcow_dns_tui.model.bounds import LONGEST_CAUSE, MOST_CAUSES, MOST_STRAYS
from mailcow_dns_tui.model.security import DISBELIEVED

HEADER = struct.Struct("!HHHHHH")

PHRASES = {dns.edns.EDECode.OTHER: "", dns.edns.EDECode.DNSSEC_BOGUS: DISBELIEVED}
"""For what the name of the code does not say well."""

SILENT_ON_QUESTION = frozenset({Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED})

FAILED = {
    Rcode.SERVFAIL: Failure.SERVFAIL,
    Rcode.REFUSED: Failure.REFUSED,
    Rcode.NOTAUTH: Failure.LAME,
}


@dataclass(frozen=True)
class BadRecord:
    """A record of the answer section that can't be parsed."""

    owner: Name
    ttl: int
    malformed: Malformed


@dataclass(frozen=True)
class Reply:
    """A message that answers the question that was asked."""

    message: Message
    bad: tuple[BadRecord, ...] = ()
    seconds: float = 0.0

    @property
    def rcode(self) -> Rcode:
        return self.message.rcode()

    @property
    def truncated(self) -> bool:
        return bool(self.message.flags & dns.flags.TC)

    @property
    def authoritative(self) -> bool:
        return bool(self.message.flags & dns.flags.AA)

    @property
    def recursion_available(self) -> bool:
        return bool(self.message.flags & dns.flags.RA)

    @property
    def authenticated(self) -> bool:
        return bool(self.message.flags & dns.flags.AD)


@dataclass(frozen=True)
class Heard:
    """What came back from one server: a reply, or why there is none."""

    source: Source
    reply: Reply | Failure

    @property
    def failure(self) -> Failure | None:
        if isinstance(self.reply, Failure):
            return self.reply
        rcode = self.reply.rcode
        good = rcode in {Rcode.NOERROR, Rcode.NXDOMAIN}
        return None if good else FAILED.get(rcode, Failure.ERROR)

    def failed(self, failure: Failure) -> Answer:
        """An answer that says nothing about the record."""
        if isinstance(self.reply, Failure):
            return Answer(self.source, failure=failure)
        seconds = self.reply.seconds
        note = cause(self.reply.message)
        rcode = self.reply.rcode
        return Answer(self.source, rcode=rcode, seconds=seconds, failure=failure, note=note)


def cause(message: Message) -> str:
    """What an Extended DNS Error (RFC 8914) says, in words; empty where there is none."""
    errors = (option for option in message.options if isinstance(option, dns.edns.EDEOption))
    said = dict.fromkeys(filter(None, map(_in_words, islice(errors, MOST_CAUSES))))
    return "; ".join(said)


def _in_words(error: dns.edns.EDEOption) -> str:
    known = error.code in dns.edns.EDECode.__members__.values()
    phrase = dns.edns.EDECode(error.code).name.lower() if known else f"error {error.code}"
    words = PHRASES.get(error.code, phrase.replace("_", " ").replace("dnssec", "DNSSEC"))
    said = (error.text or "")[:LONGEST_CAUSE]
    return " - ".join(filter(None, (words, said)))


class Awaited:
    """What is to come back for one question.

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
        return Failure.GARBLED if self._strays > MOST_STRAYS else outcome


def read_reply(wire: bytes, question: Question) -> Reply | Failure | None:
    """Read a message with the right id; None where it answers another question."""
    if _flags(wire) & dns.flags.TC:
        # Often cut inside a record; all that counts is that the whole is to be had over TCP.
        wire = _without_records(wire)
    try:
        wire = _without_unused(wire, question)
        if is_excessive(wire):
            return Failure.EXCESSIVE
        message = dns.message.from_wire(wire, ignore_trailing=True, continue_on_error=True)
        bad = tuple(_bad_records(message)) if message.errors else ()
    except (dns.exception.DNSException, ValueError):
        return Failure.GARBLED
    return Reply(message, bad) if _answers(message, question) else None


def _flags(wire: bytes) -> int:
    return int.from_bytes(wire[2:4], "big")


def _without_records(wire: bytes) -> bytes:
    """Leave nothing but the question."""
    return wire[:6] + bytes(6) + wire[12:]


def _without_unused(wire: bytes, question: Question) -> bytes:
    """Leave out the additional section of an answer to anything but NS: glue that nobody uses.

    Parsing it would take as long as all the rest. A failure's may tell the cause.
    """
    failed = _flags(wire) & 0xF not in {Rcode.NOERROR, Rcode.NXDOMAIN}
    if failed or question.rdtype == RdataType.NS or wire[6:8] == b"\0\0":
        return wire
    return wire[:10] + b"\0\0" + wire[12:]


def _answers(message: Message, question: Question) -> bool:
    if not message.flags & dns.flags.QR or message.opcode() != dns.opcode.QUERY:
        return False
    if not message.question:
        return message.rcode() in SILENT_ON_QUESTION
    asked = message.question[0]
    same = asked.name == question.name and asked.rdtype == question.rdtype
    return same and asked.rdclass == dns.rdataclass.IN and len(message.question) == 1


@dataclass(frozen=True)
class _Place:
    """Where a record's data lies in the message."""

    record: BadRecord
    start: int
    end: int
    in_answer: bool


def _bad_records(message: Message) -> Iterator[BadRecord]:
    """The unparsable records of the answer section.

    Raises:
        dns.exception.FormError: the message itself is broken, not only the data of a record.
    """
    places = list(_places(message.wire or b""))
    starts = [place.start for place in places]
    for error in message.errors:
        index = bisect_right(starts, error.offset) - 1
        place = places[index] if index >= 0 else None
        if place is None or error.offset > place.end:
            raise dns.exception.FormError
        if place.in_answer:
            raw = place.record.malformed
            text = str(error.exception) or type(error.exception).__name__
            malformed = Malformed(raw.rdtype, raw.data, text)
            yield BadRecord(place.record.owner, place.record.ttl, malformed)


def _places(wire: bytes) -> Iterator[_Place]:
    parser = dns.wire.Parser(wire)
    _, _, questions, answers, authority, additional = parser.get_struct(HEADER.format)
    for _ in range(questions):
        parser.get_name(decompress=True)
        parser.get_struct("!HH")
    for index in range(answers + authority + additional):
        owner = parser.get_name(decompress=True)
        rdtype, _, ttl, length = parser.get_struct("!HHIH")
        start = parser.current
        data = parser.get_bytes(length)
        record = BadRecord(owner, ttl, Malformed(RdataType.make(rdtype), data, ""))
        yield _Place(record, start, start + length, index < answers)

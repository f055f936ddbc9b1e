"""A message as it comes off the wire, with the records that can't be parsed kept apart.

dnspython parses its names and records. Its own message compares and hashes every record by its
canonical form, which takes longer than all the rest of a check's reading.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import dns.exception
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
from dns.edns import Option
from dns.name import Name
from dns.rcode import Rcode
from dns.rdata import Rdata
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.OPT import OPT
from dns.wire import Parser

from mailcow_dns_tui.model.answer import Malformed

HEADER = struct.Struct("!HHHHHH")
KEPT = 512
"""Data of records: what the domains of a server have in common, and a check needs at a time."""
AT_THE_END = frozenset({RdataType.CNAME, RdataType.MX, RdataType.PTR, RdataType.SRV})
"""Their data ends with its only name."""
WITHOUT_NAMES = frozenset({RdataType.A, RdataType.AAAA, RdataType.TLSA, RdataType.TXT})
LONGEST_TTL = 2**31 - 1
"""What is longer counts as 0 (RFC 2181 8)."""


@dataclass(frozen=True)
class Rrset:
    """The records of one name and type; goes through their data."""

    name: Name
    rdtype: RdataType
    ttl: int
    rdatas: tuple[Rdata, ...]

    def __iter__(self) -> Iterator[Rdata]:
        return iter(self.rdatas)

    def __len__(self) -> int:
        return len(self.rdatas)


@dataclass(frozen=True)
class BadRecord:
    """A record of the answer section that can't be parsed."""

    owner: Name
    ttl: int
    malformed: Malformed


@dataclass(frozen=True)
class QuestionEntry:
    """An entry of the question section."""

    name: Name
    rdtype: int
    rdclass: int


Section = tuple[Rrset, ...]


@dataclass(frozen=True)
class Message:
    """What is read of a message; of the records only those of the Internet's class.

    Attributes:
        rcode: with what EDNS adds to it (RFC 6891 6.1.3).
        options: of EDNS.
        bad: records of the answer section that can't be parsed; elsewhere they are left out.
    """

    flags: int
    rcode: Rcode
    question: tuple[QuestionEntry, ...]
    answer: Section = ()
    authority: Section = ()
    additional: Section = ()
    options: tuple[Option, ...] = ()
    bad: tuple[BadRecord, ...] = ()


def rrset_of(section: Section, name: Name, rdtype: RdataType) -> Rrset | None:
    """The RRset of a name and type in a section."""
    # In tuples, what is one object is seen to be equal at once.
    wanted = rdtype, name
    return next((each for each in section if (each.rdtype, each.name) == wanted), None)


def read_message(wire: bytes) -> Message:
    """Read a message; what follows it is passed over.

    Raises:
        dns.exception.DNSException: it is broken itself, not only the data of a record.
    """
    parser = Parser(wire)
    _, flags, questions, *counts = parser.get_struct(HEADER.format)
    question = tuple(
        QuestionEntry(parser.get_name(decompress=True), *parser.get_struct("!HH"))
        for _ in range(questions)
    )
    answer, authority, additional = (tuple(_records(parser, count)) for count in counts)
    edns = _edns((*answer, *authority), additional)
    return Message(
        flags,
        dns.rcode.from_flags(flags, edns.ttl if edns else 0),
        question,
        _rrsets(answer),
        _rrsets(authority),
        _rrsets(additional),
        edns.data.options if edns and isinstance(edns.data, OPT) else (),
        tuple(_bad(answer)),
    )


@dataclass(frozen=True)
class _Record:
    owner: Name
    rdtype: RdataType
    ttl: int
    data: Rdata | Malformed


def _records(parser: Parser, count: int) -> Iterator[_Record]:
    for _ in range(count):
        owner = parser.get_name(decompress=True)
        number, rdclass, ttl, length = parser.get_struct("!HHIH")
        start, rdtype = parser.current, RdataType.make(number)
        raw = parser.wire[start : start + length]
        try:
            if _is_whole(rdtype, raw) and len(raw) == length:
                data: Rdata | Malformed = _read_before(rdclass, rdtype, raw)
                parser.seek(start + length)
            else:
                with parser.restrict_to(length):
                    data = dns.rdata.from_wire_parser(rdclass, rdtype, parser)
        except dns.exception.DNSException as error:
            parser.seek(start)
            data = Malformed(rdtype, parser.get_bytes(length), str(error) or type(error).__name__)
        # The class of an OPT is a length.
        if rdclass == RdataClass.IN or rdtype == RdataType.OPT:
            yield _Record(owner, rdtype, ttl, data)


def _is_whole(rdtype: RdataType, data: bytes) -> bool:
    """Whether no name in it is compressed, so that it says the same in any message.

    A pointer to the beginning of a page ends with a zero as well (RFC 1035 4.1.4).
    """
    if rdtype in AT_THE_END:
        return data[-1:] == b"\0" and data[-2:-1] < b"\xc0"
    return rdtype in WITHOUT_NAMES


@lru_cache(maxsize=KEPT)
def _read_before(rdclass: RdataClass, rdtype: RdataType, data: bytes) -> Rdata:
    """Data as it is read; most of a server's domains have much the same."""
    return dns.rdata.from_wire(rdclass, rdtype, data, 0, len(data))


def _edns(elsewhere: Iterable[_Record], additional: Iterable[_Record]) -> _Record | None:
    """The OPT record, which may be there once (RFC 6891 6.1.1)."""
    found = [each for each in additional if each.rdtype == RdataType.OPT]
    if any(each.rdtype == RdataType.OPT for each in elsewhere) or len(found) > 1:
        raise dns.exception.FormError
    if found and found[0].owner != dns.name.root:
        raise dns.exception.FormError
    return next((each for each in found if isinstance(each.data, OPT)), None)


def _rrsets(records: Iterable[_Record]) -> Section:
    groups: dict[tuple[Name, RdataType], list[tuple[int, Rdata]]] = {}
    for each in records:
        if isinstance(each.data, Rdata) and each.rdtype != RdataType.OPT:
            ttl = each.ttl if each.ttl <= LONGEST_TTL else 0
            groups.setdefault((each.owner, each.rdtype), []).append((ttl, each.data))
    return tuple(_rrset(*key, group) for key, group in groups.items())


def _rrset(name: Name, rdtype: RdataType, group: list[tuple[int, Rdata]]) -> Rrset:
    rdatas = [data for _, data in group]
    if len(rdatas) > 1:
        # Of what there may be one only, the last one counts. The rest have no order (RFC 2181 5),
        # and servers turn them round: what is shown of them would change from look to look.
        is_single = dns.rdatatype.is_singleton(rdtype)
        rdatas = rdatas[-1:] if is_single else sorted({*rdatas})
    return Rrset(name, rdtype, min(ttl for ttl, _ in group), tuple(rdatas))


def _bad(answer: Iterable[_Record]) -> Iterator[BadRecord]:
    for each in answer:
        if isinstance(each.data, Malformed):
            yield BadRecord(each.owner, each.ttl, each.data)

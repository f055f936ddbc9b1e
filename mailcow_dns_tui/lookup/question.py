"""A question, and the bytes that ask it."""

import struct
from dataclasses import dataclass

import dns.flags
import dns.rdataclass
from dns.name import Name
from dns.rdatatype import RdataType

# What fits into a packet on every path (DNS Flag Day 2020); larger answers come over TCP.
EDNS_PAYLOAD = 1232


@dataclass(frozen=True)
class Question:
    """What is asked, and how a validating resolver is to treat it.

    Attributes:
        secure: it is to say whether DNSSEC vouches for the answer (DO, AD).
        unchecked: it is to answer even where the validation fails (CD).
    """

    name: Name
    rdtype: RdataType
    secure: bool = False
    unchecked: bool = False


def query_wire(question: Question, message_id: int, *, recurse: bool, edns: bool) -> bytes:
    """The query as it is sent; RD is set where a resolver is to `recurse`.

    Packed here, because building a message object for it takes as long as reading the answer.
    """
    flags = (
        (dns.flags.RD if recurse else 0)
        | (dns.flags.AD if question.secure else 0)
        | (dns.flags.CD if question.unchecked else 0)
    )
    header = struct.pack("!6H", message_id, flags, 1, 0, 0, int(edns))
    kind = struct.pack("!HH", question.rdtype, dns.rdataclass.IN)
    options = _edns(question) if edns else b""
    return header + (question.name.to_wire() or b"") + kind + options


def _edns(question: Question) -> bytes:
    flags = dns.flags.DO if question.secure else 0
    return struct.pack("!BHHIH", 0, RdataType.OPT, EDNS_PAYLOAD, flags, 0)

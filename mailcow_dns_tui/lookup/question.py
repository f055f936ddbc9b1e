"""A question, and the bytes that ask it."""

import struct
from dataclasses import dataclass

import dns.flags
import dns.rdataclass
from dns.name import Name
from dns.rdatatype import RdataType

# What fits into a packet on every path (DNS Flag Day 2020); larger answers come over TCP.
EDNS_PAYLOAD = 1232

EDNS = struct.pack("!BHHIH", 0, RdataType.OPT, EDNS_PAYLOAD, 0, 0)


@dataclass(frozen=True)
class Question:
    name: Name
    rdtype: RdataType


def query_wire(question: Question, message_id: int, *, recurse: bool, edns: bool) -> bytes:
    """The query as it is sent; RD is set where a resolver is to `recurse`.

    Packed here, because building a message object for it takes as long as reading the answer.
    """
    flags = dns.flags.RD if recurse else 0
    header = struct.pack("!6H", message_id, flags, 1, 0, 0, int(edns))
    kind = struct.pack("!HH", question.rdtype, dns.rdataclass.IN)
    return header + (question.name.to_wire() or b"") + kind + (EDNS if edns else b"")

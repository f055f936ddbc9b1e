"""A question, the bytes that ask it, and the address of the server that it is put to."""

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import ip_address

import dns.flags
import dns.rdataclass
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.resolvers import DNS_PORT, read_resolver

# What fits into a packet on every path (DNS Flag Day 2020); larger answers come over TCP.
EDNS_PAYLOAD = 1232


@dataclass(frozen=True)
class Question:
    """A name and type to ask for, and how a validating resolver is to treat the question.

    Attributes:
        secure: it is to say whether DNSSEC vouches for the answer (DO, AD).
        unchecked: it is to answer even where the validation fails (CD).
    """

    name: Name
    rdtype: RdataType
    secure: bool = False
    unchecked: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # A name goes through all of its bytes each time.
        return hash((self.name, self.rdtype, self.secure, self.unchecked))


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


@lru_cache
def _is_local(address: str) -> bool:
    # By NAT64 a server on the internet is reached, where IPv6 is all that there is (RFC 6052).
    parsed = ip_address(address)
    return not (parsed.is_global or parsed.is_loopback)


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks DNS over UDP and TCP."""

    address: str
    port: int = DNS_PORT

    @property
    def is_local(self) -> bool:
        """Whether a network has it in which it need not be what it is on the internet."""
        return _is_local(self.address)

    def __str__(self) -> str:
        if self.port == DNS_PORT:
            return self.address
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class DohEndpoint:
    """A resolver that speaks DNS over HTTPS (RFC 8484)."""

    url: str

    def __str__(self) -> str:
        return self.url


ResolverAddress = Endpoint | DohEndpoint


def parse_resolver(text: str) -> ResolverAddress:
    """Read `ADDR`, `ADDR:PORT`, `[V6]:PORT` or `https://…`.

    Raises:
        ValueError: with a sentence for the user.
    """
    read = read_resolver(text)
    return DohEndpoint(read) if isinstance(read, str) else Endpoint(*read)

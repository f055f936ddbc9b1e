"""A DNS server that sends whatever bytes a test wants."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rrset
from dns.message import Message

from mailcow_dns_tui.lookup.question import Endpoint
from tests.servers import free_port

Behaviour = Callable[[bytes], Iterable[bytes]]
"""What to send back for a query: no packet, one or several."""

SILENCE: tuple[bytes, ...] = ()


@dataclass
class RawServer:
    """A running server, every query that it got, and from which ports they came."""

    endpoint: Endpoint
    queries: list[bytes] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)


@contextmanager
def raw_server(
    behaviour: Behaviour, address: str = "127.0.0.1", port: int | None = None
) -> Iterator[RawServer]:
    """Serve over UDP in a thread of its own; by default at a port that is free over TCP too."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((address, port or free_port([address])))
        server = RawServer(Endpoint(*listening.getsockname()))
        thread = threading.Thread(target=_serve, args=(listening, behaviour, server))
        thread.start()
        try:
            yield server
        finally:
            listening.sendto(b"", listening.getsockname())
            thread.join()


def _serve(listening: socket.socket, behaviour: Behaviour, server: RawServer) -> None:
    while True:
        query, client = listening.recvfrom(65535)
        if not query:
            return
        server.queries.append(query)
        server.ports.append(client[1])
        for packet in behaviour(query):
            listening.sendto(packet, client)


def reply_to(query: bytes, *records: str) -> Message:
    """An authoritative reply; records as in a zone file, with TTL and class."""
    message = dns.message.make_response(dns.message.from_wire(query))
    message.flags |= dns.flags.AA
    message.answer = [dns.rrset.from_text(*_fields(record)) for record in records]
    return message


def _fields(record: str) -> tuple[str, int, str, str, str]:
    owner, ttl, rdclass, rdtype, data = record.split(None, 4)
    return owner, int(ttl), rdclass, rdtype, data


def raw_record(query: bytes, records: Iterable[tuple[int, bytes]]) -> bytes:
    """An authoritative reply with records of the name asked for: type and raw data."""
    message = dns.message.from_wire(query)
    records = list(records)
    head = query[:2] + b"\x84\x00\x00\x01" + len(records).to_bytes(2, "big") + b"\x00" * 4
    question = message.question[0].name.to_wire() or b""
    question += message.question[0].rdtype.to_bytes(2, "big") + b"\x00\x01"
    body = b"".join(
        b"\xc0\x0c"
        + rdtype.to_bytes(2, "big")
        + b"\x00\x01\x00\x00\x01\x2c"
        + len(data).to_bytes(2, "big")
        + data
        for rdtype, data in records
    )
    return head + question + body

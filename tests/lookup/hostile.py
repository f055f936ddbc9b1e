"""Answers that are valid DNS, or nearly, and cost whoever asks as much as they can."""

import itertools
import secrets
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import dns.message
from dns.message import Message
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo.world import DemoZone
from mailcow_dns_tui.lookup.question import Endpoint

LARGEST = 65535
"""Octets of a message over TCP (RFC 1035 4.2.2)."""
FITS_UDP = 1232
POINTER = 0xC000
ASKED = b"\xc0\x0c"
"""A pointer to the name asked for."""

ZONE = b"\x07example\x03org\x00"
ELSEWHERE = socket.inet_aton("198.51.100.9")

Attack = Callable[[Message], bytes | None]
"""The whole answer to a query; None: what is really in the zone."""

Asked = list[tuple[Name, RdataType]]
"""Each as often as it came."""


@contextmanager
def hostile_server(
    endpoint: Endpoint,
    texts: Iterable[str],
    attack: Attack,
    over_tcp: bytes = b"",
    repeat: int = 1,
) -> Iterator[Asked]:
    """Serve zones with an attack over UDP and TCP, and tell what is asked.

    Args:
        over_tcp: sent on each connection without end in place of any answer.
        repeat: how often each answer over UDP is sent.
    """
    zones = list(map(DemoZone, texts))
    asked: Asked = []

    def reply(wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        (about,) = query.question
        asked.append((about.name, about.rdtype))
        zone = next(each for each in zones if about.name.is_subdomain(each.origin))
        return attack(query) or _honest(zone, query)

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, listening = self.request
            whole = reply(wire)
            if over_tcp or len(whole) > FITS_UDP:
                whole = cut(whole)
            for _ in range(repeat):
                listening.sendto(whole, self.client_address)

    class Stream(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                length = int.from_bytes(self.request.recv(2))
                whole = reply(self.request.recv(length))
                if not over_tcp:
                    self.request.sendall(len(whole).to_bytes(2) + whole)
                while over_tcp:
                    self.request.sendall(over_tcp)

    address = (endpoint.address, endpoint.port)
    with (
        _Datagrams(address, Datagram) as udp,
        _Streams(address, Stream) as tcp,
        _serving(udp),
        _serving(tcp),
    ):
        yield asked


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


class _Datagrams(socketserver.UDPServer):
    max_packet_size = LARGEST


class _Streams(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def cut(wire: bytes) -> bytes:
    """The head and the question alone, with TC."""
    end = wire.index(b"\0", 12) + 5
    flags = int.from_bytes(wire[2:4]) | 0x0200
    return wire[:2] + flags.to_bytes(2) + b"\0\1" + bytes(6) + wire[12:end]


def _honest(zone: DemoZone, query: Message) -> bytes:
    (asked,) = query.question
    step = zone.find(asked.name, asked.rdtype)
    message = dns.message.make_response(query)
    message.flags |= dns.flags.AA
    message.answer, message.authority = list(step.answer), list(step.authority)
    return message.to_wire()


def answer(query: Message, records: Iterable[bytes]) -> bytes:
    """An authoritative answer with as many of the records as a message has room for."""
    (asked,) = query.question
    question = (asked.name.to_wire() or b"") + struct.pack("!HH", asked.rdtype, 1)
    kept, octets = [], 12 + len(question)
    for each in records:
        octets += len(each)
        if octets > LARGEST:
            break
        kept.append(each)
    return struct.pack("!6H", query.id, 0x8400, 1, len(kept), 0, 0) + question + b"".join(kept)


def record(rdtype: int, data: bytes, owner: bytes = ASKED) -> bytes:
    return owner + struct.pack("!HHIH", rdtype, 1, 300, len(data)) + data


def of_type(rdtype: RdataType, datas: Callable[[str], Iterable[bytes]]) -> Attack:
    """These records to every question for the type; half of the hosts they name are elsewhere.

    Args:
        datas: their data, by the first label of the name asked for.
    """

    def attack(query: Message) -> bytes | None:
        (asked,) = query.question
        if asked.rdtype == rdtype:
            return answer(query, (record(rdtype, data) for data in datas(asked.name[0].decode())))
        if asked.rdtype == RdataType.A and asked.name[0][:1] == b"h":
            is_odd = asked.name[0][1] % 2
            return answer(query, [record(RdataType.A, ELSEWHERE)] if is_odd else [])
        return None

    return attack


def host(number: int, of: str) -> bytes:
    """`h7-imaps.example.org.`"""
    label = f"h{number}-{of.lstrip('_')}".encode()
    return bytes((len(label),)) + label + ZONE


def many_srv(count: int) -> Attack:
    head = struct.pack("!HHH", 0, 1, 993)
    return of_type(RdataType.SRV, lambda at: (head + host(n, at) for n in range(count)))


def many_mx(count: int) -> Attack:
    return of_type(RdataType.MX, lambda at: (b"\0\x0a" + host(n, at) for n in range(count)))


def many_addresses(count: int) -> Attack:
    first = int.from_bytes(socket.inet_aton("198.18.0.0"))
    return of_type(RdataType.A, lambda at: ((first + n).to_bytes(4) for n in range(count)))


def many_hosts(rdtype: RdataType, count: int) -> Attack:
    """PTR, NS."""
    return of_type(rdtype, lambda at: (host(n, at) for n in range(count)))


def many_texts(count: int, text: str) -> Attack:
    """`%d` in the text is the number."""
    made = [strings((text % n if "%" in text else text).encode()) for n in range(count)]
    return of_type(RdataType.TXT, lambda at: made)


def one_text(data: bytes) -> Attack:
    """One TXT record; its data as on the wire."""
    return of_type(RdataType.TXT, lambda at: [data])


def strings(text: bytes) -> bytes:
    """A text in strings of 255 octets."""
    pieces = (text[start : start + 255] for start in range(0, len(text), 255))
    return b"".join(bytes((len(piece),)) + piece for piece in pieces)


def endless_alias(zone: bytes) -> Attack:
    """Every name asked for an address leads to a new one in a zone, given as on the wire."""

    def attack(query: Message) -> bytes | None:
        if query.question[0].rdtype in {RdataType.SOA, RdataType.NS}:
            return None
        label = secrets.token_hex(8).encode()
        return answer(query, [record(RdataType.CNAME, bytes((len(label),)) + label + zone)])

    return attack


def pointer_bomb(count: int) -> Attack:
    """Names of 120 labels for two octets each, two in every record."""

    def attack(query: Message) -> bytes | None:
        (asked,) = query.question
        if asked.rdtype in {RdataType.SOA, RdataType.NS}:
            return None
        place = 12 + len(asked.name.to_wire() or b"") + 4 + 12
        long_name = struct.pack("!H", POINTER | place)
        # A record of a type that nobody parses holds it.
        store = record(65400, b"\x01a" * 120 + b"\x00")
        bombs = itertools.repeat(record(RdataType.MX, b"\0\x0a" + long_name, long_name), count)
        return answer(query, itertools.chain([store], bombs))

    return attack


def another_question(query: Message) -> bytes:
    """What answers something else, in 1,200 octets."""
    message = dns.message.make_query("elsewhere.example.net.", "A")
    message.id = query.id
    return answer(message, itertools.repeat(record(RdataType.A, b"\xc6\x33\x64\x01"), 70))

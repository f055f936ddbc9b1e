"""A DNS server that is resolver and name server at once, and answers as badly as it can."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
from dns.rdatatype import RdataType

from tests.lookup.raw_server import SILENCE, Behaviour, raw_record, raw_server, reply_to

TEXTS = (
    b"v=spf1 include:example.org include:example.net redirect=example.org ~all",
    b"v=DMARC1; p=\x1b[31m; rua=mailto:\x1b]0;owned\x07@example.org",
    b"v=DKIM1; k=rsa; p=" + b"A" * 4000,
    b"[@click=app.quit]q[/] [red] [/nothing] [[[",
    b"\x1b[2J\x1b]52;c;cm0gLXJmIC8=\x07\x9b31m",
    b"\xff\xfe\xc0\xaf\xed\xa0\x80",
    "\u202egpj.exe\u2066\u200b\ufeff\u0301".encode() * 20,
    b"\x00\r\n\t\x08\x7f",
    b"",
)
NAMES = (
    b"\x08hostile\x00\x00",
    b"\x05\x1b[31m\x03[/]\x00",
    b"\x04mail\x07example\x03org\x00",
    b"\x03\xff\xfe\x2e\x00",
    b"\x01*\x00",
    b"\x00",
    b"\x3f" + b"x" * 63 + b"\x00",
)
REFUSALS = (dns.rcode.SERVFAIL, dns.rcode.NXDOMAIN, dns.rcode.REFUSED, dns.rcode.NOTIMP)


@contextmanager
def hostile_dns(seed: int) -> Iterator[int]:
    """Its port on 127.0.0.1, to which all of its names lead."""
    with raw_server(_behaviour(random.Random(seed))) as server:
        yield server.endpoint.port


def _behaviour(chance: random.Random) -> Behaviour:
    def answer(query: bytes) -> Iterable[bytes]:
        dice = chance.random()
        if dice < 0.05:
            return SILENCE
        if dice < 0.1:
            return [query[:2] + chance.randbytes(60), query[:2] + b"\x81\x80" + query[4:12]]
        if dice < 0.2:
            refusal = reply_to(query)
            refusal.set_rcode(chance.choice(REFUSALS))
            return [refusal.to_wire()]
        return [raw_record(query, _records(dns.message.from_wire(query), chance))]

    return answer


def _records(query: dns.message.Message, chance: random.Random) -> Iterable[tuple[int, bytes]]:
    question = query.question[0]
    count = chance.choice([0, 1, 1, 1, 2, 30])
    if question.rdtype in {RdataType.NS, RdataType.A} and chance.random() < 0.8:
        # It has to be found to be asked more.
        name = b"\x02ns\x07hostile\x07example\x00"
        return [(question.rdtype, name if question.rdtype == RdataType.NS else b"\x7f\0\0\1")]
    return [(question.rdtype, _rdata(question.rdtype, chance)) for _ in range(count)]


def _rdata(rdtype: RdataType, chance: random.Random) -> bytes:
    name = chance.choice(NAMES)
    if rdtype == RdataType.TXT:
        text = chance.choice(TEXTS)
        pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [b""]
        return b"".join(bytes([len(piece)]) + piece for piece in pieces)
    if rdtype in {RdataType.NS, RdataType.CNAME, RdataType.PTR}:
        return name
    if rdtype == RdataType.MX:
        return chance.randbytes(2) + name
    if rdtype == RdataType.SRV:
        return chance.randbytes(6) + name
    if rdtype == RdataType.SOA:
        return name + name + chance.randbytes(20)
    return chance.randbytes(chance.choice([0, 1, 4, 16, 40]))

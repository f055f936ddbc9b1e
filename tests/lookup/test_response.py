"""Bytes off the network: whatever they are, reading them raises nothing."""

import dns.message
import dns.name
from dns.rdatatype import RdataType
from hypothesis import given
from hypothesis import strategies as st

from mailcow_dns_tui.lookup.classify import read_name_server, read_resolver
from mailcow_dns_tui.lookup.question import Question, query_wire
from mailcow_dns_tui.lookup.response import Reply, Response, read_reply
from mailcow_dns_tui.model.answer import Source
from tests.lookup.raw_server import reply_to

ZONE = dns.name.from_text("example.org")
QUESTION = Question(dns.name.from_text("www.example.org"), RdataType.A)
GOOD = reply_to(
    query_wire(QUESTION, 7, recurse=False, edns=True),
    "www.example.org. 300 IN CNAME mail.example.org.",
    "mail.example.org. 300 IN A 192.0.2.10",
).to_wire()


@given(st.lists(st.tuples(st.integers(2, len(GOOD) - 1), st.integers(0, 255)), max_size=8))
def test_damaged_replies(changes: list[tuple[int, int]]) -> None:
    wire = bytearray(GOOD)
    for at, byte in changes:
        wire[at] = byte
    read(bytes(wire))


@given(st.integers(0, len(GOOD)), st.binary(max_size=40))
def test_cut_and_continued_replies(length: int, rest: bytes) -> None:
    read(GOOD[:length] + rest)


def read(wire: bytes) -> None:
    reply = read_reply(wire, QUESTION)
    if isinstance(reply, Reply):
        heard = Response(Source("ns", ""), reply)
        read_name_server(heard, QUESTION, ZONE)
        read_resolver(heard, QUESTION)


def test_what_two_servers_say_alike_is_read_once() -> None:
    first, second = read_reply(GOOD, QUESTION), read_reply(b"\x12\x34" + GOOD[2:], QUESTION)
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert second.message is first.message

"""Replies that say that they are cut, wherever the cut is."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.question import Endpoint, Question, query_wire
from mailcow_dns_tui.lookup.response import Reply, read_reply
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Failure
from tests.lookup.raw_server import raw_server, reply_to

NAME = dns.name.from_text("mail.example.org")
QUESTION = Question(NAME, RdataType.A)
RECORD = "mail.example.org. 300 IN A 192.0.2.10"


def cut_reply(query: bytes, missing: int) -> bytes:
    """A reply with TC that lacks its last bytes."""
    message = reply_to(query, RECORD)
    message.use_edns(False)
    message.flags |= dns.flags.TC
    return message.to_wire()[:-missing]


@contextmanager
def tcp_server(endpoint: Endpoint) -> Iterator[None]:
    """Answers one question, whole."""
    with socket.create_server((endpoint.address, endpoint.port)) as listening:
        listening.settimeout(5)

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                query = connection.recv(65535)[2:]
                wire = reply_to(query, RECORD).to_wire()
                connection.sendall(len(wire).to_bytes(2) + wire)

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()


@pytest.mark.parametrize("missing", [1, 4, 10, 15])
async def test_cut_inside_a_record_is_asked_again_over_tcp(missing: int) -> None:
    transport = Transport()
    with (
        raw_server(lambda query: [cut_reply(query, missing)]) as server,
        tcp_server(server.endpoint),
    ):
        reply = await transport.ask(server.endpoint, QUESTION, recurse=False, timeout=2.0)
    await transport.close()
    assert isinstance(reply, Reply)
    assert [rdata.to_text() for rrset in reply.message.answer for rdata in rrset] == ["192.0.2.10"]


@pytest.mark.parametrize("missing", [1, 4, 10, 15])
def test_cut_without_saying_so_is_garbled(missing: int) -> None:
    query = query_wire(QUESTION, 7, recurse=False, edns=False)
    wire = bytearray(cut_reply(query, missing))
    wire[2] &= ~(dns.flags.TC >> 8) & 0xFF
    assert read_reply(bytes(wire), QUESTION) is Failure.GARBLED


def test_cut_inside_the_question_is_garbled() -> None:
    query = query_wire(QUESTION, 7, recurse=False, edns=False)
    assert read_reply(cut_reply(query, 30), QUESTION) is Failure.GARBLED

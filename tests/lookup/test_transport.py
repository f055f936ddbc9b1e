"""One question to one server that is not always kind."""

import asyncio
import errno
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import pytest
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.question import Endpoint, Question
from mailcow_dns_tui.lookup.response import Reply
from mailcow_dns_tui.lookup.sockets import connect_failure
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Failure
from tests.lookup.raw_server import SILENCE, raw_record, raw_server, reply_to
from tests.servers import free_port, wait_until

NAME = dns.name.from_text("mail.example.org")
QUESTION = Question(NAME, RdataType.A)
RECORD = "mail.example.org. 300 IN A 192.0.2.10"
OTHER = "mail.example.org. 300 IN A 192.0.2.66"


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    made = Transport()
    yield made
    await made.close()


async def ask(
    transport: Transport, server: Endpoint, question: Question = QUESTION, timeout: float = 2.0
) -> Reply | Failure:
    return await transport.ask(server, question, recurse=False, timeout=timeout)


def addresses(reply: Reply | Failure) -> list[str]:
    assert isinstance(reply, Reply)
    return [rdata.to_text() for rrset in reply.message.answer for rdata in rrset]


async def test_the_query_has_no_rd_and_offers_1232_bytes(transport: Transport) -> None:
    with raw_server(lambda query: [reply_to(query, RECORD).to_wire()]) as server:
        assert addresses(await ask(transport, server.endpoint)) == ["192.0.2.10"]
    query = dns.message.from_wire(server.queries[0])
    assert (query.flags & dns.flags.RD, query.payload) == (0, 1232)


async def test_it_is_known_when_an_answer_was_got(transport: Transport) -> None:
    before = int(time.time())
    with raw_server(lambda query: [reply_to(query, RECORD).to_wire()]) as server:
        reply = await ask(transport, server.endpoint)
    assert isinstance(reply, Reply)
    assert before <= reply.heard <= time.time()


async def test_a_lost_packet_is_sent_again(transport: Transport) -> None:
    queries: list[bytes] = []

    def lose_the_first(query: bytes) -> list[bytes]:
        queries.append(query)
        return [reply_to(query, RECORD).to_wire()] if len(queries) > 1 else []

    with raw_server(lose_the_first) as server:
        assert addresses(await ask(transport, server.endpoint)) == ["192.0.2.10"]
    assert transport.queries == 1


async def test_a_server_that_answers_others_is_asked_once_more(transport: Transport) -> None:
    """It is there, so all packets of the one question were lost."""
    lost: list[bytes] = []

    def lose_some(query: bytes) -> list[bytes]:
        name = dns.message.from_wire(query).question[0].name
        if name == NAME and len(lost) < 3:
            lost.append(query)
            return []
        return [reply_to(query, RECORD).to_wire()]

    other = Question(NAME.parent(), RdataType.A)
    with raw_server(lose_some) as server:
        asked = (ask(transport, server.endpoint, each, timeout=1.3) for each in (QUESTION, other))
        first, _ = await asyncio.gather(*asked)
    # After 0, 0.4 and 1.2 seconds.
    assert len(lost) == 3
    assert addresses(first) == ["192.0.2.10"]
    assert transport.queries == 2


async def test_answers_to_other_questions_are_ignored(transport: Transport) -> None:
    def crowd(query: bytes) -> list[bytes]:
        good, forged = reply_to(query, RECORD), reply_to(query, OTHER)
        forged.id ^= 1
        stale = dns.message.make_query("other.example.org", "A")
        stale.id = good.id
        return [forged.to_wire(), reply_to(stale.to_wire()).to_wire(), query, b"", good.to_wire()]

    with raw_server(crowd) as server:
        assert addresses(await ask(transport, server.endpoint)) == ["192.0.2.10"]


async def test_names_are_compared_without_regard_to_case(transport: Transport) -> None:
    with raw_server(lambda q: [raw_record(q, [(1, bytes(4))]).replace(b"mail", b"mAiL")]) as server:
        assert addresses(await ask(transport, server.endpoint)) == ["0.0.0.0"]


async def test_garbage_is_no_absence(transport: Transport) -> None:
    with raw_server(
        lambda query: [query[:2] + b"\x84\x00\x00\x01\x00\x01" + b"\xff" * 30]
    ) as server:
        assert await ask(transport, server.endpoint) is Failure.GARBLED
    assert len(server.queries) == 2


@pytest.mark.parametrize("rcode", [Rcode.FORMERR, Rcode.NOTIMP])
async def test_a_server_that_knows_no_edns_is_asked_without(
    transport: Transport, rcode: Rcode
) -> None:
    def without_edns(query: bytes) -> list[bytes]:
        if dns.message.from_wire(query).edns >= 0:
            return [query[:2] + bytes((0x84, rcode)) + bytes(8)]
        return [reply_to(query, RECORD).to_wire()]

    with raw_server(without_edns) as server:
        assert addresses(await ask(transport, server.endpoint)) == ["192.0.2.10"]


async def test_silence_is_a_timeout_and_is_not_waited_for_again_and_again(
    transport: Transport,
) -> None:
    with raw_server(lambda query: SILENCE) as server:
        asked = (ask(transport, server.endpoint, timeout=0.1) for _ in range(3))
        assert set(await asyncio.gather(*asked)) == {Failure.TIMEOUT}
        heard = len(server.queries)
        async with asyncio.timeout(5):
            assert await ask(transport, server.endpoint, timeout=60) is Failure.TIMEOUT
        assert len(server.queries) == heard


async def test_a_closed_port_is_noticed_at_once(transport: Transport) -> None:
    nobody = Endpoint("127.0.0.1", free_port())
    async with asyncio.timeout(5):
        assert await ask(transport, nobody, timeout=60) is Failure.UNREACHABLE


async def test_an_address_that_the_system_refuses(transport: Transport) -> None:
    assert await ask(transport, Endpoint("255.255.255.255")) is Failure.NO_ROUTE


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_no_way_to_an_address_is_this_machine_s_fault(number: int) -> None:
    assert connect_failure(OSError(number, "")) is Failure.NO_ROUTE


async def test_cut_and_no_tcp(transport: Transport) -> None:
    def cut(query: bytes) -> list[bytes]:
        message = reply_to(query, RECORD)
        message.flags |= dns.flags.TC
        return [message.to_wire()]

    with raw_server(cut) as server:
        assert await ask(transport, server.endpoint) is Failure.TRUNCATED


async def test_records_that_can_not_be_parsed_are_kept(transport: Transport) -> None:
    good, short = b"\x03\x01\x01" + b"\xaa" * 32, b"\x03\x01\x01" + b"\xbb" * 20
    question = Question(dns.name.from_text("_25._tcp.mail.example.org"), RdataType.TLSA)
    records = [(52, short), (52, good), (257, b"\x00\xff\x00")]
    with raw_server(lambda query: [raw_record(query, records)]) as server:
        reply = await ask(transport, server.endpoint, question)
    assert addresses(reply) == [f"3 1 1 {'aa' * 32}"]
    assert isinstance(reply, Reply)
    kept = [(bad.malformed.rdtype, bad.malformed.data) for bad in reply.message.bad]
    assert kept == [(RdataType.TLSA, short), (RdataType.CAA, b"\x00\xff\x00")]
    assert all(bad.malformed.error and bad.owner == question.name for bad in reply.message.bad)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_cancelled_question_leaves_nothing_behind(transport: Transport) -> None:
    held: list[bytes] = []

    def late(query: bytes) -> list[bytes]:
        held.append(query)
        return [] if len(held) <= 20 else [reply_to(q, RECORD).to_wire() for q in (*held, query)]

    with raw_server(late) as server:
        before = open_files()
        asked = [asyncio.ensure_future(ask(transport, server.endpoint)) for _ in range(20)]
        await asyncio.to_thread(wait_until, lambda: len(held) >= 20)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.sleep(0)
        assert open_files() == before
        assert addresses(await ask(transport, server.endpoint)) == ["192.0.2.10"]


async def test_sockets_are_used_again(transport: Transport) -> None:
    with raw_server(lambda query: [reply_to(query, RECORD).to_wire()]) as server:
        for _ in range(20):
            await ask(transport, server.endpoint)
    assert len(set(server.ports)) == 1


async def test_no_more_than_the_limit_are_in_flight() -> None:
    transport = Transport(in_flight=4)
    with raw_server(lambda query: SILENCE) as server:
        before = open_files()
        asked = [asyncio.ensure_future(ask(transport, server.endpoint)) for _ in range(30)]
        await asyncio.to_thread(wait_until, lambda: len(server.queries) >= 4)
        assert (transport.queries, open_files()) == (4, before + 4)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    await transport.close()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
async def test_what_this_machine_forbids_is_no_fault_of_the_server(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(sock: socket.socket, data: bytes) -> int:
        raise OSError(number, "")

    refusing = type("Refusing", (socket.socket,), {"send": refuse})
    monkeypatch.setattr(socket, "socket", refusing)
    assert await ask(transport, Endpoint("127.0.0.1", 9)) is Failure.NO_ROUTE
    assert connect_failure(OSError(number, "")) is Failure.NO_ROUTE

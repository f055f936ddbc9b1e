"""What hostile servers send costs little: what is read of it, parsed, and asked because of it."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain

import dns.message
import dns.name
import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup import response
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.concurrency import Deadline, time_is_over
from mailcow_dns_tui.lookup.message import Message, read_message
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint, Question
from mailcow_dns_tui.lookup.response import Reply
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.bounds import MOST_FOLLOWED, MOST_STRAYS
from tests.conftest import StartNsd, StartUnbound
from tests.lookup import hostile
from tests.lookup.hostile import Attack, hostile_server
from tests.lookup.raw_server import raw_server, reply_to
from tests.servers import free_port, wait_until, zone_text

APEX = dns.name.from_text("example.org")
ZONE = zone_text("ns A 127.0.0.21", apex="example.org", servers=["ns"])
QUESTION = Question(dns.name.from_text("mail.example.org"), RdataType.A)
RECORD = "mail.example.org. 300 IN A 192.0.2.10"


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    made = Transport()
    yield made
    await made.close()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The messages that were parsed by whoever asks."""
    wires: list[bytes] = []

    def noted(wire: bytes) -> Message:
        wires.append(wire)
        return read_message(wire)

    monkeypatch.setattr(response, "read_message", noted)
    return wires


EXCESSIVE = {
    "SRV": (RdataType.SRV, hostile.many_srv(1300)),
    "MX": (RdataType.MX, hostile.many_mx(129)),
    "addresses": (RdataType.A, hostile.many_addresses(4000)),
    "a name behind every pointer": (RdataType.MX, hostile.pointer_bomb(100)),
    "a text of empty strings": (RdataType.TXT, hostile.one_text(bytes(5000))),
    "a text of 17 KiB": (RdataType.TXT, hostile.one_text(hostile.strings(b"x" * 17000))),
}


@pytest.mark.parametrize(("rdtype", "attack"), EXCESSIVE.values(), ids=EXCESSIVE)
async def test_more_than_anybody_needs_is_not_parsed(
    transport: Transport, parsed: list[bytes], rdtype: RdataType, attack: Attack
) -> None:
    endpoint = Endpoint("127.0.0.1", free_port())
    with hostile_server(endpoint, [ZONE], attack):
        question = Question(QUESTION.name, rdtype)
        outcome = await transport.ask(endpoint, question, recurse=False, timeout=5)
    assert outcome is Failure.EXCESSIVE
    # What is cut has no records; it may be parsed.
    assert all(len(wire) < 100 for wire in parsed)


LARGE = {
    "30 MX": (RdataType.MX, hostile.many_mx(30), 30),
    "100 addresses": (RdataType.A, hostile.many_addresses(100), 100),
    "40 long texts": (RdataType.TXT, hostile.many_texts(40, "%d" + "x" * 250), 40),
    "a key of 4096 bits": (RdataType.TXT, hostile.one_text(hostile.strings(b"k" * 750)), 1),
}


@pytest.mark.parametrize(("rdtype", "attack", "count"), LARGE.values(), ids=LARGE)
async def test_large_sets_that_are_meant_are_read_whole(
    transport: Transport, rdtype: RdataType, attack: Attack, count: int
) -> None:
    endpoint = Endpoint("127.0.0.1", free_port())
    with hostile_server(endpoint, [ZONE], attack):
        question = Question(QUESTION.name, rdtype)
        reply = await transport.ask(endpoint, question, recurse=False, timeout=5)
    assert isinstance(reply, Reply)
    assert [len(rrset) for rrset in reply.message.answer] == [count]


def cut(query: bytes) -> list[bytes]:
    return [hostile.cut(reply_to(query, RECORD).to_wire())]


@contextmanager
def stream(endpoint: Endpoint, say: Callable[[socket.socket, bytes], None]) -> Iterator[None]:
    """Takes connections and lets `say` answer the query on each."""
    with socket.create_server((endpoint.address, endpoint.port)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, suppress(ConnectionError):
                        say(connection, connection.recv(65535)[2:])

        threading.Thread(target=serve, daemon=True).start()
        yield
        listening.shutdown(socket.SHUT_RDWR)


async def test_what_is_announced_as_too_large_is_not_waited_for(transport: Transport) -> None:
    def announce(connection: socket.socket, query: bytes) -> None:
        connection.sendall(b"\xff\xff")
        # Until the other side ends it.
        connection.recv(1)

    with raw_server(cut) as server, stream(server.endpoint, announce):
        outcome = await transport.ask(server.endpoint, QUESTION, recurse=False, timeout=60)
    assert outcome is Failure.EXCESSIVE


async def test_a_stream_of_empty_messages_is_not_read_to_its_end(transport: Transport) -> None:
    def stream_empty(connection: socket.socket, query: bytes) -> None:
        wire = reply_to(query, RECORD).to_wire()
        connection.sendall(bytes(2 * 100_000) + len(wire).to_bytes(2) + wire)

    with raw_server(cut) as server, stream(server.endpoint, stream_empty):
        outcome = await transport.ask(server.endpoint, QUESTION, recurse=False, timeout=60)
    assert outcome is Failure.GARBLED


@pytest.mark.parametrize(("strays", "arrives"), [(MOST_STRAYS, True), (MOST_STRAYS + 1, False)])
async def test_few_answers_to_other_questions_are_read(
    transport: Transport, parsed: list[bytes], strays: int, arrives: bool
) -> None:
    def crowd(query: bytes) -> list[bytes]:
        stray = hostile.another_question(dns.message.from_wire(query))
        # What is the same is read once.
        different = (stray + os.urandom(8) for _ in range(strays))
        return [*different, reply_to(query, RECORD).to_wire()]

    with raw_server(crowd) as server:
        outcome = await transport.ask(server.endpoint, QUESTION, recurse=False, timeout=5)
    if arrives:
        assert isinstance(outcome, Reply)
    else:
        assert outcome is Failure.GARBLED
        # It is asked again without EDNS.
        assert len(parsed) == 2 * strays


async def test_a_loop_that_is_busy_learns_that_the_time_is_over() -> None:
    async def never_waits() -> bool:
        is_over = time_is_over()
        began = is_over()
        while not is_over():
            pass
        return began

    assert await Deadline(0.05).within(never_waits, on_timeout=True) is False
    assert time_is_over()() is False


async def test_what_arrives_after_the_time_is_not_parsed(
    transport: Transport, parsed: list[bytes]
) -> None:
    over, answered = threading.Event(), threading.Event()

    def late(query: bytes) -> Iterator[bytes]:
        over.wait(5)
        yield reply_to(query, RECORD).to_wire()
        answered.set()

    async def ask() -> Reply | Failure:
        asking = asyncio.ensure_future(
            transport.ask(server.endpoint, QUESTION, recurse=False, timeout=5)
        )
        await asyncio.to_thread(wait_until, lambda: bool(server.queries))
        is_over = time_is_over()
        while not is_over():
            pass
        over.set()
        answered.wait(5)
        return await asking

    with raw_server(late) as server:
        late_or_not: Reply | Failure = Failure.LATE
        assert await Deadline(0.5).within(ask, late_or_not) is Failure.LATE
    assert parsed == []


def names_of_addresses(asked: Iterable[tuple[Name, RdataType]]) -> set[Name]:
    return {name for name, rdtype in asked if rdtype == RdataType.A}


async def test_an_endless_alias_is_followed_for_a_while(
    nsd: StartNsd, unbound: StartUnbound, authority_port: int
) -> None:
    nsd("127.0.0.20", {"example.org": ZONE})
    resolver = unbound({"example.org": ["127.0.0.20"]})
    bad = Endpoint("127.0.0.21", authority_port)
    with hostile_server(bad, [ZONE], hostile.endless_alias(hostile.ZONE)) as asked:
        async with Network([resolver.endpoint], authority_port) as network:
            run = network.lookups([APEX], QueryCache())
            lookup = await run.ask(QUESTION.name, QUESTION.rdtype)
    assert lookup.unknown
    assert [answer.failure for answer in lookup.answers] == [Failure.LOOP]
    assert 1 < len(names_of_addresses(asked)) <= MOST_FOLLOWED


async def test_where_every_server_leads_elsewhere_few_ways_are_followed(
    nsd: StartNsd, unbound: StartUnbound, authority_port: int
) -> None:
    """Four servers, and each alias leads to four more names, at each of eight steps."""
    addresses = [f"127.0.0.{number}" for number in range(21, 25)]
    hosts = [f"ns{number} A {address}" for number, address in enumerate(addresses)]
    zone = zone_text(*hosts, apex="example.org", servers=[f"ns{n}" for n in range(4)])
    nsd("127.0.0.20", {"example.org": zone})
    resolver = unbound({"example.org": ["127.0.0.20"]})
    asked = []
    attack = hostile.endless_alias(hostile.ZONE)
    with ExitStack() as stack:
        for address in addresses:
            server = hostile_server(Endpoint(address, authority_port), [zone], attack)
            asked.append(stack.enter_context(server))
        async with Network([resolver.endpoint], authority_port) as network:
            run = network.lookups([APEX], QueryCache())
            lookup = await run.ask(QUESTION.name, QUESTION.rdtype)
    assert lookup.unknown
    assert {answer.failure for answer in lookup.answers} == {Failure.LEFT_OUT}
    assert len(names_of_addresses(chain(*asked))) <= MOST_FOLLOWED + 1

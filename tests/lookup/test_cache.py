"""What runs share: answers, not failures."""

import asyncio
from collections.abc import Iterator

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.concurrency import SingleFlight
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.model.answer import Failure
from tests.lookup.conftest import Asker
from tests.lookup.raw_server import RawServer, raw_server, reply_to
from tests.servers import free_port, wait_until

NAME = dns.name.from_text("mail.example.org")
RECORD = "mail.example.org. 300 IN A 192.0.2.10"


def recursive(query: bytes) -> list[bytes]:
    return [reply_to(query, RECORD).to_wire()]


@pytest.fixture
def resolver() -> Iterator[RawServer]:
    with raw_server(recursive) as server:
        yield server


async def test_equal_questions_are_asked_once(resolver: RawServer) -> None:
    async with Network([resolver.endpoint]) as network:
        run = network.lookups([], QueryCache())
        lookups = await asyncio.gather(*(run.ask(NAME, RdataType.A) for _ in range(10)))
        again = await run.ask(NAME, RdataType.A)
    assert len(resolver.queries) == network.queries == 1
    assert {lookup.answers for lookup in (*lookups, again)} == {again.answers}


async def test_a_new_memory_asks_again(resolver: RawServer) -> None:
    async with Network([resolver.endpoint]) as network:
        shared = QueryCache()
        for memory in (shared, shared, QueryCache()):
            await network.lookups([], memory).ask(NAME, RdataType.A)
    assert len(resolver.queries) == 2


async def test_a_whole_zone_costs_each_server_one_question_each(asker: Asker) -> None:
    run = asker.run("example.org")
    names = [dns.name.from_text(f"host{n}.example.org") for n in range(20)]
    await asyncio.gather(*(run.ask(name, RdataType.A) for name in names for _ in range(3)))
    # The NS, and the addresses of two name servers; the same of the registry with its one server,
    # and what that says of the zone; then the NS and each name of each of the two.
    assert asker.network.queries == (1 + 4) + (1 + 2 + 1) + 21 * 2


async def test_a_zone_that_was_referred_to_is_remembered(asker: Asker) -> None:
    run = asker.run("example.org")
    await run.ask(dns.name.from_text("x.child.example.org"), RdataType.A)
    before = asker.network.queries
    lookup = await run.ask(dns.name.from_text("y.child.example.org"), RdataType.A)
    assert lookup.absent
    assert asker.network.queries == before + 1


async def test_a_failure_is_not_remembered() -> None:
    port = free_port()
    with raw_server(recursive, port=port) as probe:
        endpoint = probe.endpoint
    async with Network([endpoint]) as network:
        run = network.lookups([], QueryCache())
        assert (await run.ask(NAME, RdataType.A)).failed[0].failure is Failure.UNREACHABLE
        with raw_server(recursive, port=port):
            assert (await run.ask(NAME, RdataType.A)).found


async def test_who_is_cancelled_leaves_the_others_their_answer() -> None:
    queries: list[bytes] = []

    def second_time(query: bytes) -> list[bytes]:
        queries.append(query)
        return recursive(query) if len(queries) > 1 else []

    with raw_server(second_time) as server:
        async with Network([server.endpoint]) as network:
            run = network.lookups([], QueryCache())
            first, second = (asyncio.ensure_future(run.ask(NAME, RdataType.A)) for _ in range(2))
            await asyncio.to_thread(wait_until, lambda: bool(queries))
            first.cancel()
            assert (await second).found
            assert first.cancelled()
            assert network.queries == 1


async def test_what_nobody_waits_for_any_more_is_not_asked() -> None:
    with raw_server(lambda query: []) as server:
        async with Network([server.endpoint], in_flight=1) as network:
            run = network.lookups([], QueryCache())
            names = [dns.name.from_text(f"host{n}.example.org") for n in range(20)]
            asked = [asyncio.ensure_future(run.ask(name, RdataType.A)) for name in names]
            await asyncio.to_thread(wait_until, lambda: bool(server.queries))
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            late = asyncio.ensure_future(run.ask(names[-1], RdataType.A))
            await asyncio.to_thread(wait_until, lambda: b"host19" in server.queries[-1])
            assert not any(b"host1\x07" in query for query in server.queries)
            late.cancel()


async def test_what_is_wanted_again_while_it_is_stopped_begins_anew() -> None:
    once = SingleFlight[str, str](bool)

    async def begin() -> str:
        await asyncio.sleep(0.01)
        return "done"

    first = asyncio.ensure_future(once.get("key", begin))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert await once.get("key", begin) == "done"
    assert once.known("key") == "done"


async def test_of_more_than_it_keeps_what_was_wanted_last_stays() -> None:
    begun: list[int] = []
    once = SingleFlight[int, int](lambda _: True, most=10)

    async def get(key: int) -> int:
        async def begin() -> int:
            begun.append(key)
            return key

        return await once.get(key, begin)

    for key in range(100):
        assert [await get(key), await get(0)] == [key, 0]
    assert begun == [*range(100)]
    await asyncio.gather(*(get(key) for key in range(91, 100)))
    assert begun == [*range(100)]
    await get(90)
    assert begun == [*range(100), 90]


async def test_what_is_under_way_is_not_forgotten() -> None:
    begun: list[int] = []
    once = SingleFlight[int, int](lambda _: True, most=2)

    async def get(key: int) -> None:
        async def begin() -> int:
            begun.append(key)
            for _ in range(key):
                await asyncio.sleep(0)
            return key

        await once.get(key, begin)

    await asyncio.gather(*(get(key) for key in (*range(20), *range(20))))
    assert begun == [*range(20)]


async def test_closing_stops_what_is_under_way() -> None:
    with raw_server(lambda query: []) as server:
        async with Network([server.endpoint]) as network:
            run = network.lookups([], QueryCache())
            asked = asyncio.ensure_future(run.ask(NAME, RdataType.A))
            await asyncio.to_thread(wait_until, lambda: bool(server.queries))
        with pytest.raises(asyncio.CancelledError):
            await asked

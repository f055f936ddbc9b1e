"""How often checks and looks ask, and what they rely on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.engine import local
from mailcow_dns_tui.engine.local import (
    CachedLookups,
    LocalEngine,
    demo_network,
    system_network,
)
from mailcow_dns_tui.lookup import servers
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.session import NetworkDns
from mailcow_dns_tui.lookup.transport import QUESTIONS
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.setup import Setup, Spf
from tests.lookup.raw_server import raw_server, reply_to

SETUP = demo_setup()
EDITED = replace(SETUP, spf=Spf(all="~all"))
NAME = dns.name.from_text("mail.example.org")


@pytest.fixture
async def engine() -> AsyncIterator[LocalEngine]:
    """One that has checked the example."""
    async with DemoDns.start() as demo:
        engine = LocalEngine(partial(demo_network, demo))
        await questions_of(engine, SETUP, fresh=True)
        yield engine
        await engine.close()


async def questions_of(engine: LocalEngine, setup: Setup, *, fresh: bool = False) -> int:
    """What a check asks."""
    before = engine.lookups.network.queries
    async for _ in engine.check(setup, fresh=fresh):
        pass
    return engine.lookups.network.queries - before


async def test_an_edit_is_judged_by_what_was_answered_a_moment_ago(engine: LocalEngine) -> None:
    assert await questions_of(engine, EDITED) < 50
    assert await questions_of(engine, EDITED, fresh=True) > 200


async def test_an_edit_long_after_a_check_is_not(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "CACHE_SECONDS", 0.0)
    assert await questions_of(engine, EDITED) > 200


async def test_a_look_at_one_topic_makes_the_next_check_ask_no_more(engine: LocalEngine) -> None:
    before = engine.lookups.network.queries
    assert await engine.check_topic(SETUP, "mx", SETUP.apexes[0])
    assert engine.lookups.network.queries > before
    assert await questions_of(engine, SETUP) < 50


async def heard(lookups: NetworkDns) -> str:
    lookup = await lookups.ask(NAME, RdataType.A)
    return str(lookup.rdatas[0])


@pytest.fixture
async def counted() -> AsyncIterator[CachedLookups]:
    """Asks a resolver each of whose answers is another one: 192.0.2.1, 192.0.2.2 and so on."""
    answers = iter(range(1, 255))

    def answer(query: bytes) -> list[bytes]:
        return [reply_to(query, f"{NAME} 300 IN A 192.0.2.{next(answers)}").to_wire()]

    with raw_server(answer) as resolver:
        async with Network([resolver.endpoint]) as network:
            yield CachedLookups(network)


async def test_the_next_check_knows_what_a_look_has_seen(counted: CachedLookups) -> None:
    assert await heard(counted.for_check([], fresh=False)) == "192.0.2.1"
    assert await heard(counted.for_check([], fresh=False)) == "192.0.2.1"
    with counted.for_topic([]) as lookups:
        assert await heard(lookups) == "192.0.2.2"
    assert await heard(counted.for_check([], fresh=False)) == "192.0.2.2"


async def test_a_check_relies_on_nothing_older_than_a_look_under_way(
    counted: CachedLookups,
) -> None:
    assert await heard(counted.for_check([], fresh=False)) == "192.0.2.1"
    with counted.for_topic([]):
        assert await heard(counted.for_check([], fresh=False)) == "192.0.2.2"


async def test_what_a_look_has_seen_before_a_check_began_is_not_taken_for_what_is_there(
    counted: CachedLookups,
) -> None:
    with counted.for_topic([]) as lookups:
        assert await heard(lookups) == "192.0.2.1"
        check = counted.for_check([], fresh=True)
    assert await heard(check) == "192.0.2.2"


async def test_a_look_that_ends_later_leaves_a_check_what_it_has_seen_last(
    counted: CachedLookups,
) -> None:
    check = counted.for_check([], fresh=True)
    with counted.for_topic([]) as lookups:
        assert await heard(lookups) == "192.0.2.1"
        assert await heard(check) == "192.0.2.2"
    assert await heard(check) == "192.0.2.2"


async def test_who_was_silent_is_asked_again_by_a_check_from_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "RESOLVER_TIMEOUT", 0.1)
    is_there: list[bool] = []

    def answer(query: bytes) -> list[bytes]:
        return [reply_to(query, f"{NAME} 300 IN A 192.0.2.1").to_wire()] if is_there else []

    with raw_server(answer) as resolver:
        async with Network([resolver.endpoint]) as network:
            lookups = CachedLookups(network)
            for _ in range(QUESTIONS):
                assert await seen(lookups.for_check([], fresh=False)) is Failure.TIMEOUT
            is_there.append(True)
            assert await seen(lookups.for_check([], fresh=False)) is Failure.TIMEOUT
            assert await seen(lookups.for_check([], fresh=True)) is None


async def seen(lookups: NetworkDns) -> Failure | None:
    (answer,) = (await lookups.ask(NAME, RdataType.A)).answers
    return answer.failure


async def test_what_no_check_is_about_is_asked_for_itself(counted: CachedLookups) -> None:
    assert await heard(counted.for_check([], fresh=False)) == "192.0.2.1"
    assert await heard(counted.independent([])) == "192.0.2.2"
    assert await heard(counted.after_check([])) == "192.0.2.1"


@pytest.mark.parametrize("connects", [True, False])
async def test_a_mail_server_is_connected_to_unless_the_user_says_no(*, connects: bool) -> None:
    async with system_network(None, connects=connects) as network:
        presented = await network.lookups([], QueryCache()).present(NAME, ("127.0.0.1",))
    assert (presented is not None) is connects

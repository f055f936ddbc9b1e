"""Who sees what of a record, among real name servers and resolvers with a past."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import dns.message
import dns.rcode
import pytest

from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.propagation import (
    Observation,
    ObservationState,
    PropagationRow,
    Vantage,
    VantageKind,
    headline,
    sentence,
    table,
)
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import plan
from tests.certificates import certificate_of_address
from tests.conftest import NAME_SERVER_ADDRESSES
from tests.lookup.raw_server import raw_server
from tests.real.stage import (
    FIRST,
    NS1,
    NS3,
    REGISTRY,
    SECOND,
    SETUP,
    ZONE,
    Stage,
    classless,
    own_zone,
    registry,
)
from tests.servers import Https, Unbound, free_port, run_unbound

NS2 = "ns2.example.net."
MX = "example.org. MX"
SPF = "example.org. TXT"
NEW = own_zone(serial=2)
OLD = own_zone(without=[MX], adding=["@ MX 10 mx.example.net."])
EMPTY = own_zone(without=[MX])
ELSEWHERE = NAME_SERVER_ADDRESSES[-1]
"""Where a resolver runs that is not this machine's."""


def record_of(topic: str, setup: Setup = SETUP) -> Record:
    return next(record for record in plan(setup) if record.topic == topic)


@pytest.fixture
async def engine(stage: Stage) -> AsyncIterator[LocalEngine]:
    engine = LocalEngine(stage.network, is_example=True)
    yield engine
    await engine.close()


async def rows(
    engine: LocalEngine,
    *public: Vantage,
    topic: str = "mx",
    setup: Setup = SETUP,
    anyway: bool = False,
) -> dict[str, PropagationRow]:
    """The last that is seen of each viewer, by name."""
    sights: dict[Vantage, Observation] = {}
    caches = [*await engine.resolvers(), *public]
    async for sight in engine.propagation(setup, record_of(topic, setup), caches, anyway=anyway):
        sights[sight.viewer] = sight
    return {row.viewer.name: row for row in table(sights.values())}


def views(seen: dict[str, PropagationRow]) -> dict[str, ObservationState]:
    return {name: row.view for name, row in seen.items()}


def publish(stage: Stage, first: str, second: str) -> None:
    stage.serve(FIRST, {ZONE: first})
    stage.serve(SECOND, {ZONE: second})


def remember(stage: Stage, text: str) -> None:
    """Have this machine's resolver ask for the MX while this is what the name servers have."""
    stage.set_up({FIRST: text, SECOND: text}, registry(NS1, NS2))
    stage.remembered(ZONE, "MX")


StartResolver = Callable[..., Unbound]


@pytest.fixture
def another(stage: Stage) -> Iterator[StartResolver]:
    """Starts a resolver with a cache of its own, which asks the first name server."""
    with ExitStack() as stack:

        def start(https: Https | None = None) -> Unbound:
            endpoint = Endpoint(ELSEWHERE, free_port([ELSEWHERE]))
            stubs = {ZONE: [Endpoint(FIRST, stage.port)], "example.net": [_registry(stage)]}
            folder = stage.folder / "another"
            return stack.enter_context(run_unbound(folder, endpoint, stubs, https=https))

        yield start


def _registry(stage: Stage) -> Endpoint:
    return Endpoint(REGISTRY, stage.port)


def public(resolver: Unbound) -> Vantage:
    return Vantage(VantageKind.PUBLIC, "Public", str(resolver.endpoint))


async def test_everybody_has_it(stage: Stage, engine: LocalEngine, another: StartResolver) -> None:
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2))
    seen = await rows(engine, public(another()))
    assert set(views(seen).values()) == {ObservationState.CURRENT}
    assert list(seen) == [NS1, NS2, "this machine", "Public"]
    assert headline(seen.values(), engine.now()) == "All who answered have it as wanted."
    assert seen[NS1].ttl == 300
    assert seen[NS1].until is None
    assert seen["Public"].sight.data == "10 mail.example.org."


async def test_an_old_answer_in_one_cache_and_a_name_server_that_lags_behind(
    stage: Stage, engine: LocalEngine, another: StartResolver
) -> None:
    remember(stage, OLD)
    publish(stage, NEW, OLD)
    before = engine.now()
    seen = await rows(engine, public(another()))
    assert views(seen) == {
        NS1: ObservationState.CURRENT,
        NS2: ObservationState.OLD,
        "this machine": ObservationState.OLD,
        "Public": ObservationState.CURRENT,
    }
    old = seen["this machine"]
    assert old.sight.data == "10 mx.example.net."
    assert old.gone_by is not None
    assert timedelta(seconds=200) < old.gone_by - before <= timedelta(seconds=301)
    assert seen[NS2].gone_by is None
    assert "lags behind" in sentence(seen[NS2], before)


async def test_an_absence_is_remembered_as_long_as_the_soa_says(
    stage: Stage, engine: LocalEngine, another: StartResolver
) -> None:
    remember(stage, EMPTY)
    publish(stage, NEW, NEW)
    before = engine.now()
    seen = await rows(engine, public(another()))
    assert views(seen) == {
        NS1: ObservationState.CURRENT,
        NS2: ObservationState.CURRENT,
        "this machine": ObservationState.ABSENT,
        "Public": ObservationState.CURRENT,
    }
    gone_by = seen["this machine"].gone_by
    assert gone_by is not None
    assert timedelta(0) < gone_by - before <= timedelta(seconds=61)
    assert "remembers that there was no such record" in sentence(seen["this machine"], before)


async def test_no_absence_is_planted(
    stage: Stage, engine: LocalEngine, another: StartResolver
) -> None:
    stage.set_up({FIRST: EMPTY, SECOND: EMPTY}, registry(NS1, NS2))
    resolver = another()
    seen = await rows(engine, public(resolver))
    assert views(seen) == {
        NS1: ObservationState.ABSENT,
        NS2: ObservationState.ABSENT,
        "this machine": ObservationState.NOT_ASKED,
        "Public": ObservationState.NOT_ASKED,
    }
    assert ("example.org.", "MX") not in resolver.asked()
    seen = await rows(engine, public(resolver), anyway=True)
    assert seen["Public"].view is ObservationState.ABSENT
    assert ("example.org.", "MX") in resolver.asked()


async def test_a_cache_with_a_record_that_is_no_longer_published_is_no_good_sign(
    stage: Stage, engine: LocalEngine
) -> None:
    remember(stage, NEW)
    publish(stage, EMPTY, EMPTY)
    seen = await rows(engine, anyway=True)
    assert seen["this machine"].view is ObservationState.OLD
    assert "no longer have" in sentence(seen["this machine"], engine.now())


async def test_what_is_published_wrong_is_not_waited_for(stage: Stage, engine: LocalEngine) -> None:
    stage.set_up({FIRST: OLD, SECOND: OLD}, registry(NS1, NS2))
    assert set(views(await rows(engine)).values()) == {ObservationState.OTHER}


async def test_the_meaning_counts_and_not_the_form(stage: Stage, engine: LocalEngine) -> None:
    spelt = own_zone(without=[SPF], adding=['@ TXT "V=SPF1  mx" " a -ALL"', "@ TXT other"])
    stage.set_up({FIRST: spelt, SECOND: spelt}, registry(NS1, NS2))
    seen = await rows(engine, topic="spf")
    assert set(views(seen).values()) == {ObservationState.CURRENT}


async def test_a_weak_policy_that_is_wanted_is_current(stage: Stage, engine: LocalEngine) -> None:
    """The check warns of it; but there is no other text to be waited for."""
    setup = replace(SETUP, spf=replace(SETUP.spf, all="?all"))
    text = own_zone(setup)
    stage.set_up({FIRST: text, SECOND: text}, registry(NS1, NS2))
    seen = await rows(engine, topic="spf", setup=setup)
    assert set(views(seen).values()) == {ObservationState.CURRENT}


async def test_other_texts_at_the_name_are_no_record(stage: Stage, engine: LocalEngine) -> None:
    text = own_zone(without=[SPF], adding=["@ TXT something"])
    stage.set_up({FIRST: text, SECOND: text}, registry(NS1, NS2))
    assert views(await rows(engine, topic="spf"))[NS1] is ObservationState.ABSENT


async def test_an_old_alias_is_gone_only_with_its_own_ttl(
    stage: Stage, engine: LocalEngine
) -> None:
    """The address that it leads to is forgotten sooner, and then asked for at the old place."""
    alias = "autodiscover.example.org. CNAME"
    changed = ["autodiscover 900 CNAME old", "old 60 A 192.0.2.77"]
    old = own_zone(without=[alias], adding=changed)
    stage.set_up({FIRST: old, SECOND: old}, registry(NS1, NS2))
    stage.remembered("autodiscover.example.org", "A")
    publish(stage, NEW, NEW)
    before = engine.now()
    seen = (await rows(engine, topic="clients"))["this machine"]
    assert seen.view is ObservationState.OLD
    assert seen.sight.data == "→ old.example.org."
    assert seen.gone_by is not None
    assert seen.gone_by - before > timedelta(seconds=700)


async def test_servers_that_disagree_where_an_alias_leads(
    stage: Stage, engine: LocalEngine
) -> None:
    zones = classless("10 PTR mail.example.org.", "9 PTR mail.example.org.")
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2), beside=zones)
    seen = await rows(engine, topic="ptr")
    assert seen[NS3].view is ObservationState.CURRENT


async def test_a_dead_name_server_says_nothing(stage: Stage, engine: LocalEngine) -> None:
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2))
    stage.stop(SECOND)
    seen = await rows(engine)
    assert views(seen) == {
        NS1: ObservationState.CURRENT,
        NS2: ObservationState.COULD_NOT_ASK,
        "this machine": ObservationState.CURRENT,
    }
    assert "not reachable" in sentence(seen[NS2], engine.now())


async def test_a_name_server_without_address_has_a_row(stage: Stage, engine: LocalEngine) -> None:
    servers = (NS1, "nowhere.example.net.")
    text = own_zone(servers=servers)
    stage.set_up({FIRST: text}, registry(*servers), resolver_asks=[FIRST])
    seen = await rows(engine)
    assert views(seen) == {
        NS1: ObservationState.CURRENT,
        "nowhere.example.net.": ObservationState.COULD_NOT_ASK,
        "this machine": ObservationState.CURRENT,
    }
    assert "has no address" in sentence(seen["nowhere.example.net."], engine.now())


async def test_who_stops_looking_leaves_nothing_behind(stage: Stage, engine: LocalEngine) -> None:
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2))
    before = asyncio.all_tasks()
    look = engine.propagation(SETUP, record_of("mx"), await engine.resolvers(), anyway=False)
    async for sight in look:
        if sight.answer is not None:
            break
    await look.aclose()
    left = asyncio.all_tasks() - before
    if left:
        _, pending = await asyncio.wait(left, timeout=5)
        assert not pending


async def test_where_no_name_server_can_be_asked_the_caches_still_are(
    stage: Stage, engine: LocalEngine
) -> None:
    remember(stage, OLD)
    stage.remembered("example.org", "NS")
    stage.stop(FIRST)
    stage.stop(SECOND)
    seen = await rows(engine)
    assert views(seen) == {
        NS1: ObservationState.COULD_NOT_ASK,
        NS2: ObservationState.COULD_NOT_ASK,
        "this machine": ObservationState.OTHER,
    }
    said = headline(seen.values(), engine.now())
    assert said == "No name server could be asked, so what is old can't be told."


async def test_where_only_a_cache_says_that_it_is_absent_no_other_is_made_to(
    stage: Stage, engine: LocalEngine, another: StartResolver
) -> None:
    remember(stage, EMPTY)
    stage.stop(FIRST)
    stage.stop(SECOND)
    resolver = another()
    seen = await rows(engine, public(resolver))
    assert seen["this machine"].view is ObservationState.ABSENT
    assert seen["Public"].view is ObservationState.NOT_ASKED
    assert ("example.org.", "MX") not in resolver.asked()


async def test_where_udp_is_blocked_a_resolver_is_asked_over_https(
    stage: Stage,
    engine: LocalEngine,
    another: StartResolver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2))
    https = Https(free_port([ELSEWHERE]), certificate_of_address(tmp_path, ELSEWHERE))
    monkeypatch.setenv("SSL_CERT_FILE", str(https.pem))
    another(https)
    url = f"https://{ELSEWHERE}:{https.port}/dns-query"
    blocked = Endpoint(ELSEWHERE, free_port([ELSEWHERE]))
    only = Vantage(VantageKind.PUBLIC, "HTTPS only", "", url)
    both = Vantage(VantageKind.PUBLIC, "Blocked", str(blocked), url)
    neither = Vantage(VantageKind.PUBLIC, "Dead", str(blocked))
    seen = await rows(engine, only, both, neither)
    assert seen["HTTPS only"].view is ObservationState.CURRENT
    assert seen["Blocked"].view is ObservationState.CURRENT
    assert _source(seen["Blocked"]) == url
    assert seen["Dead"].view is ObservationState.COULD_NOT_ASK


def _source(row: PropagationRow) -> str:
    assert row.sight.answer is not None
    return row.sight.answer.source.address


async def test_rows_come_one_by_one_and_first_who_is_asked(
    stage: Stage, engine: LocalEngine
) -> None:
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2))
    caches: Sequence[Vantage] = await engine.resolvers()
    look = engine.propagation(SETUP, record_of("mx"), caches, anyway=False)
    came = [(sight.viewer.name, sight.answer is not None) async for sight in look]
    assert sorted(came[:2]) == [(NS1, False), (NS2, False)]
    assert sorted(came[2:4]) == [(NS1, True), (NS2, True)]
    assert came[4:] == [("this machine", True)]


async def test_a_resolver_that_fails_is_not_asked_again_over_https(
    stage: Stage, engine: LocalEngine
) -> None:
    """What it can't get, it can't get over HTTPS either; and the reason is told."""
    stage.set_up({FIRST: NEW, SECOND: NEW}, registry(NS1, NS2))
    nobody = f"https://127.0.0.1:{free_port()}/"
    with raw_server(_failing) as server:
        viewer = Vantage(VantageKind.PUBLIC, "Failing", str(server.endpoint), nobody)
        seen = await rows(engine, viewer)
    assert seen["Failing"].view is ObservationState.COULD_NOT_ASK
    assert "SERVFAIL" in sentence(seen["Failing"], engine.now())


def _failing(query: bytes) -> Sequence[bytes]:
    response = dns.message.make_response(dns.message.from_wire(query), True)
    response.set_rcode(dns.rcode.SERVFAIL)
    return [response.to_wire()]

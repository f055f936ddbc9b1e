"""A whole check over a network that is slow, loses packets, or lets others answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import examine
from mailcow_dns_tui.cli.report import Checked, exit_code
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Status
from tests.conftest import NAME_SERVER_ADDRESSES, RESOLVER_ADDRESS
from tests.real.stage import (
    FIRST,
    NS1,
    NS2,
    REGISTRY,
    SECOND,
    SETUP,
    THIRD,
    ZONE,
    Stage,
    others_zones,
    own_zone,
    registry,
    told,
)
from tests.relay import Fate, Route, late, lossy, relay, untouched
from tests.servers import free_port, run_unbound
from tests.signing import PROBES

GOOD = own_zone()
ABOVE = registry(NS1, NS2)


@pytest.fixture
def served(stage: Stage) -> Stage:
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, ABOVE)
    return stage


@contextmanager
def behind(
    stage: Stage, answers: Fate, questions: Fate = untouched, elsewhere: str | None = None
) -> Iterator[Network]:
    """All servers, and the resolver, beyond a bad stretch of the network."""
    port, resolver = free_port(NAME_SERVER_ADDRESSES), Endpoint(RESOLVER_ADDRESS, free_port())
    routes = [*authorities(stage, port), (resolver, stage.resolver)]
    with relay(routes, answers, questions, elsewhere):
        yield Network([resolver], port, probes=PROBES, fetcher=stage.fetcher)


@contextmanager
def slow_for_all(stage: Stage, seconds: float) -> Iterator[Network]:
    """Name servers that are as slow for a resolver, which knows nothing yet."""
    port, resolver = free_port(NAME_SERVER_ADDRESSES), Endpoint(RESOLVER_ADDRESS, free_port())
    routes = authorities(stage, port)
    (above, _), (first, _), *_ = routes
    stubs = {apex: [above] for apex in (*others_zones(), *stage.probed.files, "org")}
    stubs[ZONE] = [first]
    anchors = stage.probed.trust_anchors
    with (
        relay(routes, late(seconds)),
        run_unbound(stage.folder / "another", resolver, stubs, anchors),
    ):
        yield Network([resolver], port, probes=PROBES, fetcher=stage.fetcher)


def authorities(stage: Stage, port: int) -> list[Route]:
    return [
        (Endpoint(address, port), Endpoint(address, stage.port))
        for address in (REGISTRY, FIRST, SECOND, THIRD)
    ]


async def checked_over(network: Network, *options: str) -> Checked:
    return await examine(SETUP, None, network, parse(["check", *options]))


async def test_servers_that_take_long_for_each_answer(served: Stage) -> None:
    """With the usual time limit."""
    with slow_for_all(served, 0.8) as network:
        checked = await checked_over(network)
    assert told(checked) == []
    assert exit_code(checked.outcome) == 0


async def test_a_resolver_that_has_a_long_way_to_go_first(served: Stage) -> None:
    resolver = Endpoint(RESOLVER_ADDRESS, free_port())
    with relay([(resolver, served.resolver)], late(7.0)):
        async with Network([resolver]) as network:
            run = network.lookups([], QueryCache())
            lookup = await run.ask(dns.name.from_text("mail.example.org"), RdataType.A)
    assert lookup.found


@pytest.mark.parametrize("share", [0.05, 0.2])
async def test_what_is_lost_now_and_then_is_sent_again(served: Stage, share: float) -> None:
    loss = lossy(share)
    with behind(served, loss, loss) as network:
        checked = await checked_over(network)
    assert told(checked) == []


async def test_where_half_is_lost_nothing_is_wrong(served: Stage) -> None:
    loss = lossy(0.5)
    with behind(served, loss, loss) as network:
        checked = await checked_over(network, "--timeout", "8")
    nothing_wrong(checked)


def nothing_wrong(checked: Checked) -> None:
    """Whatever is not good says that it could not be asked."""
    found = {(f.code, f.status) for f in checked.findings if f.status is not Status.OK}
    unsure = {("could-not-ask", Status.INFO), ("cannot-validate", Status.INFO)}
    assert all(status is Status.UNKNOWN for _, status in found - unsure), told(checked)

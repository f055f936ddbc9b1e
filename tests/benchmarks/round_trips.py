"""Measures a whole check over a slow link: how many round trips it takes.

Real name servers and a real resolver stand behind a relay that adds the delay. Then the same with
everything dead, against the time limit.
"""

import asyncio
import ipaddress
import multiprocessing
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import examine
from mailcow_dns_tui.demo import DemoPolicies, demo_setup
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.benchmarks.figures import Figure, run
from tests.servers import answers, free_port, run_nsd, run_unbound, wait_until, zone_text
from tests.signing import PROBES, probe_zones

DELAYS = (0.02, 0.1, 0.3)
"""Seconds from a question to its answer; beside the last, our own work is no round trip."""
LIMIT = 5
"""Round trips."""
RUNS = 5
DEAD_LIMIT = 3.0
"""Seconds that the check with everything dead is given."""
LATE = 0.5
"""Seconds that ending it may take."""
NAME_SERVERS = {"ns1": "127.0.0.2", "ns2": "127.0.0.3"}
RESOLVER = "127.0.0.4"
REGISTRY = "127.0.0.5"
FRONTS = (*NAME_SERVERS.values(), REGISTRY)
BEHIND = {address: str(ipaddress.ip_address(address) + 256) for address in FRONTS}
RESOLVER_BEHIND = "127.0.1.4"
APEXES = ("example.org", "2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa")
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10", "2001:db8::10"),
    domains=(Domain("example.org", dkim=demo_setup().domains[0].dkim[:1]),),
)


async def relay(listening: socket.socket, target: tuple[str, int], delay: float) -> None:
    """Pass each question on after the delay, and its answer back, until cancelled."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as under_way:
        while True:
            question, client = await loop.sock_recvfrom(listening, 65535)
            under_way.create_task(_pass_on(question, target, listening, client, delay))


async def _pass_on(
    question: bytes,
    target: tuple[str, int],
    listening: socket.socket,
    client: tuple[str, int],
    delay: float,
) -> None:
    await asyncio.sleep(delay)
    loop = asyncio.get_running_loop()
    with bound() as asking:
        await loop.sock_connect(asking, target)
        await loop.sock_sendall(asking, question)
        await loop.sock_sendto(listening, await loop.sock_recv(asking, 65535), client)


def bound(address: str = "127.0.0.1", port: int = 0) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind((address, port))
    return made


def zones() -> dict[str, str]:
    """Zone files that publish what the setup wants."""
    addresses = [f"{name} A {address}" for name, address in NAME_SERVERS.items()]
    hosts = [f"{name}.example.org." for name in NAME_SERVERS]
    texts = {}
    for apex in APEXES:
        inside = [r for r in plan(SETUP) if f".{r.owner}".endswith(f".{apex}.")]
        lines = [f"{r.owner} {r.type_text} {r.rdata.to_text()}" for r in inside]
        own = addresses if apex == "example.org" else []
        texts[apex] = zone_text(*own, *lines, apex=apex, servers=hosts)
    return texts


def registry() -> str:
    """The zone above, which delegates the domain to its name servers."""
    lines = (
        line
        for name, address in NAME_SERVERS.items()
        for line in (f"example NS {name}.example", f"{name}.example A {address}")
    )
    return zone_text(f"ns A {REGISTRY}", *lines, apex="org", servers=["ns"])


def network(port: int) -> Network:
    return Network(
        [Endpoint(RESOLVER, port)], authority_port=port, probes=PROBES, fetcher=DemoPolicies()
    )


def relays(port: int, delay: float) -> None:
    """The link, as a process of its own, until it is terminated."""
    asyncio.run(_relays(port, delay))


async def _relays(port: int, delay: float) -> None:
    ways = {**BEHIND, RESOLVER: RESOLVER_BEHIND}
    with ExitStack() as stack:
        fronts = [(stack.enter_context(bound(front, port)), way) for front, way in ways.items()]
        await asyncio.gather(*(relay(front, (way, port), delay) for front, way in fronts))


async def over_the_link(port: int, delay: float, runs: int) -> Sequence[float]:
    """Seconds of each check; everything has to be found good."""
    process = multiprocessing.get_context("spawn").Process(target=relays, args=(port, delay))
    process.start()
    try:
        wait_until(lambda: answers(Endpoint(RESOLVER, port), 2 * delay))
        return [await _one_check(port) for _ in range(runs)]
    finally:
        process.terminate()
        process.join()


async def _one_check(port: int) -> float:
    checked = await examine(SETUP, None, network(port), parse(["check"]))
    wrong = [f for f in checked.findings if f.status not in {Status.OK, Status.INFO}]
    if wrong:
        sys.exit(f"not all good: {wrong[0].message}")
    return checked.seconds


async def with_all_dead(port: int) -> float:
    """Seconds until a check gives up that nobody answers."""
    arguments = parse(["check", "--timeout", str(DEAD_LIMIT)])
    with ExitStack() as stack:
        for address in (*BEHIND, RESOLVER):
            stack.enter_context(bound(address, port))
        return (await examine(SETUP, None, network(port), arguments)).seconds


def figures(is_small: bool = False) -> Iterator[Figure]:
    addresses = (*BEHIND, *BEHIND.values(), RESOLVER, RESOLVER_BEHIND)
    port = free_port(addresses)
    probed = probe_zones("ns1.example.org.")
    served = zones() | probed.files
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for front, address in BEHIND.items():
            own = {"org": registry()} if front == REGISTRY else served
            stack.enter_context(run_nsd(Path(folder, address), Endpoint(address, port), own))
        behind = {front: Endpoint(address, port) for front, address in BEHIND.items()}
        stubs = {apex: [behind[front] for front in NAME_SERVERS.values()] for apex in served}
        stubs["org"] = [behind[REGISTRY]]
        resolver = Endpoint(RESOLVER_BEHIND, port)
        stack.enter_context(
            run_unbound(Path(folder, "unbound"), resolver, stubs, probed.trust_anchors)
        )
        for delay in DELAYS:
            times = asyncio.run(over_the_link(port, delay, 1 if is_small else RUNS))
            yield taken(delay, min(times))
    dead = asyncio.run(with_all_dead(port))
    what = f"a check of which nobody answers anything, `--timeout {DEAD_LIMIT:g}`"
    yield Figure(what, dead, "s", most=DEAD_LIMIT + LATE)


def taken(delay: float, seconds: float) -> Figure:
    """In round trips only where they are all that takes time."""
    what = f"one domain, all records, {delay * 1000:.0f} ms to each server"
    if delay < DELAYS[-1]:
        return Figure(what, seconds, "s", beside=f"{LIMIT} round trips: {LIMIT * delay:g} s")
    return Figure(what, seconds / delay, "round trips", most=LIMIT, beside=f"{seconds:.2f} s")


if __name__ == "__main__":
    run(figures())

"""Measures `check` over many domains, against two real name servers and a real resolver.

`python -m tests.benchmarks.thousand [DOMAINS]`. Beside it, in the same run, questions by dnspython
alone.
"""

import json
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import dns.message
import dns.query

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.benchmarks.figures import Figure, run
from tests.conftest import RESOLVER_ADDRESS
from tests.servers import free_port, run_nsd, run_unbound, zone_text
from tests.signing import probe_zones

ADDRESSES = {"ns1": "127.0.0.10", "ns2": "127.0.0.11"}
REGISTRY = "127.0.0.12"
NS = tuple(f"{name}.example.net." for name in ADDRESSES)
HOST = "mail.example.org"
MEBIBYTE = 1024 * 1024
RATE = 50
MOST_MEMORY = 200
SAMPLES = 5_000
"""Questions by dnspython alone."""


def setup(count: int) -> Setup:
    keys = demo_setup().domains[0].dkim
    names = ("example.org", *(f"d{number:05}.test" for number in range(1, count)))
    domains = tuple(Domain(name, dkim=keys, verification=("MS=1",)) for name in names)
    return replace(demo_setup(), server=Server(HOST, "192.0.2.10"), domains=domains)


def zones(wanted: Setup) -> Mapping[str, str]:
    """Zone files of all that is wanted."""
    lines: dict[str, list[str]] = {}
    for record in plan(wanted):
        line = f"{record.owner} {record.type_text} {record.rdata.to_text()}"
        lines.setdefault(ascii_form(record.zone), []).append(line)
    made = {apex: zone_text(*own, apex=apex, servers=NS) for apex, own in lines.items()}
    made["2.0.192.in-addr.arpa"] = zone_text(
        f"10 PTR {HOST}.", apex="2.0.192.in-addr.arpa", servers=NS
    )
    hosts = (f"{name} A {address}" for name, address in ADDRESSES.items())
    made["example.net"] = zone_text(*hosts, apex="example.net", servers=NS)
    return made


def registry(apexes: list[str]) -> Mapping[str, str]:
    """The zones above, with the delegations."""
    server = "registry.test."
    lines = [f"registry A {REGISTRY}"]
    lines += [f"{apex}. NS {ns}" for apex in apexes if apex.endswith(".test") for ns in NS]
    return {"test": zone_text(*lines, apex="test", servers=[server])}


@dataclass(frozen=True)
class Spent:
    """Seconds, on the clock and of CPU; bytes at the peak, of all processes together."""

    wall: float
    cpu: float
    peak: int


def measured(command: list[str], output: Path) -> Spent:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file)
        peak = [0]
        watching = threading.Thread(target=_watch, args=(process, peak))
        watching.start()
        process.wait()
        watching.join()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall, cpu, peak[0])


def _watch(process: "subprocess.Popen[bytes]", peak: list[int]) -> None:
    while process.poll() is None:
        with suppress(OSError):  # some have ended meanwhile
            peak[0] = max(peak[0], sum(map(_memory, _family(process.pid))))
        time.sleep(0.1)


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _memory(pid: int) -> int:
    """Bytes that a process has for itself, and its part of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def alone(server: Endpoint, wanted: Setup) -> float:
    """Questions a second that dnspython makes, sends and reads, one after the other."""
    records = plan(wanted)[:SAMPLES]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        began = time.perf_counter()
        for record in records:
            query = dns.message.make_query(record.owner, record.rdtype, use_edns=0, payload=1232)
            dns.query.udp(query, server.address, 5, server.port, sock=sock)
        return len(records) / (time.perf_counter() - began)


@contextmanager
def world(folder: Path, wanted: Setup) -> Iterator[tuple[Endpoint, Endpoint]]:
    """A resolver, and one of the name servers that have all that is wanted."""
    port = free_port([*ADDRESSES.values(), REGISTRY])
    probed = probe_zones(NS[0])
    served = {**zones(wanted), **probed.files}
    with ExitStack() as stack:
        for each, address in ADDRESSES.items():
            stack.enter_context(run_nsd(folder / each, Endpoint(address, port), served))
        above = registry(list(served))
        stack.enter_context(run_nsd(folder / "registry", Endpoint(REGISTRY, port), above))
        resolver = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
        servers = [Endpoint(address, port) for address in ADDRESSES.values()]
        # Referred on, a resolver asks at port 53.
        stubs = dict.fromkeys(served, servers)
        stubs["test"] = [Endpoint(REGISTRY, port)]
        stack.enter_context(run_unbound(folder / "unbound", resolver, stubs, probed.trust_anchors))
        yield resolver, servers[0]


def figures(is_small: bool = False, count: int = 1000) -> Iterator[Figure]:
    wanted = setup(20 if is_small else count)
    domains = len(wanted.domains)
    with tempfile.TemporaryDirectory() as name, world(Path(name), wanted) as (resolver, server):
        path, output = Path(name) / "plan.toml", Path(name) / "check.json"
        write_plan(wanted, path)
        ports = str(resolver.port), str(server.port)
        command = [sys.executable, "-m", "tests.local_check", str(path), *ports, "--format", "json"]
        spent = measured(command, output)
        told = json.loads(output.read_text())
        rate = alone(server, wanted)
    if told["summary"]["unknown"] + told["summary"]["error"]:
        sys.exit(f"not all good: {told['summary']}")
    what = f"`check` of {domains} domains, all records, two name servers"
    yield Figure(what, domains / spent.wall, "domains a second", least=RATE)
    asked = told["queries"]
    sent = f"dnspython alone, one after the other: {rate:.0f} a second"
    yield Figure("its questions", asked / spent.wall, "a second", beside=f"{asked} of them; {sent}")
    yield Figure("its CPU", spent.cpu / domains * 1000, "ms a domain")
    yield Figure("its memory, all processes", spent.peak / MEBIBYTE, "MiB", most=MOST_MEMORY)


if __name__ == "__main__":
    run(figures(count=int(sys.argv[1]) if sys.argv[1:] else 1000))

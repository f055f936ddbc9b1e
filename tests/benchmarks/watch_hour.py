"""Measures `check --watch 5` over 200 domains whose name servers come and go: does it grow?

Samples memory and descriptors of the process. Exits with 1 where the last quarter of the time has
a tenth more than the second, in which all caches are full. `python -m tests.benchmarks.watch_hour
[MINUTES]`, an hour without it.
"""

import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.plan_file import write_plan
from tests.benchmarks.keystrokes import setup, zones
from tests.conftest import NAME_SERVER_ADDRESSES, RESOLVER_ADDRESS
from tests.servers import free_port, run_nsd, run_unbound, zone_text
from tests.signing import probe_zones

FIRST, SECOND, REGISTRY = NAME_SERVER_ADDRESSES[:3]
PHASE = 25.0
"""Seconds for which the name servers stay as they are: a round or two."""
SAMPLE = 2.0
GROWTH = 1.1
MIB = 1024 * 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


def of_both(text: str) -> str:
    """The zone with a second name server."""
    return text.replace("@ NS ns1.example.net.", "@ NS ns1.example.net.\n@ NS ns2.example.net.")


def main(minutes: str = "60") -> int:
    port = free_port(NAME_SERVER_ADDRESSES)
    probed = probe_zones("ns1.example.net.")
    own = {apex: of_both(text) for apex, text in zones(setup()).items()}
    own.pop("example.net")
    hosts = zone_text(
        f"ns1 A {FIRST}", f"ns2 A {SECOND}", apex="example.net", servers=["ns1.example.net."]
    )
    others = {"example.net": hosts, **probed.files}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        stack.enter_context(run_nsd(folder / "others", Endpoint(REGISTRY, port), others))
        at = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
        both = [Endpoint(FIRST, port), Endpoint(SECOND, port)]
        stubs = dict.fromkeys(own, both) | {apex: [Endpoint(REGISTRY, port)] for apex in others}
        stack.enter_context(run_unbound(folder / "unbound", at, stubs, probed.trust_anchors))
        return watched(folder, port, at, own, 60 * float(minutes))


def watched(
    folder: Path, port: int, resolver: Endpoint, own: Mapping[str, str], seconds: float
) -> int:
    write_plan(setup(), folder / "plan.toml")
    command = ["-m", "tests.wide_world", str(port), str(resolver), "check"]
    command += [str(folder / "plan.toml"), "--watch", "5", "--timeout", "20"]
    over = threading.Event()
    with (folder / "told").open("wb") as told, coming_and_going(folder, port, own, over):
        with subprocess.Popen([sys.executable, *command], stdout=told) as process:
            try:
                samples = list(sampled(Path("/proc", str(process.pid)), seconds))
            finally:
                over.set()
                process.terminate()
        print(f"exit {process.returncode}, {(folder / 'told').stat().st_size / MIB:.1f} MiB told")
    memory, descriptors = zip(*samples, strict=True)
    grown = [said("memory, MiB", memory), said("descriptors", descriptors)]
    return int(any(grown))


def sampled(process: Path, seconds: float) -> Iterator[tuple[float, float]]:
    """Memory in MiB and descriptors, from the end of the first tenth on."""
    began = time.monotonic()
    while (spent := time.monotonic() - began) < seconds:
        time.sleep(SAMPLE)
        if spent > seconds / 10:
            pages = int((process / "statm").read_text().split()[1])
            yield pages * PAGE / MIB, len(list((process / "fd").iterdir()))


def said(what: str, values: Sequence[float]) -> bool:
    """Print what was sampled, and tell whether it has grown."""
    quarter = len(values) // 4
    quarters = [values[n * quarter : (n + 1) * quarter] for n in range(4)]
    means = [statistics.mean(each) for each in quarters]
    told = ", ".join(f"{mean:.1f}" for mean in means)
    print(
        f"{what:<12} first {values[0]:.1f}, last {values[-1]:.1f}, most {max(values):.1f};"
        f" means of the quarters {told}"
    )
    return means[3] > means[1] * GROWTH


@contextmanager
def coming_and_going(
    folder: Path, port: int, own: Mapping[str, str], over: threading.Event
) -> Iterator[None]:
    """Name servers that answer, are not there, or say nothing, each for a while and in turn."""

    def answering(address: str) -> AbstractContextManager[None]:
        return run_nsd(folder / address, Endpoint(address, port), own)

    def silent(address: str) -> AbstractContextManager[None]:
        return _silent(address, port)

    def gone(address: str) -> AbstractContextManager[None]:
        return nullcontext()

    phases: Sequence[tuple[Callable[[str], AbstractContextManager[None]], ...]] = (
        (answering, answering),
        (answering, gone),
        (gone, gone),
        (silent, answering),
        (silent, silent),
    )

    def play() -> None:
        for ways in itertools.cycle(phases):
            with ExitStack() as stack:
                for way, address in zip(ways, (FIRST, SECOND), strict=True):
                    stack.enter_context(way(address))
                if over.wait(PHASE):
                    return

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _silent(address: str, port: int) -> Iterator[None]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((address, port))
        yield


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

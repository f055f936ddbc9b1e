"""Measures the wizard with one domain and with many: from start to the overview, and key to echo.

In a pseudo-terminal, against a real name server and a real resolver: while everything is being
checked, and once all is known.
"""

import os
import pty
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.screens.record_list import row_name
from tests.benchmarks.figures import Figure, run
from tests.conftest import NAME_SERVER_ADDRESSES, RESOLVER_ADDRESS
from tests.servers import free_port, run_nsd, run_unbound, zone_text
from tests.signing import probe_zones

COUNTS = (1, 200, 1000)
MOVES = 40
START_LIMIT = 1.0
PASTE_LIMIT = 1.0
QUIT_LIMIT = 1.0
"""Seconds."""
ECHO_LIMIT = 50
QUIET_LIMITS = (16, 33)
"""Milliseconds: while everything is being checked; then with one domain, and with more."""
SHARE = 0.95
"""Of the keys that must keep within a limit."""
STILL = 3.0
"""Seconds without a change on the screen, after which all is known."""
PAUSE = 0.07
"""Between two keys: a fast typist."""
STYLE = re.compile(rb"\x1b\[[0-9;:]*m")
NS = "ns1.example.net."
ADDRESS = NAME_SERVER_ADDRESSES[0]
HOST = "mail.example.org"
ALT = b"\x1b"
UP, END, QUIT, OVERVIEW, BACKSPACE = b"\x1b[A", b"\x1b[F", b"\x11", b"\x1bOR", b"\x7f"


def setup(count: int = 200) -> Setup:
    keys = demo_setup().domains[0].dkim
    names = ("example.org", *(f"d{number:03}.example" for number in range(1, count)))
    domains = tuple(Domain(name, dkim=keys, verification=("MS=1",)) for name in names)
    return replace(demo_setup(), server=Server(HOST, "192.0.2.10"), domains=domains)


def zones(setup: Setup) -> Mapping[str, str]:
    """Zone files of all that the setup wants, and of the zones above."""
    lines: dict[str, list[str]] = {}
    for record in plan(setup):
        line = f"{record.owner} {record.type_text} {record.rdata.to_text()}"
        lines.setdefault(ascii_form(record.zone), []).append(line)
    made = {apex: zone_text(*own, apex=apex, servers=[NS]) for apex, own in lines.items()}
    made["2.0.192.in-addr.arpa"] = zone_text(
        f"10 PTR {HOST}.", apex="2.0.192.in-addr.arpa", servers=[NS]
    )
    made["example.net"] = zone_text(f"ns1 A {ADDRESS}", apex="example.net", servers=[NS])
    return made


def title(record: Record) -> str:
    """Of what explains the record."""
    name = row_name(record) if record.is_reverse else ascii_form(record.owner)
    return f"{name}  {record.type_text}"


class Screen:
    """A wizard in a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], columns: int, lines: int) -> None:
        self.main, child = pty.openpty()
        env = {**os.environ, "COLUMNS": str(columns), "LINES": str(lines)}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=child,
            stdout=child,
            stderr=child,
            env={**env, "TERM": "xterm-256color", "COLORTERM": ""},
            start_new_session=True,
        )
        os.close(child)

    def until(self, text: bytes, seconds: float = 30) -> float:
        """Seconds from now until a text is painted, in whatever colours."""
        began = time.perf_counter()
        seen = b""
        while text not in STYLE.sub(b"", seen):
            left = began + seconds - time.perf_counter()
            if left < 0 or not select.select([self.main], [], [], left)[0]:
                sys.exit(f"{text!r} was never painted:\n{seen[-3000:]!r}")
            seen += os.read(self.main, 65536)
        return time.perf_counter() - began

    def rest(self, seconds: float) -> None:
        """Take what is painted meanwhile."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.main], [], [], left)[0]:
                os.read(self.main, 65536)

    def until_still(self) -> None:
        """Until nothing has been painted for a while."""
        while select.select([self.main], [], [], STILL)[0]:
            os.read(self.main, 65536)

    def waiting(self) -> int:
        """Bytes that it has painted, and nobody has taken."""
        return len(os.read(self.main, 65536)) if select.select([self.main], [], [], 0)[0] else 0

    def press(self, keys: bytes, painted: bytes) -> float:
        """Seconds from the key to what it paints."""
        os.write(self.main, keys)
        return self.until(painted)

    def type(self, before: str, text: str) -> Iterator[float]:
        for end in range(1, len(text) + 1):
            yield self.press(text[end - 1].encode(), f"{before}{text[:end]}".encode())
            self.rest(PAUSE)

    def quit(self) -> float:
        began = time.perf_counter()
        os.write(self.main, QUIT)
        with suppress(OSError):
            # The terminal is gone with the process.
            while self.process.poll() is None:
                self.rest(0.01)
        self.process.wait()
        return time.perf_counter() - began

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.main)


@dataclass(frozen=True)
class Stage:
    """Where the wizard looks, where its plans lie, and for what."""

    folder: Path
    resolver: Endpoint
    port: int
    setup: Setup

    @contextmanager
    def wizard(
        self, setup: Setup | None = None, columns: int = 120, lines: int = 36
    ) -> Iterator[Screen]:
        path = self.folder / "plan.toml"
        write_plan(setup or self.setup, path)
        ports = str(self.resolver.port), str(self.port)
        command = [sys.executable, "-m", "tests.local_wizard", str(path), *ports]
        screen = Screen(command, columns, lines)
        try:
            yield screen
        finally:
            screen.close()


def starts(stage: Stage) -> Iterator[float]:
    """Until the overview of all domains is there, opened by a key as soon as keys are shown.

    With the product's own command; what would ask the network begins later.
    """
    path = stage.folder / "start.toml"
    write_plan(stage.setup, path)
    for columns in (80, 120):
        for _ in range(5):
            screen = Screen([sys.executable, "-m", "mailcow_dns_tui", str(path)], columns, 36)
            screen.until(b"Quit")
            screen.press(OVERVIEW, stage.setup.domains[:10][-1].name.encode())
            yield time.perf_counter() - screen.began
            screen.close()


def in_fields(stage: Stage) -> Iterator[float]:
    """Keys in the hostname, the list of domains and the policy, from the first check on."""
    with stage.wizard() as screen:
        screen.until(b"Quit")
        screen.press(ALT + b"1", b"Hostname")
        screen.rest(2)
        yield from screen.type(HOST, "abcdefghij0123456789")
        screen.press(ALT + b"2", b"Mail domains")
        screen.rest(1)
        yield from screen.type("", "abcdefghij0123456789")
        screen.press(ALT + b"3", b"SPF: who may send")
        screen.rest(1)
        yield from screen.type("mx a", " ip4:192.0.2.77 ptr")


def in_records(stage: Stage, *, is_checking: bool) -> Iterator[float]:
    """The cursor in the records, from the last one up, until the next one is explained."""
    names = [title(record).encode() for record in reversed(plan(stage.setup)) if record.domain]
    with stage.wizard(columns=160) as screen:
        screen.until(b"Quit")
        screen.press(ALT + b"5", b"Server, set once")
        if is_checking:
            screen.rest(2)
        else:
            screen.until_still()
        os.write(screen.main, END)
        screen.press(UP, names[0])
        for before, name in pairwise(names[: MOVES + 1]):
            spent = screen.press(UP, name)
            screen.rest(PAUSE)
            if before != name:
                yield spent


def in_overview(stage: Stage) -> Iterator[float]:
    """The search of all domains, from the first check on: until none is left, and all are back."""
    with stage.wizard() as screen:
        screen.until(b"Quit")
        screen.press(OVERVIEW, b".example")
        screen.rest(2)
        screen.press(b"/", b"")
        for _ in range(MOVES // 2):
            yield screen.press(b"!", b"No domain is like that")
            screen.rest(PAUSE)
            yield screen.press(BACKSPACE, b".example")
            screen.rest(PAUSE)


def pasting(stage: Stage) -> float:
    """A list of all domains, pasted into an empty one, until the last is asked about."""
    domains = stage.setup.domains
    with stage.wizard(replace(stage.setup, domains=()), 80, 24) as screen:
        # The first step with something to do is the one that asks for them.
        screen.until(b"Mail domains")
        screen.rest(1.5)
        names = "\n".join(domain.name for domain in domains)
        keys = b"\x1b[200~" + names.encode() + b"\x1b[201~"
        return screen.press(keys, f"{domains[-1].name}, {len(domains)} of".encode())


def quitting(stage: Stage) -> float:
    """In the middle of the first check."""
    with stage.wizard() as screen:
        screen.until(b"Quit")
        screen.rest(2)
        return screen.quit()


def longest(times: Iterable[float]) -> float:
    """Seconds that nearly all keep within."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(len(ordered) * SHARE))]


def echo(what: str, times: Iterable[float], limit: float) -> Figure:
    return Figure(f"{what}, 95 of 100", longest(times) * 1000, "ms", most=limit)


def on_stage(stage: Stage) -> Iterator[Figure]:
    count = len(stage.setup.domains)
    domains, checking = f"{count} domain{'s' * (count > 1)}", "all being checked"
    yield echo(f"a key in a field, {domains}, {checking}", in_fields(stage), ECHO_LIMIT)
    moves = in_records(stage, is_checking=True)
    yield echo(f"the cursor in the records, {domains}, {checking}", moves, ECHO_LIMIT)
    moves = in_records(stage, is_checking=False)
    yield echo(f"the cursor in the records, {domains}, all known", moves, QUIET_LIMITS[count > 1])
    if count > 1:
        yield echo(f"a key in the search of {domains}, {checking}", in_overview(stage), ECHO_LIMIT)
        yield Figure(f"{domains} pasted", pasting(stage), "s", most=PASTE_LIMIT)
    started = statistics.median(starts(stage))
    yield Figure(f"from the start to the overview, {domains}", started, "s", most=START_LIMIT)
    yield Figure(f"to quit, {domains}, {checking}", quitting(stage), "s", most=QUIT_LIMIT)


@contextmanager
def staged(wanted: Setup) -> Iterator[Stage]:
    """All that is wanted is published, and a resolver knows it."""
    port = free_port(NAME_SERVER_ADDRESSES)
    probed = probe_zones(NS)
    served = {**zones(wanted), **probed.files}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, server = Path(name), Endpoint(ADDRESS, port)
        stack.enter_context(run_nsd(folder / "nsd", server, served))
        resolver = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
        stubs = {apex: [server] for apex in served}
        stack.enter_context(run_unbound(folder / "unbound", resolver, stubs, probed.trust_anchors))
        yield Stage(folder, resolver, port, wanted)


def figures(is_small: bool = False) -> Iterator[Figure]:
    for count in COUNTS[: 1 if is_small else None]:
        with staged(setup(count)) as stage:
            yield from on_stage(stage)


if __name__ == "__main__":
    run(figures())

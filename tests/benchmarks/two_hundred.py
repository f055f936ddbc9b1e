"""Measures the wizard with 200 domains: from start to the overview of all, and from key to echo.

In a pseudo-terminal, against a real name server and a real resolver, while everything is being
checked. Prints median, 95th percentile and worst; exits with 1 above a limit.
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import NAME_SERVER_ADDRESSES, RESOLVER_ADDRESS
from tests.servers import free_port, run_nsd, run_unbound, zone_text
from tests.signing import probe_zones

DOMAINS = 200
MOVES = 40
START_LIMIT = 1.0
ECHO_LIMIT = 0.05
PASTE_LIMIT = 1.0
QUIT_LIMIT = 1.0
"""Seconds."""
PAUSE = 0.07
"""Between two keys: a fast typist."""
STYLE = re.compile(rb"\x1b\[[0-9;:]*m")
NS = "ns1.example.net."
ADDRESS = NAME_SERVER_ADDRESSES[0]
HOST = "mail.example.org"
ALT = b"\x1b"
DOWN, QUIT, OVERVIEW, BACKSPACE = b"\x1b[B", b"\x11", b"\x1bOR", b"\x7f"


def setup() -> Setup:
    keys = demo_setup().domains[0].dkim
    names = ("example.org", *(f"d{number:03}.example" for number in range(1, DOMAINS)))
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


class Screen:
    """A wizard in a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], columns: int, lines: int) -> None:
        self._main, child = pty.openpty()
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
            if left < 0 or not select.select([self._main], [], [], left)[0]:
                sys.exit(f"{text!r} was never painted:\n{seen[-3000:]!r}")
            seen += os.read(self._main, 65536)
        return time.perf_counter() - began

    def rest(self, seconds: float) -> None:
        """Take what is painted meanwhile."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._main], [], [], left)[0]:
                os.read(self._main, 65536)

    def press(self, keys: bytes, painted: bytes) -> float:
        """Seconds from the key to what it paints."""
        os.write(self._main, keys)
        return self.until(painted)

    def type(self, before: str, text: str) -> Iterator[float]:
        for end in range(1, len(text) + 1):
            yield self.press(text[end - 1].encode(), f"{before}{text[:end]}".encode())
            self.rest(PAUSE)

    def quit(self) -> float:
        began = time.perf_counter()
        os.write(self._main, QUIT)
        with suppress(OSError):
            # The terminal is gone with the process.
            while self.process.poll() is None:
                self.rest(0.01)
        self.process.wait()
        return time.perf_counter() - began

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._main)


@dataclass(frozen=True)
class Stage:
    """Where the wizard looks, and where its plans lie."""

    folder: Path
    resolver: Endpoint
    port: int

    @contextmanager
    def wizard(self, setup: Setup, columns: int = 120, lines: int = 36) -> Iterator[Screen]:
        path = self.folder / "plan.toml"
        write_plan(setup, path)
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
    write_plan(setup(), path)
    for columns in (80, 120):
        for _ in range(5):
            screen = Screen([sys.executable, "-m", "mailcow_dns_tui", str(path)], columns, 36)
            screen.until(b"Quit")
            screen.press(OVERVIEW, b"d010.example")
            yield time.perf_counter() - screen.began
            screen.close()


def in_fields(stage: Stage) -> Iterator[float]:
    """Keys in the hostname, the list of domains and the policy, from the first check on."""
    with stage.wizard(setup()) as screen:
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


def in_records(stage: Stage) -> Iterator[float]:
    """The cursor in the records, from the first check on: until the next one is explained."""
    wanted = setup()
    titles = [f"{ascii_form(r.owner)}  {r.type_text}".encode() for r in plan(wanted)]
    with stage.wizard(wanted) as screen:
        screen.until(b"Quit")
        screen.press(ALT + b"5", titles[0])
        screen.rest(2)
        for before, title in pairwise(titles[: MOVES + 1]):
            spent = screen.press(DOWN, title)
            screen.rest(PAUSE)
            if before != title:
                yield spent


def in_overview(stage: Stage) -> Iterator[float]:
    """The search of all domains, from the first check on: until none is left, and all are back."""
    with stage.wizard(setup()) as screen:
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
    with stage.wizard(replace(setup(), domains=()), 80, 24) as screen:
        # The first step with something to do is the one that asks for them.
        screen.until(b"Mail domains")
        screen.rest(1.5)
        names = "\n".join(domain.name for domain in setup().domains)
        keys = b"\x1b[200~" + names.encode() + b"\x1b[201~"
        spent = screen.press(keys, f"d{DOMAINS - 1:03}.example, {DOMAINS} of".encode())
        print(f"quit right after it  {screen.quit():.3f} s")
        return spent


def quitting(stage: Stage) -> float:
    """In the middle of the first check."""
    with stage.wizard(setup()) as screen:
        screen.until(b"Quit")
        screen.rest(2)
        return screen.quit()


def said(what: str, times: Sequence[float], limit: float) -> bool:
    """Print the times; whether one was above the limit."""
    ordered = sorted(times)
    most = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    print(
        f"{what:<18} {statistics.median(ordered):.3f} s  95 % {most:.3f} s"
        f"  worst {ordered[-1]:.3f} s  ({len(ordered)}, limit {limit})"
    )
    return ordered[-1] > limit


def main() -> int:
    wanted = setup()
    port = free_port(NAME_SERVER_ADDRESSES)
    probed = probe_zones(NS)
    served = {**zones(wanted), **probed.files}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, server = Path(name), Endpoint(ADDRESS, port)
        stack.enter_context(run_nsd(folder / "nsd", server, served))
        resolver = Endpoint(RESOLVER_ADDRESS, free_port([RESOLVER_ADDRESS]))
        stubs = {apex: [server] for apex in served}
        stack.enter_context(run_unbound(folder / "unbound", resolver, stubs, probed.trust_anchors))
        stage = Stage(folder, resolver, port)
        late = [
            said("overview", list(starts(stage)), START_LIMIT),
            said("keys in fields", list(in_fields(stage)), ECHO_LIMIT),
            said("cursor in records", list(in_records(stage)), ECHO_LIMIT),
            said("search of all", list(in_overview(stage)), ECHO_LIMIT),
            said("paste", [pasting(stage)], PASTE_LIMIT),
            said("quit", [quitting(stage)], QUIT_LIMIT),
        ]
    return int(any(late))


if __name__ == "__main__":
    sys.exit(main())

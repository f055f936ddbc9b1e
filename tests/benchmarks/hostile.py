"""Measures what hostile name servers can cost a check: CPU, wall time, memory and output.

One of two name servers, or each, sends what is in tests/lookup/hostile.py. Exits with 1 above a
limit. `python -m tests.benchmarks.hostile [PART OF A NAME]…`
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.lookup import hostile
from tests.lookup.hostile import Attack, hostile_server
from tests.servers import free_port, run_nsd, run_unbound, zone_text

GOOD, BAD, RESOLVER = "127.0.0.10", "127.0.0.11", "127.0.0.1"
KILLED_AFTER = 45.0
"""Seconds after which a check is killed."""
TIMEOUT = 4.0
LATE = 1.0
"""Seconds that a check may go on after its time limit, by the clock and by the CPU."""
MOST_MEMORY = 200
"""MiB."""
MOST_OUTPUT = 4.0
"""MiB."""
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10"),
    domains=(Domain("example.org", dkim=demo_setup().domains[0].dkim[:1], mta_sts_id="1"),),
)

ATTACKS: Mapping[str, Attack] = {
    "nothing": lambda query: None,
    "20 SRV": hostile.many_srv(20),
    "100 SRV": hostile.many_srv(100),
    "1300 SRV": hostile.many_srv(1300),
    "1900 MX": hostile.many_mx(1900),
    "4000 A": hostile.many_addresses(4000),
    "2500 PTR": hostile.many_hosts(RdataType.PTR, 2500),
    "1900 NS": hostile.many_hosts(RdataType.NS, 1900),
    "endless alias": hostile.endless_alias(b"\x07example\x03org\x00"),
    "alias abroad": hostile.endless_alias(b"\x07example\x03net\x00"),
    "pointer bomb": hostile.pointer_bomb(6000),
    "pointer bomb of 1 KiB": hostile.pointer_bomb(50),
    "TXT of empty strings": hostile.one_text(bytes(65000)),
    "TXT of 64 KiB": hostile.one_text(hostile.strings(b"x" * 64000)),
    "SPF of 64 KiB": hostile.one_text(hostile.strings(b"v=spf1" + b" a:x.example.org" * 3900)),
    "SPF of ip4": hostile.one_text(hostile.strings(b"v=spf1" + b" ip4:1.2.3.4" * 5200)),
    "DMARC of 64 KiB": hostile.one_text(
        hostile.strings(b"v=DMARC1; p=none; rua=mailto:a@x.example" + b",mailto:a@y.example" * 3300)
    ),
    "DMARC of tags": hostile.one_text(hostile.strings(b"v=DMARC1; p=none" + b";a=b" * 15000)),
    "DKIM of 64 KiB": hostile.one_text(hostile.strings(b"v=DKIM1; p=" + b"M" * 60000)),
    "SPF of 15 KiB": hostile.one_text(hostile.strings(b"v=spf1" + b" a:x.example.org" * 900)),
    "SPF of ip4, 15 KiB": hostile.one_text(hostile.strings(b"v=spf1" + b" ip4:1.2.3.4" * 1200)),
    "DMARC of tags, 15 KiB": hostile.one_text(
        hostile.strings(b"v=DMARC1; p=none" + b";a=b" * 3600)
    ),
    "DMARC of hosts, 15 KiB": hostile.one_text(
        hostile.strings(
            b"v=DMARC1;p=none;rua=" + b",".join(b"mailto:a@h%d.x" % n for n in range(900))
        )
    ),
    "DKIM of 15 KiB": hostile.one_text(hostile.strings(b"v=DKIM1; p=" + b"M" * 15000)),
    "DKIM of tags, 15 KiB": hostile.one_text(hostile.strings(b"v=DKIM1" + b";a=b" * 3600)),
    "120 SPF": hostile.many_texts(120, "v=spf1 a:h%d.example.org"),
    "120 DMARC": hostile.many_texts(120, "v=DMARC1; p=none; x=%d"),
    "120 DKIM": hostile.many_texts(120, "v=DKIM1; p=AAA%d"),
    "120 CAA": hostile.of_type(
        RdataType.CAA, lambda at: (b"\x80\x05issuex%d" % n for n in range(120))
    ),
    "120 MX": hostile.many_mx(120),
    "3000 TXT": hostile.many_texts(3000, "number %d"),
    "2000 SPF": hostile.many_texts(2000, "v=spf1 a:h%d.example.org"),
    "2000 DMARC": hostile.many_texts(2000, "v=DMARC1; p=none; x=%d"),
    "2000 DKIM": hostile.many_texts(2000, "v=DKIM1; p=AAA%d"),
    "4000 CAA": hostile.of_type(
        RdataType.CAA, lambda at: (b"\0\x05issuex%d" % n for n in range(4000))
    ),
    "2000 TLSA": hostile.of_type(
        RdataType.TLSA, lambda at: (b"\3\1\1" + n.to_bytes(32) for n in range(2000))
    ),
    "empty messages": lambda query: None,
    "another question": hostile.another_question,
}


def zones(servers: list[str]) -> dict[str, str]:
    made = {}
    for apex in ("example.org", "2.0.192.in-addr.arpa"):
        inside = [r for r in plan(SETUP) if f".{r.owner}".endswith(f".{apex}.")]
        lines = [f"{r.owner} {r.type_text} {r.rdata.to_text()}" for r in inside]
        own = [f"ns1 A {GOOD}", f"ns2 A {BAD}"] if apex == "example.org" else []
        made[apex] = zone_text(*own, *lines, apex=apex, servers=servers)
    return made


def measured(name: str, attack: Attack, servers: list[str]) -> Iterator[str]:
    """What a check costs, in words; whatever is above a limit is told first."""
    port = free_port((GOOD, BAD))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        texts = zones([f"{each}.example.org." for each in servers])
        stack.enter_context(run_nsd(folder / "nsd", Endpoint(GOOD, port), texts))
        stubs = {apex: [Endpoint(GOOD, port)] for apex in texts}
        at = Endpoint(RESOLVER, free_port((RESOLVER,)))
        stack.enter_context(run_unbound(folder / "unbound", at, stubs))
        streaming = b"\0\0" * 30000 if name == "empty messages" else b""
        repeat = 2000 if name == "another question" else 1
        bad = Endpoint(BAD, port)
        running = hostile_server(bad, texts.values(), attack, streaming, repeat)
        asked = stack.enter_context(running)
        write_plan(SETUP, folder / "plan.toml")
        command = ["-m", "tests.wide_world", str(port), f"{at.address}:{at.port}", "check"]
        command += [str(folder / "plan.toml"), "--timeout", str(TIMEOUT), "--format", "json"]
        yield from _cost(command, folder / "out", asked)


def _cost(command: list[str], out: Path, asked: Sequence[object]) -> Iterator[str]:
    began = time.monotonic()
    with out.open("wb") as file:
        process = subprocess.Popen([sys.executable, *command], stdout=file)
        end = threading.Timer(KILLED_AFTER, process.kill)
        end.start()
        _, status, used = os.wait4(process.pid, 0)
        end.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    # Of a check that had to be killed, the clock's; of others without the start of Python.
    wall = _seconds(out) if process.returncode >= 0 else time.monotonic() - began
    cpu = used.ru_utime + used.ru_stime
    memory, output = used.ru_maxrss / 1024, out.stat().st_size / 1024 / 1024
    limits = {wall: TIMEOUT + LATE, cpu: TIMEOUT + LATE, memory: MOST_MEMORY, output: MOST_OUTPUT}
    yield "TOO MUCH" if any(value > most for value, most in limits.items()) else "ok"
    yield f"{wall:.1f} s, CPU {cpu:.1f} s, {memory:.0f} MiB, {output:.2f} MiB of JSON"
    yield f"{len(asked)} questions, exit {process.returncode}"


def _seconds(out: Path) -> float:
    seconds: float = json.loads(out.read_bytes())["seconds"]
    return seconds


def main(*parts: str) -> int:
    worst = 0
    for name, attack in ATTACKS.items():
        if parts and not any(part in name for part in parts):
            continue
        for servers in (["ns1", "ns2"], ["ns2"]):
            verdict, *told = measured(name, attack, servers)
            worst |= verdict != "ok"
            print(f"{name}, from {'all' if servers == ['ns2'] else 'one of two'}:", verdict, *told)
            sys.stdout.flush()
    return worst


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

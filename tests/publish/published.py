"""A real BIND with the zones of a plan, a resolver, and the command that publishes there."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import dns.name
import dns.query
import dns.tsigkeyring
import dns.xfr
import dns.zone
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.publish.command import run
from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file import write_plan
from tests.command_line import at_port
from tests.publish.zones import APEX, transfer
from tests.servers import (
    Bind,
    Unbound,
    free_port,
    run_bind,
    run_nsd,
    run_unbound,
    serve_anew,
    zone_text,
)
from tests.signing import probe_zones

ADDRESS = "127.0.0.1"
SECOND = "127.0.0.11"
NAME, NAME_2 = "ns1.example.net.", "ns2.example.net."
PROBE_ZONES = probe_zones(NAME)
ZONE = "example.org"
BOUNCES = 'mail TXT "v=spf1 a -all"'
FOREIGN_ZONES = {
    "org": (f"example NS {NAME}",),
    "example.net": (f"ns1 A {ADDRESS}", f"ns2 A {SECOND}", "mx A 192.0.2.99"),
    "2.0.192.in-addr.arpa": ("10 PTR mail.example.org.",),
    "8.b.d.0.1.0.0.2.ip6.arpa": ("0.1" + 22 * ".0" + " PTR mail.example.org.",),
}
LONGEST = 60.0
"""Seconds until all that can be published is."""


def setup_of_one() -> Setup:
    """The example's plan of one domain; without TLSA, which would want DNSSEC."""
    setup = demo_setup()
    server = replace(setup.server, spki_sha256="")
    return replace(setup, server=server, domains=setup.domains[:1])


@dataclass
class Published:
    """What runs, and what is run.

    Attributes:
        plan: the plan's file.
        environment: the credentials.
    """

    folder: Path
    stack: ExitStack
    setup: Setup = field(default_factory=setup_of_one)
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 10.0
    has_second: bool = False
    _serial: int = 1

    def start(self, *lines: str, more: str = "", second: bool = False) -> None:
        """Serve the zone with these records, and whatever else is asked for.

        Args:
            lines: as in a zone file.
            more: statements of BIND about the zone.
            second: another name server has what the zone is at the beginning, until `catch_up`.
        """
        self.port, self.has_second = free_port([ADDRESS, SECOND]), second
        servers = [NAME, NAME_2] if second else [NAME]
        self._text = partial(zone_text, apex=ZONE, servers=servers)
        others = {a: zone_text(*r, apex=a, servers=[NAME]) for a, r in FOREIGN_ZONES.items()}
        texts = {ZONE: self._text(*lines), **others}
        endpoint = Endpoint(ADDRESS, self.port)
        folder = self.folder / "bind"
        served = run_bind(folder, endpoint, texts, PROBE_ZONES.files, more)
        self.bind: Bind = self.stack.enter_context(served)
        if second:
            at = Endpoint(SECOND, self.port)
            self.stack.enter_context(run_nsd(self.folder / "nsd", at, {ZONE: texts[ZONE]}))
        asked = Endpoint(ADDRESS, free_port([ADDRESS]))
        stubs = {apex: [endpoint] for apex in (*texts, *PROBE_ZONES.files)}
        resolving = run_unbound(
            self.folder / "unbound", asked, stubs, PROBE_ZONES.trust_anchors, longest_ttl=1
        )
        self.resolver: Unbound = self.stack.enter_context(resolving)
        self.plan = self.folder / "plan.toml"
        write_plan(self.setup, self.plan)
        self.environment = {
            "RFC2136_HOST": ADDRESS,
            "RFC2136_PORT": str(self.port),
            "RFC2136_KEY_NAME": self.bind.key_name,
            "RFC2136_KEY_SECRET": self.bind.secret,
        }

    def catch_up(self) -> None:
        """The second name server, where there is one, gets what the first has."""
        if not self.has_second:
            return
        lines = (
            f"{owner} {ttl} {RdataType(rdata.rdtype).name} {rdata.to_text()}"
            for owner, ttl, rdata in self.zone().iterate_rdatas()
        )
        kept = (line for line in lines if " SOA " not in line and " NS " not in line)
        self._serial += 1
        text = self._text(*kept, serial=self._serial)
        serve_anew(self.folder / "nsd", Endpoint(SECOND, self.port), ZONE, text)

    def begin(self, *options: str) -> subprocess.Popen[str]:
        """The same command as a process of its own."""
        words = [str(self.plan), str(self.resolver.endpoint.port), str(self.port), "--yes"]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.publish.local_publish", *words, *options],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def publish(self, *options: str) -> int:
        """The command, as if the server's port were 53 in all the world."""
        arguments = parse(["publish", str(self.plan), "--wait", f"{self.patience}", *options])
        with pytest.MonkeyPatch.context() as patch:
            for name, text in self.environment.items():
                patch.setenv(name, text)
            return run(arguments, at_port(self.port, self.resolver.endpoint))

    def publish_all(self, *options: str) -> None:
        """As often as it says that something is left, such as what is remembered for a second."""
        self.publish_until(lambda code: code == 0, *options)

    def publish_until(self, is_enough: Callable[[int], bool], *options: str) -> None:
        """As often as it takes; raises TimeoutError where it never comes true."""
        end = time.monotonic() + LONGEST
        while not is_enough(code := self.publish("--yes", *options)):
            assert code in {0, 1}
            if time.monotonic() > end:
                raise TimeoutError("something is always left")
            self.catch_up()

    def records(self) -> Counter[str]:
        """All of the zone, to the byte."""
        return transfer(self.bind.endpoint, (self.bind.key_name, self.bind.secret))

    def zone(self) -> dns.zone.Zone:
        zone = dns.zone.Zone(APEX, relativize=False)
        keyring = dns.tsigkeyring.from_text({self.bind.key_name: self.bind.secret})
        query, _ = dns.xfr.make_query(zone, serial=None, keyring=keyring)
        dns.query.inbound_xfr(ADDRESS, zone, query, port=self.port, lifetime=5)
        return zone

    def texts(self, owner: str, rdtype: str) -> list[str]:
        """The data of one RRset, as in a zone file."""
        found = self.zone().get_rdataset(dns.name.from_text(owner, APEX), rdtype)
        return [rdata.to_text() for rdata in found or ()]

    def backups(self) -> Sequence[Path]:
        return sorted(self.folder.glob("*.zone"))

"""`publish` against a real PowerDNS, by its HTTP API."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.plan_file import write_plan
from tests.conftest import need
from tests.publish.published import ADDRESS, FOREIGN_ZONES, NAME, PROBE_ZONES, ZONE, Published
from tests.publish.zones import FOREIGN, transfer
from tests.servers import free_port, run_bind, run_powerdns, run_unbound, zone_text

POWERDNS = "127.0.0.2"
ZONES = {
    **FOREIGN_ZONES,
    "org": ("example NS ns2.example.net.",),
    "example.net": (f"ns1 A {ADDRESS}", f"ns2 A {POWERDNS}"),
}


class PublishedAtPowerDns(Published):
    """The zone of the plan is at a PowerDNS, all others at a BIND."""

    def start(self, *lines: str, more: str = "", second: bool = False) -> None:
        assert not more
        assert not second
        self.port = free_port([ADDRESS, POWERDNS])
        texts = {a: zone_text(*each, apex=a, servers=[NAME]) for a, each in ZONES.items()}
        others, self.at = Endpoint(ADDRESS, self.port), Endpoint(POWERDNS, self.port)
        own = {ZONE: zone_text(*lines, apex=ZONE, servers=["ns2.example.net."])}
        serving = run_bind(self.folder / "bind", others, texts, PROBE_ZONES.files)
        self.stack.enter_context(serving)
        served = self.stack.enter_context(run_powerdns(self.folder / "pdns", self.at, own))
        stubs = {**{apex: [others] for apex in (*texts, *PROBE_ZONES.files)}, ZONE: [self.at]}
        asked = Endpoint(ADDRESS, free_port([ADDRESS]))
        anchors = PROBE_ZONES.trust_anchors
        resolving = run_unbound(self.folder / "unbound", asked, stubs, anchors, longest_ttl=1)
        self.resolver = self.stack.enter_context(resolving)
        self.plan = self.folder / "plan.toml"
        write_plan(self.setup, self.plan)
        self.environment = {
            "POWERDNS_HOST": POWERDNS,
            "POWERDNS_PORT": str(served.api_port),
            "POWERDNS_API_KEY": served.api_key,
        }

    def publish(self, *options: str) -> int:
        return super().publish("--provider", "powerdns", *options)

    def records(self) -> Counter[str]:
        return transfer(self.at)


@pytest.fixture
def published(tmp_path: Path) -> Iterator[PublishedAtPowerDns]:
    for program in ("named", "pdns_server", "unbound"):
        need(program)
    with ExitStack() as stack:
        yield PublishedAtPowerDns(tmp_path, stack)


def test_from_one_address_to_all_good(
    published: PublishedAtPowerDns, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    published.publish_all()
    capsys.readouterr()
    assert published.publish("--dry-run") == 0
    assert "Everything that the plan wants is published and good." in capsys.readouterr().out


def test_records_of_others_stay_to_the_byte(published: PublishedAtPowerDns) -> None:
    published.start(*(line for line in FOREIGN if not line.startswith("@ MX")))
    before = published.records()
    published.publish_all()
    assert published.records() >= before

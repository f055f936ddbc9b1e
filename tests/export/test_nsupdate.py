"""nsupdate scripts, sent to a real BIND."""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import dns.name
import dns.query
import dns.rdata
import dns.tsigkeyring
import dns.xfr
import dns.zone
import pytest
from dns.name import Name
from dns.rdatatype import NS, SOA
from hypothesis import given, settings

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import examine
from mailcow_dns_tui.demo import DemoPolicies, demo_setup
from mailcow_dns_tui.export.grouping import in_their_zones
from mailcow_dns_tui.export.nsupdate import nsupdate_text
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import StartUnbound, need
from tests.export.checkers import Published, as_published
from tests.servers import Bind, free_port, run_bind, zone_text
from tests.setups import setups
from tests.signing import PROBES, probe_zones
from tests.topics.setups import FULL

ADDRESS = "127.0.0.1"
NAME = "ns1.example.net."
BOUNCES = 'mail TXT "v=spf1 a -all"'
"""What receivers check the server's bounces by; no plan has it."""
PROBE_ZONES = probe_zones(NAME)
APEX = dns.name.from_text("example.org.")
FOREIGN = {
    "example.net": (f"ns1 A {ADDRESS}",),
    "2.0.192.in-addr.arpa": ("10 PTR mail.example.org.",),
    "8.b.d.0.1.0.0.2.ip6.arpa": ("0.1" + 22 * ".0" + " PTR mail.example.org.",),
}


class StartBind(Protocol):
    def __call__(self, zones: Mapping[str, tuple[str, ...]]) -> Bind: ...


@pytest.fixture
def authority_port() -> int:
    return free_port([ADDRESS])


@pytest.fixture
def bind(tmp_path: Path, authority_port: int) -> Iterator[StartBind]:
    """Starts a BIND: `bind({"example.org": ("www A 192.0.2.1",)})`."""
    need("named")
    need("nsupdate")
    with ExitStack() as stack:

        def start(zones: Mapping[str, tuple[str, ...]]) -> Bind:
            texts = {a: zone_text(*lines, apex=a, servers=[NAME]) for a, lines in zones.items()}
            endpoint = Endpoint(ADDRESS, authority_port)
            running = run_bind(tmp_path / "bind", endpoint, texts, PROBE_ZONES.files)
            return stack.enter_context(running)

        yield start


def send(bind: Bind, script: str) -> subprocess.CompletedProcess[str]:
    """Hand a script to nsupdate, which would else look for the server in the DNS."""
    server = f"server {bind.endpoint.address} {bind.endpoint.port}\n"
    command = ["nsupdate", "-k", str(bind.key_file)]
    return subprocess.run(
        command, input=server + script, capture_output=True, text=True, check=False
    )


def transfer(bind: Bind, apex: Name) -> Counter[Published]:
    """All that a zone has, but for its SOA and NS."""
    zone = dns.zone.Zone(apex, relativize=False)
    keyring = dns.tsigkeyring.from_text({bind.key_name: bind.secret})
    query, _ = dns.xfr.make_query(zone, serial=None, keyring=keyring)
    at = bind.endpoint
    dns.query.inbound_xfr(at.address, zone, query, port=at.port, lifetime=5)
    published = ((owner, rdata, ttl) for owner, ttl, rdata in zone.iterate_rdatas())
    return Counter(one for one in published if one[1].rdtype not in {SOA, NS})


def lines(*texts: str) -> Counter[Published]:
    """Records of example.org as zone files have them, with the TTL of `zone_text`."""
    zone = dns.zone.from_text(
        zone_text(*texts, apex="example.org", servers=[NAME]), relativize=False
    )
    published = ((owner, rdata, ttl) for owner, ttl, rdata in zone.iterate_rdatas())
    return Counter(one for one in published if one[1].rdtype not in {SOA, NS})


def good() -> Setup:
    """The example's plan; without TLSA, which would want DNSSEC."""
    setup = demo_setup()
    return replace(setup, server=replace(setup.server, spki_sha256=""))


async def test_a_script_publishes_its_zones_and_a_check_finds_them_good(
    bind: StartBind, unbound: StartUnbound, authority_port: int
) -> None:
    others = ("www A 203.0.113.80", BOUNCES)
    running = bind({"example.org": others, "xn--bcher-kva.example": (), **FOREIGN})
    records = plan(good())
    done = send(running, nsupdate_text(records))
    assert (done.returncode, done.stderr) == (0, "")
    for zone, before in (("example.org.", lines(*others)), ("xn--bcher-kva.example.", Counter())):
        own = [r for r in records if not r.external and str(r.zone) == zone]
        assert transfer(running, dns.name.from_text(zone)) == as_published(own) + before

    apexes = ("example.org", "xn--bcher-kva.example", *FOREIGN, *PROBE_ZONES.files)
    resolver = unbound({apex: [ADDRESS] for apex in apexes}, PROBE_ZONES.trust_anchors)
    network = Network(
        [resolver.endpoint],
        authority_port=authority_port,
        probes=PROBES,
        fetcher=DemoPolicies(),
    )
    checked = await examine(good(), None, network, parse(["check"]))
    assert checked.findings
    wrong = [f for f in checked.findings if f.status not in {Status.OK, Status.INFO}]
    assert not wrong, [(f.code, f.message) for f in wrong]


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("@ MX 10 old.example.net.", "YXRRSET"),
        ("autodiscover A 203.0.113.80", "YXDOMAIN"),
        ("_dmarc CNAME dmarc.example.net.", "YXRRSET"),
        ('_dmarc TXT "v=DMARC1; p=none"', "YXRRSET"),
        ("mail A 203.0.113.80", "YXRRSET"),
    ],
)
def test_a_record_in_the_way_leaves_the_zone_as_it_is(
    bind: StartBind, there: str, said: str
) -> None:
    running = bind({"example.org": (there,)})
    done = send(running, nsupdate_text(plan(good(), [APEX])))
    assert done.returncode != 0
    assert f"update failed: {said}" in done.stderr
    assert transfer(running, APEX) == lines(there)


def test_texts_and_authorities_of_others_stay_beside(bind: StartBind) -> None:
    others = ('@ 3600 TXT "google-site-verification=others"', 'mail 3600 CAA 0 issue "ca.example"')
    running = bind({"example.org": others})
    records = plan(good(), [APEX])
    assert send(running, nsupdate_text(records)).returncode == 0
    own = as_published(record for record in records if not record.external)
    assert transfer(running, APEX) == own + lines(*others)


def test_a_name_server_finds_the_zone_of_a_guess_itself(bind: StartBind) -> None:
    """`example.com` has the subdomain, and nobody said so."""
    server = Server("mail.x.net", "192.0.2.10")
    setup = Setup(server=server, domains=(Domain("sub.example.com", dkim=good().domains[0].dkim),))
    records = in_their_zones(plan(setup), setup.zones)
    running = bind({"example.com": ("@ MX 10 other.example.net.",), "x.net": ()})
    done = send(running, nsupdate_text(records))
    assert (done.returncode, done.stderr) == (0, "")
    there = transfer(running, dns.name.from_text("example.com"))
    own = as_published(r for r in records if r.domain and not r.external)
    assert own <= there
    assert sum(there.values()) == sum(own.values()) + 1


@given(setups)
@settings(max_examples=25, deadline=None)
def test_nsupdate_reads_any_plan_as_its_records(setup: Setup) -> None:
    """With `show` in place of `send`, it says what it would send, and asks nobody."""
    need("nsupdate")
    records = [record for record in plan(setup) if not record.external]
    zones = nsupdate_text(plan(setup)).split("\nsend\n")
    shown: Counter[Published] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script"
        for zone in zones[:-1]:
            file.write_text(f"{zone}\nshow\n", encoding="utf-8")
            done = subprocess.run(
                ["nsupdate", str(file)], capture_output=True, text=True, check=True
            )
            assert done.stderr == ""
            shown += updates(done.stdout)
    assert shown == as_published(records)


def updates(said: str) -> Counter[Published]:
    """The records that `show` lists to be added."""
    section = said.partition(";; UPDATE SECTION:\n")[2].strip().splitlines()
    read: Counter[Published] = Counter()
    for line in section:
        owner, ttl, _, rdtype, data = line.split(None, 4)
        rdata = dns.rdata.from_text("IN", rdtype, data)
        read[dns.name.from_text(owner), rdata, int(ttl)] += 1
    return read


def test_what_must_not_be_there_is_said_before_anything_is_added() -> None:
    for block in nsupdate_text(plan(FULL)).split("send\n")[:-1]:
        commands = [line.split()[0] for line in block.splitlines() if not line.startswith(";")]
        assert commands == sorted(commands, key=["zone", "prereq", "update"].index)
        assert "update delete" not in block


def test_no_line_is_empty_since_that_would_send() -> None:
    assert "" not in nsupdate_text(plan(FULL)).splitlines()


def test_the_top_says_what_is_refused_and_what_is_added_beside() -> None:
    top = nsupdate_text(plan(FULL)).partition("\nzone ")[0]
    assert "It only adds." in top
    assert "make one SPF record of an older one and ours" in top


def test_what_belongs_elsewhere_stands_in_comments() -> None:
    text = nsupdate_text(plan(FULL))
    assert "; 4.3.2.1.in-addr.arpa. 3600 IN PTR   mail.example.org.\n" in text
    assert not any(" PTR " in line for line in text.splitlines() if not line.startswith(";"))

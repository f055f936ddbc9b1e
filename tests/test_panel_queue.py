"""The copy queue, walked in a real terminal, and pasted into models of five panels.

What the panels make of the texts is what gets published, and has to be what was planned.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import dns.name
import dns.rdata
import pytest
from dns.rdataclass import IN

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Offer, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import NAME_SERVER_ADDRESSES, StartUnbound, need
from tests.panels.panel_models import PANELS, Form, Saved
from tests.servers import run_nsd, zone_text
from tests.signing import probe_zones
from tests.wizard.terminal import Tmux, tmux_server, wait_until

ADDRESS = NAME_SERVER_ADDRESSES[0]
ZONE = "example.org"
REVERSE = "2.0.192.in-addr.arpa"
PTR = "10 PTR mail.example.org."
NAME_SERVERS = {
    "hetzner": ("Hetzner", "hydrogen.ns.", "hetzner.com"),
    "ionos": ("IONOS", "ns1045.", "ui-dns.de"),
    "netcup": ("netcup", "root-dns.", "netcup.net"),
    "cloudflare": ("Cloudflare", "ada.ns.", "cloudflare.com"),
    "inwx": ("INWX", "ns.", "inwx.de"),
}
"""What each provider is called, and one of its name servers: the host, and its zone."""
BOUNCES = f'mail.{ZONE}. TXT "v=spf1 a -all"'
"""What receivers check the server's bounces by; the wizard plans none."""
PROBED = probe_zones("ns.example.net.")
OFFERED = {"imaps", "autodiscover"}

SENT = re.compile(r"Sent (?P<label>[\w ]+): .*?\((?P<place>\d+) of (?P<count>\d+)\) to tmux")
OTHERS = [
    re.compile(r"^(?P<label>\S.*?) +leave it empty(?P<text>)$"),
    re.compile(r"^(?P<label>\S.*?) +as it stands \((?P<text>.+)\)$"),
    re.compile(r"^(?P<label>\S.*?) +(?P<text>\S+)  \(type it\)$"),
    re.compile(r"^(?P<label>Type|TTL) +(?P<text>\S.*)$"),
]
"""What is left empty or as it stands, typed by hand, and chosen from a list."""
ROW = re.compile(r"[✓i!✗?▸] \w+ ")


def planned() -> Setup:
    """Few records, but of every type, a long text and a null target among them.

    Without MTA-STS, whose policy would be fetched.
    """
    setup = demo_setup()
    (domain,) = (d for d in setup.domains if d.name == ZONE)
    offers = tuple(
        replace(offer, offer=Offer.NOT_PROVIDED if offer.key == "pop3" else Offer.OMITTED)
        if offer.key not in OFFERED
        else offer
        for offer in setup.services.offers
    )
    return replace(
        setup,
        server=replace(setup.server, ipv6=""),
        services=replace(setup.services, offers=offers),
        domains=(replace(domain, mta_sts_id=""),),
    )


SETUP = planned()
PLANNED = plan(SETUP)


class Zones:
    """The provider's name server, which serves what was saved in its panel."""

    def __init__(self, panel: str, folder: Path, port: int) -> None:
        self.title, host, zone = NAME_SERVERS[panel]
        self._name = f"{host}{zone}."
        self._others = {
            zone: zone_text(f"{self._name} A {ADDRESS}", apex=zone, servers=[self._name]),
            REVERSE: zone_text(PTR, apex=REVERSE, servers=[self._name]),
            **PROBED.files,
        }
        self.apexes = (ZONE, *self._others)
        self._folder = folder
        self._endpoint = Endpoint(ADDRESS, port)
        self._running = ExitStack()

    def publish(self, saved: Sequence[Saved]) -> None:
        self.stop()
        lines = (f"{owner} {rdtype} {data}" for owner, rdtype, data, _ in saved)
        own = {ZONE: zone_text(*lines, BOUNCES, apex=ZONE, servers=[self._name])}
        self._running.enter_context(run_nsd(self._folder, self._endpoint, own | self._others))

    def stop(self) -> None:
        self._running.close()


class User:
    """Somebody who does what the screen says, and pastes what is on the clipboard."""

    def __init__(self, tmux: Tmux) -> None:
        self.tmux = tmux

    def sees(self, *texts: str) -> None:
        assert self.tmux.displays(*texts), f"no {texts} on\n{self.tmux.screen}"

    @property
    def counts(self) -> str:
        return self.tmux.screen.partition("\n")[0].partition("domain")[2]

    def goes_to(self, record: Record) -> None:
        """Put the cursor on a record, counting the rows above it."""
        lines = [line.strip("│").partition("││")[0] for line in self.tmux.screen.splitlines()]
        rows = [line for line in lines if ROW.match(line)]
        wanted = re.compile(rf" {record.name} +{record.type_text} +{re.escape(record.value[:9])}")
        place = next(i for i, row in enumerate(rows) if wanted.search(row))
        self.tmux.press("Home", *["Down"] * place)

    def fills_in_a_form(self) -> Form:
        """Press the key and paste, box by box; type, choose and leave the others."""
        form: dict[str, str] = {}
        place, count = 0, 1
        while place < count:
            label, place, count = self._copies(place + 1)
            form[label] = self.tmux.buffer
        return {**form, **dict(self._other_boxes())}

    def saves(self) -> None:
        """Save the form in the panel, and say so: the record is looked for."""
        self.tmux.press("b")
        self.sees("Looking for")

    @property
    def _told(self) -> str:
        """The messages, wherever their lines end."""
        lines = (line.partition("▌")[2].strip(" │") for line in self.tmux.screen.splitlines())
        return " ".join(lines)

    def _copies(self, place: int) -> tuple[str, int, int]:
        self.tmux.press("b")
        assert wait_until(lambda: self._sent(place) is not None), self.tmux.screen
        sent = self._sent(place)
        assert sent is not None
        return sent["label"], place, int(sent["count"])

    def _sent(self, place: int) -> re.Match[str] | None:
        """What the newest message says, if it is about this box."""
        told = self._told
        sent = SENT.search(told)
        is_new = sent is not None and int(sent["place"]) == place and "Looking for" not in told
        return sent if is_new else None

    def _other_boxes(self) -> Iterator[tuple[str, str]]:
        """What the form has besides the boxes to paste into."""
        rows = self.tmux.screen.splitlines()
        lines = [row.strip("│").rpartition("││")[2].strip() for row in rows]
        form = lines[next(i for i, line in enumerate(lines) if "The form there" in line) :]
        # A long one leaves no room for the blank line below it.
        for line in takewhile(bool, form):
            other = next(filter(None, (way.match(line) for way in OTHERS)), None)
            if other:
                yield other["label"], other["text"]


Start = Callable[[str], tuple[Zones, User]]


@pytest.fixture
def start(tmp_path: Path, unbound: StartUnbound, authority_port: int) -> Iterator[Start]:
    """Starts a provider with an empty zone, and the wizard in a terminal."""
    need("tmux")
    need("nsd")
    plan_file = tmp_path / "plan.toml"
    write_plan(SETUP, plan_file)
    with ExitStack() as stack:

        def begin(panel: str) -> tuple[Zones, User]:
            zones = Zones(panel, tmp_path / "nsd", authority_port)
            stack.callback(zones.stop)
            zones.publish([])
            resolver = unbound({apex: [ADDRESS] for apex in zones.apexes}, PROBED.trust_anchors)
            tmux = stack.enter_context(tmux_server({}))
            ports = (str(resolver.endpoint.port), str(authority_port))
            command = [sys.executable, "-m", "tests.local_wizard", str(plan_file), *ports]
            tmux.start(command, columns=120, rows=36)
            return zones, User(tmux)

        yield begin


def saved_record(saved: Saved) -> Record:
    """The planned record that this is; anything else was not planned."""
    owner, rdtype, data, _ = saved
    name, rdata = dns.name.from_text(owner), dns.rdata.from_text(IN, rdtype, data)
    return next(r for r in PLANNED if (r.owner, r.rdata) == (name, rdata))


@pytest.mark.parametrize("panel", PANELS)
def test_what_is_pasted_box_by_box_is_what_was_planned(start: Start, panel: str) -> None:
    zones, user = start(panel)
    user.sees(f"{ZONE}, at {zones.title}")
    assert wait_until(lambda: "✗" in user.counts and "…" not in user.counts), user.tmux.screen
    left = [record for record in PLANNED if not record.external]
    saved: list[Saved] = []

    def enter() -> None:
        saved.append(PANELS[panel](user.fills_in_a_form(), f"{ZONE}."))
        left.remove(saved_record(saved[-1]))
        user.saves()

    user.tmux.press("Home")
    # The queue leads from one that mail needs to the next; the others are chosen.
    while any(record.tier is not Tier.OPTIONAL for record in left):
        enter()
    while left:
        user.goes_to(left[0])
        enter()
    zones.publish(saved)
    user.tmux.press("C-r")
    assert wait_until(lambda: set("✓!") == set(user.counts) & set("✓i!✗…?")), user.tmux.screen
    # It is there as wanted, and counts for nothing in a zone without DNSSEC.
    user.sees("✓ ok      _dmarc", "! warning _25._tcp.mail")
    assert "pasted" not in user.tmux.screen

"""From a zone with nothing but an address to all good, by nothing but what the guide says."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.model.setup import DEFAULT_SERVICES, Offer, Services, TlsReports
from mailcow_dns_tui.plan_file import read_plan, write_plan
from tests.certificates import Authority
from tests.conftest import need
from tests.real.guide_reader import Guide, Page
from tests.real.guided_network import network
from tests.real.policy_server import PolicyServer, policy_server
from tests.real.stage import FIRST, NS1, SETUP, ZONE, Stage, registry
from tests.real.zone_owner import Panel, set_reverse_dns
from tests.wizard.terminal import Tmux, tmux_server, wait_until

OFFERED = {"imaps", "autodiscover"}
(DOMAIN,) = SETUP.domains
PLAN = replace(
    SETUP,
    server=replace(SETUP.server, caa="letsencrypt.org", panel="any"),
    services=Services(
        tuple(s if s.key in OFFERED else replace(s, offer=Offer.OMITTED) for s in DEFAULT_SERVICES)
    ),
    tls_reports=TlsReports(),
    domains=(replace(DOMAIN, mta_sts_id="20261123000000", verification=("MS=ms47120935",)),),
)
ADDRESS = ("mail.example.org.", "300", "A", "192.0.2.10")
POLICY = b"version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mail.example.org\r\n"
SHOP = {"Name": "@", "Value": "v=spf1 ip4:203.0.113.25 ~all", "TTL": "300"}
"""An SPF record as the makers of a web shop ask for it."""
MOST_STEPS = 40


def _slips() -> dict[str, Callable[["Owner", Page], Page]]:
    return {
        "autodiscover": Owner.double_the_name,
        "DKIM": Owner.cut_the_key,
        "SPF": Owner.add_a_second_spf,
    }


@dataclass
class Owner:
    """Does what the guide says, except for three slips.

    Attributes:
        slips: of steps whose sentence has a word, what he does instead: he makes a fault, and is
            then told how to correct it.
        done: what the steps said.
    """

    guide: Guide
    panel: Panel
    stage: Stage
    policies: PolicyServer
    slips: dict[str, Callable[["Owner", Page], Page]] = field(default_factory=_slips)
    done: list[str] = field(default_factory=list)

    def go_on(self) -> None:
        """One step of the guide."""
        page = self.guide.read()
        self.done.append(page.what)
        slip = next((about for about in self.slips if about in page.what), None)
        if slip is not None:
            page = self.slips.pop(slip)(self, page)
        self.obey(page)
        self.guide.look()
        self.guide.leaves(page.what)

    def obey(self, page: Page) -> None:
        if told := re.match(r"Set the reverse DNS of 192\.0\.2\.10 to (\S+)\.$", page.what):
            set_reverse_dns(self.stage, f"{told.group(1)}.", 3)
        elif "the policy" in page.what:
            self.policies.policy = POLICY
        else:
            self.paste(page)

    def paste(self, page: Page) -> None:
        boxes = self.guide.fill_in(page) if page.type else {}
        for gone in page.removals:
            self.panel.delete(gone)
        if boxes:
            self.panel.add(page.type, boxes)

    def double_the_name(self, page: Page) -> Page:
        boxes = self.guide.fill_in(page)
        self.panel.add(page.type, {**boxes, "Name": f"{boxes['Name']}.{ZONE}"})
        self.guide.look()
        self.guide.sees(
            "Still wrong: ",
            f"is at another name: autodiscover.{ZONE}.{ZONE}.",
            "Enter autodiscover as the name: the panel appends example.org itself.",
        )
        told = self.guide.read()
        assert told.removals == (f"autodiscover.{ZONE}.{ZONE}CNAMEmail.{ZONE}.",)
        return told

    def cut_the_key(self, page: Page) -> Page:
        boxes = self.guide.fill_in(page)
        self.panel.add(page.type, {**boxes, "Value": boxes["Value"][:200]})
        self.guide.look()
        self.guide.sees("Added: v=DKIM1;", "Still wrong: ", "is cut off")
        told = self.guide.read()
        (gone,) = told.removals
        assert gone.startswith(f"dkim._domainkey.{ZONE}TXTv=DKIM1;k=rsa;")
        return told

    def add_a_second_spf(self, page: Page) -> Page:
        self.panel.add("TXT", SHOP)
        self.paste(page)
        self.guide.look()
        self.guide.sees("Still wrong: ", "delete the others")
        told = self.guide.read()
        assert len(told.removals) == 2
        return told


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PolicyServer]:
    folder = tmp_path / "authority"
    folder.mkdir()
    authority = Authority.make(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    with policy_server(authority.context(f"mta-sts.{ZONE}")) as server:
        yield server


@pytest.fixture
def panel(stage: Stage) -> Panel:
    """Of a zone with one address, which the world around it knows."""
    panel = Panel(stage, ADDRESS)
    stage.set_up({FIRST: panel.zone}, registry(NS1), resolver_asks=[FIRST], longest_ttl=1)
    set_reverse_dns(stage, "static.192-0-2-10.example.net.", 2)
    return panel


@pytest.fixture
def start(
    stage: Stage, panel: Panel, policies: PolicyServer, tmp_path: Path
) -> Iterator[Callable[[], Tmux]]:
    """Starts the wizard on the plan, in a terminal that shows its records, or what it goes on with.

    In the middle of a movement nobody can read.
    """
    need("tmux")
    plan = tmp_path / "plan.toml"
    write_plan(PLAN, plan)
    ports = map(str, (stage.resolver.port, stage.port, policies.port))
    command = [sys.executable, "-m", "tests.real.guided_wizard", str(plan), *ports]
    root = str(tmp_path / "authority" / "root.pem")
    with tmux_server({"TEXTUAL_ANIMATIONS": "none", "SSL_CERT_FILE": root}) as tmux:

        def in_terminal() -> Tmux:
            tmux.start(command)
            return tmux

        yield in_terminal


def opened(tmux: Tmux) -> Guide:
    """The guide, after the key that opens it."""
    assert tmux.displays("g Guide"), tmux.screen
    tmux.press("g")
    assert tmux.displays("Where", " to do"), tmux.screen
    return Guide(tmux)


def test_from_an_address_to_all_good(
    start: Callable[[], Tmux],
    panel: Panel,
    stage: Stage,
    policies: PolicyServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    owner = Owner(opened(start()), panel, stage, policies)
    while not owner.guide.is_done:
        assert len(owner.done) < MOST_STEPS, owner.done
        owner.go_on()
    assert owner.slips == {}
    assert len(owner.done) == len(set(owner.done))

    path = str(stage.folder / "plan.toml")
    ports = (stage.resolver.port, stage.port, policies.port)
    code = headless.run(parse(["check", path]), lambda resolvers: network(*ports))
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert re.search(r"0 errors?", out), out


@pytest.mark.parametrize("lost", [signal.SIGHUP, signal.SIGKILL])
def test_it_goes_on_where_it_was_after_a_lost_connection(
    start: Callable[[], Tmux], lost: signal.Signals, tmp_path: Path
) -> None:
    tmux = start()
    guide = opened(tmux)
    first = guide.at_top()
    tmux.press("s")
    second = guide.leaves(first)
    tmux.press("s")
    third = guide.leaves(second)
    if lost is signal.SIGKILL:
        # Nothing can be saved then; all was, when the keys had rested.
        assert wait_until(lambda: len(read_plan(tmp_path / "plan.toml").guide.skipped) == 2)
    os.kill(int(tmux("display-message", "-p", "#{pane_pid}")), lost)
    assert wait_until(lambda: not tmux.running)

    guide = Guide(start())
    guide.sees(third)
    tmux.press("Left")
    assert guide.leaves(third) == second
    tmux.press("Left")
    assert guide.leaves(second) == first
    tmux.press("Escape")
    assert tmux.displays("5 Records", "g Guide"), tmux.screen
    tmux.press("C-q")
    assert wait_until(lambda: not tmux.running)
    assert start().displays("5 Records", "g Guide"), tmux.screen

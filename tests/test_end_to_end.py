"""A whole plan, typed into the wizard in a real terminal, published, checked, copied and kept."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY
from mailcow_dns_tui.lookup.question import Endpoint
from tests.command_line import COMMAND
from tests.conftest import NAME_SERVER_ADDRESSES, StartNsd, StartUnbound, need
from tests.servers import Unbound, zone_text
from tests.signing import probe_zones
from tests.wizard.terminal import Tmux, tmux_server, wait_until

NAME, NAME_SERVER = "ns1.example.net.", NAME_SERVER_ADDRESSES[0]
PROBE_ZONES = probe_zones(NAME)
REVERSE_IPV4 = "2.0.192.in-addr.arpa"
REVERSE_IPV6 = "8.b.d.0.1.0.0.2.ip6.arpa"
FOREIGN = {
    "example.net": (f"ns1 A {NAME_SERVER}",),
    REVERSE_IPV4: ("10 PTR mail.example.org.",),
    REVERSE_IPV6: ("0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mail.example.org.",),
}
OWN = ("example.org", "xn--bcher-kva.example")
DKIM_IN_PIECES = f'"v=DKIM1;k=rsa;t=s;s=email;p={BUECHER_KEY[:200]}" "{BUECHER_KEY[200:]}"'
VERIFICATION = "MS=ms47120935"
BOUNCES = 'mail.example.org. TXT "v=spf1 a -all"'
"""What receivers check the server's bounces by; the wizard plans none."""
QUIET = re.compile(r"✓ \d+$")


class Wizard:
    """The wizard in a pane, and what a user can see of it."""

    def __init__(self, tmux: Tmux) -> None:
        self.tmux = tmux

    def sees(self, *texts: str) -> None:
        """Wait until the screen shows every one of the texts."""
        assert self.tmux.displays(*texts), f"no {texts} on\n{self.tmux.screen}"

    def sees_wrapped(self, text: str) -> None:
        """Wait until the form shows the text, wherever its lines end."""

        def form() -> str:
            lines = (row.strip("│").partition("││")[0] for row in self.tmux.screen.splitlines())
            return "".join(map(str.strip, lines))

        assert wait_until(lambda: text in form()), f"no {text} on\n{self.tmux.screen}"

    def to_step(self, number: int, sign: str) -> None:
        self.tmux.press(f"M-{number}")
        self.sees(sign)

    def type(self, text: str, *keys: str) -> None:
        self.tmux.type(text)
        self.tmux.press(*keys)

    @property
    def counts(self) -> str:
        """The right end of the top line."""
        return self.tmux.screen.partition("\n")[0].partition("domains")[2].strip()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


@pytest.fixture
def resolver(unbound: StartUnbound) -> Unbound:
    """It validates, and knows the name server of every zone, though nothing is served yet."""
    apexes = (*OWN, *FOREIGN, *PROBE_ZONES.files)
    return unbound({apex: [NAME_SERVER] for apex in apexes}, PROBE_ZONES.trust_anchors)


@pytest.fixture
def start(
    plan: Path, resolver: Unbound, authority_port: int
) -> Iterator[Callable[[int, int], Wizard]]:
    """Starts the wizard on the plan, in a terminal of so many columns and rows."""
    need("tmux")
    ports = (str(resolver.endpoint.port), str(authority_port))
    command = [sys.executable, "-m", "tests.local_wizard", str(plan), *ports]
    with tmux_server({}) as tmux:

        def in_terminal(columns: int, rows: int) -> Wizard:
            tmux.start(command, columns=columns, rows=rows)
            return Wizard(tmux)

        yield in_terminal


def type_the_server(wizard: Wizard) -> None:
    wizard.sees("The mail server", "^q Quit")
    wizard.type("mail.example.org", "Enter")
    wizard.type("192.0.2.10", "Enter")
    wizard.type("2001:db8::10", "Enter")
    wizard.sees("mail.example.org · 0 domains", "1 Server ✓")


def type_the_domains(wizard: Wizard) -> None:
    wizard.to_step(2, "One a line, typed or pasted.")
    wizard.type("example.org")
    wizard.sees("example.org, 1 of 1")
    wizard.tmux.press("Tab", "Tab")
    wizard.tmux.paste(EXAMPLE_ORG_KEY)
    wizard.sees_wrapped(EXAMPLE_ORG_KEY[-20:])
    wizard.tmux.press("Tab")
    wizard.type(VERIFICATION)
    wizard.sees(VERIFICATION)
    wizard.tmux.press("BTab", "BTab", "BTab")
    wizard.tmux.press("Enter")
    wizard.type("bücher.example")
    wizard.sees("2 domains", "bücher.example (xn--bcher-kva.example), 2 of 2")
    wizard.sees("Verification     google-site-verification=…")
    wizard.tmux.press("Tab", "Tab")
    wizard.tmux.paste(DKIM_IN_PIECES)
    wizard.sees_wrapped(DKIM_IN_PIECES[-20:])


def choose_the_policy(wizard: Wizard) -> None:
    wizard.to_step(3, "DMARC: what to do with forged mail")
    wizard.tmux.press("Down", "Down")
    wizard.sees("Forged mail is refused:")
    wizard.tmux.press("Left")
    wizard.sees("‹quarantine›")


def switch_pop3_off(wizard: Wizard) -> None:
    wizard.to_step(4, "Services that clients find by SRV records")
    wizard.tmux.press(*["Down"] * 4, "Right")
    wizard.sees("_pop3._tcp           on ‹off› skip")


def look_at_the_preview(wizard: Wizard, columns: int) -> None:
    """It stands beside the form where there is room, else Ctrl+O shows it."""
    if columns < 100:
        wizard.tmux.press("C-o")
    wizard.sees("IN SRV   0 0 0 .")
    if columns < 100:
        wizard.tmux.press("C-o")
    wizard.sees("Services that clients find by SRV records")


def publish(plan: Path, nsd: StartNsd) -> Endpoint:
    """Serve the zones that the plan's export has, and those of others around them."""
    done = subprocess.run(
        [*COMMAND, "export", str(plan)], capture_output=True, text=True, check=True
    )
    blocks = re.split(r"^\$ORIGIN (\S+)\.$", done.stdout, flags=re.MULTILINE)[1:]
    own = dict(zip(blocks[::2], blocks[1::2], strict=True))
    assert tuple(own) == OWN
    records = {apex: text.splitlines() for apex, text in own.items()} | FOREIGN
    records["example.org"] = [*records["example.org"], BOUNCES]
    texts = {apex: zone_text(*lines, apex=apex, servers=[NAME]) for apex, lines in records.items()}
    return nsd(NAME_SERVER, texts | PROBE_ZONES.files)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_a_plan_becomes_good(
    start: Callable[[int, int], Wizard], plan: Path, nsd: StartNsd, columns: int, rows: int
) -> None:
    wizard = start(columns, rows)
    type_the_server(wizard)
    type_the_domains(wizard)
    choose_the_policy(wizard)
    switch_pop3_off(wizard)
    look_at_the_preview(wizard, columns)

    assert wait_until(lambda: "pop3 = false" in plan.read_text())
    publish(plan, nsd)
    wizard.to_step(5, "Server, set once")
    wizard.tmux.press("C-r")
    assert wait_until(lambda: QUIET.match(wizard.counts) is not None), wizard.tmux.screen
    wizard.sees("v Value")
    wizard.tmux.press("Home", "v")
    assert wait_until(lambda: wizard.tmux.buffer == "192.0.2.10"), wizard.tmux.screen

    wizard.tmux.press("C-q")
    assert wait_until(lambda: not wizard.tmux.running)
    kept = plan.read_text()

    wizard = start(columns, rows)
    wizard.sees("5 Records ✓", "mail.example.org · 2 domains")
    wizard.to_step(2, VERIFICATION)
    wizard.to_step(3, "‹quarantine›")
    wizard.to_step(4, "‹off›")
    wizard.tmux.press("C-q")
    assert wait_until(lambda: not wizard.tmux.running)
    assert plan.read_text() == kept

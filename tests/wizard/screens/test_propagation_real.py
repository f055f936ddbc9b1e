"""Who sees what, in a real terminal, among real name servers and resolvers."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import dns.message
import dns.query
import pytest

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.resolvers import PublicChoice
from mailcow_dns_tui.plan_file import write_plan
from tests.conftest import NAME_SERVER_ADDRESSES, need
from tests.real.stage import FIRST, NS1, SECOND, SETUP, ZONE, Stage, own_zone, registry
from tests.servers import free_port, run_unbound
from tests.wizard.terminal import Tmux, tmux_server, wait_until

NS2 = "ns2.example.net."
ELSEWHERE = NAME_SERVER_ADDRESSES[-1]
OLD = own_zone(without=["example.org. MX"], adding=["@ MX 10 mx.example.net."])
NEW = own_zone(serial=2)
TITLE = re.compile(r"─ \S \w+ +(\S+)  (\S+) ─")
JUDGED = re.compile(r" mailcow DNS .* ✓ \d[^…\n]*\n")


@pytest.fixture
def stage(tmp_path: Path, authority_port: int) -> Iterator[Stage]:
    need("nsd")
    need("unbound")
    stage = Stage(tmp_path, authority_port)
    yield stage
    stage.close()


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    need("tmux")
    with tmux_server({}) as tmux:
        yield tmux


def test_an_old_answer_its_end_and_a_public_resolver(
    stage: Stage, tmux: Tmux, tmp_path: Path
) -> None:
    stage.set_up({FIRST: OLD, SECOND: OLD}, registry(NS1, NS2))
    asked = dns.message.make_query(ZONE, "MX")
    dns.query.udp(asked, stage.resolver.address, 20.0, stage.resolver.port)
    stage.serve(FIRST, {ZONE: NEW})
    stage.serve(SECOND, {ZONE: NEW})
    public = Endpoint(ELSEWHERE, free_port([ELSEWHERE]))
    setup = replace(SETUP, public=PublicChoice(listed=(str(public),)))
    plan = tmp_path / "plan.toml"
    write_plan(setup, plan)
    ports = str(stage.resolver.port), str(stage.port)
    command = [sys.executable, "-m", "tests.local_wizard", str(plan), *ports]
    stubs = {ZONE: [Endpoint(FIRST, stage.port)]}
    with run_unbound(tmp_path / "public", public, stubs) as unbound:
        tmux.start([*command, "--mailcow", str(tmp_path)])
        assert tmux.displays("mailcow DNS", "example.org"), tmux.screen
        tmux.press("M-5")
        to_mx(tmux)
        assert ("example.org.", "MX") not in unbound.asked()
        tmux.press("e")
        assert tmux.displays("! old", "who sees it", str(public)), tmux.screen
        assert tmux.displays("the last is gone by"), tmux.screen
        (line,) = (line for line in tmux.screen.splitlines() if "! old " in line)
        assert re.search(r"this machine \S+ +[1-5] min +(\w{3} )?\d\d:\d\d 10 mx", line), line
        assert tmux.screen.count("✓ current") >= 3
        assert ("example.org.", "MX") in unbound.asked()
        tmux.press("o")
        assert tmux.displays("Public resolvers are off"), tmux.screen
        assert wait_until(lambda: "public_resolvers = false" in plan.read_text())
        tmux.press("Escape")
        assert tmux.displays("5 Records"), tmux.screen


def to_mx(tmux: Tmux) -> None:
    """Once all is judged, move the cursor down to the MX record, which is then explained."""
    assert wait_until(lambda: bool(JUDGED.match(tmux.screen))), tmux.screen
    for _ in range(30):
        before = explained(tmux)
        if before[1:] == ["MX"]:
            return
        tmux.press("Down")
        assert wait_until(partial(differs, tmux, before)), before
    pytest.fail(tmux.screen)


def differs(tmux: Tmux, before: list[str]) -> bool:
    return explained(tmux) != before


def explained(tmux: Tmux) -> list[str]:
    """Name and type of the record at the cursor, from the title of what explains it."""
    titles = TITLE.findall(tmux.screen)
    return list(titles[-1]) if titles else []

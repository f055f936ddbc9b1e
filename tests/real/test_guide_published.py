"""Published from the guide, by keys in a terminal, from a zone with nothing but an address."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import need
from tests.publish.published import ADDRESS, Published, setup_of_one
from tests.wizard.terminal import Tmux, tmux_server, wait_until

GOOD = "Everything that the plan wants is published and good."
ASKED, ENDED, ALL = "y Publish", "Copy the way back", "a All"
MOST_KEYS = 60


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    """Of a plan without MTA-STS, whose policy nobody serves here."""
    for program in ("named", "unbound", "tmux"):
        need(program)
    with ExitStack() as stack:
        made = Published(tmp_path, stack)
        setup = setup_of_one()
        (domain,) = setup.domains
        server = replace(setup.server, panel="any")
        made.setup = replace(setup, server=server, domains=(replace(domain, mta_sts_id=""),))
        made.start("@ A 203.0.113.80")
        yield made


def start(tmux: Tmux, published: Published) -> None:
    """The wizard in the guide."""
    ports = (str(published.resolver.endpoint.port), str(published.port))
    command = [sys.executable, "-m", "tests.local_wizard", str(published.plan), *ports]
    tmux.start([*command, "--no-connect"])
    assert tmux.displays("g Guide"), tmux.screen
    tmux.press("g")
    assert tmux.displays("Where", "t Publish", "a All"), tmux.screen


def seen_by_others(tmux: Tmux) -> str:
    """What the list of processes has of the wizard and of all that it has started."""
    lines, left = [], [tmux("display-message", "-p", "#{pane_pid}").strip()]
    while left:
        process = Path("/proc", left.pop())
        lines.append(process.joinpath("cmdline").read_text())
        left += process.joinpath("task", process.name, "children").read_text().split()
    assert len(lines) > 1
    return "\n".join(lines)


def test_from_an_address_to_all_good_by_keys(published: Published) -> None:
    secret = published.bind.secret
    with tmux_server({"TEXTUAL_ANIMATIONS": "none"}) as tmux:
        start(tmux, published)
        tmux.press("a")
        assert tmux.displays("Connect: ", "Primary name server"), tmux.screen
        for answer in (ADDRESS, str(published.port), published.bind.key_name, secret):
            tmux.type(answer)
            tmux.press("Enter")
        tmux.press("Enter")
        assert tmux.displays(ASKED, "create    A mail  192.0.2.10"), tmux.screen
        assert secret not in tmux.screen + seen_by_others(tmux)
        signs = (ASKED, ENDED, GOOD, ALL)
        for _ in range(MOST_KEYS):
            assert wait_until(lambda: any(sign in tmux.screen for sign in signs)), tmux.screen
            if ASKED in tmux.screen:
                tmux.press("y")
            elif ENDED in tmux.screen:
                tmux.press("Escape")
            elif GOOD in tmux.screen and "Done" in tmux.screen:
                break
            elif ALL in tmux.screen:
                tmux.press("a")
            wait_until(lambda: not any(sign in tmux.screen for sign in signs), 1.0)
        assert tmux.displays("Done", GOOD), tmux.screen
        tmux.press("C-q")
        assert wait_until(lambda: not tmux.running)
    files = [*published.folder.glob("*.toml"), *published.backups()]
    assert len(files) >= 2
    assert not any(secret in each.read_text() for each in files)

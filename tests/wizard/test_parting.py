"""What stands on the bare terminal when the wizard was left."""

import subprocess
import sys
from pathlib import Path

import pytest

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.plan_file import write_plan
from tests.command_line import INSTALLED
from tests.conftest import need
from tests.wizard.terminal import tmux_server

COMMAND = f"{sys.executable} -m mailcow_dns_tui"


def test_it_says_where_the_plan_is_what_is_left_and_how_to_go_on(tmp_path: Path) -> None:
    need("tmux")
    plan = tmp_path / "my plan.toml"
    write_plan(demo_setup(), plan)
    with tmux_server({}) as tmux:
        here = f"PATH=/usr/bin:/bin {COMMAND} '{plan}'"
        tmux.start(["sh", "-c", f"{here}; exec cat"], columns=120)
        assert tmux.displays("_dmarc")
        tmux.press("C-q")
        assert tmux.shows(f"The plan is kept in {plan}.")
        assert tmux.shows("yet")
        assert tmux.shows(f"To go on: {INSTALLED} '{plan}'")


@pytest.mark.parametrize("options", ["--demo", "empty.toml"])
def test_where_nothing_is_kept_it_says_nothing(tmp_path: Path, options: str) -> None:
    need("tmux")
    with tmux_server({}) as tmux:
        tmux.start(["sh", "-c", f"cd {tmp_path} && {COMMAND} {options}; echo left; exec cat"])
        assert tmux.displays("1 Server")
        tmux.press("C-q")
        assert tmux.shows("left")
        assert not any("plan" in line for line in tmux.lines)


@pytest.mark.parametrize(
    ("found", "environ", "called"),
    [
        (True, {}, "mailcow-dns-tui"),
        (False, {}, "{installed}"),
        (False, {"SUDO_USER": "anna"}, "sudo {installed}"),
    ],
)
def test_what_it_says_to_go_on_with_is_found_by_a_shell(
    tmp_path: Path, found: bool, environ: dict[str, str], called: str
) -> None:
    path = f"{INSTALLED.parent}:/usr/bin" if found else "/usr/bin"
    done = subprocess.run(
        [INSTALLED.name if found else INSTALLED, "--plain"],
        env={"HOME": str(tmp_path), "PATH": path, **environ},
        input="mail.example.org\n",
        check=True,
        capture_output=True,
        text=True,
    )
    assert f"To go on: {called.format(installed=INSTALLED)} --plain\n" in done.stdout

"""The README and the program say the same."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.model.changes import ChangeKind
from mailcow_dns_tui.plan_file import read_plan
from tests.make_readme import keys, rewritten

ROOT = Path(__file__).parent.parent
README = ROOT.joinpath("README.md").read_text()
NOT_YET = {"topics/bimi.py", "tests/battery/bimi.py"}
"""What a contributor is told to write."""


def test_its_tables_are_as_the_program_declares_them() -> None:
    assert rewritten(README) == README, "run: python -m tests.make_readme"
    assert all(all(row) for row in keys()), "a row says nothing"


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert pictures
    assert all(ROOT.joinpath(picture).is_file() for picture in pictures)


@pytest.mark.parametrize("page", ["README.md", ".github/CONTRIBUTING.md"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    text = re.sub(r"```.*?```", "", ROOT.joinpath(page).read_text(), flags=re.DOTALL)
    named = set(re.findall(r"`((?:[\w.-]+/)+(?:[\w-]+\.(?:py|md|toml))?)`", text)) - NOT_YET
    assert named
    places = (ROOT, ROOT / "mailcow_dns_tui")
    assert [path for path in named if not any((each / path).exists() for each in places)] == []


def test_the_plan_in_the_readme_is_one(tmp_path: Path) -> None:
    section = README.partition("### The plan file")[2].partition("\n### ")[0]
    blocks = re.findall(r"^```toml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    path = tmp_path / "plan.toml"
    path.write_text("\n".join(blocks).replace("48bb…", "48" * 32).replace("MIIB…", KEY))
    setup = read_plan(path)
    assert setup.domains
    assert [mute.reason for mute in setup.mutes] == ["It is our own backup server."]


@pytest.fixture
def pasted(tmp_path: Path) -> Path:
    """The folder where the lines for cron and systemd have left what they make."""
    section = README.partition("### What has changed")[2].partition("\n### ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    text = "\n".join(blocks).replace("/etc/systemd/system", str(tmp_path))
    stubs = f"""sudo() {{ "$@"; }}
        systemctl() {{ echo "$@" > {tmp_path}/systemctl; }}
        crontab() {{ [ "$1" = -l ] && echo "# old" || cat > {tmp_path}/crontab; }}
    """
    subprocess.run(["sh", "-euc", f"{stubs}\n{text}"], check=True, cwd=ROOT, capture_output=True)
    return tmp_path


def test_the_lines_for_systemd_can_be_pasted(pasted: Path) -> None:
    unit = pasted.joinpath("mailcow-dns.service").read_text()
    (start,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    program, *words = shlex.split(start)
    assert program == f"{ROOT}/.venv/bin/mailcow-dns-tui"
    arguments = parse(words)
    assert arguments.against == arguments.save
    assert arguments.notify == ("logger", "-t", "mailcow-dns")
    assert pasted.joinpath("systemctl").read_text() == "enable --now mailcow-dns.timer\n"
    assert "[Timer]\nOnCalendar=" in pasted.joinpath("mailcow-dns.timer").read_text()


def test_the_line_for_cron_can_be_pasted(pasted: Path) -> None:
    old, line = pasted.joinpath("crontab").read_text().splitlines()
    assert old == "# old"
    command = re.sub(r"^(\S+ +){5}", "", line)
    program = f"{ROOT}/.venv/bin/mailcow-dns-tui"
    assert f"'{program}' " in command
    said = command.replace(f"'{program}'", "printf '%s ' check; false")
    done = subprocess.run(["sh", "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout == "check \n"
    arguments = parse(shlex.split(command.partition("$(")[2].partition(")")[0])[1:])
    assert arguments.against == arguments.save


def test_every_kind_of_change_is_listed() -> None:
    section = README.partition("### What has changed")[2].partition("\n### ")[0]
    kinds = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert kinds == [kind.code for kind in ChangeKind]


def test_the_readme_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ([], ["check"], ["export"]):
        with pytest.raises(SystemExit):
            parse([*command, "--help"])
        options = set(re.findall(r"--[a-z0-9-]+", capsys.readouterr().out))
        assert {each for each in options if each not in README} <= {
            "--help",
            "--output",
            "--version",
        }

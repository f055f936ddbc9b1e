"""Help, and what makes shells complete the command."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.cli.parsers import SHELLS
from tests.command_line import refusal

HELPS: tuple[list[str], ...] = ([], ["check"], ["export"], ["publish"])
COLUMNS = 80


def help_of(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))


def test_usage_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    usage = help_of([], capsys).partition("\n\n")[0]
    assert usage.startswith("usage: mailcow-dns-tui [PLAN] [--demo]")
    assert "\n       mailcow-dns-tui check  [PLAN] [options]" in usage
    assert "\n       mailcow-dns-tui export [PLAN] [options]" in usage
    assert "\n       mailcow-dns-tui publish [PLAN] [options]" in usage


@pytest.mark.parametrize("command", HELPS)
def test_help_ends_with_three_examples_that_work(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    text = help_of(command, capsys)
    assert max(map(len, text.splitlines())) <= COLUMNS
    examples = re.findall(r"^  (?:sudo )?mailcow-dns-tui(.*)\n {6}\S", text, re.MULTILINE)
    assert len(examples) == 3
    assert text.partition("\nexamples:\n")[2].count("\n") == 6
    parsed = [parse(shlex.split(each)) for each in examples]
    assert {each.command for each in parsed} >= set(command)


@pytest.mark.parametrize(
    ("command", "groups"),
    [
        ([], ["commands", "the wizard", "about the program", "examples"]),
        (
            ["check"],
            [
                *("the records", "the answers, in place of a plan", "output", "asking DNS"),
                *("what changes", "about the program", "examples"),
            ],
        ),
        (
            ["publish"],
            [
                *("the records", "what is done", "the DNS provider", "asking DNS"),
                *("about the program", "examples"),
            ],
        ),
    ],
)
def test_options_stand_in_groups(
    command: list[str], groups: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert re.findall(r"^(\S.*):$", help_of(command, capsys), re.MULTILINE) == groups


def completed(script: str, folder: Path, *words: str) -> list[str]:
    """What bash offers in place of the last of the words."""
    ask = f"""{script}
        COMP_WORDS=(mailcow-dns-tui {shlex.join(words)}); COMP_CWORD={len(words)}
        $(complete -p mailcow-dns-tui | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    command = ["bash", "--norc", "-c", ask]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes_commands_options_values_and_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--print-completion", "bash"]) == 0
    script = capsys.readouterr().out
    (tmp_path / "plan.toml").touch()
    assert completed(script, tmp_path, "") == ["check", "export", "publish"]
    assert completed(script, tmp_path, "ch") == ["check"]
    assert completed(script, tmp_path, "--de") == ["--demo"]
    assert completed(script, tmp_path, "check", "--noti") == ["--notify-command"]
    assert completed(script, tmp_path, "check", "--format", "n") == ["nagios"]
    assert completed(script, tmp_path, "export", "--format", "n") == ["nsupdate"]
    assert completed(script, tmp_path, "check", "pl") == ["plan.toml"]
    assert completed(script, tmp_path, "check", "--against", "pl") == ["plan.toml"]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(word in script for word in ("mailcow-dns-tui", "check", "prometheus", "nsupdate"))


def test_without_shtab_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    said = "--print-completion needs shtab: pip install shtab\n"
    assert refusal(["--print-completion", "bash"], capsys) == said
    assert "--demo" in help_of([], capsys)

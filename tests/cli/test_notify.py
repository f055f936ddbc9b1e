"""`check --notify-command`: what it is told, and that its failures change nothing else."""

import json
import shlex
from pathlib import Path

import pytest

from mailcow_dns_tui.cli import output as notifying
from mailcow_dns_tui.cli.main import main
from tests.check_json import read_check, read_notice
from tests.command_line import ANSWERS

CHECK = ["check", *ANSWERS, "--resolver", "127.0.0.1:1", "--timeout", "0.2"]


@pytest.fixture
def last(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    """An earlier check that found all well, where now nobody answers."""
    path = tmp_path / "last.json"
    assert main([*CHECK, "--save", str(path)]) == 3
    capfd.readouterr()
    path.write_text(path.read_text().replace('"status": "unknown"', '"status": "ok"'))
    return path


def check(last: Path, command: str, *options: str) -> int:
    return main([*CHECK, "--against", str(last), "--notify-command", command, *options])


def test_a_command_reads_what_has_changed(
    last: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "told $HOME;x.json"
    assert check(last, f"tee {shlex.quote(str(file))}", "--format", "json") == 3
    out, err = capfd.readouterr()
    told = read_notice(file.read_text())
    assert told["changes"] == read_check(out)["changes"]
    assert {each["kind"] for each in told["changes"]} == {"could-not-ask"}
    assert err == file.read_text()


def test_where_nothing_has_changed_no_command_is_run(
    last: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "told"
    command = f"touch {file}"
    assert check(tmp_path / "none.json", command) == 3
    assert main([*CHECK, "--save", str(last)]) == 3
    assert check(last, command) == 0
    assert not file.exists()
    assert check_again_after_a_change(last, command) == 3
    assert file.exists()


def check_again_after_a_change(last: Path, command: str) -> int:
    last.write_text(last.read_text().replace('"status": "unknown"', '"status": "ok"'))
    return check(last, command)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/none/mail -s 'a b'", "/none/mail -s 'a b': can't be run: No such file or directory.\n"),
        ("/etc", "/etc: can't be run: Permission denied.\n"),
        ("false", "false: ended with 1.\n"),
        ("sh -c 'kill -9 $$'", "sh -c 'kill -9 $$': was ended by signal 9.\n"),
        ("sleep 30", "sleep 30: took longer than 0.2 s, and was ended.\n"),
    ],
)
def test_a_command_that_fails_changes_nothing_else(
    command: str,
    said: str,
    last: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if command.startswith("sleep"):
        monkeypatch.setattr(notifying, "MOST_SECONDS", 0.2)
    assert check(last, command, "--save", str(last)) == 3
    out, err = capfd.readouterr()
    assert err == f"--notify-command {said}"
    assert "Since the last check: " in out
    assert json.loads(last.read_text())["summary"]["unknown"] > 0
    assert check(last, command) == 0


def test_a_control_character_of_a_command_does_not_come_back(
    last: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert check(last, "/none/\x1b]0;x\x07") == 3
    err = capfd.readouterr().err
    assert "can't be run" in err
    assert "\x1b" not in err

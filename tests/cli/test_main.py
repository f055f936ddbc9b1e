"""The command line, without the wizard's screen."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from mailcow_dns_tui import __version__
from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.crash import tell_crash
from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.wizard.start import run as run_wizard
from tests.command_line import ANSWERS, COMMAND, refusal


def usage_error(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of arguments that argparse turns down."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    return capsys.readouterr().err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"mailcow-dns-tui {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["plan.toml"]])
def test_the_wizard_needs_a_terminal(arguments: list[str]) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "needs a terminal" in done.stderr
    assert "mailcow-dns-tui check" in done.stderr
    assert "mailcow-dns-tui export" in done.stderr
    assert "mailcow-dns-tui --plain" in done.stderr


def test_in_a_pipe_it_asks_line_by_line(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    done = subprocess.run(
        [*COMMAND, str(plan)],
        input="mail.example.org\n192.0.2.10\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "Hostname [none]:" in done.stdout
    assert "\x1b" not in done.stdout
    assert '"mail.example.org"' in plan.read_text()


@pytest.mark.parametrize(
    ("arguments", "gist"),
    [
        (["a.toml", "b.toml"], "unrecognized arguments: b.toml"),
        (["--demo", "plan.toml"], "--demo takes no plan"),
        (["chek"], "no plan chek; is the command check meant?"),
        (["--vers"], "unrecognized arguments: --vers"),
        (["check", "--form", "json"], "unrecognized arguments: --form"),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "--timeout", "soon"], "a number of seconds above 0"),
        (["check", "--timeout", "0"], "a number of seconds above 0"),
        (["check", "--timeout", "nan"], "a number of seconds above 0"),
        (["check", "--timeout", "inf"], "a number of seconds above 0"),
        (["export", "--format", "text"], "invalid choice: 'text'"),
        (["export", "plan.toml", *ANSWERS], "give a plan or the answers, not both"),
        (["export", "--ipv4", "192.0.2.10"], "need --hostname"),
    ],
)
def test_bad_usage_is_explained(
    arguments: list[str], gist: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gist in usage_error(arguments, capsys)


def test_a_missing_plan_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "none.toml")
    said = f"{path}: there is no such plan; the wizard makes one.\n"
    assert refusal(["check", path], capsys) == said
    assert refusal(["export", path], capsys) == said


def test_without_a_plan_the_users_own_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "mailcow-dns-tui" / "plan.toml"
    assert refusal(["export"], capsys).startswith(f"{path}: ")
    write_plan(demo_setup(), path)
    assert main(["export"]) == 0
    assert "$ORIGIN example.org." in capsys.readouterr().out


def test_a_plan_called_like_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_plan(demo_setup(), Path("export"))
    assert main(["export", "./export"]) == 0
    assert main(["export", "export"]) == 0
    assert capsys.readouterr().out.count("$ORIGIN example.org.") == 2


def test_each_fault_of_a_plan_has_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('version = 1\n[server]\nhostname = "mail"\nipv4 = "192.0.2"\n')
    lines = refusal(["check", str(path)], capsys).splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        [str(path), "server.hostname"],
        [str(path), "server.ipv4"],
    ]


def test_no_control_character_of_a_plan_reaches_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.toml"
    server = 'server = {hostname = "mail.example.org", ipv4 = "192.0.2.1"}'
    path.write_text(rf"""{server}
        dmarc = {{rua = ["\u001b]0;x\u0007@example.org"]}}""")
    assert "\x1b" not in refusal(["check", str(path)], capsys)


NOBODY = [*ANSWERS, "--resolver", "127.0.0.1:1", "--timeout", "1"]
EVIL = "\x1b]0;evil\x07\u202e"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", *ANSWERS, EVIL],
        ["check", f"{EVIL}.toml"],
        ["check", *ANSWERS, f"--{EVIL}"],
        ["check", *ANSWERS, "--format", EVIL],
        ["check", *ANSWERS, "--timeout", EVIL],
        ["check", *ANSWERS, "--resolver", EVIL],
        ["check", *ANSWERS, "--domain", EVIL],
        ["check", *NOBODY, "--against", f"{EVIL}/last.json"],
        ["check", "--mailcow", EVIL],
        ["export", *ANSWERS, "-o", f"/dev/null/{EVIL}"],
        ["export", EVIL, *ANSWERS],
        ["--demo", EVIL],
        [EVIL, EVIL],
    ],
)
def test_no_control_character_of_the_command_line_comes_back(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    err = capsys.readouterr().err
    assert code == (3 if "--against" in arguments else 2)
    assert err
    assert "\x1b" not in err
    assert "\u202e" not in err


@pytest.mark.parametrize("arguments", [["check"], ["export"], ["check", *ANSWERS, "--against"]])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = f"{pipe}: can't be read: it is not a regular file.\n"
    assert refusal([*arguments, str(pipe)], capsys) == said


def test_nor_by_the_wizard_and_its_name_is_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, (far, near) = tmp_path / EVIL, os.openpty()
    os.mkfifo(pipe)
    for plan in (pipe, Path(os.ttyname(near))):
        assert run_wizard(plan) == 2
        said = capsys.readouterr().err
        assert said.endswith(": can't be read: it is not a regular file.\n")
        assert "\x1b" not in said
        assert "\u202e" not in said
    os.close(far)
    os.close(near)


def test_answers_take_the_place_of_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--hostname", "mail.example.org", "--ipv6", "2001:db8::10"]
    arguments += ["--domain", "example.org", "--domain", "bücher.example"]
    assert main(["export", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "mail               3600 IN AAAA  2001:db8::10" in lines
    assert [line for line in lines if line.startswith("$")] == [
        "$ORIGIN example.org.",
        "$ORIGIN xn--bcher-kva.example.",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--hostname", "mail.example.org"], "--ipv4: An IPv4 or an IPv6 address is missing."),
        (["--hostname", "", "--ipv4", "192.0.2.10"], "--hostname: The hostname is missing."),
        (["--hostname", "192.0.2.10", "--ipv4", "192.0.2.10"], "--hostname: This is an IP address"),
        ([*ANSWERS, "--ipv6", "x"], "--ipv6: An IPv6 address is wanted"),
        ([*ANSWERS, "--domain", "x"], "--domain x: A full name is wanted"),
        ([*ANSWERS, "--domain", "example.org"], "--domain example.org: This domain is in the list"),
    ],
)
def test_a_wrong_answer_is_named_by_its_option(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(["export", *arguments], capsys).startswith(said)


def test_an_empty_hostname_is_not_taken_for_no_hostname(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write_plan(demo_setup(), tmp_path / "mailcow-dns-tui" / "plan.toml")
    assert "--hostname" in refusal(["export", "--hostname", ""], capsys)


@pytest.mark.parametrize(
    ("words", "pace", "plan"),
    [
        (["--watch"], 60, None),
        (["--watch", "plan.toml"], 60, Path("plan.toml")),
        (["plan.toml", "--watch"], 60, Path("plan.toml")),
        (["--watch", "300", "plan.toml"], 300, Path("plan.toml")),
        (["--watch=5", "--format", "json"], 5, None),
        ([], 0, None),
    ],
)
def test_the_pace_of_a_watch_may_be_left_out(
    words: list[str], pace: float, plan: Path | None
) -> None:
    arguments = parse(["check", *words])
    assert (arguments.pace, arguments.plan) == (pace, plan)


@pytest.mark.parametrize(
    ("words", "gist"),
    [
        (["--watch", "4"], "at least 5 seconds are wanted"),
        (["--watch", "-1"], "a number of seconds above 0 is wanted"),
        (["--watch", "nan"], "a number of seconds above 0 is wanted"),
        (["--watch", "--against", "x"], "leave out --against and --save"),
        (["--watch", "--save", "x"], "leave out --against and --save"),
        (["--watch", "-o", "x"], "leave out -o"),
        (["--watch", "--format", "prometheus"], "says how all stands, and not what has changed"),
        (["--against", "x", "--format", "prometheus"], "says how all stands"),
        (["--notify-command", "mail"], "--notify-command is for --against"),
        (["--against", "x", "--notify-command", " "], "a command is wanted"),
        (["--against", "x", "--notify-command", "mail 'x"], "a quotation mark is not closed"),
        (["--log", "x"], "--log is for --watch"),
    ],
)
def test_a_watch_that_can_not_be(
    words: list[str], gist: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["check", *words])
    assert ended.value.code == 2
    assert gist in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full"])
def test_bad_usage_keeps_its_code_where_nobody_can_be_told(tmp_path: Path, closed: str) -> None:
    words = [*COMMAND, "check", str(tmp_path / "none.toml")]
    assert subprocess.call(["sh", "-c", f'exec "$@" {closed}', "sh", *words]) == 2


def test_a_log_that_can_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(["check", *ANSWERS, "--watch", "--log", f"{tmp_path}/none/x"], capsys)
    assert said == f"{tmp_path}/none/x: can't be written: No such file or directory.\n"


def test_a_fault_of_its_own_is_a_sentence_and_a_private_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(arguments: object) -> int:
        secret = "hunter2"
        raise LookupError(len(secret))

    monkeypatch.setattr(headless, "run", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["check", "plan.toml"]) == 70
    (details,) = tmp_path.iterdir()
    said = capsys.readouterr().err
    assert said == (
        f"mailcow-dns-tui has failed by a fault of its own. The details are in {details}: "
        "please report it with them.\n"
    )
    assert details.stat().st_mode & 0o777 == 0o600
    assert "LookupError: 7" in details.read_text()
    assert "hunter2" not in details.read_text()


def test_where_no_file_can_be_made_the_details_are_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    tell_crash(LookupError("seven"))
    assert capsys.readouterr().err.endswith("The details:\nLookupError: seven\n")

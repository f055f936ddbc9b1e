"""`check` and `export` with `--mailcow`: answers without a plan, as for a cron job."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from tests.check_json import read_check
from tests.command_line import COMMAND, refusal
from tests.mailcow.api_server import ApiServer
from tests.mailcow.mail_host import lay_out, seen_secrets, serving_api, with_api


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with serving_api("example.org") as running:
        yield running


def test_an_export_of_what_mailcow_says(
    api: ApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay_out(tmp_path / "host", *with_api(api), "IMAP_PORT=127.0.0.1:143")
    assert main(["export", "--mailcow", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert [line.partition(": ")[2][:13] for line in err.splitlines()] == ["p=none first;"]
    assert out.startswith("$ORIGIN example.org.\n")
    assert "IN A     192.0.2.10" in out
    assert "_imap._tcp         3600 IN SRV   0 0 0 ." in out
    assert EXAMPLE_ORG_KEY[:60] in out


def test_a_check_of_what_mailcow_says(
    api: ApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay_out(tmp_path / "host", *with_api(api))
    nobody = ["--resolver", "127.0.0.1:1", "--timeout", "1"]
    assert main(["check", "--mailcow", str(folder), "--format", "json", *nobody]) == 3
    found = read_check(capsys.readouterr().out)["findings"]
    assert {"example.org.", "mail.example.org."} <= {each["name"] for each in found}


def test_what_could_not_be_read_is_said_and_nothing_is_made_up(
    api: ApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lay_out(tmp_path / "host", *with_api(api), "API_KEY_READ_ONLY=WRONG")
    said = refusal(["export", "--mailcow", str(folder)], capsys)
    assert "mailcow's domains at https://mail.example.org" in said
    assert said.endswith(f"{folder}: A mail domain is missing.\n")
    said = refusal(["check", "--mailcow", str(tmp_path)], capsys)
    assert f"There is no mailcow.conf in {tmp_path};" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "plan.toml", "--mailcow", "x"],
        ["export", "--mailcow", "x", "--hostname", "mail.example.org"],
        ["--demo", "--mailcow", "x"],
    ],
)
def test_two_places_to_read_answers_from(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_no_secret_comes_out_of_a_command(api: ApiServer, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "host", *with_api(api))
    for format_ in ("zone", "json", "csv"):
        command = [*COMMAND, "export", "--mailcow", str(folder), "--format", format_]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert not seen_secrets(api, done.stdout + done.stderr)

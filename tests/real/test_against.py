"""`check --against` and `--watch` with real servers, whose zones change in between."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.plan_file import write_plan
from tests.check_json import read_check
from tests.conftest import RESOLVER_ADDRESS
from tests.real.stage import FIRST, NS1, REGISTRY, SECOND, SETUP, THIRD, ZONE, Stage, own_zone
from tests.real.stage import registry as above

GOOD = own_zone(servers=[NS1])
BACKUP = own_zone(servers=[NS1], adding=["example.org. MX 20 mx.example.net."])
SECONDS = 60.0


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The good zone, on one server."""
    stage.set_up({FIRST: GOOD}, above(NS1), resolver_asks=[FIRST])
    write_plan(SETUP, stage.folder / "plan.toml")
    return stage


def publish(stage: Stage, zone: str) -> None:
    stage.serve(FIRST, {ZONE: zone})


class Checks:
    """Runs of the command that compare with the last of them."""

    def __init__(self, stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
        self._stage = stage
        self._capsys = capsys
        self.file = stage.folder / "last.json"

    def __call__(self, *options: str, keep: bool = True) -> tuple[int, str, str]:
        """The exit code, and what went to standard output and standard error."""
        arguments = ["check", str(self._stage.folder / "plan.toml"), "--against", str(self.file)]
        arguments += ["--save", str(self.file)] * keep
        code = headless.run(parse([*arguments, *options]), lambda _: self._stage.network())
        return code, *self._capsys.readouterr()


@pytest.fixture
def check(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Checks:
    return Checks(stage, capsys)


def test_the_first_check_has_nothing_to_compare_with(check: Checks) -> None:
    code, out, err = check()
    assert code == 0
    assert "Server, set once" in out
    assert err == f"{check.file}: there is none yet, so nothing is compared.\n"
    assert read_check(check.file.read_text())["version"] == 1
    code, out, err = check()
    assert (code, err) == (0, "")
    assert out.startswith("Since the last check: nothing has changed.\n✓ ")


def test_an_extra_mx_comes_grows_and_goes(stage: Stage, check: Checks) -> None:
    check()
    publish(stage, BACKUP)
    code, out, _ = check(keep=False)
    assert code == 1
    assert "  ! warning example.org MX  ok → warning\n" in out
    assert "            was        10 mail.example.org.\n" in out
    assert "            published  20 mx.example.net.\n" in out
    assert "Since the last check: 1 new fault.\n" in out
    code, out, _ = check("--format", "json")
    assert code == 1
    (told,) = read_check(out)["changes"]
    assert (told["kind"], told["worse"], told["name"]) == ("new-fault", True, "example.org.")
    assert (told["from"]["status"], told["to"]["status"]) == ("ok", "warning")
    assert told["to"]["code"] == "foreign-mx"
    assert "20 mx.example.net." in told["to"]["found"]
    assert check()[0] == 0
    publish(stage, BACKUP.replace("MX 20", "MX 30"))
    code, out, _ = check()
    assert code == 1
    assert "changed, warning" in out
    publish(stage, GOOD)
    code, out, _ = check()
    assert code == 0
    assert "  ✓ ok      example.org MX  warning → ok\n" in out
    assert "1 solved" in out


def test_an_old_fault_is_no_news(stage: Stage, check: Checks) -> None:
    publish(stage, own_zone(servers=[NS1], without=["example.org. MX"]))
    assert check()[0] == 1
    code, out, _ = check("--format", "json")
    assert (code, read_check(out)["changes"]) == (0, [])
    assert read_check(out)["summary"]["error"] >= 1


def test_an_old_fault_is_no_news_after_a_silence(stage: Stage, check: Checks) -> None:
    publish(stage, own_zone(servers=[NS1], without=["example.org. MX"]))
    assert check()[0] == 1
    last = read_check(check.file.read_text())
    (lost,) = (each for each in last["findings"] if each["code"] == "missing")
    was = {key: lost[key] for key in lost if key not in {"tier", "fix", "servers", "mailcow"}}
    lost.update(status="unknown", code="could-not-ask", message="Nobody answers.")
    check.file.write_text(json.dumps({**last, "known": [was]}))
    code, out, _ = check("--format", "json")
    assert (code, [each["kind"] for each in read_check(out)["changes"]]) == (0, ["asked-again"])
    assert "known" not in read_check(check.file.read_text())


def test_silence_is_told_and_is_no_fault(stage: Stage, check: Checks) -> None:
    check()
    for address in (RESOLVER_ADDRESS, REGISTRY, FIRST, SECOND, THIRD):
        stage.stop(address)
    code, out, _ = check("--format", "json")
    assert code == 3
    told = read_check(out)["changes"]
    assert {each["kind"] for each in told} == {"could-not-ask"}
    assert {each["worse"] for each in told} == {False}
    assert {each["to"]["status"] for each in told} == {"unknown"}
    code, out, _ = check()
    assert code == 0
    assert "nothing has changed" in out


def test_a_record_that_left_the_plan_and_one_that_came(stage: Stage, check: Checks) -> None:
    check()
    path = stage.folder / "plan.toml"
    path.write_text(path.read_text().replace("imap = 143", 'imap = "omit"'))
    code, out, _ = check("--format", "json")
    (told,) = read_check(out)["changes"]
    assert (code, told["kind"], told["name"]) == (0, "gone", "_imap._tcp.example.org.")
    assert told["to"] is None
    path.write_text(path.read_text().replace('imap = "omit"', "imap = 1143"))
    code, out, _ = check()
    assert "_imap._tcp.example.org SRV  new in the plan" in out
    assert code == 1


def test_one_domain_is_compared_with_itself(check: Checks) -> None:
    check()
    last = read_check(check.file.read_text())
    others = [{**each, "domain": "example.com"} for each in last["findings"]]
    check.file.write_text(json.dumps({**last, "findings": [*last["findings"], *others]}))
    code, out, _ = check("--domain", "example.org", keep=False)
    assert code == 0
    assert "nothing has changed" in out
    assert "no longer in the plan" in check(keep=False)[1]


class Watching:
    """A watch in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def until(self, *texts: str) -> str:
        """The lines up to one that has all the texts; the output ends at a failure."""
        lines = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            lines.append(line)
            if all(text in line for text in texts):
                return "".join(lines)
        pytest.fail(f"never came: {texts} in {''.join(lines)}")

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        """The exit code, and what came last on standard output and standard error."""
        self._process.send_signal(by)
        out, err = self._process.communicate(timeout=SECONDS)
        return self._process.returncode, out, err


@contextmanager
def watching(stage: Stage, *options: str) -> Iterator[Watching]:
    world = [str(stage.port), str(stage.resolver)]
    check = ["check", str(stage.folder / "plan.toml"), "--watch", "5"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.wide_world", *world, *check, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


def logged(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def kinds(lines: Sequence[dict[str, Any]]) -> list[str]:
    return [line["kind"] for line in lines if line["event"] == "changed" and line["type"] == "MX"]


def test_a_watch_shows_the_table_once_and_then_what_changes(stage: Stage) -> None:
    log = stage.folder / "watch.log"
    before = os.umask(0)
    try:
        with watching(stage, "--log", str(log)) as watch:
            table = watch.until("Ctrl+C ends")
            assert table.startswith("Server, set once\n")
            publish(stage, BACKUP)
            told = watch.until("example.org MX")
            assert "Server, set once" not in told
            last = told.splitlines()[-1]
            clock, rest = last.split("  ", 1)
            assert clock.count(":") == 2
            assert rest.startswith("! warning example.org MX: ok → warning: While this server")
            publish(stage, own_zone(servers=[NS1], without=["example.org. MX"]))
            assert "warning → error" in watch.until("example.org MX", "✗")
            code, _, err = watch.end(signal.SIGINT)
    finally:
        os.umask(before)
    assert (code, err) == (1, "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    lines = logged(log)
    assert [lines[0]["event"], lines[-1]["event"]] == ["began", "ended"]
    assert kinds(lines) == ["new-fault", "new-fault"]
    assert lines[-1]["summary"]["error"] >= 1


def test_a_watch_through_a_silence(stage: Stage) -> None:
    log = stage.folder / "watch.log"
    log.write_text('{"event": "of yesterday"}\n')
    with watching(stage, "--log", str(log)) as watch:
        watch.until("Ctrl+C ends")
        for address in (RESOLVER_ADDRESS, REGISTRY, FIRST, THIRD):
            stage.stop(address)
        silence = watch.until("could not be asked now")
        assert "✗" not in silence
        code, _, err = watch.end(signal.SIGTERM)
    assert (code, err) == (3, "")
    lines = logged(log)
    assert lines[0] == {"event": "of yesterday"}
    assert set(kinds(lines[1:])) == {"could-not-ask"}


def test_a_watch_for_programs_is_an_object_a_line(stage: Stage) -> None:
    with watching(stage, "--format", "json") as watch:
        first = read_check(watch.until('"version"'))
        assert first["summary"]["error"] == 0
        publish(stage, BACKUP)
        told = [json.loads(line) for line in watch.until("foreign-mx").splitlines()]
        code, _, err = watch.end(signal.SIGINT)
    assert (told[-1]["event"], told[-1]["kind"], told[-1]["worse"]) == (
        "changed",
        "new-fault",
        True,
    )
    assert told[-1]["time"][10] == "T"
    assert (code, err) == (0, "")

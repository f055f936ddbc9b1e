"""Many domains: one process and several of them find the same, and none ends without a word."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.memory_check import COUNT, written_plan
from tests.servers import wait_until

COMMAND = [sys.executable, "-m", "tests.memory_check"]
TIMES = re.compile(
    r'"(seconds|queries)": .*|(time|queries)=\S+|in .* s, .* questions|_(seconds|queries) .*'
)


def check(processors: int, case: str, plan: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, str(processors), case, "check", plan, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written_plan(tmp_path_factory.mktemp("plan"))


@pytest.mark.parametrize("form", ["text", "json", "nagios", "prometheus"])
def test_several_processes_write_what_one_does(plan: str, form: str, tmp_path: Path) -> None:
    saved = [tmp_path / "one.json", tmp_path / "three.json"]
    one, three = (
        check(processors, "none", plan, "--format", form, "--save", str(path))
        for processors, path in zip((1, 3), saved, strict=True)
    )
    assert (one.returncode, one.stderr) == (three.returncode, three.stderr) == (one.returncode, "")
    assert one.returncode in {1, 2}
    assert TIMES.sub("", one.stdout) == TIMES.sub("", three.stdout)
    first, second = (path.read_text() for path in saved)
    assert TIMES.sub("", first) == TIMES.sub("", second)
    domains = dict.fromkeys(finding["domain"] for finding in json.loads(first)["findings"])
    assert len(domains) == COUNT + 2
    # In the order of the plan.
    assert list(domains)[2:] == sorted(domain for domain in domains if domain and "test" in domain)


def test_what_has_changed_is_told_by_several_processes(plan: str, tmp_path: Path) -> None:
    last = str(tmp_path / "last.json")
    check(1, "none", plan, "--save", last)
    Path(last).write_text(Path(last).read_text().replace('"status": "unknown"', '"status": "ok"'))
    one, three = (check(number, "none", plan, "--against", last) for number in (1, 3))
    assert "ok → could not ask" in one.stdout
    assert TIMES.sub("", one.stdout) == TIMES.sub("", three.stdout)
    assert one.returncode == three.returncode == 3


def test_a_process_that_is_killed_is_told(plan: str) -> None:
    done = check(2, "killed", plan)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "was ended (code -9), so not all of them were checked" in done.stderr


def test_monitoring_gets_unknown_of_a_process_that_is_killed(plan: str) -> None:
    done = check(2, "killed", plan, "--format", "nagios")
    assert done.returncode == 3
    assert done.stdout.startswith("DNS UNKNOWN - A process")


def test_a_fault_of_a_process_is_one_of_the_program(plan: str, tmp_path: Path) -> None:
    command = [*COMMAND, "2", "fault", "check", plan]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert done.returncode == 70
    (details,) = tmp_path.glob("*-fault-*")
    assert "LookupError: d69.test" in details.read_text()


def test_ctrl_c_ends_all_processes_at_once(plan: str) -> None:
    process = subprocess.Popen(
        [*COMMAND, "3", "silence", "check", plan],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_until(lambda: bool(children.read_text()))
        pids = children.read_text().split()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out, err) == (130, "", "")
    assert not any(map(_is_running, pids))


def test_without_who_began_them_processes_end(plan: str) -> None:
    process = subprocess.Popen([*COMMAND, "3", "silence", "check", plan])
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_until(lambda: bool(children.read_text()))
        pids = children.read_text().split()
    finally:
        process.kill()
        process.wait()
    wait_until(lambda: not any(map(_is_running, pids)))


def _is_running(pid: str) -> bool:
    """Not so of one that has ended, and whose end nobody has asked for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

"""The `check` command against real servers: what it prints, and how it ends."""

from typing import Any

import pytest

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.plan_file import write_plan
from tests.check_json import read_check
from tests.conftest import RESOLVER_ADDRESS
from tests.real.stage import (
    DEAD,
    FIRST,
    LACKING,
    NS1,
    REGISTRY,
    SECOND,
    SETUP,
    THIRD,
    Stage,
    bare,
    own_zone,
    registry,
)

NS2 = "ns2.example.net."


def run(stage: Stage, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    path = stage.folder / "plan.toml"
    write_plan(SETUP, path)
    command = parse(["check", str(path), *options])
    code = headless.run(command, lambda resolvers: stage.network())
    out, err = capsys.readouterr()
    assert err == ""
    return code, out


def of_topic(text: str, topic: str) -> list[dict[str, Any]]:
    return [each for each in read_check(text)["findings"] if each["topic"] == topic]


def test_nothing_worse_than_a_warning(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    zone = own_zone(servers=[NS1, NS2, DEAD])
    served = {FIRST: zone, SECOND: None}
    stage.set_up(served, registry(NS1, NS2, DEAD), resolver_asks=[FIRST])
    code, text = run(stage, capsys, "--format", "json")
    assert code == 0
    found = {each["code"]: each for each in of_topic(text, "delegation")}
    assert set(found) == {"dead-server", "lame-server"}
    servers = found["lame-server"]["servers"]
    assert servers[f"{NS2} {SECOND}:{stage.port}"].startswith("answered with a failure (SERVFAIL)")


def test_an_error_ends_with_1(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    zone = own_zone(servers=[NS1])
    stage.set_up({FIRST: zone, SECOND: LACKING}, registry(NS2), resolver_asks=[FIRST])
    code, text = run(stage, capsys)
    assert code == 1
    assert f"{bare(NS2)} ({SECOND}:{stage.port})" in " ".join(text.split())
    code, text = run(stage, capsys, "--format", "json")
    assert [each["code"] for each in of_topic(text, "delegation") if each["status"] == "error"] == [
        "lame-delegation"
    ]


def test_with_everybody_dead_all_is_unknown(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.set_up({}, registry(NS1, NS2))
    for address in (RESOLVER_ADDRESS, REGISTRY, THIRD):
        stage.stop(address)
    code, text = run(stage, capsys, "--format", "json")
    assert code == 3
    summary = read_check(text)["summary"]
    assert summary.pop("unknown") == len(read_check(text)["findings"])
    assert set(summary.values()) == {0}

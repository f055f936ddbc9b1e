"""p=none on its way to p=reject, on a real name server: `check`, `export`, and the plan's days."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.plan_file import write_plan
from tests.real.stage import FIRST, NS1, SETUP, Stage, own_zone, registry

(DOMAIN,) = SETUP.domains
NONE = '_dmarc.example.org. TXT "v=DMARC1; p=none; rua=mailto:mailauth-reports@example.org"'
Run = Callable[..., str]


def kept(since: int | None = None, why: str = "") -> Setup:
    """The plan of somebody whose p=none was first seen so many days ago."""
    day = None if since is None else date.today() - timedelta(days=since)
    domain: Domain = replace(DOMAIN, dmarc_since=day, dmarc_at_once=why)
    return replace(SETUP, domains=(domain,))


@pytest.fixture
def run(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with a plan, which it leaves as it is, and gives what it printed."""

    def run(setup: Setup, command: str, *options: str) -> str:
        path: Path = stage.folder / "plan.toml"
        write_plan(setup, path)
        before = path.read_bytes()
        headless.run(parse([command, str(path), *options]), lambda _: stage.network())
        assert path.read_bytes() == before
        return capsys.readouterr().out

    return run


def dmarc(text: str) -> Any:
    return next(f for f in json.loads(text)["findings"] if f["topic"] == "dmarc")


@pytest.mark.parametrize(
    ("setup", "status"),
    [
        (kept(), "warning"),
        (kept(0), "ok"),
        (kept(13), "ok"),
        (kept(14), "warning"),
        (kept(0, "The domain is new."), "warning"),
    ],
    ids=["never seen", "today", "13 days", "14 days", "at once"],
)
def test_none_is_good_for_the_days_of_the_plan(
    stage: Stage, run: Run, setup: Setup, status: str
) -> None:
    zone = own_zone(servers=[NS1], without=["_dmarc"], adding=[NONE])
    stage.set_up({FIRST: zone}, registry(NS1), resolver_asks=[FIRST])
    assert dmarc(run(setup, "check", "--format", "json"))["status"] == status


@pytest.mark.parametrize("since", [None, 0, 20])
def test_who_publishes_reject_is_good_whatever_the_plan_knows(
    stage: Stage, run: Run, since: int | None
) -> None:
    stage.set_up({FIRST: own_zone(servers=[NS1])}, registry(NS1), resolver_asks=[FIRST])
    found = dmarc(run(kept(since), "check", "--format", "json"))
    assert (found["status"], found["code"]) == ("ok", "as-wanted")
    ticket = run(kept(since), "export", "--format", "markdown", "--checked")
    assert "Nothing is left to do." in ticket
    assert "v=DMARC1; p=reject" in run(kept(since), "export", "--format", "dnscontrol", "--checked")


@pytest.mark.parametrize(
    ("setup", "policy"),
    [
        (kept(), "none"),
        (kept(13), "none"),
        (kept(14), "reject"),
        (kept(None, "The domain is new."), "reject"),
    ],
    ids=["never seen", "13 days", "14 days", "at once"],
)
def test_export_publishes_reject_when_it_is_due(run: Run, setup: Setup, policy: str) -> None:
    ticket = run(setup, "export", "--format", "markdown")
    assert re.findall("v=DMARC1; p=[a-z]*", ticket) == [f"v=DMARC1; p={policy}"]


@pytest.mark.parametrize(
    ("setup", "adding", "to_do"),
    [
        (kept(), [], ["v=DMARC1; p=none"]),
        (kept(20), [], ["v=DMARC1; p=none"]),
        (kept(), [NONE], []),
        (kept(13), [NONE], []),
        (kept(14), [NONE], ["v=DMARC1; p=reject"]),
    ],
    ids=["new", "gone again", "there", "13 days there", "14 days there"],
)
def test_a_checked_ticket_counts_what_is_published(
    stage: Stage, run: Run, setup: Setup, adding: list[str], to_do: list[str]
) -> None:
    zone = own_zone(servers=[NS1], without=["_dmarc"], adding=adding)
    stage.set_up({FIRST: zone}, registry(NS1), resolver_asks=[FIRST])
    ticket = run(setup, "export", "--format", "markdown", "--checked")
    assert re.findall("v=DMARC1; p=[a-z]*", ticket) == to_do

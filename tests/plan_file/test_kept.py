"""A plan that two have open: nobody's answers are lost without a word."""

from pathlib import Path

import pytest

from mailcow_dns_tui.model.setup import Server, Setup
from mailcow_dns_tui.plan_file import KeptPlan, read_draft

OURS, THEIRS = Setup(Server("a.example")), Setup(Server("b.example"))


def test_what_somebody_else_has_written_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    first, second = KeptPlan(path), KeptPlan(path)
    for plan in (first, second):
        plan.read()
    second.save(THEIRS)
    with pytest.raises(OSError, match="somebody else has changed it"):
        first.save(OURS)
    assert read_draft(path) == THEIRS
    second.save(OURS)
    assert read_draft(path) == OURS


def test_one_who_is_alone_saves_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    plan = KeptPlan(path)
    assert plan.read() == Setup()
    for setup in (OURS, THEIRS):
        plan.save(setup)
    path.unlink()
    plan.save(OURS)
    again = KeptPlan(path)
    assert again.read() == OURS
    again.save(THEIRS)
    assert read_draft(path) == THEIRS

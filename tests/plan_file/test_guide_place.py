"""The user's place in the guide is kept in the plan file, and never spoils it."""

from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.model.step import BEGINNING, GuidePlace
from mailcow_dns_tui.plan_file import read_plan, write_plan
from tests.plan_file.test_refused import GOOD

PLACE = GuidePlace(True, "mx example.org MX 10 mail.example.org.", ("host", "ptr"), ("9.9.9.9",))


def test_the_place_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(GOOD)
    setup = replace(read_plan(path), guide=PLACE)
    write_plan(setup, path)
    assert read_plan(path) == setup
    assert setup.is_same_plan(replace(setup, guide=BEGINNING))
    write_plan(replace(setup, guide=BEGINNING), path)
    assert "guide" not in path.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "guide = 1",
        "[[guide]]",
        '[guide]\nopen = "yes"\nstep = 1\nskipped = "host"',
        "[guide]\nskipped = [1]\nleft = [1]\nlater = true",
    ],
)
def test_no_plan_is_refused_for_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(f"{GOOD}{text}\n")
    assert read_plan(path).guide == BEGINNING

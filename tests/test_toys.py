"""A topic, a panel and a format are added in one file each, and a line: then they are everywhere.

They are added to a copy of the package, as a newcomer adds them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import mailcow_dns_tui

ROOT = Path(__file__).parent.parent
TOYS = ROOT / "tests" / "toys"
PACKAGE = Path(mailcow_dns_tui.__file__).parent
FILES = {
    "topic.py": "topics/toy.py",
    "panel.toml": "panels/profiles/toy.toml",
    "format.py": "export/toy.py",
}
LINES = {
    "topics/registry.py": {
        "    VerificationTopic(),\n": "    ToyTopic(),\n",
        "import VerificationTopic\n": "from mailcow_dns_tui.topics.toy import ToyTopic\n",
    },
    "export/formats.py": {'    "markdown": ".markdown",\n': '    "toy": ".toy",\n'},
}
"""By file: what is added, behind which line."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a package that has the toys."""
    folder = tmp_path_factory.mktemp("toys")
    package = folder / PACKAGE.name
    shutil.copytree(PACKAGE, package)
    for toy, place in FILES.items():
        shutil.copy(TOYS / toy, package / place)
    for place, lines in LINES.items():
        text = (package / place).read_text()
        for before, line in lines.items():
            assert text.count(before) == 1
            text = text.replace(before, before + line)
        (package / place).write_text(text)
    return folder


def ran(folder: Path, arguments: Sequence[str]) -> str:
    """What a module prints that is run in the copy."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tour(copy: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran(copy, ["tests.toys.tour", str(copy)]))
    return found


def toys(seen: dict[str, Any]) -> list[dict[str, Any]]:
    return [found for found in seen["json"] if found["topic"] == "toy"]


def test_a_toy_is_checked(tour: dict[str, Any]) -> None:
    (good,), (asleep,), (lost,) = (toys(tour[world]) for world in ("good", "asleep", "lost"))
    assert (good["code"], good["status"]) == ("as-wanted", "ok")
    assert (asleep["code"], asleep["status"]) == ("toy-asleep", "warning")
    assert lost["message"] == "_toy.example.org has no TOY record: nobody can play."


def test_a_toy_is_a_step_of_the_guide_that_waits(tour: dict[str, Any]) -> None:
    (lost,) = (step for step in tour["lost"]["guide"] if step[0] == "toy")
    assert lost[1:] == ["publish", "Add the TOY record of _toy.example.org.", ""]
    (asleep,) = (step for step in tour["asleep"]["guide"] if step[0] == "toy")
    assert asleep[1] == "change"
    assert asleep[3].endswith("This step opens as soon as mail arrives.")
    assert not [step for step in tour["good"]["guide"] if step[0] == "toy"]


def test_a_toy_has_its_column_and_its_step(tour: dict[str, Any]) -> None:
    asleep = tour["asleep"]
    place = asleep["heads"].index(" TOY")
    assert "!" in asleep["rows"][0][place : place + 4]
    assert tour["good"]["step"] == "ok"
    assert asleep["step"] == "warning"


def test_a_toy_panel_is_in_the_plan_and_among_the_panels(tour: dict[str, Any]) -> None:
    assert tour["server"]
    assert tour["panel"] == "Toy Panel"


def test_a_toy_format_writes_what_is_planned(tour: dict[str, Any], copy: Path) -> None:
    assert tour["panel"]
    written = ran(copy, ["mailcow_dns_tui", "export", str(copy / "plan.toml"), "--format", "toy"])
    assert "_toy.example.org. toy v=TOY1; awake\n" in written
    help_text = " ".join(ran(copy, ["mailcow_dns_tui", "export", "--help"]).split())
    assert ", toy; default: zone" in help_text


def test_the_readme_tells_of_toys(tour: dict[str, Any]) -> None:
    assert "| `toy-asleep` | TOY: the toy sleeps |" in tour["readme"]
    assert "| `toy` | a list for children | `toys.txt` |" in tour["readme"]
    assert "`strato`, `toy`, and `any` for any other." in tour["readme"]
    assert "|markdown|toy]" in tour["readme"]

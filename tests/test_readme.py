"""The README and the program say the same."""

import ast
import re
from pathlib import Path

import pytest

import mailcow_dns_tui
from mailcow_dns_tui.arguments import parse
from mailcow_dns_tui.demo.plan import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.model.changes import Kind
from mailcow_dns_tui.model.panel_ids import PANEL_IDS
from mailcow_dns_tui.plan_file import read_plan

ROOT = Path(__file__).parent.parent
README = ROOT.joinpath("README.md").read_text()
TOPICS = Path(mailcow_dns_tui.__file__).parent / "topics"


def codes_in_source() -> set[str]:
    """The second argument of each Verdict, and the `code` of each Finding that has its own."""
    trees = (ast.parse(path.read_text()) for path in TOPICS.glob("*.py"))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    codes = (code for call in calls for code in _codes(call))
    nodes = (node for code in codes for node in ast.walk(code))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str)}


def _codes(call: ast.Call) -> list[ast.expr]:
    if not isinstance(call.func, ast.Name) or call.func.id not in {"Verdict", "Finding"}:
        return []
    return [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "code")]


def test_every_code_is_listed_and_nothing_else() -> None:
    section = README.partition("### Codes in the JSON")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)) == codes_in_source()


def test_every_dns_provider_is_listed_and_nothing_else() -> None:
    sentence = re.search(r"The DNS providers are (.+), and `any` for any other\.", README)
    assert sentence is not None
    assert sorted([*re.findall(r"`([a-z0-9-]+)`", sentence[1]), "any"]) == sorted(PANEL_IDS)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert pictures
    assert all(ROOT.joinpath(picture).is_file() for picture in pictures)


def test_the_plan_in_the_readme_is_one(tmp_path: Path) -> None:
    section = README.partition("### The plan file")[2].partition("\n### ")[0]
    blocks = re.findall(r"^```toml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    path = tmp_path / "plan.toml"
    path.write_text("\n".join(blocks).replace("48bb…", "48" * 32).replace("MIIB…", KEY))
    setup = read_plan(path)
    assert setup.domains
    assert [mute.reason for mute in setup.mutes] == ["It is our own backup server."]


def test_every_kind_of_change_is_listed() -> None:
    section = README.partition("### What has changed")[2].partition("\n### ")[0]
    kinds = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert kinds == [kind.code for kind in Kind]


def test_the_readme_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("check", "export"):
        with pytest.raises(SystemExit):
            parse([command, "--help"])
        options = set(re.findall(r"--[a-z0-9]+", capsys.readouterr().out))
        assert {option for option in options if option not in README} <= {"--help", "--output"}

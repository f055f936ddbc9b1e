"""The README and the program say the same."""

import ast
import re
from pathlib import Path

import mailcow_dns_tui

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


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert pictures
    assert all(ROOT.joinpath(picture).is_file() for picture in pictures)

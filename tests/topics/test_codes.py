"""Codes: each is declared once, and says what is to be done."""

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailcow_dns_tui
from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.topics.host.judge import HOST_IS_ALIAS
from tests.make_readme import declared

PACKAGE = Path(mailcow_dns_tui.__file__).parent
CODES: dict[str, Code] = {code: code for code in declared()}
OF_EACH = {"key-not-in-plan"}
"""Declared by each topic for itself, since the place in the plan is another."""


def declarations() -> Iterator[tuple[str, str]]:
    """The name in the source, and the code."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Call(
                        func=ast.Name(id="Code"), args=[ast.Constant(value=str(code)), *_]
                    ),
                ):
                    yield name, code


def test_every_code_is_declared_once_by_its_own_name() -> None:
    found = list(declarations())
    assert {code for _, code in found} == set(CODES)
    assert {code for code in CODES if [c for _, c in found].count(code) > 1} == OF_EACH
    assert all(name == code.upper().replace("-", "_") for name, code in found)


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_it_means(code: str) -> None:
    assert CODES[code].meaning


def test_what_is_unfinished_has_something_to_be_done() -> None:
    assert all(code.act is not None for code in CODES.values() if code.unfinished)


def test_a_code_stays_what_it_is_in_another_process() -> None:
    again = pickle.loads(pickle.dumps(HOST_IS_ALIAS))
    assert (again, again.act, again.tolerable) == ("host-is-alias", Act.CHANGE, True)

"""Where a terminal has no signs and frames, ASCII stands for them, and nothing moves."""

import ast
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len

import mailcow_dns_tui
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.signs import ASCII, LACKING, UTF_8, shown
from tests.command_line import COMMAND

FOREIGN = {name: v for name, v in os.environ.items() if not name.startswith(("LC_", "LANG"))}
CHECK = [*COMMAND, "check", "--hostname", "mail.example.org", "--ipv4", "192.0.2.10"]
CHECK += ["--domain", "bücher.example", "--resolver", "127.0.0.1:9", "--timeout", "0.2"]


def test_no_text_of_the_program_has_a_sign_without_ascii() -> None:
    package = Path(mailcow_dns_tui.__file__).parent
    lacking = {
        character: path.name
        for folder in ("wizard", "cli", "guide", "model", "mailcow_page")
        for path in package.joinpath(folder).rglob("*.py")
        for text in texts(path)
        for character in text
        if character.isprintable() and not character.isalpha()
        if character != "?" and "?" in shown(character, ASCII)
    }
    # A key that is named in a word.
    assert lacking.keys() <= {"⏎"}, lacking


def texts(path: Path) -> Iterator[str]:
    """All that is no docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        children = ast.iter_child_nodes(node) if not isinstance(node, ast.Expr) else ()
        for child in children:
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value


def test_each_status_has_a_sign_of_its_own_in_ascii() -> None:
    signs = [shown(status.glyph, ASCII) for status in Status]
    assert len(set(signs)) == len(signs)
    assert all(len(sign) == 1 and sign.isascii() and sign != " " for sign in signs)


@pytest.mark.parametrize(
    ("text", "in_ascii"),
    [
        ("╭─ Help ─╮", "+- Help -+"),
        ("│ ✓ ok … – ▸│", "| + ok ~ - >|"),
        ("╺━━╸━━", " == =="),
        ("bücher 東.example", "b?cher ??.example"),
    ],
)
def test_a_text_stays_as_wide_as_it_was(text: str, in_ascii: str) -> None:
    assert shown(text, ASCII) == in_ascii
    assert cell_len(text) == cell_len(in_ascii)


def test_an_encoding_keeps_what_it_has() -> None:
    assert shown("✓ bücher · –", "iso8859-1") == "+ bücher · -"
    assert shown("✓ bücher · –", UTF_8) == "✓ bücher · –"


def test_on_the_command_line_what_is_no_sign_is_an_escape() -> None:
    assert "✓ bücher → …".encode(ASCII, LACKING) == b"+ b\\xfccher > ~"


@pytest.mark.parametrize(
    "environ",
    [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"LANG": "C.UTF-8", "TERM": "linux"}],
    ids=["C", "POSIX", "console"],
)
def test_a_check_is_written_in_ascii(environ: Mapping[str, str]) -> None:
    done = subprocess.run(CHECK, env={**FOREIGN, **environ}, capture_output=True, check=False)
    assert done.returncode == 3
    assert done.stdout.isascii()
    assert b"? unknown" in done.stdout
    assert b"+ 0 ok  i 0 info  ! 0 warning  x 0 error" in done.stdout


def test_a_check_is_written_with_all_signs_where_there_are_any() -> None:
    environ = {**FOREIGN, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    done = subprocess.run(CHECK, env=environ, capture_output=True, check=False)
    assert "✓ 0 ok" in done.stdout.decode()


def test_what_goes_to_standard_error_is_ascii_as_well() -> None:
    command = [*COMMAND, "check", "/nowhere/bücher…"]
    done = subprocess.run(command, env={**FOREIGN, "LANG": "C"}, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"/nowhere/b\\xfccher~" in done.stderr


def test_an_export_is_the_same_in_every_locale() -> None:
    command = [*COMMAND, "export", "--hostname", "mail.example.org", "--ipv4", "192.0.2.10"]
    command += ["--domain", "bücher.example", "--format", "markdown"]
    exports = [
        subprocess.run(command, env={**FOREIGN, **each}, capture_output=True, check=True).stdout
        for each in ({"LANG": "C"}, {"LANG": "C.UTF-8"})
    ]
    assert exports[0] == exports[1]
    assert "bücher".encode() in exports[0]

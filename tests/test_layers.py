"""What each layer loads, in an interpreter of its own; and that no modules import in a circle."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SHOW_LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
SLOW = {
    *("OpenSSL", "cryptography", "dns", "httpx2", "octodns", "pymysql", "redis", "rich", "textual"),
}


def loaded_by(code: str) -> set[str]:
    """The top-level packages that are loaded after the code has run."""
    command = [sys.executable, "-c", f"{code}\n{SHOW_LOADED}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "module",
    [
        "model.problems",
        "lookup.network",
        "lookup.propagation",
        "model.propagation",
        "topics.registry",
        "export.cloudflare",
        "export.tables",
        "export.dnscontrol",
        "export.markdown",
        "export.nsupdate",
        "export.octodns",
        "export.terraform",
        "export.zone",
        "plan_file",
        "mailcow.sources",
        "mailcow.suggest",
        "mailcow.addresses",
        "mailcow.certificate",
        "lookup.smtp",
        "panels.render",
        "panels.load",
        "demo",
        "guide.plan",
        "cli.commands",
        "cli.plain.start",
        "cli.publish.command",
        "publish.octodns_zone",
        "questions.domains",
        "questions.policy",
        "questions.server",
        "cli.table",
        "cli.watch",
        "__main__",
    ],
)
def test_only_the_wizard_loads_textual(module: str) -> None:
    assert "textual" not in loaded_by(f"import mailcow_dns_tui.{module}")


def test_the_wizard_loads_textual() -> None:
    assert "textual" in loaded_by("import mailcow_dns_tui.wizard.app")


def test_the_wizards_first_screen_waits_for_no_module_of_the_checks() -> None:
    assert not (SLOW - {"rich", "textual"}) & loaded_by("import mailcow_dns_tui.wizard.start")


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--help"], ["--version"], ["--no-such-option"]),
        *(["check", "--help"], ["export", "--help"], ["publish", "--help"]),
    ],
)
def test_help_and_version_load_nothing_slow(arguments: list[str]) -> None:
    ends = f"try: main({arguments!r})\nexcept SystemExit: pass"
    assert not SLOW & loaded_by(f"from mailcow_dns_tui.__main__ import main\n{ends}")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_and_version_load_hardly_more_than_argparse(arguments: list[str]) -> None:
    ends = f"try: main({arguments!r})\nexcept SystemExit: pass"
    loaded = loaded_by(f"from mailcow_dns_tui.__main__ import main\n{ends}")
    assert not {"dataclasses", "datetime", "pathlib", "typing"} & loaded


@pytest.mark.parametrize(
    "modules",
    [
        "mailcow_dns_tui.mailcow.sources, mailcow_dns_tui.mailcow.suggest",
        "mailcow_dns_tui.mailcow.addresses",
        "mailcow_dns_tui.mailcow.certificate, mailcow_dns_tui.lookup.smtp",
    ],
)
def test_the_sources_on_a_mailcow_host_load_nothing_slow_before_they_are_asked(
    modules: str,
) -> None:
    assert not SLOW & loaded_by(f"import {modules}")


def test_octodns_is_loaded_by_no_command_before_it_asks_a_provider() -> None:
    screens = ("guide", "records", "publish_connect", "publishing")
    modules = ["cli.commands", "cli.publish.command", "publish.octodns_zone", "wizard.app"]
    modules += [f"wizard.screens.{name}" for name in screens]
    imports = ", ".join(f"mailcow_dns_tui.{module}" for module in modules)
    assert "octodns" not in loaded_by(f"import {imports}")


def test_planning_loads_neither_cryptography_nor_http() -> None:
    loaded = loaded_by("import mailcow_dns_tui.topics.registry, mailcow_dns_tui.export.zone")
    assert not {"cryptography", "httpx2", "spftrace"} & loaded


PACKAGE = Path(__file__).parents[1] / "mailcow_dns_tui"


def modules() -> Mapping[str, ast.Module]:
    """The package's own modules, by their full names."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text())
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """All that may be a module, wherever it is imported: in a function, or for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def circle(imports: Mapping[str, set[str]]) -> list[str]:
    """Modules of which each imports the next, and the last is the first; else none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_modules_import_in_a_circle() -> None:
    trees = modules()
    assert "mailcow_dns_tui.mailcow.sources" in trees
    imports = {
        # `from package import module` needs no name of the package itself.
        name: {
            found
            for found in imported(tree)
            if found in trees and found != name and not name.startswith(f"{found}.")
        }
        for name, tree in trees.items()
    }
    assert circle(imports) == []


def test_a_circle_is_found() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"b"}})) == {"b", "c"}

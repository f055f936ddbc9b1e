"""What each layer loads, in an interpreter of its own."""

import subprocess
import sys

import pytest

SHOW_LOADED = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
SLOW = {"OpenSSL", "cryptography", "dns", "httpx2", "rich", "textual"}


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
        "lookup.everywhere",
        "topics.sight",
        "model.seen_words",
        "topics.run",
        "export.cloudflare",
        "export.csv_format",
        "export.dnscontrol",
        "export.json_format",
        "export.markdown",
        "export.nsupdate",
        "export.octodns",
        "export.terraform_cloudflare",
        "export.terraform_hcloud",
        "export.zone",
        "plan_file",
        "mailcow.folder",
        "mailcow.server_answers",
        "mailcow.addresses",
        "mailcow.outside",
        "mailcow.certificate",
        "lookup.smtp",
        "panels.render",
        "panels.recognise",
        "demo",
        "guide.plan",
        "headless",
        "check_table",
        "change_table",
        "last_check",
        "watch",
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
    [["--help"], ["--version"], ["check", "--help"], ["export", "--help"], ["--no-such-option"]],
)
def test_help_and_version_load_nothing_slow(arguments: list[str]) -> None:
    ends = f"try: main({arguments!r})\nexcept SystemExit: pass"
    assert not SLOW & loaded_by(f"from mailcow_dns_tui.__main__ import main\n{ends}")


@pytest.mark.parametrize(
    "modules",
    [
        "mailcow_dns_tui.mailcow.folder, mailcow_dns_tui.mailcow.server_answers",
        "mailcow_dns_tui.mailcow.addresses, mailcow_dns_tui.mailcow.outside",
        "mailcow_dns_tui.mailcow.certificate, mailcow_dns_tui.lookup.smtp",
    ],
)
def test_the_sources_on_a_mailcow_host_load_nothing_slow_before_they_are_asked(
    modules: str,
) -> None:
    assert not SLOW & loaded_by(f"import {modules}")


def test_planning_loads_neither_cryptography_nor_http() -> None:
    loaded = loaded_by("import mailcow_dns_tui.topics.run, mailcow_dns_tui.export.zone")
    assert not {"cryptography", "httpx2", "spftrace"} & loaded

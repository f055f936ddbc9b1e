"""The bare command on a terminal without a cursor: from nothing to a plan, records and a check."""

import sys
from pathlib import Path

import pytest

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY
from mailcow_dns_tui.model.setup import DkimKey
from mailcow_dns_tui.plan_file import read_draft, read_plan
from tests.cli.plain.dialogue import END_OF_INPUT, INTERRUPT, Dialogue, dialogue
from tests.command_line import COMMAND, INSTALLED

DIALOGUE = [
    ("Hostname [none]:", "mail.example.org"),
    ("API? Its address, or Enter for no:", ""),
    ("IPv4 address [none]:", "192.0.2.10"),
    ("IPv6 address [none]:", "2001:db8::10"),
    ("Names [none]:", "example.org bücher.example"),
    ("DKIM selector [dkim]:", ""),
    ("DKIM key [none]:", EXAMPLE_ORG_KEY),
    ("DKIM selector [dkim]:", ""),
    ("DKIM key [none]:", f'"v=DKIM1;k=rsa;t=s;s=email;p={BUECHER_KEY[:200]}"'),
    ("There is more of it", f'"{BUECHER_KEY[200:]}"'),
    ("Senders [mx a]:", ""),
    ("All others (-all, ~all) [-all]:", "~all"),
    ("Policy (p) (none, quarantine, reject) [reject]:", "quarantine"),
    ("Days of p=none [14]:", "0"),
    ("[mailto:mailauth-reports@{domain}]:", ""),
    ("y, or Enter for no:", ""),
]


def on_demo(plan: Path) -> list[str]:
    return [sys.executable, "-m", "tests.cli.plain.on_demo", str(plan)]


def hears_wrapped(talk: Dialogue, text: str) -> None:
    """Wherever its lines end."""
    for word in text.split():
        talk.hears(word)


@pytest.mark.parametrize("columns", [40, 120])
def test_from_nothing_to_a_plan_its_records_and_what_is_published(
    tmp_path: Path, columns: int
) -> None:
    plan = tmp_path / "plan.toml"
    with dialogue(on_demo(plan), {"HOME": str(tmp_path)}, columns) as talk:
        for prompt, answer in DIALOGUE:
            hears_wrapped(talk, prompt)
            talk.says(answer)
        talk.hears("records are wanted:")
        hears_wrapped(talk, "bücher.example MX 10 mail.example.org.")
        talk.hears("✗ error")
        talk.hears("questions")
        hears_wrapped(talk, "Enter for another:")
        talk.says("")
        hears_wrapped(talk, "left: ")
        talk.hears("Where: ")
        hears_wrapped(talk, "a, q or ?:")
        talk.says("", end=END_OF_INPUT)
        hears_wrapped(talk, f"The plan is kept in {plan}.")
        talk.hears("check")
        assert talk.ends() == 0
    assert "✓ read as RSA, 2048 bits, selector dkim" in " ".join(talk.text.split())
    assert "x1b" not in repr(talk.text)
    assert "\r" not in talk.text
    setup = read_plan(plan)
    assert setup.server.ipv6 == "2001:db8::10"
    assert (setup.spf.all, setup.dmarc.p, setup.dmarc.reporting_days) == ("~all", "quarantine", 0)
    assert [each.name for each in setup.domains] == ["example.org", "bücher.example"]
    assert setup.domains[0].only_plan.dkim == (DkimKey(key=EXAMPLE_ORG_KEY),)
    assert setup.guide.is_open


def test_no_text_is_wider_than_a_narrow_terminal(tmp_path: Path) -> None:
    with dialogue([*COMMAND, "--demo"], {"HOME": str(tmp_path)}, columns=40) as talk:
        hears_wrapped(talk, "Enter goes on with its answers, a changes them, q quits:")
        talk.says("")
        hears_wrapped(talk, "Enter for another:")
        talk.says("")
        hears_wrapped(talk, "a, q or ?:")
        talk.says("q")
        assert talk.ends() == 0
    wide = [line for line in talk.text.splitlines() if len(line) > 40 and line.count(" ") > 16]
    assert wide == []
    assert "x1b" not in repr(talk.text)


def test_ctrl_c_ends_it_with_what_was_answered(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    with dialogue(on_demo(plan), {"HOME": str(tmp_path)}) as talk:
        talk.hears("Hostname [none]:")
        talk.says("mail.example.org")
        talk.hears("for no:")
        talk.says("192.0", end=INTERRUPT)
        talk.hears(f"The plan is kept in {plan}.")
        talk.hears(f"To go on: {INSTALLED} {plan}")
        assert talk.ends() == 130
    assert read_draft(plan).server.hostname == "mail.example.org"


def test_ctrl_c_ends_a_check_under_way(tmp_path: Path) -> None:
    with dialogue([*COMMAND, "--demo"], {"HOME": str(tmp_path)}) as talk:
        talk.hears("q quits: ")
        talk.says("")
        talk.hears("Asking the name servers")
        talk.says("", end=INTERRUPT)
        assert talk.ends() == 130
    assert "Traceback" not in talk.text


def test_a_terminal_does_not_show_the_key_of_the_api(tmp_path: Path) -> None:
    with dialogue(on_demo(tmp_path / "plan.toml"), {"HOME": str(tmp_path)}) as talk:
        talk.hears("Hostname [none]: ")
        talk.says("mail.example.org")
        talk.hears("for no: ")
        talk.says("http://127.0.0.1:1")
        talk.hears("API key: ")
        talk.says("hunter2")
        talk.hears("IPv4 address [none]: ")
        talk.says("", end=END_OF_INPUT)
        assert talk.ends() == 0
    assert "hunter2" not in talk.text


def test_where_only_standard_error_is_no_terminal_it_asks_as_well(tmp_path: Path) -> None:
    command = ["sh", "-c", 'exec "$@" 2>/dev/null', "sh", *COMMAND, "--demo"]
    with dialogue(command, {"HOME": str(tmp_path), "TERM": "xterm-256color"}) as talk:
        talk.hears("Enter goes on with its answers")
        talk.says("", end=END_OF_INPUT)
        assert talk.ends() == 0
    assert "x1b" not in repr(talk.text)


def test_colours_that_are_asked_for_are_none_here(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "TERM": "xterm-256color", "FORCE_COLOR": "1"}
    with dialogue([*COMMAND, "--demo", "--plain"], environ) as talk:
        talk.hears("q quits:")
        talk.says("")
        talk.hears("Enter for another:")
        talk.says("")
        talk.hears("q or ?:")
        talk.says("", end=END_OF_INPUT)
        assert talk.ends() == 0
    assert "x1b" not in repr(talk.text)


def test_a_locale_without_utf_8_gets_ascii(tmp_path: Path) -> None:
    with dialogue([*COMMAND, "--demo"], {"HOME": str(tmp_path), "LANG": "C"}) as talk:
        talk.hears("q quits:")
        talk.says("")
        talk.hears("x error")
        talk.hears("Enter for another:")
        talk.says("")
        talk.hears("q or ?:")
        talk.says("q")
        assert talk.ends() == 0
    assert talk.text.isascii()

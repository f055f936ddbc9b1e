"""What `check` prints for people, and the exit code that goes with it."""

import io
from dataclasses import replace

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.report import Checked, exit_code, in_order
from mailcow_dns_tui.cli.table import write_table
from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.topics.registry import plan

DOMAIN = dns.name.from_text("example.org.")
OK = Finding("mx", Code("as-wanted"), Status.OK, DOMAIN, DOMAIN, "MX", "All is well.")
ERROR = replace(OK, status=Status.ERROR, message="No mail arrives.", fix="Add the record.")
UNKNOWN = replace(OK, status=Status.UNKNOWN, message="Could not ask.")
WARNING = replace(OK, status=Status.WARNING)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def checked(*findings: Finding) -> Checked:
    return Checked(findings, 1.26, 42)


def printed(*findings: Finding, file: io.StringIO | None = None) -> str:
    file = file or io.StringIO()
    write_table(checked(*findings), file)
    return file.getvalue()


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((), 0),
        ((OK, WARNING), 0),
        ((OK, UNKNOWN, WARNING), 3),
        ((OK, UNKNOWN, ERROR), 1),
        ((OK, replace(UNKNOWN, topic="dnsbl")), 0),
    ],
)
def test_the_exit_code(findings: tuple[Finding, ...], code: int) -> None:
    assert exit_code(checked(*findings).outcome) == code


def test_the_table() -> None:
    assert printed(replace(OK, expected=("10 mail.example.org.",)), ERROR, UNKNOWN) == (
        "example.org\n"
        "  ✓ ok      example.org MX    10 mail.example.org.\n"
        "  ✗ error   example.org MX\n"
        "            No mail arrives.\n"
        "            → Add the record.\n"
        "  ? unknown example.org MX\n"
        "            Could not ask.\n"
        "\n"
        "✓ 1 ok  i 0 info  ! 0 warning  ✗ 1 error  ? 1 unknown  in 1.3 s, 42 questions\n"
    )


def test_a_long_message_is_wrapped_and_whole() -> None:
    words = [f"word{number}" for number in range(60)]
    text = printed(replace(ERROR, message=" ".join(words), fix="#" * 200))
    assert max(map(len, text.splitlines())) <= 80
    assert text.split("MX\n")[1].split("→")[0].split() == words
    assert text.count("#") == 200


def test_a_long_value_that_is_ok_takes_one_line() -> None:
    text = printed(replace(OK, expected=("v=DKIM1; p=" + "A" * 400,)))
    (line,) = (line for line in text.splitlines() if "DKIM1" in line)
    assert len(line) == 80
    assert line.endswith("A…")


def test_a_long_name_pushes_nothing_out_of_sight() -> None:
    name = dns.name.from_text("0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")
    lines = printed(replace(OK, name=name, rdtype="PTR", expected=("m.example.",)), OK).splitlines()
    assert lines[1].endswith("ip6.arpa PTR")
    assert lines[2].strip() == "m.example."
    assert lines[3] == "  ✓ ok      example.org MX    All is well."


def test_what_the_network_says_is_no_command_to_the_terminal() -> None:
    hostile = "\x1b]0;x\x07 [bold red]\x9b2J :smile: \u202e\r\nok"
    text = printed(replace(ERROR, message=hostile, fix=hostile), replace(OK, expected=(hostile,)))
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(text)
    assert text.count("[bold red]") == 3
    assert text.count(":smile:") == 3


def test_colours_are_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in printed(ERROR)
    assert "\x1b[31m" in printed(ERROR, file=Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in printed(ERROR, file=Terminal())


def test_nothing_found_is_a_summary_alone() -> None:
    assert printed().startswith("✓ 0 ok")


def test_findings_are_ordered_as_the_plan() -> None:
    records = plan(demo_setup())
    of_records = [
        replace(OK, record=record, domain=record.domain, name=record.owner) for record in records
    ]
    of_domains = [replace(OK, domain=apex, name=apex) for apex in demo_setup().apexes]
    ordered = in_order([*reversed(of_records), *of_domains], records)
    assert [finding.record for finding in ordered if finding.record] == list(records)
    domains = list(dict.fromkeys(finding.domain for finding in ordered))
    assert domains == [None, *demo_setup().apexes]
    assert all(
        [f.record for f in ordered if f.domain == apex][-1] is None for apex in domains if apex
    )


SILENT = Answer(Source("ns1.example.net.", "192.0.2.53"), failure=Failure.TIMEOUT)


def unanswered(name: str, message: str) -> Finding:
    lookup = Lookup(dns.name.from_text(name), RdataType.TXT, (SILENT,))
    return replace(
        UNKNOWN, code=Code("could-not-ask"), name=lookup.name, message=message, lookup=lookup
    )


def test_what_could_not_be_asked_for_one_reason_is_said_once() -> None:
    names = [f"n{number}.example.org." for number in range(3)]
    text = printed(*(unanswered(name, f"{name} could not be looked up.") for name in names), ERROR)
    assert all(name.rstrip(".") in text for name in names)
    assert text.count("looked up") == 1
    said = "None of these could be looked up: ns1.example.net (192.0.2.53): no answer in time."
    assert said in " ".join(text.split())
    assert "n0 could not be" in printed(unanswered(names[0], "n0 could not be looked up."))


def test_what_is_wanted_and_what_is_published_stand_below_a_fault() -> None:
    text = printed(replace(ERROR, expected=("10 a.",), found=("5 b.", "6 c.")))
    assert "            wanted     10 a.\n" in text
    assert "            published  5 b.\n            published  6 c.\n" in text
    fine = replace(OK, expected=("10 a.",), found=("5 b.",))
    assert "published" not in printed(fine, replace(ERROR, expected=("10 a.",), found=("10 a.",)))


def test_what_only_a_wildcard_has_is_not_called_published() -> None:
    wild = replace(ERROR, expected=("10 a.",), found=("5 b.",), code=Code("wildcard-answers"))
    text = printed(wild)
    assert "            wildcard   5 b.\n" in text
    assert "published" not in text


def test_the_values_of_a_record_with_two_faults_are_shown_once() -> None:
    (record, *_) = plan(demo_setup())
    fault = replace(ERROR, record=record, expected=("10 a.",), found=("5 b.",))
    assert printed(fault, replace(fault, message="Something else.")).count("published") == 1


def test_a_value_without_end_is_cut_and_its_length_told() -> None:
    endless = ("x" * 60_000,) * 40
    text = printed(replace(ERROR, message="y" * 60_000, expected=("a",), found=endless))
    assert len(text) < 4000
    assert "(60000 characters)" in text.replace("\n            ", " ")
    assert "… and 35 more" in text


MUTED = replace(ERROR, muted="It is our backup.", expected=("10 a.",), found=("5 b.",))


def test_what_is_muted_is_no_error_and_counted() -> None:
    assert exit_code(checked(OK, MUTED).outcome) == 0
    assert exit_code(checked(MUTED, ERROR).outcome) == 1
    assert exit_code(checked(MUTED, UNKNOWN).outcome) == 3
    assert printed(MUTED) == (
        "example.org\n"
        "  – muted   example.org MX\n"
        "            error: No mail arrives.\n"
        "            Meant to be so: It is our backup.\n"
        "\n"
        "✓ 0 ok  i 0 info  ! 0 warning  ✗ 0 error  ? 0 unknown  – 1 muted"
        "  in 1.3 s, 42 questions\n"
    )


def test_what_is_muted_is_grey() -> None:
    row, said, reason, *_ = printed(MUTED, file=Terminal()).splitlines()[1:]
    assert all(line.count("\x1b[2m") for line in (row, said, reason))
    assert "\x1b[31m" not in row + said + reason


def test_a_new_fault_beside_a_muted_one_shows_its_values() -> None:
    (record, *_) = plan(demo_setup())
    accepted = replace(MUTED, record=record)
    text = printed(accepted, replace(accepted, muted="", message="Something else."))
    assert "✗ error" in text
    assert text.count("published") == 1


def test_a_reason_is_no_command_to_the_terminal() -> None:
    text = printed(replace(MUTED, muted="\x1b]0;x\x07[bold]\u202e"))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)

"""What monitoring systems read: a plugin's answer, and Prometheus' gauges."""

import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dns.name
import pytest
import tomli_w
from prometheus_client.parser import text_string_to_metric_families

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.cli.monitoring import (
    nagios_code,
    nagios_part,
    nagios_whole,
    prometheus_part,
    prometheus_whole,
)
from mailcow_dns_tui.cli.report import Checked
from mailcow_dns_tui.demo import DemoDns
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from tests.check_json import read_check
from tests.command_line import ANSWERS, at_port

DOMAIN = dns.name.from_text("example.org.")
OK = Finding("mx", Code("as-wanted"), Status.OK, DOMAIN, DOMAIN, "MX", "All is well.")
INFO = replace(OK, status=Status.INFO, message="Worth knowing.")
WARNING = replace(OK, status=Status.WARNING, message="It is weak.")
ERROR = replace(OK, status=Status.ERROR, message="No mail arrives.")
UNKNOWN = replace(OK, status=Status.UNKNOWN, message="Could not ask.")
SILENT_LIST = replace(UNKNOWN, topic="dnsbl")
MUTED = replace(ERROR, muted="So it is meant.")
NOBODY = ["check", *ANSWERS, "--resolver", "127.0.0.1:1", "--timeout", "0.2"]

HEAD = re.compile(r"DNS (OK|WARNING|CRITICAL|UNKNOWN) - ([^|\n]+?)(?: \| ([^|\n]+))?")
DATUM = re.compile(r"([a-z]+)=(\d+(?:\.\d+)?)(s?);;;0")
"""'label'=value[UOM];[warn];[crit];[min];[max] of the plugin guidelines."""


def nagios_text(checked: Checked) -> str:
    return nagios_whole(checked.outcome, [nagios_part(checked.findings)])


def prometheus_text(checked: Checked, when: float) -> str:
    return "".join(prometheus_whole(checked.outcome, [prometheus_part(checked.findings)], when))


def checked(*findings: Finding) -> Checked:
    return Checked(findings, 0.414, 61)


def read(output: str) -> tuple[str, str, dict[str, float]]:
    """State, text and performance data of a plugin's first line."""
    assert output.endswith("\n")
    assert output.count("|") <= 1
    head = HEAD.fullmatch(output.splitlines()[0])
    assert head
    state, text, data = head.groups()
    pairs = [DATUM.fullmatch(each) for each in (data or "").split()]
    return state, text, {pair[1]: float(pair[2]) for pair in pairs if pair}


@pytest.mark.parametrize(
    ("findings", "state", "code", "text"),
    [
        ((OK, INFO), "OK", 0, "2 good"),
        ((OK, MUTED), "OK", 0, "1 good, 1 muted"),
        ((OK, SILENT_LIST), "OK", 0, "1 could not be asked, 1 good"),
        ((OK, WARNING), "WARNING", 1, "1 warning, 1 good"),
        ((ERROR, ERROR, WARNING, UNKNOWN), "CRITICAL", 2, None),
        ((OK, UNKNOWN, WARNING), "UNKNOWN", 3, "1 warning, 1 could not be asked, 1 good"),
    ],
)
def test_a_plugins_state(
    findings: tuple[Finding, ...], state: str, code: int, text: str | None
) -> None:
    assert nagios_code(checked(*findings).outcome) == code
    said = read(nagios_text(checked(*findings)))
    expected = text or "2 errors, 1 warning, 1 could not be asked, 0 good"
    assert said[:2] == (state, expected)


def test_a_plugins_performance_data_and_faults() -> None:
    output = nagios_text(checked(OK, WARNING, ERROR, MUTED))
    counts = {"ok": 1, "info": 0, "warning": 1, "error": 1, "unknown": 0, "muted": 1}
    assert read(output)[2] == {**counts, "time": 0.41, "queries": 61}
    assert output.splitlines()[1:] == ["[CRITICAL] No mail arrives.", "[WARNING] It is weak."]


def test_nothing_that_is_published_breaks_a_plugins_answer() -> None:
    bad = replace(ERROR, message="It says a|b=1 \n\x1b]0;x\x07 " + "x" * 50_000)
    output = nagios_text(checked(*[bad] * 500))
    assert read(output)[2]["error"] == 500
    assert "\x1b" not in output
    assert output.endswith("\n… and 490 more\n")
    assert len(output.encode()) < 4096


@pytest.mark.parametrize(
    ("arguments", "gist"),
    [
        (["--bad"], "unrecognized arguments: --bad"),
        (["none.toml"], "none.toml: there is no such plan"),
        (["--watch"], "says how all stands"),
        ([*ANSWERS, "--resolver", "a|b"], "--resolver "),
    ],
)
@pytest.mark.parametrize("option", [["--format", "nagios"], ["--format=nagios"]])
def test_what_can_not_be_checked_is_unknown_to_monitoring(
    arguments: list[str], option: list[str], gist: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["check", *option, *arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    out, err = capsys.readouterr()
    assert (code, err) == (3, "")
    state, text, _ = read(out)
    assert state == "UNKNOWN"
    assert gist in text


def test_a_fault_of_the_program_is_unknown_to_monitoring(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(arguments: object) -> int:
        raise LookupError

    monkeypatch.setattr(headless, "run", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main([*NOBODY, "--format", "nagios"]) == 3
    assert read(capsys.readouterr().out)[0] == "UNKNOWN"


def test_with_nobody_to_ask_monitoring_gets_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NOBODY, "--format", "nagios"]) == 3
    state, _, data = read(capsys.readouterr().out)
    assert state == "UNKNOWN"
    assert data["unknown"] > 0 == data["ok"]


def gauges(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Name, values of the labels, value."""
    families = list(text_string_to_metric_families(text))
    assert {family.type for family in families} == {"gauge"}
    assert all(family.documentation for family in families)
    return {
        family.name.removeprefix("mailcow_dns_"): {
            tuple(sample.labels.values()): sample.value for sample in family.samples
        }
        for family in families
    }


def test_each_topic_and_domain_has_a_gauge_a_status() -> None:
    server = replace(WARNING, topic="host", domain=None)
    read = gauges(prometheus_text(checked(OK, OK, MUTED, server), 1_796_000_000.5))
    assert read["check_timestamp_seconds"] == {(): 1_796_000_000.5}
    assert read["check_duration_seconds"] == {(): 0.414}
    assert read["check_queries"] == {(): 61}
    assert len(read["findings"]) == 12
    assert {labels: n for labels, n in read["findings"].items() if n} == {
        ("example.org", "mx", "ok"): 2,
        ("example.org", "mx", "muted"): 1,
        ("", "host", "warning"): 1,
    }


def test_when_a_certificate_runs_out() -> None:
    shown = replace(OK, not_after=datetime(2027, 1, 1, tzinfo=UTC))
    read = gauges(prometheus_text(checked(shown, OK), 0.0))
    assert read["certificate_not_after_seconds"] == {(str(OK.name),): 1_798_761_600}
    assert sum(read["findings"].values()) == 2
    assert "certificate_not_after_seconds" not in gauges(prometheus_text(checked(OK), 0.0))


def test_any_name_is_a_label() -> None:
    odd = dns.name.Name([b'a"b\\\nc', b"example", b""])
    (label, *_), *_ = gauges(prometheus_text(checked(replace(OK, domain=odd)), 0.0))["findings"]
    assert label == r"a\"b\\\010c.example"


def test_both_honour_mutes_and_count_as_the_json_does(
    plan_path: str, demo: DemoDns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    connect = at_port(demo.port, Endpoint(*demo.resolver))
    command = ["check", plan_path, "--timeout", "2", "--format"]
    headless.run(parse([*command, "json"]), connect)
    first = read_check(capsys.readouterr().out)
    error = next(each for each in first["findings"] if each["code"] == "several-records")
    keys = ("topic", "code", "status", "name", "type", "message", "expected", "found")
    mute = {key: error[key] for key in keys} | {"reason": "So it is meant."}
    path = Path(plan_path)
    path.write_text(path.read_text() + tomli_w.dumps({"mutes": [mute]}))
    summary = first["summary"] | {"error": first["summary"]["error"] - 1, "muted": 1}

    assert headless.run(parse([*command, "nagios"]), connect) == 2
    data = read(capsys.readouterr().out)[2]
    assert {status: data[status] for status in summary} == summary

    file = tmp_path / "mailcow_dns.prom"
    assert headless.run(parse([*command, "prometheus", "-o", str(file)]), connect) == 1
    assert capsys.readouterr() == ("", "")
    found = gauges(file.read_text())["findings"]
    counts = {s: sum(n for (*_, each), n in found.items() if each == s) for s in summary}
    assert counts == summary
    assert found["xn--bcher-kva.example", "spf", "muted"] == 1


@pytest.mark.parametrize("form", ["text", "json", "nagios", "prometheus"])
def test_a_file_takes_the_place_of_standard_output(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out"
    file.write_text("old")
    file.chmod(0o644)
    assert main([*NOBODY, "--format", form, "-o", str(file)]) == 3
    assert capsys.readouterr() == ("", "")
    assert len(file.read_text()) > 500
    assert file.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_can_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NOBODY, "-o", f"{tmp_path}/none/out"]) == 2
    said = f"{tmp_path}/none/out: can't be written: No such file or directory.\n"
    assert capsys.readouterr() == ("", said)

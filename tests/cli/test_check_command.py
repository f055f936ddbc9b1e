"""`check`, from the command line to its exit code, against real DNS servers on loopback."""

import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.export.zone import zone_blocks
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.registry import plan
from tests.check_json import read_check
from tests.command_line import ANSWERS, COMMAND, at_port
from tests.conftest import StartNsd, StartUnbound
from tests.servers import free_port, zone_text
from tests.signing import probe_zones

PATIENCE = 20.0
NS1, NS2 = "127.0.0.11", "127.0.0.12"
REVERSE = ("2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa")


def outcome(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out, err = capsys.readouterr()
    assert err == ""
    return read_check(out)


def test_the_faults_of_the_example_are_errors(
    plan_path: str, demo: DemoDns, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = parse(["check", plan_path, "--format", "json", "--timeout", "2"])
    connect = at_port(demo.port, Endpoint(*demo.resolver))
    assert headless.run(arguments, connect) == 1
    data = outcome(capsys)
    assert list(data) == ["version", "seconds", "queries", "summary", "findings"]
    assert data["version"] == 1
    assert 0 < data["seconds"] < PATIENCE
    assert data["queries"] > len(data["findings"])
    assert list(data["summary"]) == ["ok", "info", "warning", "error", "unknown", "muted"]
    statuses = [finding["status"] for finding in data["findings"]]
    assert data["summary"] == {word: statuses.count(word) for word in data["summary"]}
    (spf,) = (
        finding
        for finding in data["findings"]
        if finding["topic"] == "spf" and finding["status"] == "error"
    )
    servers = spf.pop("servers")
    assert spf == {
        "topic": "spf",
        "code": "several-records",
        "status": "error",
        "domain": "xn--bcher-kva.example",
        "name": "xn--bcher-kva.example.",
        "type": "TXT",
        "tier": "required",
        "expected": ["v=spf1 mx a -all"],
        "found": spf["found"],
        "message": "bücher.example has 2 SPF records: receivers ignore them all.",
        "fix": spf["fix"],
        "mailcow": None,
        "muted": None,
    }
    assert len([text for text in spf["found"] if text.startswith("v=spf1")]) == 2
    assert "v=spf1" in servers[f"ns1.example.net. 127.0.0.2:{demo.port}"]


def test_check_keeps_to_a_domains_zone(
    plan_path: str, demo: DemoDns, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["check", plan_path, "--format", "json", "--domain", "bücher.example"]
    connect = at_port(demo.port, Endpoint(*demo.resolver))
    headless.run(parse([*arguments, "--timeout", "2"]), connect)
    domains = {finding["domain"] for finding in outcome(capsys)["findings"]}
    assert domains == {"xn--bcher-kva.example"}


def test_findings_stand_in_the_order_of_the_plan(
    plan_path: str, demo: DemoDns, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = parse(["check", plan_path, "--timeout", "2"])
    headless.run(arguments, at_port(demo.port, Endpoint(*demo.resolver)))
    text = capsys.readouterr().out
    heads = ["Server, set once", "example.org", "bücher.example (xn--bcher-kva.example)"]
    assert [line for line in text.splitlines() if line in heads] == heads
    assert "\n  ✓ ok      mail                    A     192.0.2.10\n" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def zone_of(records: Sequence[Record], apex: str) -> str:
    """A whole zone of these records, served by two name servers inside it."""
    servers = {"ns1": NS1, "ns2": NS2}
    addresses = [f"{name} A {address}" for name, address in servers.items()]
    lines = [f"{r.owner} {r.ttl} {r.type_text} {r.rdata.to_text()}" for r in records]
    return zone_text(*addresses, *lines, apex=apex, servers=list(servers))


def test_what_was_exported_and_published_has_no_fault(
    plan_path: str,
    nsd: StartNsd,
    unbound: StartUnbound,
    authority_port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = plan(demo_setup())
    zones = {
        ascii_form(block.zone): zone_text(
            f"ns1 A {NS1}", f"ns2 A {NS2}", block.text, apex=str(block.zone), servers=["ns1", "ns2"]
        )
        for block in zone_blocks(records)
    }
    foreign = [record for record in records if record.external]
    for apex in REVERSE:
        inside = [record for record in foreign if str(record.owner).endswith(f".{apex}.")]
        zones[apex] = zone_of(inside, apex)
    probed = probe_zones("ns1.example.org.")
    zones |= probed.files
    for address in (NS1, NS2):
        nsd(address, zones)
    resolver = unbound(dict.fromkeys(zones, (NS1, NS2)), probed.trust_anchors).endpoint
    arguments = parse(["check", plan_path, "--format", "json", "--resolver", str(resolver)])
    code = headless.run(arguments, at_port(authority_port, resolver))
    data = outcome(capsys)
    others = [finding for finding in data["findings"] if finding["status"] != "ok"]
    # None of the zones is signed, and the plan has no SPF record for the hostname.
    known = {("tlsa", "no-effect"), ("spf", "no-ehlo-spf")}
    assert {(finding["topic"], finding["code"]) for finding in others} == known
    assert len(data["findings"]) >= len(records)
    assert code == 0


def test_a_locale_without_unicode_ends_no_command() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [*COMMAND, "check", *ANSWERS, "--resolver", f"127.0.0.1:{free_port()}"]
    done = subprocess.run(
        [*command, "--timeout", "0.1"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == ""
    assert "? unknown" in done.stdout


def test_ctrl_c_ends_a_check_quietly() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.0.0.1", 0))
        resolver.settimeout(PATIENCE)
        address = f"127.0.0.1:{resolver.getsockname()[1]}"
        process = subprocess.Popen(
            [*COMMAND, "check", *ANSWERS, "--resolver", address],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        resolver.recv(512)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert (out, err) == ("", "")


@pytest.mark.parametrize("asked", [True, False])
def test_block_lists_are_asked_on_request_only(
    demo: DemoDns, capsys: pytest.CaptureFixture[str], asked: bool
) -> None:
    answers = ["--hostname", "mail.example.org", "--ipv4", "9.9.9.9", "--timeout", "2"]
    arguments = parse(["check", *answers, "--format", "json", *["--dnsbl"] * asked])
    headless.run(arguments, at_port(demo.port, Endpoint(*demo.resolver)))
    found = [each for each in outcome(capsys)["findings"] if each["topic"] == "dnsbl"]
    assert bool(found) is asked
    assert {each["status"] for each in found} <= {"unknown"}


def of_status(data: dict[str, Any], status: str) -> list[dict[str, Any]]:
    return [each for each in data["findings"] if each["status"] == status]


def test_a_plan_that_mutes_every_error_has_none(
    plan_path: str, demo: DemoDns, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["check", plan_path, "--timeout", "2"]
    connect = at_port(demo.port, Endpoint(*demo.resolver))
    assert headless.run(parse([*command, "--format", "json"]), connect) == 1
    before = outcome(capsys)
    keys = ("topic", "code", "status", "name", "type", "message", "expected", "found")
    mutes = [
        {**{key: each[key] for key in keys}, "reason": "So it is meant."}
        for each in of_status(before, "error")
    ]
    path = Path(plan_path)
    path.write_text(path.read_text() + tomli_w.dumps({"mutes": mutes}))
    code = headless.run(parse([*command, "--format", "json"]), connect)
    data = outcome(capsys)
    errors = of_status(data, "error")
    assert errors
    # Where name servers have different things, nothing settled could have been accepted.
    open_ones = [each for each in errors if each["muted"] is None]
    assert {len(set(each["servers"].values())) > 1 for each in open_ones} <= {True}
    assert (code == 1) is bool(open_ones)
    assert data["summary"]["error"] == len(open_ones)
    assert data["summary"]["muted"] == len(errors) - len(open_ones) > 0
    assert data["summary"]["warning"] == before["summary"]["warning"]
    headless.run(parse(command), connect)
    text = capsys.readouterr().out
    assert "  – muted   " in text
    assert f"– {data['summary']['muted']} muted" in text
    assert "            Meant to be so: So it is meant.\n" in text


def test_a_mute_of_other_values_hides_nothing(
    plan_path: str, demo: DemoDns, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["check", plan_path, "--timeout", "2", "--format", "json"]
    connect = at_port(demo.port, Endpoint(*demo.resolver))
    headless.run(parse(command), connect)
    first = of_status(outcome(capsys), "error")[0]
    keys = ("topic", "code", "status", "name", "type", "message", "expected")
    mute = {key: first[key] for key in keys} | {"found": ["another value"], "reason": "It is."}
    path = Path(plan_path)
    path.write_text(path.read_text() + tomli_w.dumps({"mutes": [mute]}))
    assert headless.run(parse(command), connect) == 1
    assert outcome(capsys)["summary"]["muted"] == 0

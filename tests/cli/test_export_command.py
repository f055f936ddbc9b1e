"""`export`: where the records go."""

import csv
import io
import json
import os
import re
import stat
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.model.setup import Domain
from mailcow_dns_tui.plan_file import write_plan
from tests.command_line import ANSWERS, COMMAND, refusal
from tests.mailcow.other_user import as_nobody, close_to_others, open_folder


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """The example's plan, in a file."""
    path = tmp_path / "plan.toml"
    write_plan(demo_setup(), path)
    return str(path)


def test_export_keeps_to_a_domains_zone(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", plan, "--domain", "Bücher.example"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("$ORIGIN xn--bcher-kva.example.\n")
    assert text.count("$ORIGIN") == 1
    assert main(["export", plan, "--domain", "example.org"]) == 0
    text = capsys.readouterr().out
    assert text.count("$ORIGIN") == 1
    assert "IN PTR" in text


def test_export_says_which_policy_comes_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = date.today() - timedelta(days=4)
    path, setup = tmp_path / "plan.toml", demo_setup()
    first, second = (replace(domain, dmarc_at_once="") for domain in setup.domains)
    write_plan(replace(setup, domains=(first, replace(second, dmarc_since=seen))), path)
    assert main(["export", str(path)]) == 0
    due = seen + timedelta(days=14)
    assert capsys.readouterr().err.splitlines() == [
        "example.org: p=none first; reject 14 days after all name servers are seen to have it.",
        f"bücher.example: p=none since {seen}; reject is due on {due}.",
    ]


def test_a_policy_that_comes_later_is_said_once_for_many_domains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    domains = tuple(Domain(f"d{number}.example") for number in range(10))
    path = tmp_path / "plan.toml"
    write_plan(replace(demo_setup(), domains=domains), path)
    assert main(["export", str(path)]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("d0.example, d1.example, ")
    assert " more: p=none first; reject 14 days after" in line


def test_a_domain_that_the_plan_lacks(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = "--domain example.net: the plan has no such domain.\n"
    assert refusal(["export", plan, "--domain", "example.net"], capsys) == said
    assert refusal(["check", plan, "--domain", "example.net"], capsys) == said


def test_export_for_programs(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", plan, "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)["records"]
    assert main(["export", plan, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [record["owner"] for record in records] == [row["owner"] for row in rows]
    assert "xn--bcher-kva.example." in {row["owner"] for row in rows}


def test_export_into_a_file(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", plan]) == 0
    text = capsys.readouterr().out
    file = tmp_path / "zones.txt"
    file.write_text("old")
    assert main(["export", plan, "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert file.read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.toml", "zones.txt"]


def test_places_that_can_not_be_written(
    plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / ("x" * 300), tmp_path / "file" / "there"):
        assert "can't be written" in refusal(["export", plan, "-o", str(place)], capsys)


def test_a_folder_that_may_not_be_entered(capsys: pytest.CaptureFixture[str]) -> None:
    with open_folder() as folder:
        closed = folder / "closed"
        closed.mkdir()
        close_to_others(closed)
        with as_nobody():
            said = refusal(["export", *ANSWERS, "-o", f"{closed}/zone"], capsys)
    assert "can't be written: Permission denied." in said


def test_a_file_that_was_private_stays_so(plan: str, tmp_path: Path) -> None:
    path = tmp_path / "zone"
    path.touch(0o600)
    assert main(["export", plan, "-o", str(path)]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_exported_file_is_for_all_whom_the_umask_lets(plan: str, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert main(["export", plan, "-o", str(tmp_path / "zones")]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "zones").stat().st_mode) == 0o640


def test_export_follows_a_symbolic_link(plan: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    assert main(["export", plan, "-o", str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text().startswith("$ORIGIN")


@pytest.mark.parametrize("folder", ["there", "new/", "new/and/deep/"])
def test_export_into_a_folder_makes_a_file_a_zone(plan: str, tmp_path: Path, folder: str) -> None:
    (tmp_path / "there").mkdir()
    assert main(["export", plan, "-o", f"{tmp_path}/{folder}"]) == 0
    files = {path.name: path.read_text() for path in (tmp_path / folder).iterdir()}
    assert files.keys() == {"example.org.zone", "xn--bcher-kva.example.zone"}
    assert all(text.startswith(f"$ORIGIN {name[:-5]}.\n") for name, text in files.items())


OCTODNS = ("octodns-config.yaml", "additive_processor.py")


@pytest.mark.parametrize(
    ("format_name", "names"),
    [
        ("zone", ("example.org.zone", "xn--bcher-kva.example.zone")),
        ("cloudflare", ("example.org.txt", "xn--bcher-kva.example.txt")),
        ("octodns", ("example.org.yaml", "xn--bcher-kva.example.yaml", *OCTODNS)),
        ("dnscontrol", ("dnsconfig.js",)),
        ("nsupdate", ("nsupdate.txt",)),
        ("terraform-hcloud", ("mail-dns.tf",)),
        ("terraform-cloudflare", ("mail-dns.tf",)),
        ("json", ("records.json",)),
        ("csv", ("records.csv",)),
        ("markdown", ("dns-records.md",)),
    ],
)
def test_every_format_has_its_files(
    plan: str,
    tmp_path: Path,
    format_name: str,
    names: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "there"
    assert main(["export", plan, "--format", format_name, "-o", f"{folder}/"]) == 0
    assert {path.name for path in folder.iterdir()} == set(names)
    assert main(["export", plan, "--format", format_name, "-o", str(tmp_path / "one")]) == 0
    assert capsys.readouterr().out == ""
    assert main(["export", plan, "--format", format_name]) == 0
    text = capsys.readouterr().out
    assert (tmp_path / "one").read_text() == text
    assert {"example.org", "xn--bcher-kva.example"} <= set(re.findall(r"[a-z][a-z.-]+[a-z]", text))


def test_every_format_is_tried_and_in_the_readme() -> None:
    readme = Path(__file__).parents[2].joinpath("README.md").read_text()
    listed = re.findall(
        r"^\| `([a-z-]+)` \|",
        readme.partition("### Formats of")[2].partition("\n##")[0],
        re.MULTILINE,
    )
    assert listed == list(FORMATS)
    assert f"export [PLAN] [--format {'|'.join(FORMATS)}]" in readme


@pytest.mark.parametrize(
    ("arguments", "gist"),
    [
        (
            ["-o", "{folder}/none/x"],
            "{folder}/none/x: can't be written: No such file or directory.",
        ),
        (["-o", "{folder}/plan.toml/"], "{folder}/plan.toml: can't be written: File exists."),
    ],
)
def test_a_place_that_can_not_be_written(
    plan: str, arguments: list[str], gist: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [argument.format(folder=tmp_path) for argument in arguments]
    assert gist.format(folder=tmp_path) in refusal(["export", plan, *filled], capsys)


def test_a_device_is_written_to_and_not_replaced(plan: str) -> None:
    command = [*COMMAND, "export", plan, "-o", "/dev/stdout"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("$ORIGIN example.org.")


def test_a_full_disk_is_a_sentence(plan: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "export", plan], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "Standard output can't be written: No space left on device.\n"


def test_a_closed_pipe_is_quiet(plan: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "export", plan], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == ""

"""What is published: a source archive, and a wheel that is whole."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mailcow_dns_tui.cli.arguments import parse

ROOT = Path(__file__).parent.parent
MANUAL = "share/man/man1/mailcow-dns-tui.1"
PLAN = ["--hostname", "mail.example.org", "--ipv4", "192.0.2.10", "--domain", "example.org"]


def built(source: Path, folder: Path) -> dict[str, bytes]:
    """The files that a build of this source puts into this folder; no network is asked."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    built(ROOT, folder)
    return folder


@pytest.fixture
def wheel(published: Path) -> zipfile.ZipFile:
    (path,) = published.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_source_archive_builds_the_same_bytes_elsewhere(
    published: Path, tmp_path: Path
) -> None:
    (archive,) = published.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        source.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    # A build puts its own there.
    (unpacked / "PKG-INFO").unlink()
    for path in unpacked.rglob("*"):
        os.utime(path)
    first = {path.name: path.read_bytes() for path in published.iterdir()}
    assert len(first) == 2
    assert built(unpacked, tmp_path / "again") == first


def test_the_wheel_has_the_whole_package_and_its_licence(wheel: zipfile.ZipFile) -> None:
    package = ROOT / "mailcow_dns_tui"
    files = {
        str(path.relative_to(ROOT))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(wheel.namelist())
    assert {name for name in names if not re.search(r"\.(dist-info|data)/", name)} == files
    (licence,) = (name for name in names if name.endswith("licenses/.github/LICENSE"))
    assert b"Copyright (c)" in wheel.read(licence)


def test_the_wheel_has_a_manual_page_of_every_option(
    wheel: zipfile.ZipFile, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = (name for name in wheel.namelist() if name.endswith(".data/data/" + MANUAL))
    page = wheel.read(path).decode().replace("\\-", "-")
    assert 'TH MAILCOW-DNS-TUI "1"' in page
    for command in ([], ["check"], ["export"], ["publish"]):
        with pytest.raises(SystemExit):
            parse([*command, "--help"])
        options = set(re.findall(r"^ +(--[a-z0-9-]+)", capsys.readouterr().out, re.MULTILINE))
        told = page.partition(" ".join(["\\fBmailcow-dns-tui", *command]))[2] if command else page
        assert options
        assert {each for each in options if f"\\fB{each}\\fR" not in told} == set()


def test_the_wheel_works_where_the_sources_are_not(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "mailcow_dns_tui", "export", *PLAN],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "10 mail.example.org." in done.stdout


def test_the_image_installs_versions_that_are_allowed() -> None:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())["project"]
    lines = ROOT.joinpath(".github/image-versions.txt").read_text().splitlines()
    versions = dict(line.split("==") for line in lines)
    wanted = [Requirement(each) for each in project["dependencies"]]
    assert [str(each) for each in wanted if versions[each.name] not in each.specifier] == []

"""How a plan lies on the disk: private, whole, and where its owner put it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.plan_file import read_draft, read_plan, write_plan
from tests.servers import wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_plan_is_its_owners_only(path: Path) -> None:
    write_plan(demo_setup(), path)
    assert mode(path) == 0o600


def test_it_is_on_the_disk_before_it_takes_the_place_of_the_old_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename alone outlives a power cut on some file systems, and leaves an empty file."""
    write_plan(Setup(), path)
    old, synced = path.read_bytes(), []

    def fsync(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_size, path.read_bytes()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_plan(demo_setup(), path)
    assert synced == [(path.stat().st_size, old)]


def test_an_older_plan_that_others_could_read_becomes_private(path: Path) -> None:
    path.write_text("version = 1")
    path.chmod(0o644)
    write_plan(demo_setup(), path)
    assert mode(path) == 0o600
    assert read_plan(path) == demo_setup()


def test_a_folder_that_is_made_is_private(tmp_path: Path) -> None:
    path = tmp_path / "config" / "mailcow-dns-tui" / "plan.toml"
    write_plan(demo_setup(), path)
    assert mode(path.parent) == 0o700


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "dotfiles" / "plan.toml", tmp_path / "plan.toml"
    target.parent.mkdir()
    link.symlink_to(target)
    write_plan(demo_setup(), link)
    assert link.is_symlink()
    assert read_plan(target) == demo_setup()


def python(code: str, path: Path) -> subprocess.Popen[str]:
    """Runs code that has a plan, `setup`, and the path of its file, `path`."""
    head = """
import resource, sys
from pathlib import Path
from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.plan_file import write_plan
setup, path = demo_setup(), Path(sys.argv[1])
"""
    command = [sys.executable, "-c", head + code, str(path)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_a_full_disk_leaves_the_old_plan_and_nothing_else(path: Path) -> None:
    write_plan(Setup(), path)
    code = "resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)); write_plan(setup, path)"
    with python(code, path) as process:
        _, errors = process.communicate()
    assert "OSError: [Errno 27] File too large" in errors
    assert read_draft(path) == Setup()
    assert list(path.parent.iterdir()) == [path]


def test_a_process_that_is_killed_while_it_writes_leaves_a_whole_plan(path: Path) -> None:
    write_plan(demo_setup(), path)
    first = path.stat().st_ino
    with python("while True: write_plan(setup, path)", path) as process:
        wait_until(lambda: path.stat().st_ino != first)
        process.kill()
    assert read_plan(path) == demo_setup()


@pytest.mark.parametrize("name", ["", "plan.toml/plan.toml", "loop"])
def test_a_place_that_can_not_be_written_is_an_os_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "plan.toml").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"plan\.toml|loop|director"):
        write_plan(demo_setup(), tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


TOO_MANY = Setup(domains=tuple(Domain(f"d{number}.example") for number in range(50_001)))
TOO_MUCH = Setup(domains=(Domain("example.org", verification=("x=1",) * 300_001),))


@pytest.mark.parametrize("setup", [TOO_MANY, TOO_MUCH], ids=["domains", "answers"])
def test_what_could_not_be_read_again_is_not_saved(path: Path, setup: Setup) -> None:
    write_plan(demo_setup(), path)
    with pytest.raises(OSError, match="50,000 domains at most"):
        write_plan(setup, path)
    assert read_plan(path) == demo_setup()

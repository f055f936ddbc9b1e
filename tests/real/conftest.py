"""The stage of the whole runs."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import need
from tests.real.stage import Stage


@pytest.fixture
def stage(tmp_path: Path, authority_port: int) -> Iterator[Stage]:
    need("nsd")
    need("unbound")
    with closing(Stage(tmp_path, authority_port)) as stage:
        yield stage


ALONE = ("unshare", "--map-root-user", "--net")


@pytest.fixture
def alone() -> None:
    """For what runs in a network namespace of its own, by the command `ALONE`."""
    for program in ("unshare", "ip", "nsd", "unbound"):
        need(program)
    if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no network namespace can be made here")

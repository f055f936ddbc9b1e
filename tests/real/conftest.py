"""The stage of the whole runs."""

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

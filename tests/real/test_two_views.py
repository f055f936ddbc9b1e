"""A local network whose name server has the zone as well, without what the internet sees."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.conftest import ALONE


@pytest.mark.usefixtures("alone")
def test_what_a_local_network_lacks_is_not_missing(tmp_path: Path) -> None:
    command = [*ALONE, sys.executable, "-m", "tests.real.two_views", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    both, local_alone, of_nobody_else, reached_from_here = map(json.loads, done.stdout.splitlines())
    assert {(code, status) for _, code, status in both} == {("not-yet-visible", "info")}
    assert {(code, status) for _, code, status in local_alone} == {("could-not-ask", "unknown")}
    # What the internet has no top-level domain for is nowhere else.
    assert ["mx", "missing", "error"] in of_nobody_else
    assert reached_from_here == []

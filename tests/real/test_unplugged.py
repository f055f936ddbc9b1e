"""The wizard on a machine without a network, which comes back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.conftest import ALONE


@pytest.mark.usefixtures("alone")
def test_the_wizard_says_that_it_could_not_ask_and_is_good_again(tmp_path: Path) -> None:
    command = [*ALONE, sys.executable, "-m", "tests.real.unplugged", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    without, checked_again, gone, watched = json.loads(done.stdout)
    for each in (without, gone):
        assert each["statuses"] == ["unknown"]
        assert all("could" in said or "not known" in said for said in each["said"])
        assert not any("missing" in said or "does not exist" in said for said in each["said"])
    assert checked_again["statuses"] == watched["statuses"] == ["ok"]

"""For each code there is something to do, or nothing."""

import re
from pathlib import Path

from mailcow_dns_tui.guide.acts import ACTS, UNFINISHED

README = Path(__file__).parents[2].joinpath("README.md").read_text()


def test_each_code_of_the_readme_has_its_act() -> None:
    section = README.partition("### Codes in the JSON")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)) == set(ACTS)


def test_what_is_unfinished_has_something_to_be_done() -> None:
    assert all(ACTS[code] is not None for code in UNFINISHED)

"""Mutes are kept in the plan file, whole or not at all."""

from pathlib import Path

import pytest

from mailcow_dns_tui.plan_file import read_plan, write_plan
from tests.plan_file.test_refused import GOOD, failure

MUTE = """
[[mutes]]
topic = "mx"
code = "foreign-mx"
status = "warning"
name = "example.org."
type = "MX"
message = "Mail goes elsewhere, too."
expected = ["10 mail.example.org."]
found = ["10 mail.example.org.", "20 backup.example.net."]
reason = "It is our backup server."
"""


def test_a_mute_is_read_and_written(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(GOOD + MUTE)
    setup = read_plan(path)
    (mute,) = setup.mutes
    assert (mute.code, mute.status) == ("foreign-mx", "warning")
    assert mute.found == ("10 mail.example.org.", "20 backup.example.net.")
    write_plan(setup, path)
    assert read_plan(path) == setup


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"It is our backup server."', '" "', "mutes[0].reason"),
        ('reason = "It is our backup server."', "", "mutes[0].reason"),
        ('status = "warning"', 'status = "unknown"', "mutes[0].status"),
        ('status = "warning"', "", "mutes[0].status"),
        ('code = "foreign-mx"', "", "mutes[0].code"),
        ('message = "Mail goes elsewhere, too."', "", "mutes[0].message"),
        ('code = "foreign-mx"', "code = 1", "mutes[0].code"),
        ('type = "MX"', 'kind = "MX"', "mutes[0].kind"),
        ('found = ["10 mail', 'found = [1, "10 mail', "mutes[0].found[0]"),
        ("[[mutes]]", "[mutes]", "mutes"),
    ],
)
def test_a_mute_that_is_not_whole_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in MUTE
    assert failure(tmp_path / "plan.toml", GOOD + MUTE.replace(old, new)).startswith(f"{key}: ")

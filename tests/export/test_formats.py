"""What holds for every format."""

import pytest
from hypothesis import given, settings

from mailcow_dns_tui.export.formats import FORMATS, load
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import plan
from tests.setups import setups
from tests.topics.setups import FULL

WITH_COMMENTS = sorted(FORMATS.keys() - {"json", "csv", "markdown"})


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(setup=setups)
@settings(max_examples=10, deadline=None)
def test_no_text_of_a_plan_ends_a_line_or_a_comment(name: str, setup: Setup) -> None:
    """Neither by a line break nor by U+2028, which ends a line of JavaScript."""
    text = load(name).text(plan(setup))
    assert all(line.isprintable() for line in text.split("\n"))
    assert not text or text.endswith("\n")


@pytest.mark.parametrize("name", WITH_COMMENTS)
def test_what_is_in_anothers_zone_is_in_every_format_and_only_as_a_comment(name: str) -> None:
    lines = [line for line in load(name).text(plan(FULL)).splitlines() if ".arpa." in line]
    assert len(lines) == 2
    assert all(line.startswith(("; ", "# ", "// ")) for line in lines)


@pytest.mark.parametrize(
    "name", ["cloudflare", "nsupdate", "terraform-cloudflare", "terraform-hcloud"]
)
def test_nobody_who_sends_is_lost_with_an_spf_record_that_is_there(name: str) -> None:
    said = " ".join(load(name).text(plan(FULL)).replace("#", "").replace(";", "").split())
    assert "make one SPF record of an older one and ours, with what both have" in said
    assert "delete it first" not in said


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_record_is_no_record_in_any_format(name: str) -> None:
    for text in (load(name).text(()), *load(name).files(()).values()):
        assert "example.org" not in text

"""The time that a run may take."""

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.lookup.concurrency import time_limit
from mailcow_dns_tui.model.bounds import LEAST_TIME_LIMIT


def test_hundreds_of_zones_have_more_time_than_a_few() -> None:
    assert LEAST_TIME_LIMIT < time_limit(3) < LEAST_TIME_LIMIT + 3
    assert time_limit(200) == LEAST_TIME_LIMIT + 150


def test_what_the_user_allows_is_the_limit() -> None:
    assert parse(["check"]).timeout is None
    assert parse(["check", "--timeout", "2"]).timeout == 2

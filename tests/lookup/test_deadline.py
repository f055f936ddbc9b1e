"""The time that a run may take."""

from mailcow_dns_tui.arguments import LEAST_TIME_LIMIT, parse
from mailcow_dns_tui.lookup.deadline import time_limit


def test_hundreds_of_zones_have_more_time_than_a_few() -> None:
    assert time_limit(3, LEAST_TIME_LIMIT) == LEAST_TIME_LIMIT
    assert time_limit(200, LEAST_TIME_LIMIT) == 100


def test_what_the_user_allows_is_the_limit() -> None:
    assert parse(["check"]).timeout is None
    assert parse(["check", "--timeout", "2"]).timeout == 2

"""How often the name servers are asked while somebody saves a record."""

from itertools import accumulate, islice, pairwise

from mailcow_dns_tui.wizard.checker import pauses


def test_it_asks_every_few_seconds_at_first_and_ever_more_seldom() -> None:
    waits = list(islice(pauses(), 30))
    assert max(waits[:4]) <= 5
    assert all(one <= other for one, other in pairwise(waits))
    assert waits[-1] == 60


def test_whoever_is_away_for_an_hour_costs_a_hundred_questions_at_most() -> None:
    assert sum(at <= 3600 for at in accumulate(islice(pauses(), 500))) <= 100


def test_it_begins_anew_each_time() -> None:
    first = pauses()
    next(first), next(first), next(first)
    assert next(pauses()) == 3

"""Which answers a domain keeps while the list of domains is edited."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcow_dns_tui.model.setup import DkimKey, Domain
from mailcow_dns_tui.questions.domains import edited, names_in

if TYPE_CHECKING:
    from _typeshed import TraceFunction

A = Domain("a.example", dkim=(DkimKey("dkim", "A"),))
B = Domain("b.example", dkim=(DkimKey("dkim", "B"),))


def test_a_pasted_list_is_split_at_lines_blanks_and_commas() -> None:
    assert names_in("a.example, b.example\n\n c.example;d.example\n") == [
        "a.example",
        "b.example",
        "c.example",
        "d.example",
    ]


def test_a_line_changed_in_place_keeps_its_answers() -> None:
    assert edited([A, B], ["a.example", "b.example.org"], {}) == (
        A,
        Domain("b.example.org", dkim=B.dkim),
    )


def test_a_name_that_comes_back_has_its_own_answers() -> None:
    assert edited([A], ["a.example", "b.example"], {B.name: B}) == (A, B)


def test_a_block_pasted_over_others_inherits_nothing() -> None:
    pasted = ["c.example", "d.example"]
    assert edited([A, B], pasted, {A.name: A, B.name: B}) == tuple(map(Domain, pasted))


def test_typing_through_the_name_of_another_domain_takes_none_of_its_answers() -> None:
    domains: tuple[Domain, ...] = (A,)
    for end in range(1, len("a.example.br") + 1):
        domains = edited(domains, ["a.example", "a.example.br"[:end]], {A.name: A})
    assert domains == (A, Domain("a.example.br"))


def steps(domains: Sequence[Domain], names: Sequence[str]) -> int:
    """How many lines of Python an edit takes."""
    taken = 0

    def count(frame: FrameType, event: str, arg: object) -> TraceFunction:
        nonlocal taken
        taken += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        result = edited(domains, names, {})
    finally:
        sys.settrace(before)
    assert [domain.name for domain in result] == list(names)
    return taken


EDITS: Sequence[Callable[[list[str]], list[str]]] = [
    lambda names: [*names[:5], "x.example", *names[5:]],
    lambda names: [*names[:5], "x.example", *names[6:]],
    lambda names: [*names[:5], *names[9:]],
    lambda names: ["x.example", *names, "y.example"],
    lambda names: names[::-1],
    lambda names: names * 2,
]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("kinds", [1, 2, 50, 1000])
def test_a_list_twice_as_long_takes_twice_the_time(
    edit: Callable[[list[str]], list[str]], kinds: int
) -> None:
    def taken(length: int) -> int:
        names = [f"d{number % kinds}.example" for number in range(length)]
        return steps([Domain(name) for name in names], edit(names))

    assert taken(800) < 3 * taken(400)


def test_what_stays_in_a_pasted_list_keeps_its_answers() -> None:
    domains = [Domain(f"{letter}.example", dkim=(DkimKey("dkim", letter),)) for letter in "abcdef"]
    names = ["new.example", "a.example", "b2.example", "c.example", "e.example", "f.example"]
    a, b, c, _, e, f = domains
    assert edited(domains, names, {}) == (
        Domain("new.example"),
        a,
        replace(b, name="b2.example"),
        c,
        e,
        f,
    )


LETTERS = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(LETTERS, LETTERS)
def test_a_domain_has_its_own_answers_or_those_of_the_one_line_that_was_changed(
    old: list[str], new: list[str]
) -> None:
    domains = [Domain(name, dkim=(DkimKey("dkim", f"{name}{at}"),)) for at, name in enumerate(old)]
    result = edited(domains, new, {})
    assert [domain.name for domain in result] == new
    kept = [domain.dkim[0].key for domain in result if domain.dkim]
    assert kept == sorted(kept, key=lambda key: int(key[1:]))
    assert len(kept) == len(set(kept))


@given(
    st.lists(st.sampled_from("abcdef"), unique=True),
    st.integers(0, 6),
    st.sampled_from(["", "a", "xyz", "ab"]),
)
def test_one_edit_leaves_all_other_lines_alone(old: list[str], at: int, new: str) -> None:
    domains = [Domain(name, dkim=(DkimKey("dkim", name),)) for name in old]
    result = edited(domains, [*old[:at], *filter(None, [new]), *old[at + 1 :]], {})
    others = (*domains[:at], *domains[at + 1 :])
    assert tuple(domain for domain in result if domain in others) == others

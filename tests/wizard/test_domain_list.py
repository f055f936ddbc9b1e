"""Which answers a domain keeps while the list of domains is edited."""

from mailcow_dns_tui.model.setup import DkimKey, Domain
from mailcow_dns_tui.wizard.steps.domain_list import edited, names_in

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

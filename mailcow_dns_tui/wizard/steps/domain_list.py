"""The list of domains as text, one a line, and back."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from mailcow_dns_tui.model.setup import Domain

_Row = tuple[tuple[int, int], "_Row | None"]
"""The last pair of a row, and the row before it."""


def as_text(domains: Sequence[Domain]) -> str:
    return "\n".join(domain.name for domain in domains)


def names_in(text: str) -> list[str]:
    """The names in a typed or pasted list, in order: by line, blank, comma or semicolon."""
    return text.replace(",", " ").replace(";", " ").split()


def edited(
    domains: Sequence[Domain], names: Sequence[str], known: Mapping[str, Domain]
) -> tuple[Domain, ...]:
    """The domains of an edited list, each with what was answered for it before.

    One line that was changed in place keeps its answers under the new name. A name that comes
    back whole gets its own from `known`; no other domain's answers ever become its.
    """
    listed = frozenset(domain.name for domain in domains)
    result: list[Domain] = []
    i = j = 0
    for i2, j2 in (
        *_stayed([domain.name for domain in domains], names),
        (len(domains), len(names)),
    ):
        result += _between(domains[i:i2], names[j:j2], listed, known)
        result += domains[i2 : i2 + 1]
        i, j = i2 + 1, j2 + 1
    return tuple(result)


def _stayed(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[int, int]]:
    """Places of names that both lists have once, as many as stand in the same order in both."""
    old_places, new_places = _places_of_single(old), _places_of_single(new)
    pairs = [(old_places[name], at) for name, at in new_places.items() if name in old_places]
    return _longest_rising(pairs)


def _places_of_single(names: Sequence[str]) -> Mapping[str, int]:
    counts = Counter(names)
    return {name: at for at, name in enumerate(names) if counts[name] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The most pairs, in order, of which the first numbers rise; the second ones do anyway."""
    # Of all rows of the same length, the one that ends lowest can be gone on with most often.
    lowest: list[int] = []
    ends: list[_Row] = []
    for pair in pairs:
        length = bisect_left(lowest, pair[0])
        row = (pair, ends[length - 1] if length else None)
        lowest[length : length + 1], ends[length : length + 1] = [pair[0]], [row]
    row_left = ends[-1] if ends else None
    result: list[tuple[int, int]] = []
    while row_left is not None:
        pair, row_left = row_left
        result.append(pair)
    return result[::-1]


def _between(
    domains: Sequence[Domain],
    names: Sequence[str],
    listed: Container[str],
    known: Mapping[str, Domain],
) -> Sequence[Domain]:
    """What becomes of the lines between two that stayed; names may be in there more than once."""
    pairs = list(zip(domains, names, strict=False))
    head = sum(1 for _ in takewhile(_is_same, pairs))
    back = zip(reversed(domains[head:]), reversed(names[head:]), strict=False)
    tail = sum(1 for _ in takewhile(_is_same, back))
    old, new = domains[head : len(domains) - tail], names[head : len(names) - tail]
    if len(old) == len(new) == 1:
        changed = [replace(old[0], name=new[0])]
    else:
        changed = [_come_back(name, listed, known) for name in new]
    return [*domains[:head], *changed, *domains[len(domains) - tail :]]


def _is_same(line: tuple[Domain, str]) -> bool:
    domain, name = line
    return domain.name == name


def _come_back(name: str, listed: Container[str], known: Mapping[str, Domain]) -> Domain:
    return Domain(name) if name in listed else known.get(name, Domain(name))

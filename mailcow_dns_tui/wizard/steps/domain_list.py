"""The list of domains as text, one a line, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from mailcow_dns_tui.model.setup import Domain


def as_text(domains: Sequence[Domain]) -> str:
    return "\n".join(domain.name for domain in domains)


def names_in(text: str) -> list[str]:
    """The names in a typed or pasted list, in order: by line, blank, comma or semicolon."""
    return text.replace(",", " ").replace(";", " ").split()


def edited(
    domains: Sequence[Domain], names: Sequence[str], known: Mapping[str, Domain]
) -> tuple[Domain, ...]:
    """The domains of an edited list, each with what was answered for it before.

    A line that was changed in place keeps its answers under the new name; a name that comes back
    gets its answers back from `known`.
    """
    result: list[Domain] = []
    old_names = [domain.name for domain in domains]
    changes = SequenceMatcher(None, old_names, names, autojunk=False).get_opcodes()
    for kind, i1, i2, j1, j2 in changes:
        if kind == "equal":
            result.extend(domains[i1:i2])
            continue
        in_place = i2 - i1 == j2 - j1
        before = domains[i1:i2] if in_place else [Domain()] * (j2 - j1)
        result.extend(
            _named(old, name, known) for old, name in zip(before, names[j1:j2], strict=True)
        )
    return tuple(result)


def _named(old: Domain, name: str, known: Mapping[str, Domain]) -> Domain:
    unanswered = old == Domain(old.name)
    return known.get(name, Domain(name)) if unanswered else replace(old, name=name)

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

    One line that was changed in place keeps its answers under the new name. A name that comes
    back whole gets its own from `known`; no other domain's answers ever become its.
    """
    result: list[Domain] = []
    old_names = [domain.name for domain in domains]
    changes = SequenceMatcher(None, old_names, names, autojunk=False).get_opcodes()
    for kind, i1, i2, j1, j2 in changes:
        if kind == "equal":
            result.extend(domains[i1:i2])
        elif i2 - i1 == j2 - j1 == 1:
            result.append(replace(domains[i1], name=names[j1]))
        else:
            result.extend(_come_back(name, old_names, known) for name in names[j1:j2])
    return tuple(result)


def _come_back(name: str, listed: Sequence[str], known: Mapping[str, Domain]) -> Domain:
    return Domain(name) if name in listed else known.get(name, Domain(name))

"""Answers that somebody other than the user has: mailcow, or what is published already.

Each is for one place in the plan file: `server.ipv4`, `services.imap`, `domains[0].dkim`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mailcow_dns_tui.model.dkim_key import read_key
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.setup import DkimKey, Dmarc, Domain, Service, Setup, Spf

OF_DOMAIN = re.compile(r"domains\[(\d+)\]\.(\w+)")
UNTOUCHED, UNTOUCHED_DOMAIN = Setup(), Domain()


def answer_at(setup: Setup, key: str) -> Any:
    """The answer as the setup holds it; of a domain that it has not, as before any answer."""
    in_domain = OF_DOMAIN.fullmatch(key)
    if in_domain:
        index = int(in_domain[1])
        domain = setup.domains[index] if index < len(setup.domains) else UNTOUCHED_DOMAIN
        return getattr(domain, in_domain[2])
    table, _, name = key.partition(".")
    if table == "services" and name != "dav_path":
        return setup.services.of(name)
    holder = getattr(setup, table)
    return getattr(holder, name) if name else holder


def with_answer(setup: Setup, key: str, value: Any) -> Setup:
    """The setup with another answer at this place; the same one where it has no such place."""
    return with_answers(setup, {key: value})


def with_answers(setup: Setup, answers: Mapping[str, Any]) -> Setup:
    """The same with several, by their places; thousands of domains are gone through once."""
    of_domains: dict[int, dict[str, Any]] = {}
    for key, value in answers.items():
        in_domain = OF_DOMAIN.fullmatch(key)
        if in_domain:
            of_domains.setdefault(int(in_domain[1]), {})[in_domain[2]] = value
        else:
            setup = _with_common(setup, key, value)
    if not of_domains:
        return setup
    domains = (
        replace(domain, **of_domains[index]) if index in of_domains else domain
        for index, domain in enumerate(setup.domains)
    )
    return replace(setup, domains=tuple(domains))


def _with_common(setup: Setup, key: str, value: Any) -> Setup:
    table, _, name = key.partition(".")
    if table == "services" and name != "dav_path":
        return replace(setup, services=setup.services.with_service(value))
    changed = replace(getattr(setup, table), **{name: value}) if name else value
    return replace(setup, **{table: changed})


if TYPE_CHECKING:
    from dns.name import Name

AnswerValue = str | Service | tuple[DkimKey, ...] | tuple[str, ...] | Spf | Dmarc
DNS = "DNS"
"""The source of what is published already."""


@dataclass(frozen=True)
class Suggestion:
    """One answer from elsewhere.

    Attributes:
        key: its place in the plan file; of a domain's answer what follows the domain: `dkim`.
        value: as a setup holds it.
        source: where it comes from, as it is shown: `mailcow.conf`.
        domain: the mail domain that it is about; None for what is answered once.
        offered: it changes what the user meant, so only the user takes it.
        sentence: said where it is offered; empty: that the source has the value.
    """

    key: str
    value: AnswerValue
    source: str
    domain: Name | None = None
    offered: bool = False
    sentence: str = ""

    def place(self, setup: Setup) -> str | None:
        """The answer's key in a setup; None where its domain is not in there."""
        if self.domain is None:
            return self.key
        index = setup.domain_index.get(self.domain)
        return None if index is None else f"domains[{index}].{self.key}"

    def apply(self, setup: Setup) -> Setup:
        """The setup with this answer; as it was where its domain is not in there."""
        place = self.place(setup)
        return setup if place is None else with_answer(setup, place, self.value)

    def is_applied(self, setup: Setup) -> bool:
        """Whether the setup has just this answer, in whatever form it was typed."""
        place = self.place(setup)
        return place is not None and _meaning(answer_at(setup, place)) == _meaning(self.value)


def _meaning(value: object) -> object:
    if isinstance(value, str):
        return value.strip().rstrip(".").lower()
    if isinstance(value, tuple):
        return tuple(_key_meaning(each) if isinstance(each, DkimKey) else each for each in value)
    return value


def _key_meaning(key: DkimKey) -> object:
    """What makes a key that key; the other tags are a matter of form."""
    return key.selector.strip().lower(), dict(read_key(key.key)).get("p", "")


@dataclass(frozen=True)
class Remark:
    """A sentence about an answer, where there is nothing to take over.

    Attributes:
        key: as of a `Suggestion`.
        switched_off: it says that mailcow does not serve the domain at present.
    """

    key: str
    sentence: str
    domain: Name | None = None
    switched_off: bool = False


@dataclass(frozen=True)
class PublishedAnswers:
    """What DNS has already: what may be taken over, and what can't be."""

    suggestions: tuple[Suggestion, ...] = ()
    remarks: tuple[Remark, ...] = ()


def first_of_each(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """One for each answer: of several sources the one that comes first."""
    first: dict[tuple[str, Name | None], Suggestion] = {}
    for suggestion in suggestions:
        first.setdefault((suggestion.key, suggestion.domain), suggestion)
    return tuple(first.values())


def filled(setup: Setup, suggestions: Iterable[Suggestion], *, is_new: bool) -> Setup:
    """The setup with suggestions in place of what was not answered.

    Where there was no plan (`is_new`), what is as in an empty setup was not answered. Of a saved
    plan only what is lacking was not: all else may be meant to be as it is.
    """
    is_open = _untouched_in(setup) if is_new else _lacking_in(setup)
    places = ((each, each.place(setup)) for each in first_of_each(suggestions) if not each.offered)
    taken = {place: each.value for each, place in places if place and is_open(place)}
    return with_answers(setup, taken)


def _untouched_in(setup: Setup) -> Callable[[str], bool]:
    return lambda place: bool(answer_at(setup, place) == answer_at(UNTOUCHED, place))


def _lacking_in(setup: Setup) -> Callable[[str], bool]:
    lacking = {problem.key for problem in problems(setup) if problem.missing}
    addresses = {"server.ipv4", "server.ipv6"}
    if setup.server.ipv4 or setup.server.ipv6:
        return lambda place: place in lacking - addresses
    return lambda place: place in lacking | addresses

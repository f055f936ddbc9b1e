"""What others say of the answers: mailcow's sources, and what is published already."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.mailcow.known import KnownDomain, SourceResult, is_served
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers, Remark, Suggestion, first_of_each
from mailcow_dns_tui.model.text import brief
from mailcow_dns_tui.questions.question import Question

if TYPE_CHECKING:
    from dns.name import Name

TYPED = "typed"
DOMAIN = re.compile(r"domains\[(\d+)\]")
NOTHING = SourceResult()
NONE_YET = PublishedAnswers()


@dataclass(frozen=True, eq=False)
class Suggestions:
    """One immutable value, replaced whenever a source has more to say.

    Attributes:
        mailcow: what mailcow's sources said so far.
        published: what DNS has already.
    """

    mailcow: SourceResult = NOTHING
    published: PublishedAnswers = NONE_YET

    @cached_property
    def best(self) -> tuple[Suggestion, ...]:
        """One for each answer."""
        # What is published limits what can be wanted beside it.
        return first_of_each((*self.published.suggestions, *self.mailcow.suggestions))

    @cached_property
    def _by_domain(self) -> Mapping[Name | None, Sequence[Suggestion]]:
        return grouped(self.best, lambda suggestion: suggestion.domain)

    def domains_to_add(self, setup: Setup) -> tuple[KnownDomain, ...]:
        """The mail domains that mailcow serves and the setup has not."""
        return tuple(filter(is_served, self.mailcow.missing_from(setup)))

    def about(self, key: str, setup: Setup) -> Suggestion | None:
        """What is suggested for an answer, `dkim[0].selector` of a `dkim` included."""
        for suggestion in self._by_domain.get(_domain_of(key, setup), ()):
            place = suggestion.place(setup)
            if place == key or (place and key.startswith((f"{place}[", f"{place}."))):
                return suggestion
        return None

    def other_than(self, key: str, setup: Setup) -> Suggestion | None:
        """What is suggested in place of the setup's answer; None where they are the same."""
        suggestion = self.about(key, setup)
        return None if not suggestion or suggestion.is_applied(setup) else suggestion

    def remark(self, key: str, setup: Setup) -> str:
        """What is to be said about an answer; empty where that is nothing."""
        return " ".join(each.sentence for each in self._remarks if _place(each, setup) == key)

    @cached_property
    def switched_off(self) -> Collection[Name | None]:
        """The domains that mailcow does not serve."""
        return {each.domain for each in self._remarks if each.switched_off}

    @property
    def _remarks(self) -> tuple[Remark, ...]:
        return (*self.mailcow.remarks, *self.published.remarks)

    def source(self, key: str, setup: Setup) -> str:
        """Where an answer is from; empty where nobody but the user could have told."""
        suggestion = self.about(key, setup)
        if suggestion is not None and suggestion.is_applied(setup):
            return suggestion.source
        return TYPED if self.mailcow.sources else ""


def _domain_of(key: str, setup: Setup) -> Name | None:
    """The mail domain that an answer is about."""
    match = DOMAIN.match(key)
    index = int(match[1]) if match else len(setup.domains)
    return setup.domains[index].apex if index < len(setup.domains) else None


def _place(remark: Remark, setup: Setup) -> str:
    if remark.domain is None:
        return remark.key
    index = setup.domain_index.get(remark.domain)
    return "" if index is None else f"domains[{index}].{remark.key}"


NO_SUGGESTIONS = Suggestions()
"""One object for all who have none yet: for another one, each would draw itself anew."""

LONGEST = 90
"""Characters of an answer that are shown; more is cut."""


def offered(question: Question, suggestions: Suggestions, setup: Setup) -> Suggestion | None:
    """The answer that may be taken over; None where there is none, or it is the user's own."""
    suggestion = suggestions.other_than(question.key, setup)
    if suggestion is None:
        return None
    shown = question.read(suggestion.apply(setup))
    return None if shown == question.read(setup) else suggestion


def offer_sentence(question: Question, suggestion: Suggestion, setup: Setup) -> str:
    """What is offered, and by whom."""
    text = " ".join(question.read(suggestion.apply(setup)).split())
    shown = brief(text, LONGEST) or "nothing here"
    return suggestion.sentence or f"{suggestion.source} has {shown}."

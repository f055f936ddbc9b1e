"""What others say of the answers: mailcow's sources, and what is published already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.mailcow.knowledge import Knowledge
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published, Remark, Suggestion, first_of_each

if TYPE_CHECKING:
    from dns.name import Name

TYPED = "typed"
DOMAIN = re.compile(r"domains\[(\d+)\]")
NOTHING = Knowledge()
NONE_YET = Published()


@dataclass(frozen=True, eq=False)
class Told:
    """One immutable value, replaced whenever a source has more to say.

    Attributes:
        mailcow: what mailcow's sources said so far.
    """

    mailcow: Knowledge = NOTHING
    published: Published = NONE_YET

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        # What is published limits what can be wanted beside it.
        return first_of_each((*self.published.suggestions, *self.mailcow.suggestions))

    @cached_property
    def _by_domain(self) -> Mapping[Name | None, Sequence[Suggestion]]:
        found: dict[Name | None, list[Suggestion]] = {}
        for suggestion in self.suggestions:
            found.setdefault(suggestion.domain, []).append(suggestion)
        return found

    def with_mailcow(self, knowledge: Knowledge) -> Told:
        return replace(self, mailcow=knowledge)

    def with_published(self, published: Published) -> Told:
        return replace(self, published=published)

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
        return None if not suggestion or suggestion.is_answer_of(setup) else suggestion

    def remark(self, key: str, setup: Setup) -> str:
        """What is to be said about an answer; empty where that is nothing."""
        remarks = (*self.mailcow.remarks, *self.published.remarks)
        return " ".join(each.sentence for each in remarks if _place(each, setup) == key)

    def source(self, key: str, setup: Setup) -> str:
        """Where an answer is from; empty where nobody but the user could have told."""
        suggestion = self.about(key, setup)
        if suggestion is not None and suggestion.is_answer_of(setup):
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
    index = setup.places.get(remark.domain)
    return "" if index is None else f"domains[{index}].{remark.key}"


UNTOLD = Told()
"""One for all who wait to be told: for another one, each of them would draw itself anew."""

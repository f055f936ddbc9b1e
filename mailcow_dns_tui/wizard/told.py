"""What others say of the answers: mailcow's sources, and what is published already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from mailcow_dns_tui.mailcow.knowledge import Knowledge
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import Published, Remark, Suggestion, first_of_each

TYPED = "typed"
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

    def with_mailcow(self, knowledge: Knowledge) -> Told:
        return replace(self, mailcow=knowledge)

    def with_published(self, published: Published) -> Told:
        return replace(self, published=published)

    def about(self, key: str, setup: Setup) -> Suggestion | None:
        """What is suggested for an answer, `dkim[0].selector` of a `dkim` included."""
        for suggestion in self.suggestions:
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


def _place(remark: Remark, setup: Setup) -> str:
    if remark.domain is None:
        return remark.key
    places = (n for n, domain in enumerate(setup.domains) if domain.apex == remark.domain)
    return next((f"domains[{n}].{remark.key}" for n in places), "")


UNTOLD = Told()
"""One for all who wait to be told: for another one, each of them would draw itself anew."""

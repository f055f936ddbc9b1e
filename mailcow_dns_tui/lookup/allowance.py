"""How much one run may ask."""

from collections.abc import Hashable

from dns.name import Name

from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.model.bounds import (
    MOST_FOLLOWED,
    MOST_QUESTIONS,
    MOST_QUESTIONS_FOR_ANOTHER,
)


class Allowance:
    """Counts different questions: about each of the operator's zones, and about all else together.

    Whatever the records of a zone lead to by CNAMEs counts as a question about that zone. What
    lies in no zone of the operator's is named by the records of all of them, and shares what
    that many zones are allowed.

    Args:
        zones: of the operator; each of them may have records in all others, such as those that
            authorise reports.
    """

    def __init__(self, zones: int) -> None:
        self._of_zone = MOST_QUESTIONS + MOST_QUESTIONS_FOR_ANOTHER * zones
        self._elsewhere = self._of_zone * max(1, zones)
        self._asked: dict[Hashable, set[Question]] = {}

    def covers(self, question: Question, apex: Name | None) -> bool:
        """Whether a question may be asked; `apex` is the operator's zone that it is about."""
        return self._covers(apex, question, self._of_zone if apex else self._elsewhere)

    def covers_end(self, question: Question, beginning: Question) -> bool:
        """Whether the end of an alias may be asked for, after what was asked at the beginning."""
        return self._covers(beginning, question, MOST_FOLLOWED)

    def _covers(self, about: Hashable, question: Question, most: int) -> bool:
        asked = self._asked.setdefault(about, set())
        if question not in asked and len(asked) >= most:
            return False
        asked.add(question)
        return True

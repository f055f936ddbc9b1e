"""Which of several answers to one question counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.name import Name

    About = tuple[str, Name | None]
    """A topic of the server (None) or of a mail domain."""


class Newest:
    """Knows when each topic was asked about last, on the monotonic clock.

    A check may wait long for a server, and a look at one of its topics overtake it.
    """

    def __init__(self) -> None:
        self._asked: dict[About, float] = {}

    def counts(self, topic: str, domain: Name | None, asked: float) -> bool:
        """Whether nothing is known that was asked later; if so, nothing older counts any more."""
        about = topic, domain
        if asked < self._asked.get(about, asked):
            return False
        self._asked[about] = asked
        return True

    def after(self, asked: float) -> frozenset[About]:
        """What was asked about later."""
        return frozenset(about for about, last in self._asked.items() if last > asked)

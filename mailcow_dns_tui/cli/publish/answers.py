"""What the user says yes to, at a terminal or by options."""

import sys
from collections.abc import Collection, Iterator
from typing import Protocol

from dns.name import Name

from mailcow_dns_tui.cli.options import Arguments
from mailcow_dns_tui.cli.plain.lines import YES, Lines
from mailcow_dns_tui.files import complain
from mailcow_dns_tui.model.names import ascii_form, unicode_form

UNMATCHED = "--confirm {name}: nothing was asked about that name.\n"


class Asked(Protocol):
    """Something with questions of its own."""

    @property
    def name(self) -> Name:
        """What it is called by on a command line."""
        ...

    @property
    def questions(self) -> tuple[str, ...]:
        """A sentence each."""
        ...


class Answers:
    """Those of one run."""

    def __init__(self, arguments: Arguments) -> None:
        self.lines = Lines(sys.stdin)
        self._arguments = arguments
        self._unmatched = dict.fromkeys(arguments.confirm)
        self._is_answered = False

    def agree(self, question: str) -> bool:
        """Whether all that has no question of its own is agreed to."""
        if self._arguments.dry_run or self._arguments.yes:
            return self._arguments.yes
        return self._agree(question)

    def accept(self, asked: Asked, question: str) -> bool:
        """Whether something is agreed to by itself."""
        if self._arguments.dry_run or self._arguments.yes:
            return self._is_named(asked.name)
        return self._agree(f"{' '.join(asked.questions)} {question}")

    def complain_of_unmatched(self) -> None:
        """Name what was agreed to in vain: it may be misspelt."""
        for name in self._unmatched:
            complain(UNMATCHED.format(name=name))

    def _is_named(self, name: Name) -> bool:
        named = [*_among(self._arguments.confirm, name)]
        for each in named:
            self._unmatched.pop(each, None)
        return bool(named)

    def _agree(self, question: str) -> bool:
        """Once something was answered, the end of the input is a no.

        Raises:
            EOFError: there was no answer at all.
        """
        try:
            answer = self.lines.ask(question)
        except EOFError:
            if not self._is_answered:
                raise
            return False
        self._is_answered = True
        return answer.lower() in YES


def _among(texts: Collection[str], name: Name) -> Iterator[str]:
    forms = {ascii_form(name), unicode_form(name)}
    return (text for text in texts if text.rstrip(".").lower() in forms)

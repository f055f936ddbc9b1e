"""A question of a form, as data: what is asked, and where its answer lies in the setup."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup


@dataclass(frozen=True)
class Question:
    """One answer, as a text.

    Attributes:
        key: the answer's place in the plan file; problems are matched by how it begins.
        hint: one line on what the answer does.
        choices: value and label of each possible answer; empty where a text is typed.
        hints: a line in place of `hint` for a certain answer.
        lines: how many lines a text has room for.
        is_one: however many lines it has room for, there is one answer.
        shows: which records' findings are shown below the answer.
        restrict: a regular expression that the typed text has to match.
    """

    key: str
    label: str
    hint: str
    read: Callable[[Setup], str]
    write: Callable[[Setup, str], Setup]
    placeholder: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    lines: int = 1
    is_one: bool = False
    shows: Callable[[Setup, Record], bool] | None = None
    restrict: str | None = None

    def hint_for(self, answer: str) -> str:
        return self.hints.get(answer, self.hint)


NO_QUESTION = Question("", "", "", lambda setup: "", lambda setup, answer: setup)


@runtime_checkable
class Answering(Protocol):
    """A widget around a text that is typed."""

    def answering(self) -> Callable[[Setup], Setup]:
        """What makes a setup one with what stands there now."""
        ...

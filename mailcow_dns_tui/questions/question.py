"""A question as data: which answer of the setup it is about, and how that is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import answer_at, with_answer

if TYPE_CHECKING:
    from dns.name import Name

DOMAIN = re.compile(r"domains\[(\d+)\]")


@dataclass(frozen=True)
class AnswerType:
    """How an answer of the setup is shown as text, and what a typed text makes of it.

    Attributes:
        text: the answer as it is shown.
        value: the answer that a text is.
    """

    text: Callable[[Any], str] = str
    value: Callable[[str], Any] = str.strip

    def read(self, setup: Setup, key: str) -> str:
        """The answer at a key as it is shown."""
        return self.text(answer_at(setup, key))

    def write(self, setup: Setup, key: str, text: str) -> Setup:
        """The setup with what was typed; the same one where it has no such domain."""
        return with_answer(setup, key, self.value(text))


@dataclass(frozen=True)
class PartType(AnswerType):
    """Of an answer that several questions are about, each a part.

    Attributes:
        change: the whole answer with what was typed for this part.
    """

    change: Callable[[Any, str], Any] = lambda old, text: old

    def write(self, setup: Setup, key: str, text: str) -> Setup:
        return with_answer(setup, key, self.change(answer_at(setup, key), text))


def addresses(text: str) -> tuple[str, ...]:
    """Those in a text, divided by blanks or commas."""
    return tuple(text.replace(",", " ").split())


def number(default: int) -> AnswerType:
    """A whole number; the default where none was typed."""
    return AnswerType(value=lambda text: int(text) if text.isdecimal() else default)


TEXT = AnswerType()
WORDS = AnswerType(" ".join, lambda text: tuple(text.split()))
LINES = AnswerType("\n".join, lambda text: tuple(filter(None, map(str.strip, text.splitlines()))))
ADDRESSES = AnswerType(" ".join, addresses)


@dataclass(frozen=True)
class Question:
    """One answer, as a text.

    Attributes:
        key: the answer's place in the plan file; problems are matched by how it begins.
        hint: one line on what the answer does.
        read_as: how the answer was understood, as half a sentence; empty where it was not.
        more: what whoever answers it now may want to know besides.
        type: how the answer is shown and typed.
        part_of: the key of the answer that this is a part of; empty where it is a whole one.
        other_part: the key of the part of the answer that another question is about.
        taken_as: of the answer before and a typed text, that it is taken as the answer to another
            question, as a sentence; empty where it is not.
        choices: value and label of each possible answer; empty where a text is typed.
        hints: a line in place of `hint` for a certain answer.
        lines: how many lines a text has room for.
        is_one: however many lines it has room for, there is one answer.
        topic: findings about this topic's records are shown below the answer: those of the
            domain, where it is about one.
        selects: which records these are, where that is not a whole topic.
        restrict: a regular expression that the typed text has to match.
        is_retyped: the answer is selected on focus, so that what is typed takes its place.
    """

    key: str
    label: str
    hint: str
    type: AnswerType = TEXT
    part_of: str = ""
    other_part: str = ""
    placeholder: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    lines: int = 1
    is_one: bool = False
    topic: str = ""
    selects: Callable[[Record], bool] | None = None
    restrict: str | None = None
    is_retyped: bool = False
    more: str = ""
    read_as: Callable[[Any], str] | None = None
    taken_as: Callable[[Any, str], str] = lambda answer, text: ""

    def read(self, setup: Setup) -> str:
        """The setup's answer, as text."""
        return self.type.read(setup, self.part_of or self.key)

    def write(self, setup: Setup, text: str) -> Setup:
        """The setup with another answer."""
        return self.type.write(setup, self.part_of or self.key, text)

    def understood(self, setup: Setup) -> str:
        """How the setup's answer was understood; empty where nothing is to be said of that."""
        answer = answer_at(setup, self.part_of or self.key)
        return self.read_as(answer) if self.read_as else ""

    def elsewhere(self, setup: Setup, text: str) -> str:
        """That a typed text is taken as another answer; empty where it is this one's."""
        return self.taken_as(answer_at(setup, self.part_of or self.key), text)

    def is_about(self, key: str) -> bool:
        """Whether a problem with this key is one of the answer."""
        below = key.startswith((f"{self.key}[", f"{self.key}."))
        return key == self.key or (below and key != self.other_part)

    @property
    def has_records(self) -> bool:
        """Whether there may be records that depend on the answer alone."""
        return bool(self.topic or self.selects)

    def domain(self, setup: Setup) -> Name | None:
        """The mail domain that it is about; None where it is about none, or none with a name."""
        index = self._domain_index
        is_there = index is not None and index < len(setup.domains)
        return setup.domains[index or 0].apex if is_there else None

    def shows(self, domain: Name | None, record: Record) -> bool:
        """Whether findings about this record are shown below the answer about that domain."""
        if self.selects is not None:
            return self.selects(record)
        is_of_all = self._domain_index is None
        return record.topic == self.topic and (is_of_all or record.domain == domain is not None)

    @cached_property
    def _domain_index(self) -> int | None:
        """The place of the mail domain that it is about; None where it is about none."""
        match = DOMAIN.match(self.key)
        return int(match[1]) if match else None

    def hint_for(self, answer: str) -> str:
        """One line on what this answer does."""
        return self.hints.get(answer, self.hint)


NO_QUESTION = Question("server.hostname", "", "")
"""In place of one that is not known yet."""


@dataclass(frozen=True)
class Section:
    """Questions under one heading; `intro` is a line below that."""

    title: str
    questions: Sequence[Question]
    intro: str = ""

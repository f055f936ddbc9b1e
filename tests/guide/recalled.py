"""Results that need not be worked out again, since nothing that they were made of is different.

Whoever asks one question after the other, and decides by each answer what to ask next, comes to the
same end wherever the answers are the same. So a result is kept under the questions and the answers
to them, and a walk works out anew only what its last act has changed.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
MOST_KEPT = 200_000
"""Courses, so that ten thousand walks find room; then all is forgotten."""


class Answering(Protocol):
    def answer(self, asked: Hashable) -> object:
        """The answer; of the same content always the same object."""


class Listening:
    """Passes questions on, and keeps the answers in order."""

    def __init__(self, source: Answering) -> None:
        self._source = source
        self.heard: dict[Hashable, object] = {}

    def answer(self, asked: Hashable) -> object:
        if asked not in self.heard:
            self.heard[asked] = self._source.answer(asked)
        return self.heard[asked]


@dataclass
class Course(Generic[T]):
    """A place on the way: the question that comes next, or the result.

    Attributes:
        kept: the answers, as what is known only by its id must not be forgotten.
    """

    asked: Hashable = None
    after: dict[int, "Course[T]"] = field(default_factory=dict)
    kept: list[object] = field(default_factory=list)
    result: T | None = None


class Recalled(Generic[T]):
    def __init__(self) -> None:
        self._starts: dict[Hashable, Course[T]] = {}
        self._count = 0

    async def get(
        self, key: Hashable, source: Answering, work: Callable[[Listening], Awaitable[T]]
    ) -> T:
        """The result of `work`, which depends on the key and on what it asks and nothing else."""
        known = self.known(key, source)
        if known is not None:
            return known
        listening = Listening(source)
        return self._keep(key, listening, await work(listening))

    def get_now(self, key: Hashable, source: Answering, work: Callable[[Listening], T]) -> T:
        known = self.known(key, source)
        if known is not None:
            return known
        listening = Listening(source)
        return self._keep(key, listening, work(listening))

    def known(self, key: Hashable, source: Answering) -> T | None:
        """The result as far as it is known."""
        course = self._starts.get(key)
        while course is not None and course.result is None:
            course = course.after.get(id(source.answer(course.asked)))
        return course.result if course else None

    def _keep(self, key: Hashable, listening: Listening, result: T) -> T:
        if self._count >= MOST_KEPT:
            self._starts.clear()
            self._count = 0
        self._count += 1
        course = self._starts.setdefault(key, Course())
        for asked, answer in listening.heard.items():
            assert course.asked in {None, asked}, f"asked {asked}, and before {course.asked}"
            course.asked = asked
            course.kept.append(answer)
            course = course.after.setdefault(id(answer), Course())
        course.result = result
        return result

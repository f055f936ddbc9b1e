"""A table of a profile, read key by key: what is not known, or left over, is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from mailcow_dns_tui.panels.profile import DATA_FIELDS

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
Read = Callable[["Table", str, Any], T]


class ProfileError(Exception):
    """A profile that can't be used; the text names the file and the key."""


class Table:
    """One table of a profile; `key` is its place, empty for the file as a whole."""

    def __init__(self, file: str, key: str, data: Mapping[str, Any]) -> None:
        self._file = file
        self._key = key
        self._data = dict(data)

    def take(self, name: str, read: Read[T]) -> T:
        """Read a key and cross it off."""
        if name not in self._data:
            raise self.error(name, "this key is missing")
        return read(self, name, self._data.pop(name))

    def optional(self, name: str, read: Read[T], default: T) -> T:
        return self.take(name, read) if name in self._data else default

    def finish(self) -> None:
        """Raise ProfileError if a key was not taken."""
        for name in self._data:
            raise self.error(name, "this key is not known")

    def take_all(self, read: Read[T]) -> dict[str, T]:
        """Read whatever keys there are, all in the same way."""
        return {name: self.take(name, read) for name in tuple(self._data)}

    def error(self, name: str, sentence: str) -> ProfileError:
        place = f"{self._key}.{name}" if self._key else name
        return ProfileError(f"{self._file}: {place}: {sentence}.")

    def below(self, name: str, data: Mapping[str, Any]) -> Table:
        return Table(self._file, f"{self._key}.{name}" if self._key else name, data)


def text(table: Table, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise table.error(name, "a text is expected")
    return value


def number(table: Table, name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise table.error(name, "a whole number is expected")
    return value


def flag(table: Table, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise table.error(name, "true or false is expected")
    return value


def list_of(read: Read[T]) -> Read[tuple[T, ...]]:
    def read_list(table: Table, name: str, value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise table.error(name, "a list is expected")
        return tuple(read(table, f"{name}[{index}]", item) for index, item in enumerate(value))

    return read_list


def one_of(choices: type[E]) -> Read[E]:
    known = {choice.value: choice for choice in choices}

    def read_choice(table: Table, name: str, value: Any) -> E:
        if value not in known:
            raise table.error(name, f"one of {', '.join(map(repr, known))} is expected")
        return known[value]

    return read_choice


def subtable(table: Table, name: str, value: Any) -> Table:
    if not isinstance(value, dict):
        raise table.error(name, "a table is expected")
    return table.below(name, value)


def by_type(read: Read[T]) -> Read[dict[str, T]]:
    def read_types(table: Table, name: str, value: Any) -> dict[str, T]:
        types = subtable(table, name, value)
        for rdtype in value:
            rdtype_name(types, rdtype, rdtype)
        return types.take_all(read)

    return read_types


def rdtype_name(table: Table, name: str, value: Any) -> str:
    if value not in DATA_FIELDS:
        raise table.error(name, f"one of {', '.join(DATA_FIELDS)} is expected")
    return text(table, name, value)

"""A TOML table, read key by key: whatever is not of the wanted type, or left over, is an error."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from mailcow_dns_tui.model.txt import brief

T = TypeVar("T")
LONGEST_TEXT = 65_535
"""What a TXT record may have in octets."""

MOST_TABLES = 50_000
"""Of domains, a plan with so many takes seconds."""


class PlanError(Exception):
    """A plan that can't be read; the text names the file, the key and what was expected."""


class Table:
    """One table of a plan file.

    Attributes:
        key: the table's own place: empty for the file as a whole, `domains[0]`.
    """

    def __init__(self, file: str, key: str, data: Mapping[str, Any]) -> None:
        self.key = key
        self._file = file
        self._data = dict(data)

    def take(self, name: str, read: Callable[["Table", str, Any], T], default: T) -> T:
        """Read a key and cross it off; the default where it is absent."""
        if name not in self._data:
            return default
        return read(self, name, self._data.pop(name))

    def finish(self) -> None:
        """Raise PlanError if a key was not taken."""
        for name in self._data:
            raise self.error(name, "this key is not known")

    def error(self, name: str, sentence: str) -> PlanError:
        return PlanError(f"{self._file}: {brief(self.place(name))}: {sentence}")

    def place(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def below(self, name: str, data: Mapping[str, Any]) -> "Table":
        return Table(self._file, self.place(name), data)


def text(table: Table, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise table.error(name, 'a text is expected, as in "…"')
    if len(value) > LONGEST_TEXT:
        raise table.error(name, f"a text of at most {LONGEST_TEXT} characters is expected")
    return value


def number(table: Table, name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise table.error(name, "a whole number is expected")
    return value


def day(table: Table, name: str, value: Any) -> date:
    # What has a time besides is a date to Python, too.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise table.error(name, "a day is expected, as in 2026-11-23 without quotes")
    return value


def texts(table: Table, name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise table.error(name, 'a list of texts is expected, as in ["…"]')
    return tuple(text(table, f"{name}[{index}]", item) for index, item in enumerate(value))


def subtable(table: Table, name: str, value: Any) -> Table:
    if not isinstance(value, dict):
        raise table.error(name, "a table is expected")
    return table.below(name, value)


def subtables(table: Table, name: str, value: Any) -> tuple[Table, ...]:
    if not isinstance(value, list):
        raise table.error(name, "a list of tables is expected")
    if len(value) > MOST_TABLES:
        raise table.error(name, f"a list of at most {MOST_TABLES} is expected")
    return tuple(subtable(table, f"{name}[{index}]", item) for index, item in enumerate(value))

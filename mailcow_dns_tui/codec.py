"""Dataclasses from and to the plain values that TOML and JSON have.

The fields of a class are the keys of its table, and their types say how each is read and written:
texts, whole numbers, flags, days, `Enum`s by their values, tuples, mappings and dataclasses, any
of them with `| None`. What stands otherwise in a file has a `Form` of its own, by its type; where
only some fields of a type do, it is `Annotated`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import cache, partial
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
UNKNOWN_KEY = "this key is not known"
MISSING_KEY = "this key is missing"


class Written(Enum):
    """When a field is in a file."""

    UNLESS_EMPTY = auto()
    """Left out where both it and its default are empty."""
    UNLESS_DEFAULT = auto()
    ALWAYS = auto()
    NEVER = auto()
    """Nor read."""


@dataclass(frozen=True)
class Stored:
    """How a field is in a file; `key` is its name there, empty for the field's own."""

    key: str = ""
    written: Written = Written.UNLESS_EMPTY


def stored(written: Written = Written.UNLESS_EMPTY, *, key: str = "") -> Mapping[str, Stored]:
    """The `metadata` of a dataclass field that is not simply stored by its name."""
    return {"stored": Stored(key, written)}


class DataError(ValueError):
    """A value that can't be read.

    Attributes:
        place: of its key: `domains[0].dkim[1].selector`.
        sentence: what was expected, without a full stop.
    """

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(f"{place}: {sentence}")
        self.place = place
        self.sentence = sentence


def below(place: str, key: str) -> str:
    """The place of a key in the table at a place, which is empty for the file as a whole."""
    return f"{place}.{key}" if place else key


@dataclass(frozen=True)
class Form:
    """How the values of one type stand in a file.

    Attributes:
        read: makes the value of what the file has at a place; raises `DataError`.
        write: the other way round.
    """

    read: Callable[[Any, str], Any]
    write: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Rules:
    """What sets one kind of file apart: its sentences, and its bounds, None for no bound."""

    text: str = "a text is expected"
    table: str = "a table is expected"
    texts: str = "a list of texts is expected"
    tables: str = "a list of tables is expected"
    longest_text: int | None = None
    most_tables: int | None = None
    passes_over_unknown_keys: bool = False


class Codec:
    """Reads and writes one kind of file."""

    def __init__(self, rules: Rules, forms: Mapping[Any, Form]) -> None:
        self._rules = rules
        self._forms = {str: Form(self._text), **FORMS, **forms}

    def read(self, kind: type[T], value: object, place: str = "") -> T:
        """The value of a type that a file has at a place.

        Raises:
            DataError: for an unknown key, one that is missing and has no default, a wrong type.
        """
        made: T = self._form(kind).read(value, place)
        return made

    def write(self, value: object) -> Any:
        """What a file has for a value."""
        return self._form(type(value)).write(value)

    def fields(self, kind: Any) -> Form:
        """A class by its fields, also where it has a form of its own."""
        keys = keys_of(kind)
        return Form(partial(self._read_fields, kind, keys), partial(self._write_fields, keys))

    def _form(self, kind: Any) -> Form:
        if kind not in self._forms:
            self._forms[kind] = self._form_of_parts(kind)
        return self._forms[kind]

    def _form_of_parts(self, kind: Any) -> Form:
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._form(parts[0])
        if NoneType in parts:
            return _or_none(self._form(next(part for part in parts if part is not NoneType)))
        if origin is tuple:
            return self._list(parts[0])
        if origin in {dict, Mapping}:
            return self._mapping(*map(self._form, parts))
        return _choice(kind) if issubclass(kind, Enum) else self.fields(kind)

    def _text(self, value: object, place: str) -> str:
        if not isinstance(value, str):
            raise DataError(place, self._rules.text)
        longest = self._rules.longest_text
        if longest is not None and len(value) > longest:
            raise DataError(place, f"a text of at most {longest} characters is expected")
        return value

    def _table(self, value: object, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise DataError(place, self._rules.table)
        return value

    def _list(self, kind: Any) -> Form:
        form, of_tables = self._form(kind), is_dataclass(kind)
        sentence = self._rules.tables if of_tables else self._rules.texts
        most = self._rules.most_tables if of_tables else None

        def read(value: object, place: str) -> tuple[Any, ...]:
            if not isinstance(value, list):
                raise DataError(place, sentence)
            if most is not None and len(value) > most:
                raise DataError(place, f"a list of at most {most} is expected")
            return tuple(form.read(item, f"{place}[{index}]") for index, item in enumerate(value))

        return Form(read, lambda values: [form.write(value) for value in values])

    def _mapping(self, keys: Form, values: Form) -> Form:
        def read(value: object, place: str) -> dict[Any, Any]:
            table = self._table(value, place)
            places = {key: below(place, key) for key in table}
            return {keys.read(key, at): values.read(table[key], at) for key, at in places.items()}

        return Form(
            read,
            lambda known: {keys.write(key): values.write(each) for key, each in known.items()},
        )

    def _read_fields(self, kind: type[Any], keys: Sequence[Key], value: object, place: str) -> Any:
        left, known = dict(self._table(value, place)), {}
        for key in keys:
            at = below(place, key.name)
            if key.name in left:
                known[key.field] = self._form(key.kind).read(left.pop(key.name), at)
            elif key.is_required:
                raise DataError(at, MISSING_KEY)
        if left and not self._rules.passes_over_unknown_keys:
            raise DataError(below(place, next(iter(left))), UNKNOWN_KEY)
        return kind(**known)

    def _write_fields(self, keys: Sequence[Key], value: Any) -> dict[str, Any]:
        table = {}
        for key in keys:
            own = getattr(value, key.field)
            plain = self._form(key.kind).write(own)
            if not key.is_left_out(own, plain):
                table[key.name] = plain
        return table


@dataclass(frozen=True)
class Key:
    """A field of a dataclass as the key of a table; `default` may be `MISSING`."""

    field: str
    name: str
    kind: Any
    default: Any
    written: Written

    @property
    def is_required(self) -> bool:
        """Whether there is no value without it."""
        return self.default is MISSING

    def is_left_out(self, value: object, plain: object) -> bool:
        """Whether a value is not written; `plain` is what would stand in the file."""
        if self.written is Written.ALWAYS or value != self.default:
            return False
        return self.written is Written.UNLESS_DEFAULT or not plain


@cache
def keys_of(kind: Any) -> tuple[Key, ...]:
    """The keys that the table of a dataclass may have, in the order of its fields."""
    types = get_type_hints(kind, include_extras=True)
    known = ((each, each.metadata.get("stored", Stored())) for each in fields(kind))
    return tuple(
        Key(each.name, how.key or each.name, types[each.name], _default(each), how.written)
        for each, how in known
        if how.written is not Written.NEVER
    )


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _or_none(form: Form) -> Form:
    return Form(
        lambda value, place: None if value is None else form.read(value, place),
        lambda value: None if value is None else form.write(value),
    )


def _choice(kind: type[Enum]) -> Form:
    known = {choice.value: choice for choice in kind}

    def read(value: object, place: str) -> Enum:
        if not isinstance(value, str) or value not in known:
            raise DataError(place, f"one of {', '.join(map(repr, known))} is expected")
        return known[value]

    return Form(read, lambda choice: choice.value)


def number(value: object, place: str) -> int:
    """A whole number; true and false, which Python counts as numbers, are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise DataError(place, "a whole number is expected")
    return value


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise DataError(place, "true or false is expected")
    return value


def _day(value: object, place: str) -> date:
    # What has a time besides is a date to Python, too.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise DataError(place, "a day is expected, as in 2026-11-23 without quotes")
    return value


FORMS: Mapping[Any, Form] = {int: Form(number), bool: Form(_flag), date: Form(_day)}

"""What the fields of any dataclass are in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

import pytest

from mailcow_dns_tui.codec import Codec, DataError, Form, Rules, Written, stored

Shout = Annotated[str, "in capitals"]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Part:
    size: int
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Whole:
    name: Shout = ""
    first: Part | None = None
    parts: tuple[Part, ...] = ()
    by_name: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    is_open: bool = field(default=False, metadata=stored(key="open"))
    days: int = field(default=3, metadata=stored(Written.UNLESS_DEFAULT))
    kept: str = field(default="", metadata=stored(Written.ALWAYS))
    made: str = field(default="", metadata=stored(Written.NEVER))


FORMS = {Shout: Form(lambda value, place: str(value).lower(), str.upper)}
CODEC = Codec(Rules(), FORMS)
FULL = Whole("x", Part(0), (Part(1, Colour.BLUE),), {"a": (1, 2)}, True, 4, "y", "z")
DATA = {
    "name": "X",
    "first": {"size": 0, "colour": "red"},
    "parts": [{"size": 1, "colour": "blue"}],
    "by_name": {"a": [1, 2]},
    "open": True,
    "days": 4,
    "kept": "y",
}


def test_all_types_are_written_and_read() -> None:
    assert CODEC.write(FULL) == DATA
    assert CODEC.read(Whole, {**DATA, "first": None}).first is None
    read = CODEC.read(Whole, DATA)
    assert (read.name, read.parts, read.by_name) == (FULL.name, FULL.parts, FULL.by_name)
    assert read.made == ""


def test_what_is_empty_by_default_is_left_out() -> None:
    assert CODEC.write(Whole(by_name={"a": ()})) == {"by_name": {"a": []}, "kept": ""}
    assert CODEC.write(Part(0)) == {"size": 0, "colour": "red"}


@pytest.mark.parametrize(
    ("data", "place", "sentence"),
    [
        ([], "file", "a table is expected"),
        ({"made": "x"}, "file.made", "this key is not known"),
        ({"first": {}}, "file.first.size", "this key is missing"),
        ({"parts": {}}, "file.parts", "a list of tables is expected"),
        ({"parts": [{"size": True}]}, "file.parts[0].size", "a whole number is expected"),
        (
            {"parts": [{"size": 1, "colour": ["red"]}]},
            "file.parts[0].colour",
            "one of 'red', 'blue' is expected",
        ),
        ({"by_name": {"a": ["x"]}}, "file.by_name.a[0]", "a whole number is expected"),
        ({"open": 1}, "file.open", "true or false is expected"),
        ({"kept": 1}, "file.kept", "a text is expected"),
    ],
)
def test_an_error_names_the_place_of_its_key(data: object, place: str, sentence: str) -> None:
    with pytest.raises(DataError) as error:
        CODEC.read(Whole, data, "file")
    assert (error.value.place, error.value.sentence) == (place, sentence)


def test_what_a_later_program_adds_may_be_passed_over() -> None:
    lenient = Codec(Rules(passes_over_unknown_keys=True), FORMS)
    assert lenient.read(Part, {"size": 1, "weight": 2}) == Part(1)

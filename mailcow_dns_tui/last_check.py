"""The JSON of an earlier check, read back: a file that anybody may have changed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mailcow_dns_tui.atomic_file import read_whole
from mailcow_dns_tui.check_report import COUNTED, JSON_VERSION
from mailcow_dns_tui.model.changes import State
from mailcow_dns_tui.model.finding import Status

T = TypeVar("T")
KNOWN = "known"
"""The key of what was found before nobody answered."""
MOST_BYTES = 100_000_000
"""A check of a thousand domains is a tenth of that."""
STATUSES = {status.word: status for status in COUNTED if status is not Status.MUTED}


class LastCheckError(Exception):
    """A file that is no check; the text names the file, the key and what was expected."""


@dataclass(frozen=True)
class LastCheck:
    """An earlier check.

    Attributes:
        states: what it found.
        known: of what it could not ask, what a check before it had found.
    """

    states: tuple[State, ...]
    known: tuple[State, ...] = ()


def read_last_check(path: Path) -> LastCheck | None:
    """What was found then; None where there is no such file yet.

    Raises:
        LastCheckError: for all that can't be read as version 1 of the JSON of `check`.
    """
    data = _load(path)
    if data is None:
        return None
    if not isinstance(data, dict) or "version" not in data:
        raise LastCheckError(f"{path}: this is not the JSON of a check.")
    if data["version"] != JSON_VERSION or isinstance(data["version"], bool):
        raise LastCheckError(f"{path}: version: this program reads version {JSON_VERSION}.")
    try:
        return LastCheck(_states(data, "findings"), _states({KNOWN: [], **data}, KNOWN))
    except ValueError as error:
        raise LastCheckError(f"{path}: {error}") from None


def _states(data: Mapping[str, Any], key: str) -> tuple[State, ...]:
    each = data.get(key)
    if not isinstance(each, list):
        raise ValueError(f"{key}: a list is expected.")
    return tuple(_state(f"{key}[{index}]", one) for index, one in enumerate(each))


def _load(path: Path) -> object:
    try:
        data = read_whole(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LastCheckError(f"{path}: can't be read: {error.strerror}.") from error
    except ValueError as error:  # a path with a NUL
        raise LastCheckError(f"{path}: can't be read: {error}.") from error
    if not data.strip():
        raise LastCheckError(
            f"{path}: this is empty. A shell empties the file that > writes to before the check "
            "can read it; use --save in its place."
        )
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise LastCheckError(f"{path}: this is not JSON.") from None


def _state(key: str, data: object) -> State:
    """One finding; what is not known of is passed over, since later programs may add to it."""
    if not isinstance(data, dict):
        raise ValueError(f"{key}: an object is expected.")
    return State(
        topic=_take(data, key, "topic", _text),
        code=_take(data, key, "code", _text),
        status=_take(data, key, "status", _status),
        domain=_take(data, key, "domain", _text_or_null) or None,
        name=_take(data, key, "name", _text),
        type=_take(data, key, "type", _text),
        message=_take(data, key, "message", _text),
        expected=_take(data, key, "expected", _texts),
        found=_take(data, key, "found", _texts),
        muted=_take({"muted": None, **data}, key, "muted", _text_or_null),
    )


def _take(data: Mapping[str, Any], key: str, name: str, read: Callable[[object], T | None]) -> T:
    value = read(data.get(name))
    if name not in data or value is None:
        raise ValueError(f"{key}.{name}: {EXPECTED[read]} is expected.")
    return value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _text_or_null(value: object) -> str | None:
    return "" if value is None else _text(value)


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    texts = tuple(each for each in value if isinstance(each, str))
    return texts if len(texts) == len(value) else None


def _status(value: object) -> Status | None:
    return STATUSES.get(value) if isinstance(value, str) else None


EXPECTED: Mapping[object, str] = {
    _text: "a text",
    _text_or_null: "a text or null",
    _texts: "a list of texts",
    _status: f"one of {', '.join(STATUSES)}",
}

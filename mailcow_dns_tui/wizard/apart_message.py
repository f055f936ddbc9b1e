"""What goes between the wizard and the process of its checks: pickles, each after its length."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LENGTH = 4
"""Bytes of the length, the most significant first."""


@dataclass(frozen=True)
class Asked:
    """A call of a method of the object over there; its answers bear the same number."""

    number: int
    method: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class Dropped:
    """Nobody waits for the answer to this call any more."""

    number: int


@dataclass(frozen=True)
class Given:
    """The result of a coroutine, or one of a generator's."""

    number: int
    item: Any


@dataclass(frozen=True)
class Done:
    """Nothing more is given."""

    number: int


@dataclass(frozen=True)
class Failed:
    """An exception was raised; a traceback can't be pickled, so its text comes."""

    number: int
    trace: str


def packed(message: object) -> bytes:
    data = pickle.dumps(message)
    return len(data).to_bytes(LENGTH) + data


async def receive(reader: asyncio.StreamReader) -> Any:
    """The next message; None where the other side is gone."""
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH))
        data = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return pickle.loads(data)  # noqa: S301 - from a process that this one has started

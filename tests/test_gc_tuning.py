"""When Python looks for garbage while the wizard runs."""

import asyncio
import gc
import time
import weakref
from collections.abc import AsyncIterator, Callable

import pytest

from mailcow_dns_tui import gc_tuning as garbage
from mailcow_dns_tui.gc_tuning import collecting_at_rest

PATIENCE = 10.0


class Round:
    """Refers to itself, so that only a look at all objects frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
async def begun(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(garbage, "PAUSE_AT_START", 0.01)
    monkeypatch.setattr(garbage, "PAUSE", 0.01)
    monkeypatch.setattr(garbage, "DUE", 0)
    before = gc.get_threshold()
    gc.set_threshold(2000, 10, 10)
    gc.disable()
    yield
    gc.enable()
    gc.set_threshold(*before)


async def old_one() -> weakref.ref[Round]:
    """Garbage that has been looked at twice, so that it is looked at no more without a need."""
    kept = Round()
    gc.collect(1)
    return weakref.ref(kept)


def looks() -> int:
    """Python's own at more than the youngest."""
    return int(gc.get_stats()[1]["collections"])


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert condition()


async def test_it_is_found_in_a_rest(begun: None) -> None:
    async with collecting_at_rest(lambda: 0.0):
        await until(gc.isenabled)
        gone = await old_one()
        await until(lambda: gone() is None)


async def test_it_is_not_looked_for_while_somebody_types(begun: None) -> None:
    keys: list[float] = []

    def typing() -> float:
        keys.append(time.monotonic())
        return keys[-1]

    async with collecting_at_rest(typing):
        await until(gc.isenabled)
        gone = await old_one()
        await until(lambda: len(keys) > 5)
        assert gone() is not None


async def test_too_much_is_not_kept_until_somebody_rests(
    begun: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "OVERDUE", 5)
    async with collecting_at_rest(time.monotonic):
        await until(gc.isenabled)
        gone = await old_one()
        kept: list[Round] = []
        looked = looks() + garbage.OVERDUE
        while looks() < looked:
            kept.append(Round())
        await until(lambda: gone() is None)


async def test_all_is_as_before_at_the_end() -> None:
    before = gc.get_threshold()
    async with collecting_at_rest(time.monotonic):
        await asyncio.sleep(0)
        assert not gc.isenabled()
    assert gc.get_threshold() == before
    assert gc.isenabled()

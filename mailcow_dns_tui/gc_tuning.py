"""When Python looks for garbage: never while a process only checks, and else while nobody types.

With hundreds of domains a look through all objects takes a tenth of a second, and would come in the
middle of a word. Put off for too long it takes seconds, and so does the end of the process.
"""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager


def collect_less_often() -> None:
    """A check makes many objects that stay, and hardly any that only garbage collection frees.

    Looking for these takes a quarter of the time of a check of 200 domains otherwise.
    """
    gc.set_threshold(20_000, 20, 20)


def collect_no_more() -> None:
    """Before the process ends: with thousands of domains a last look at all takes seconds."""
    gc.freeze()
    gc.disable()


PAUSE_AT_START = 2.0
"""The first screen is drawn in this time; nothing is thrown away before it."""
PAUSE = 2.0
REST = 1.0
"""Seconds since the last key, after which nobody is typing."""
SLOW = 0.2
"""Seconds that a key may have to wait for a look through all."""
NEVER = 1_000_000
DUE = 10
"""As often as Python itself would look through all objects, counted in looks at younger ones."""
OVERDUE = 100
"""So many looks at younger ones bring some 25 MB of garbage, and are not waited for any longer."""


@asynccontextmanager
async def collecting_at_rest(touched: Callable[[], float]) -> AsyncGenerator[None, None]:
    """Collect the young as Python does, and all in a rest, or when there is too much.

    Python 3.14, which looks at a part of the old whenever it looks at the young, is left to that.

    Args:
        touched: when the last key came, on the monotonic clock.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    collecting = asyncio.create_task(_collect(touched))
    try:
        yield
    finally:
        collecting.cancel()
        gc.set_threshold(young, middle, old)
        gc.unfreeze()
        gc.enable()


async def _collect(touched: Callable[[], float]) -> None:
    gc.disable()
    await asyncio.sleep(PAUSE_AT_START)
    # What is there now stays to the end.
    gc.freeze()
    gc.enable()
    while True:
        await asyncio.sleep(PAUSE)
        is_at_rest = time.monotonic() - touched() > REST
        if gc.get_count()[2] >= (DUE if is_at_rest else OVERDUE):
            _collect_once()


def _collect_once() -> None:
    began = time.monotonic()
    gc.collect()
    if time.monotonic() - began > SLOW:
        # That of thousands of domains stays as well, and the next look need not take as long.
        gc.freeze()

"""Looks for garbage while nobody types.

With hundreds of domains a look through all objects takes a tenth of a second, and without this it
comes in the middle of a word.
"""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

PAUSE_AT_START = 2.0
"""The first screen is drawn in this time; nothing is thrown away before it."""
PAUSE = 2.0
REST = 1.0
"""Seconds since the last key, after which nobody is typing."""
NEVER = 1_000_000
DUE = 10
"""As often as Python itself would look through all objects, counted in looks at younger ones."""


@asynccontextmanager
async def collecting_at_rest(touched: Callable[[], float]) -> AsyncGenerator[None, None]:
    """Collect the young as Python does, and all in a rest.

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
        if gc.get_count()[2] >= DUE and time.monotonic() - touched() > REST:
            gc.collect()

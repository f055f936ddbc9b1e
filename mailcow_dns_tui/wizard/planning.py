"""Plans in slices, so that a key is never waiting for hundreds of domains."""

import asyncio
import time
from collections.abc import Callable, Iterator

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup

SLICE = 0.01
"""Seconds that planning may hold up the screen at a time."""
PAUSE_BETWEEN_SLICES = 0.003
PAUSE_AFTER_TYPING = 0.1
"""Whoever types on makes worthless what was planned so far."""


async def planned(setup: Setup) -> tuple[Record, ...]:
    """The records that a setup wants, the server's first; others get their turn meanwhile."""
    records: list[Record] = []
    if not setup.zones:
        # The topics take long to load, and a start without a plan needs none.
        return ()
    plan_parts = await asyncio.to_thread(_loaded)
    began = time.monotonic()
    for wanted in plan_parts(setup):
        for record in wanted:
            # It is remembered, and takes longer than all else that is done with a record.
            hash(record)
        records += wanted
        if time.monotonic() - began > SLICE:
            await asyncio.sleep(PAUSE_BETWEEN_SLICES)
            began = time.monotonic()
    return tuple(records)


def _loaded() -> Callable[[Setup], Iterator[tuple[Record, ...]]]:
    """In a thread: the first key need not wait for it."""
    from mailcow_dns_tui.topics.run import plan_parts

    return plan_parts

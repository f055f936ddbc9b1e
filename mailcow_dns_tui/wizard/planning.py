"""Plans in slices, so that a key is never waiting for hundreds of domains."""

import asyncio
import time
from collections.abc import Iterator

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup

SLICE = 0.01
"""Seconds that planning may hold up the screen at a time."""
PAUSE_BETWEEN_SLICES = 0.01
PAUSE_OF_LONG_PLANNING = 0.15
"""Whoever types on makes what was planned so far worthless."""


async def planned(setup: Setup) -> tuple[Record, ...]:
    """The records that a setup wants, the server's first; others get their turn meanwhile."""
    records: list[Record] = []
    pause, began = PAUSE_OF_LONG_PLANNING, time.monotonic()
    for wanted in _parts(setup):
        records += wanted
        if time.monotonic() - began > SLICE:
            await asyncio.sleep(pause)
            pause, began = PAUSE_BETWEEN_SLICES, time.monotonic()
    return tuple(records)


def _parts(setup: Setup) -> Iterator[tuple[Record, ...]]:
    if not setup.zones:
        return
    # The topics take long to load, and a start without a plan needs none.
    from mailcow_dns_tui.topics.run import plan_parts

    for records in plan_parts(setup):
        for record in records:
            # It is remembered, and takes longer than all else that is done with a record.
            hash(record)
        yield records

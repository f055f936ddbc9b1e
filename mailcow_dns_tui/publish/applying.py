"""A zone read and changed at its provider, for as long as one waits for that.

A call that takes too long is left behind: what it does then is not known, and the zone has to be
read again.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from mailcow_dns_tui.publish.backup import Fate
from mailcow_dns_tui.publish.changes import Change, ProviderZone, Reading, Trouble, TroubleReason

T = TypeVar("T")
READ_SECONDS = 90.0
APPLY_SECONDS = 300.0
"""A large plan at a provider that takes record by record, with its own pauses."""
Fates = tuple[tuple[Change, Fate], ...]


async def read(zone: ProviderZone, seconds: float = READ_SECONDS) -> Reading | Trouble:
    """All that it has now."""
    try:
        return await in_thread(zone.read, seconds)
    except TimeoutError:
        return zone.silence(TroubleReason.UNREACHABLE)


async def apply(
    zone: ProviderZone, changes: Sequence[Change], seconds: float = APPLY_SECONDS
) -> tuple[Trouble | None, Fates]:
    """Make these changes; after a failure the zone is read again, to see what came of it."""
    try:
        trouble = await in_thread(partial(zone.apply, changes), seconds)
    except TimeoutError:
        trouble = zone.silence(TroubleReason.UNSURE)
    if trouble is None:
        return None, tuple((change, Fate.MADE) for change in changes)
    if trouble.reason is TroubleReason.CHANGED:
        return trouble, tuple((change, Fate.UNMADE) for change in changes)
    if trouble.reason is TroubleReason.UNSURE:
        # What was asked for may still be on its way.
        return trouble, tuple((change, Fate.UNKNOWN) for change in changes)
    reading = await read(zone)
    return trouble, tuple((change, _fate(change, reading)) for change in changes)


def _fate(change: Change, reading: Reading | Trouble) -> Fate:
    """Never that it was made: somebody else may have done that in the same moment."""
    if isinstance(reading, Trouble) or change.key in reading.inexact:
        return Fate.UNKNOWN
    is_as_before = Change(change.before, reading.contents.get(change.key)).is_nothing
    return Fate.UNMADE if is_as_before else Fate.UNKNOWN


async def in_thread(call: Callable[[], T], seconds: float | None = None) -> T:
    """The call's result, from a thread that does not keep the program from ending.

    Raises:
        TimeoutError: it goes on by itself.
    """
    result: Future[T] = Future()
    # Who waits may give up; what was begun goes on all the same.
    result.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            result.set_exception(error)

    threading.Thread(target=run, name="publish", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(result)

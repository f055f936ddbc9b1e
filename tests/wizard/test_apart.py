"""Work in a thread of its own: its results come here, and it ends when it is told to."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from mailcow_dns_tui.wizard.apart import Apart


async def numbers(*, fails: bool = False) -> AsyncGenerator[str, None]:
    yield threading.current_thread().name
    if fails:
        raise LookupError("broken")
    yield "end"


async def test_a_stream_runs_over_there_and_ends_here() -> None:
    apart = Apart()
    assert [item async for item in apart.stream(numbers())] == ["apart", "end"]
    await apart.close()
    assert "apart" not in {thread.name for thread in threading.enumerate()}


async def test_what_goes_wrong_over_there_is_raised_here() -> None:
    apart = Apart()
    with pytest.raises(LookupError, match="broken"):
        _ = [item async for item in apart.stream(numbers(fails=True))]
    await apart.close()


async def test_whoever_leaves_a_stream_stops_it() -> None:
    apart, stopped = Apart(), asyncio.Event()
    here = asyncio.get_running_loop()

    async def endless() -> AsyncGenerator[int, None]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            here.call_soon_threadsafe(stopped.set)

    async with aclosing(apart.stream(endless())) as stream:
        assert await anext(stream) == 1
    await asyncio.wait_for(stopped.wait(), 5)
    await apart.close()


async def test_closing_ends_what_is_under_way() -> None:
    apart = Apart()
    waiting = asyncio.create_task(apart.call(asyncio.sleep(3600)))
    await asyncio.sleep(0)
    await apart.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_was_never_begun_is_closed_as_well() -> None:
    await Apart().close()

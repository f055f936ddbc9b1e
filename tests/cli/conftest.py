"""The example, as a plan and as the servers that have it."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.plan_file import write_plan

PATIENCE = 20.0


@pytest.fixture
def plan_path(tmp_path: Path) -> str:
    path = tmp_path / "plan.toml"
    write_plan(demo_setup(), path)
    return str(path)


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoDns]:
    """The embedded example, served beside the command's own event loop."""
    running: Future[DemoDns] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with DemoDns.start() as demo:
            running.set_result(demo)
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    try:
        yield running.result(PATIENCE)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        loop.close()

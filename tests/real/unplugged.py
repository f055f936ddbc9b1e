"""The wizard while the network goes and comes, in a network namespace of its own.

Prints at each time which statuses its findings have, and what they say. `FOLDER`
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.lookup import servers
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.wizard import checker
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import IntervalChosen
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.conftest import NAME_SERVER_ADDRESSES
from tests.real.stage import FIRST, NS1, SETUP, Stage, own_zone, registry
from tests.servers import free_port


def plug(way: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", way], check=True)


async def play(stage: Stage) -> AsyncIterator[dict[str, Any]]:
    engine = LocalEngine(stage.network, is_example=True)
    app = WizardApp(SETUP, engine=engine, save=lambda setup: None, terminal=Terminal({}))
    plug("down")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: statuses(app) == {"unknown"})
        yield shown(app, "without a network")
        plug("up")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: statuses(app) == {"ok"})
        yield shown(app, "after Ctrl+R")
        app.post_message(IntervalChosen(1))
        await until(pilot, lambda: app.watched.checks > 0)
        plug("down")
        await until(pilot, lambda: statuses(app) == {"unknown"})
        yield shown(app, "without a network, watched")
        plug("up")
        await until(pilot, lambda: statuses(app) == {"ok"})
        yield shown(app, "watched")
    await engine.close()


def statuses(app: WizardApp) -> set[str]:
    """Of all records, once each has one; and of what else was found."""
    found = {status.word for status in Status if app.report.counts[status]}
    return found if app.report.records else set()


def shown(app: WizardApp, when: str) -> dict[str, Any]:
    said = {finding.message for found in app.report.findings.values() for finding in found}
    return {"when": when, "statuses": sorted(statuses(app)), "said": sorted(said)}


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not done():
            await pilot.pause(0.05)


async def told(stage: Stage) -> list[dict[str, Any]]:
    return [each async for each in play(stage)]


def main(folder: str) -> None:
    # All of it is silence here, and need not be waited for as long as elsewhere.
    servers.RESOLVER_TIMEOUT = servers.AUTHORITY_TIMEOUT = 1.0
    checker.LEAST_REST = 0.1
    plug("up")
    with closing(Stage(Path(folder), free_port(NAME_SERVER_ADDRESSES))) as stage:
        stage.set_up({FIRST: own_zone(servers=[NS1])}, registry(NS1), resolver_asks=[FIRST])
        print(json.dumps(asyncio.run(told(stage))))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The dialogue on a plan of one's own, among the servers of the example.

`python -m tests.cli.plain.on_demo PLAN [OPTION]...`
"""

import asyncio
import sys
from concurrent.futures import Future
from functools import partial
from threading import Thread
from unittest.mock import patch

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.plain.start import run
from mailcow_dns_tui.demo import DemoDns
from mailcow_dns_tui.engine.local import demo_network
from mailcow_dns_tui.mailcow import conf


async def serve(started: "Future[DemoDns]") -> None:
    async with DemoDns.start() as demo:
        started.set_result(demo)
        await asyncio.Event().wait()


def main(*words: str) -> int:
    started: Future[DemoDns] = Future()
    Thread(target=lambda: asyncio.run(serve(started)), daemon=True).start()
    # Whatever this machine has of mailcow.
    with patch.object(conf, "find_folder", return_value=None):
        return run(parse(words), connect=partial(demo_network, started.result()))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

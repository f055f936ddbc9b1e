"""Ends the wizard in good order when the system wants it to, or its terminal is gone."""

import asyncio
import signal
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from textual.app import App

TERMINATED = 128 + signal.SIGTERM
"""What a shell says of a command that SIGTERM ended."""
ENDING = (signal.SIGTERM, signal.SIGHUP)
PAUSE = 2.0
"""Seconds between two looks at the terminal."""


@asynccontextmanager
async def ending_with_its_terminal(app: App[None]) -> AsyncGenerator[None, None]:
    """Leave the full screen on SIGTERM and SIGHUP, and stop where a terminal went away silently.

    Textual reads on from a terminal that is gone, as fast as it can.
    """
    loop = asyncio.get_running_loop()
    signals = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    for number in signals:
        loop.add_signal_handler(number, lambda: app.exit(return_code=TERMINATED))
    watch = asyncio.create_task(_watch_terminal(app))
    try:
        yield
    finally:
        watch.cancel()
        for number in signals:
            loop.remove_signal_handler(number)


async def _watch_terminal(app: App[None]) -> None:
    while True:
        await asyncio.sleep(PAUSE)
        if not _is_there():
            app.exit(return_code=TERMINATED)
            return


def _is_there() -> bool:
    if sys.__stdin__ is None:
        return False
    try:
        termios.tcgetattr(sys.__stdin__)
    except (termios.error, ValueError):
        return False
    return True

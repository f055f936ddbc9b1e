"""Ends the wizard in good order when the system wants it to, or its terminal is gone."""

import asyncio
import os
import signal
import sys
import termios
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from threading import Timer

from textual.app import App

TERMINATED = 128 + signal.SIGTERM
"""What a shell says of a command that SIGTERM ended."""
ENDING = (signal.SIGTERM, signal.SIGHUP)
PAUSE = 2.0
"""Seconds between two looks at the terminal."""


GRACE = 5.0
"""Seconds for the good order; writing to a terminal that is gone may wait for ever."""


@asynccontextmanager
async def ending_with_its_terminal(
    app: App[None], save: Callable[[], None]
) -> AsyncGenerator[None, None]:
    """Leave the full screen on SIGTERM and SIGHUP, and stop where a terminal went away silently.

    Textual reads on from a terminal that is gone, as fast as it can.

    Args:
        app: what runs meanwhile.
        save: keeps what was typed, where the app does not come to it.
    """
    last_resort = Timer(GRACE, _end_at_once, [save])
    last_resort.daemon = True

    def end() -> None:
        if last_resort.ident is None:
            last_resort.start()
        app.exit(return_code=TERMINATED)

    loop = asyncio.get_running_loop()
    signals = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    for number in signals:
        loop.add_signal_handler(number, end)
    watch = asyncio.create_task(_watch_terminal(end))
    try:
        yield
    finally:
        watch.cancel()
        last_resort.cancel()
        for number in signals:
            loop.remove_signal_handler(number)


def _end_at_once(save: Callable[[], None]) -> None:
    try:
        save()
    finally:
        os._exit(TERMINATED)


async def _watch_terminal(end: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(PAUSE)
        if not _is_there():
            end()
            return


def _is_there() -> bool:
    if sys.__stdin__ is None:
        return False
    try:
        termios.tcgetattr(sys.__stdin__)
    except (termios.error, ValueError):
        return False
    return True

"""Commands that take a text, and may neither block the wizard nor draw on its terminal."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

Feed = Callable[[Sequence[str], bytes], Awaitable[bool]]
"""Runs a command with the data on its stdin; True only if it succeeded."""

LIMIT_SECONDS = 2.0


async def feed(command: Sequence[str], data: bytes) -> bool:
    """Run a command with the data on its stdin; True if it succeeded within the limit.

    After the limit, or when cancelled, the command and whatever it started are killed. What a
    successful command leaves in the background stays: with X11 that is the clipboard itself.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await process.communicate(data)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            await _kill(process)
    return process.returncode == 0


async def _kill(process: Process) -> None:
    # The process leads a session of its own, so its group is everything that it started.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()

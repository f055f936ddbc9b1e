"""Programs whose output is read: bounded in time and in size, and kept away from our terminal."""

import asyncio
import os
import signal
from asyncio import SubprocessTransport
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from subprocess import DEVNULL, PIPE

from mailcow_dns_tui.mailcow.secret import Secret

LIMIT_BYTES = 16 * 1024 * 1024
"""Of all that a program writes: ten thousand domains with long keys need less."""
KILL_SECONDS = 1.0
STDIN, STDOUT, STDERR = 0, 1, 2


@dataclass(frozen=True)
class Output:
    """What a program left that ended by itself."""

    code: int
    stdout: bytes
    stderr: bytes


class Failure(Enum):
    """Why there is no output."""

    MISSING = auto()
    FORBIDDEN = auto()
    BROKEN = auto()
    UNUSABLE = auto()  # an argument or a secret that no program can be given
    SLOW = auto()
    HUGE = auto()


async def run(
    command: Sequence[str], data: bytes, secrets: Mapping[str, Secret], seconds: float
) -> Output | Failure:
    """Run a command with the data on its stdin and the secrets in its environment.

    When it is too slow, writes too much, or the caller is cancelled, it and whatever it started
    are killed.
    """
    try:
        async with asyncio.timeout(seconds), _running(command, data, secrets) as reader:
            return await reader.outcome
    except TimeoutError:
        return Failure.SLOW
    except FileNotFoundError:
        return Failure.MISSING
    except PermissionError:
        return Failure.FORBIDDEN
    except OSError:
        return Failure.BROKEN
    except ValueError:
        return Failure.UNUSABLE


class _Reader(asyncio.SubprocessProtocol):
    """Collects what a program writes, until it ends or has written too much."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Output | Failure] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._written = {STDOUT: bytearray(), STDERR: bytearray()}
        self._transport: SubprocessTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, SubprocessTransport):
            self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if self.outcome.done():
            return
        self._written[fd] += data
        if sum(map(len, self._written.values())) > LIMIT_BYTES:
            self.outcome.set_result(Failure.HUGE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called when the program has ended and nobody has its pipes any more."""
        code = None
        if self._transport is not None:
            code = self._transport.get_returncode()
            self._transport.close()
        if not self.outcome.done():
            stdout, stderr = (bytes(self._written[fd]) for fd in (STDOUT, STDERR))
            self.outcome.set_result(Output(-1 if code is None else code, stdout, stderr))
        self.closed.set_result(None)


@asynccontextmanager
async def _running(
    command: Sequence[str], data: bytes, secrets: Mapping[str, Secret]
) -> AsyncIterator[_Reader]:
    # The environment gets no name here: a traceback may show the variables of each frame.
    transport, reader = await asyncio.get_running_loop().subprocess_exec(
        _Reader,
        *command,
        stdin=PIPE if data else DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
        env={**os.environ, **{name: secret.reveal() for name, secret in secrets.items()}},
    )
    try:
        _write(transport, data)
        yield reader
    finally:
        if not reader.closed.done():
            _kill(transport)
        # What another user's program is, as behind sudo, can't be killed: it is not waited for.
        await asyncio.wait((reader.closed,), timeout=KILL_SECONDS)


def _write(transport: SubprocessTransport, data: bytes) -> None:
    pipe = transport.get_pipe_transport(STDIN)
    if isinstance(pipe, asyncio.WriteTransport):
        pipe.write(data)
        pipe.write_eof()


def _kill(transport: SubprocessTransport) -> None:
    # The program leads a session of its own, so its group is everything that it started.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(transport.get_pid(), signal.SIGKILL)
    for fd in (STDIN, STDOUT, STDERR):
        pipe = transport.get_pipe_transport(fd)
        if pipe is not None:
            pipe.close()

"""Work in a process of its own: its results come here, and it ends when it is told to."""

import asyncio
import errno
import gc
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.engine.local import system_network
from mailcow_dns_tui.engine.process import WorkerDiedError, WorkerError, WorkerProcess
from mailcow_dns_tui.engine.protocol import RemoteEngine
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.registry import plan
from tests.wizard.conftest import SETUP

PATIENCE = 10.0


class Worker:
    """What is done over there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stopped = asyncio.Event()

    async def process(self) -> int:
        return os.getpid()

    async def numbers(self, *, fails: bool = False) -> AsyncGenerator[int, None]:
        yield 1
        if fails:
            raise LookupError("broken")
        yield 2

    async def wait(self) -> AsyncGenerator[int, None]:
        try:
            yield os.getpid()
            await asyncio.Event().wait()
        finally:
            self._stopped.set()

    async def stopped(self) -> bool:
        return await self._stopped.wait()

    async def die_once(self) -> str:
        mark = self._folder / "died"
        if mark.exists():
            return "alive"
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
        return "unreachable"

    async def die(self) -> None:
        os.write(2, b"out of memory")
        os.kill(os.getpid(), signal.SIGKILL)

    async def count(self) -> AsyncGenerator[int, None]:
        """Ends in the middle, the first time."""
        yield 1
        await self.die_once()
        yield 2

    async def unreadable(self) -> object:
        return _Unreadable()

    async def planned(self) -> frozenset[Record]:
        return frozenset(plan(SETUP))

    async def talk(self) -> str:
        print("printed over there")
        return "heard"


class _Unreadable:
    """Fails where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return int, ("unreadable",)


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncGenerator[WorkerProcess[Worker], None]:
    apart = WorkerProcess(partial(Worker, tmp_path))
    yield apart
    await apart.close()


async def test_all_calls_are_answered_by_one_other_process(apart: WorkerProcess[Worker]) -> None:
    here = os.getpid()
    first, second = await asyncio.gather(apart.call(Worker.process), apart.call(Worker.process))
    assert first == second != here
    assert [item async for item in apart.stream(Worker.numbers)] == [1, 2]


async def test_what_goes_wrong_over_there_is_told_here(apart: WorkerProcess[Worker]) -> None:
    with pytest.raises(WorkerError, match=r"in numbers\n(.*\n)*LookupError: broken"):
        _ = [item async for item in apart.stream(Worker.numbers, fails=True)]
    assert await apart.call(Worker.process)


async def test_whoever_leaves_a_stream_stops_it(apart: WorkerProcess[Worker]) -> None:
    async with aclosing(apart.stream(Worker.wait)) as stream:
        await anext(stream)
    assert await asyncio.wait_for(apart.call(Worker.stopped), PATIENCE)


async def test_whoever_is_cancelled_stops_it(apart: WorkerProcess[Worker]) -> None:
    async def wait() -> None:
        async with aclosing(apart.stream(Worker.wait)) as stream:
            async for _ in stream:
                begun.set()

    begun = asyncio.Event()
    waiting = asyncio.create_task(wait())
    await begun.wait()
    waiting.cancel()
    assert await asyncio.wait_for(apart.call(Worker.stopped), PATIENCE)


async def test_one_that_was_killed_is_started_again(apart: WorkerProcess[Worker]) -> None:
    before = await apart.call(Worker.process)
    assert await apart.call(Worker.die_once) == "alive"
    assert await apart.call(Worker.process) != before


async def test_one_that_dies_again_says_how(apart: WorkerProcess[Worker]) -> None:
    with pytest.raises(WorkerDiedError, match=r"has ended \(exit code -9\)\. out of memory"):
        await apart.call(Worker.die)


async def test_a_stream_that_has_begun_is_not_given_twice(apart: WorkerProcess[Worker]) -> None:
    async with aclosing(apart.stream(Worker.count)) as stream:
        assert await anext(stream) == 1
        with pytest.raises(WorkerDiedError):
            await anext(stream)
    assert [item async for item in apart.stream(Worker.count)] == [1, 2]


async def test_an_answer_that_cannot_be_read_ends_the_waiting(apart: WorkerProcess[Worker]) -> None:
    with pytest.raises(WorkerDiedError, match="can't be read: ValueError: invalid literal"):
        await asyncio.wait_for(apart.call(Worker.unreadable), PATIENCE)
    assert await apart.call(Worker.process)


async def test_what_is_pressed_in_the_terminal_does_not_reach_it(
    apart: WorkerProcess[Worker],
) -> None:
    process = await apart.call(Worker.process)
    assert os.getpgid(process) != os.getpgid(0)
    assert os.getsid(process) == os.getsid(0)


async def test_what_is_printed_there_spoils_nothing(
    apart: WorkerProcess[Worker], capfd: pytest.CaptureFixture[str]
) -> None:
    assert await apart.call(Worker.talk) == "heard"
    assert capfd.readouterr() == ("", "")


async def test_a_record_that_comes_back_is_the_one_that_is_wanted(
    apart: WorkerProcess[Worker],
) -> None:
    assert await apart.call(Worker.planned) == frozenset(plan(SETUP))


async def test_closing_ends_what_is_under_way(tmp_path: Path) -> None:
    apart = WorkerProcess(partial(Worker, tmp_path))
    stream = apart.stream(Worker.wait)
    process = await anext(stream)
    await apart.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    await stream.aclose()


async def test_whoever_still_waits_then_is_told_so(tmp_path: Path) -> None:
    apart = WorkerProcess(partial(Worker, tmp_path))
    await apart.call(Worker.process)
    waiting = asyncio.create_task(apart.call(Worker.stopped))
    await asyncio.sleep(0)
    await apart.close()
    with pytest.raises(WorkerDiedError, match="was ended"):
        await asyncio.wait_for(waiting, PATIENCE)


async def test_after_that_none_is_started_any_more(tmp_path: Path) -> None:
    apart = WorkerProcess(partial(Worker, tmp_path))
    starting = asyncio.create_task(apart.call(Worker.process))
    await asyncio.sleep(0)
    await apart.close()
    with pytest.raises(WorkerDiedError, match="was ended"):
        await starting
    with pytest.raises(WorkerDiedError, match="was ended"):
        await apart.call(Worker.process)


async def test_what_was_never_begun_is_closed_as_well(tmp_path: Path) -> None:
    await WorkerProcess(partial(Worker, tmp_path)).close()
    gc.collect()


@pytest.fixture
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)


@pytest.mark.usefixtures("_no_memory")
async def test_one_that_cannot_be_started_says_why(apart: WorkerProcess[Worker]) -> None:
    with pytest.raises(WorkerDiedError, match="can't be started: Cannot allocate memory"):
        await apart.call(Worker.process)


@pytest.mark.usefixtures("_no_memory")
async def test_what_the_sources_ask_without_it_could_not_be_asked() -> None:
    engine = RemoteEngine(partial(system_network, None, connects=False))
    lookup = await engine.ask(dns.name.root, RdataType.A)
    assert lookup.unknown
    assert "can't be started" in lookup.failed[0].reason

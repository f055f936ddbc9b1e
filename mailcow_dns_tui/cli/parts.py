"""A check in parts, a subject each, which are made small and put into the order of the plan.

Where there are many domains, a process for each processor checks its share of them.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Coroutine, Generator, Iterable, Iterator
from contextlib import ExitStack, aclosing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import IO, Any

from dns.name import Name

from mailcow_dns_tui.cli.output import Write
from mailcow_dns_tui.cli.report import Outcome, in_order
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.mailcow_page.page import DnsPage
from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.changes import FindingState, state_of
from mailcow_dns_tui.model.finding import Finding, muted
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import AT_ONCE, check_subject, planned, subjects
from mailcow_dns_tui.topics.together import few_at_once

KEPT = 2048
"""Answers, of each kind: all that is asked of the domains that are checked at once."""
MANY = 60
"""Domains, from which on it is quicker to begin further processes."""

ENDED = (
    "A process that checked a share of the domains was ended (code {code}), so not all of them "
    "were checked. Perhaps there was too little memory; check again."
)


Tell = Callable[[int, "Part"], None]
Run = Callable[[Tell], Coroutine[Any, Any, int]]


class ProcessEndedError(Exception):
    """A process that checked some of the domains was ended; the text is a sentence for the user."""


@dataclass(frozen=True)
class Part:
    """What is kept of a subject; `texts` are by format, `states` only where they are compared."""

    outcome: Outcome
    texts: dict[str, str]
    states: tuple[FindingState, ...] = ()


@dataclass(frozen=True)
class Job:
    """What all processes of a check know.

    Attributes:
        zones: keeps to these; None for all.
        connect: makes the network of a process.
        limit: seconds; None for as long as so many zones need.
        writers: by format.
        compared: whether the states are wanted.
    """

    setup: Setup
    zones: Collection[Name] | None
    topics: tuple[Topic, ...]
    connect: Callable[[], Network]
    limit: float | None
    writers: dict[str, Write]
    compared: bool

    async def run(self, process: int, processes: int, tell: Tell) -> int:
        """Check a share of the subjects, and give how many questions that took.

        Args:
            process: which of them this is, from 0.
            processes: how many there are.
            tell: gets the place of each subject among all, and what was found.
        """
        everyone = subjects(self.setup, self.zones)
        share = list(enumerate(everyone))[process::processes]
        async with self.connect() as network:
            dns = network.lookups(self.setup.zones, QueryCache(KEPT), self.limit)
            # mailcow's page compares the domains with it; asked once by each process.
            servers = [
                asyncio.create_task(check_subject(each, dns, self.topics))
                for each in everyone[:1]
                if each.domain is None
            ]
            jobs = ([self._judged(place, subject, dns, servers)] for place, subject in share)
            async with aclosing(few_at_once(jobs, AT_ONCE)) as judged:
                async for place, part in judged:
                    tell(place, part)
        return network.queries

    async def _judged(
        self, place: int, subject: Subject, dns: Dns, servers: list[asyncio.Task[list[Finding]]]
    ) -> tuple[int, Part]:
        of_server = [finding for each in servers for finding in await each]
        if subject.domain is None:
            found = of_server
        else:
            found = await check_subject(subject, dns, self.topics)
        ordered = in_order(muted(found, self.setup.mutes), planned(subject))
        # Or the records of all would stay to the end.
        subject.plans.clear()
        page = DnsPage(self.setup, ordered if found is of_server else (*of_server, *ordered))
        texts = {name: write(ordered, page) for name, write in self.writers.items() if ordered}
        states = tuple(map(state_of, ordered)) if self.compared else ()
        return place, Part(Outcome.of(ordered), texts, states)


class Spool:
    """Texts in a file, in the order in which they were added."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, text: str) -> None:
        """Behind all that is there; not while the texts are being read."""
        pickle.dump(text, self._file)

    def __iter__(self) -> Iterator[str]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301 - our own


@dataclass
class Gathered:
    """A check in the order of the plan; what comes before its turn waits."""

    spools: dict[str, Spool]
    outcome: Outcome = field(default_factory=Outcome)
    states: list[FindingState] = field(default_factory=list)
    _early: dict[int, Part] = field(default_factory=dict)
    _next: int = 0

    def add(self, place: int, part: Part) -> None:
        """Take a part in, whose place among all is this."""
        self._early[place] = part
        while (following := self._early.pop(self._next, None)) is not None:
            self._next += 1
            self.outcome = self.outcome.with_more(following.outcome)
            self.states += following.states
            for name, text in following.texts.items():
                self.spools[name].add(text)


@contextmanager
def gather(job: Job) -> Generator[Gathered, None, None]:
    """Run a check, in as many processes as are worth it; its texts are there until this ends.

    Raises:
        ProcessEndedError: where one was ended from outside.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        files = {name: stack.enter_context(tempfile.TemporaryFile()) for name in job.writers}
        gathered = Gathered({name: Spool(file) for name, file in files.items()})
        processes = _processes(len(subjects(job.setup, job.zones)))
        if processes == 1:
            queries = asyncio.run(job.run(0, 1, gathered.add))
        else:
            queries = _shared(job, processes, gathered)
        seconds = time.monotonic() - began
        gathered.outcome = replace(gathered.outcome, seconds=seconds, queries=queries)
        yield gathered


def _processes(count: int) -> int:
    """One for each processor; a system that can't copy a process has one."""
    if count < MANY or sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def _shared(job: Job, processes: int, gathered: Gathered) -> int:
    queries = 0
    with _workers(job, processes) as open_ones:
        while open_ones:
            ready = set(wait(open_ones))
            for connection in [each for each in open_ones if each in ready]:
                told = _received(connection, open_ones[connection])
                if isinstance(told, int):
                    queries += told
                    del open_ones[connection]
                else:
                    gathered.add(*told)
    return queries


@contextmanager
def _workers(job: Job, processes: int) -> Generator[dict[Connection, BaseProcess], None, None]:
    """Begin them all; whatever happens, none of them outlives this."""
    # What is there now is not looked through, and so not copied, by any of them.
    gc.freeze()
    # Ctrl+C is never heard by them, and by us when it is known whom to end.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    begun: dict[Connection, BaseProcess] = {}
    try:
        for number in range(processes):
            run = partial(job.run, number, processes)
            connection, worker = _begun(run, begun)
            begun[connection] = worker
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        yield dict(begun)
    finally:
        for worker in begun.values():
            worker.kill()
            worker.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        gc.unfreeze()


def _begun(run: Run, others: Iterable[Connection]) -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(run, theirs, [ours, *others]))
    worker.start()
    theirs.close()
    return ours, worker


def _work(run: Run, connection: Connection, inherited: Iterable[Connection]) -> None:
    # With these open, no other process would notice that nobody reads it any more.
    for each in inherited:
        each.close()

    def tell(place: int, part: Part) -> None:
        connection.send((place, part))

    async def run_for_parent() -> int:
        if parent := multiprocessing.parent_process():
            asyncio.get_running_loop().add_reader(parent.sentinel, os._exit, 1)
        return await run(tell)

    with suppress(BrokenPipeError):
        try:
            connection.send(asyncio.run(run_for_parent()))
        except Exception:  # noqa: BLE001 - told by the process that began this one
            connection.send(traceback.format_exc())


def _received(connection: Connection, worker: BaseProcess) -> int | tuple[int, Part]:
    """The number of questions at the end, or a part and its place."""
    try:
        told: int | str | tuple[int, Part] = connection.recv()
    except EOFError:
        worker.join()
        raise ProcessEndedError(ENDED.format(code=worker.exitcode)) from None
    if isinstance(told, str):
        raise RuntimeError(told)
    return told

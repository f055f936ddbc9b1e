"""Questions that are asked at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine, Iterable
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")


async def together(jobs: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each of the jobs comes to, begun at once; one alone needs no task."""
    begun = list(jobs)
    if len(begun) == 1:
        return [await begun[0]]
    return await asyncio.gather(*begun) if begun else []


async def few_at_once(
    groups: Iterable[Iterable[Coroutine[Any, Any, T]]], most: int
) -> AsyncGenerator[T, None]:
    """What each job comes to, as soon as it does, with so many groups under way at once at most.

    Groups are taken in their order, and each only when it begins; none may be empty.
    """
    done: asyncio.Queue[asyncio.Task[T]] = asyncio.Queue()
    group_of: dict[asyncio.Task[T], int] = {}
    open_jobs: Counter[int] = Counter()
    coming = enumerate(groups)

    def begin(count: int) -> None:
        for place, group in islice(coming, count):
            for job in group:
                task = asyncio.create_task(job)
                task.add_done_callback(done.put_nowait)
                group_of[task] = place
                open_jobs[place] += 1

    try:
        begin(most)
        while group_of:
            task = await done.get()
            place = group_of.pop(task)
            open_jobs[place] -= 1
            if not open_jobs[place]:
                begin(1)
            yield task.result()
    finally:
        for task in group_of:
            task.cancel()
        await asyncio.gather(*group_of, return_exceptions=True)

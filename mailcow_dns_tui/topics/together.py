"""Questions that are asked at once."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(jobs: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each of the jobs comes to, begun at once; one alone needs no task."""
    begun = list(jobs)
    if len(begun) == 1:
        return [await begun[0]]
    return await asyncio.gather(*begun) if begun else []

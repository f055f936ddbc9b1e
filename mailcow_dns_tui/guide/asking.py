"""When to ask again for what is about to be published: often at first, then ever more seldom."""

from collections.abc import Iterator
from itertools import chain, repeat

PAUSES = (3, 3, 5, 5, 10, 10, 15, 15, 30, 30)
LONGEST_PAUSE = 60


def pauses() -> Iterator[int]:
    """Seconds to wait before each question, without end; begun anew whenever the user acts."""
    return chain(PAUSES, repeat(LONGEST_PAUSE))

"""What a benchmark has measured, as rows of one table."""

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

HEAD = "| what | measured | to reach | beside it, in the same run |\n|---|---|---|---|"


@dataclass(frozen=True)
class Figure:
    """One row.

    Attributes:
        value: in the unit.
        most: above that it is too much.
        least: below that it is too little.
        beside: what the same, or the like, takes without us, on the same machine.
    """

    what: str
    value: float
    unit: str
    most: float = math.inf
    least: float = -math.inf
    beside: str = ""

    @property
    def is_reached(self) -> bool:
        return self.least <= self.value <= self.most

    @property
    def row(self) -> str:
        limits = [f"at most {self.most:g}"] if self.most < math.inf else []
        limits += [f"at least {self.least:g}"] if self.least > -math.inf else []
        missed = "" if self.is_reached else " (missed)"
        measured = f"{self.value:.3g}" if abs(self.value) < 1000 else f"{self.value:.0f}"
        return (
            f"| {self.what} | {measured} {self.unit}{missed} | {''.join(limits)} | {self.beside} |"
        )


def tell(figures: Iterable[Figure]) -> int:
    """Print them as they come; the exit code, 1 where something is not reached."""
    print(HEAD, flush=True)
    missed = 0
    for figure in figures:
        print(figure.row, flush=True)
        missed += not figure.is_reached
    return int(missed > 0)


def run(figures: Iterable[Figure]) -> None:
    sys.exit(tell(figures))

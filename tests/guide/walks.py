"""Many fresh walks in one process: `python -m tests.guide.walks SEED COUNT`.

Nothing is shrunk, and no failure ends the run: each is told with its number, and
`python -m tests.guide.walks SEED COUNT --only NUMBER` walks that one alone. With `--publish` it is
`publish` that does what the guide says, and not a user.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.guide.sending import SendingState, sending_states
from tests.guide.states import State, states
from tests.guide.walking import LATE, all_may_send, walk
from tests.publish import walking as publishing
from tests.publish.walking import Stage

EVERY = 10.0
"""Seconds from one line about the progress to the next."""


@dataclass(frozen=True)
class Start:
    """Where a walk begins, and who sees late what is done."""

    state: State | SendingState
    late: Sequence[str] = ()

    async def publish(self) -> None:
        with TemporaryDirectory() as folder:
            stage = Stage(self.state.world, self.late)
            await publishing.walk(stage, Path(folder), self.state.setup)

    async def walk(self) -> None:
        if isinstance(self.state, SendingState):
            await all_may_send(self.state)
        else:
            await walk(self.state.world, self.state.setup, late=self.late)


@st.composite
def starts(draw: st.DrawFn) -> Start:
    """A third each of those of the three properties in `test_walk`."""
    kind = draw(st.integers(0, 2))
    if kind == 2:
        return Start(draw(sending_states()))
    state = draw(states())
    is_wild = any(owner.is_wild() for owner, _ in state.world.rrsets)
    return Start(state, () if kind == 0 or is_wild else draw(st.sampled_from(LATE)))


@dataclass
class Run:
    count: int
    only: int = 0
    publishes: bool = False
    done: int = 0
    failed: list[int] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def take(self, start: Start) -> None:
        self.done += 1
        if self.only in {0, self.done}:
            self._walk(start)
        if time.monotonic() - self.told >= EVERY or self.done == self.count:
            self.told = time.monotonic()
            print(self.progress, flush=True)

    def _walk(self, start: Start) -> None:
        try:
            asyncio.run(start.publish() if self.publishes else start.walk())
        except Exception as error:  # noqa: BLE001 # whatever it is, the others are walked too
            self.failed.append(self.done)
            print(f"number {self.done}: {start}\n{type(error).__name__}: {error}\n", flush=True)

    @property
    def progress(self) -> str:
        rate = self.done / (time.monotonic() - self.begun)
        cpu = time.process_time() / self.done
        told = f"{rate:.1f} a second, {cpu:.3f} s CPU each"
        return f"{self.done} walks, {len(self.failed)} failed; {told}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--only", type=int, default=0, metavar="NUMBER")
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    run = Run(arguments.count, arguments.only, arguments.publish)

    @seed(arguments.seed)
    @settings(
        max_examples=run.count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(starts())
    def take(start: Start) -> None:
        run.take(start)

    take()
    sys.exit(bool(run.failed))


if __name__ == "__main__":
    main()

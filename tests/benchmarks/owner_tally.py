"""What an owner has to do to publish a plan, and how it is counted and told."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

KEY, CLICK, THOUGHT = 0.28, 1.3, 1.35
SECONDS = {
    "key": KEY,
    "character": KEY,
    "click": CLICK,
    "paste": 2 * KEY,
    "window": 2 * KEY + THOUGHT,
}


class Way(Enum):
    """How an owner brings the records to his provider."""

    BY_HAND = "by hand"
    IMPORT = "import"
    PUBLISH = "publish"


@dataclass
class Tally:
    """What one owner had to do, by kind of operation, and what went wrong.

    Attributes:
        done: in the wizard.
        elsewhere: in the panel and at mailcow, with the way there and back.
        to_plan: operations until the plan is complete.
        records: how many the panel was given box by box.
        copies: keys that copied their boxes.
        wrong: records that are published otherwise than planned, or not at all.
        false: sentences of the guide that did not hold.
    """

    panel: str
    done: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    to_plan: int = 0
    records: int = 0
    copies: int = 0
    wrong: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def operations(self) -> int:
        return self.done.total() + self.elsewhere.total()

    @property
    def minutes(self) -> float:
        every = self.done + self.elsewhere
        return sum(SECONDS[kind] * count for kind, count in every.items()) / 60


HEAD = (
    f"{'panel':<24}{'way':>8}{'to plan':>8}{'a record':>9}{'in all':>7}{'elsewhere':>10}"
    f"{'wrong':>6}{'false':>6}{'min':>6}"
)


def row(tally: Tally, way: Way) -> str:
    a_record = tally.copies / max(1, tally.records)
    return (
        f"{tally.panel:<24}{way.value:>8}{tally.to_plan:>8}{a_record:>9.2f}{tally.operations:>7}"
        f"{tally.elsewhere.total():>10}{len(tally.wrong):>6}{len(tally.false):>6}{tally.minutes:>6.1f}"
    )

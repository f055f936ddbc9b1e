"""Measures what it takes to judge a domain, topic by topic, with all answers at hand.

None may take more than a tenth of what a domain takes in a whole check (`thousand`).
"""

import asyncio
import time
from collections.abc import Iterator

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import TOPICS, subjects
from tests.benchmarks.figures import Figure, run
from tests.benchmarks.thousand import setup
from tests.memory_dns import MemoryDns, good_zone

WHOLE = 0.028
"""Seconds of CPU that a domain takes in a check, with its questions."""
DOMAINS = 100
SHOWN = 3
"""Of the topics, those that take longest."""


class Remembering(MemoryDns):
    """Makes each answer once."""

    def look_up(self, name: Name, rdtype: RdataType) -> Lookup:
        key = name.labels, rdtype
        if key not in self.made:
            self.made[key] = super().look_up(name, rdtype)
        return self.made[key]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.made: dict[tuple[tuple[bytes, ...], RdataType], Lookup] = {}


async def judge(topic: Topic, domains: list[Subject], dns_: MemoryDns) -> float:
    """Seconds of CPU for each domain."""
    # None of them is planned or asked for anew.
    for each in domains:
        topic.plan(each)
        await topic.check(each, dns_)
    began = time.process_time()
    for each in domains:
        await topic.check(each, dns_)
    return (time.process_time() - began) / len(domains)


def figures(is_small: bool = False) -> Iterator[Figure]:
    wanted = setup(2 if is_small else DOMAINS)
    dns_ = Remembering(good_zone(wanted))
    domains = [each for each in subjects(wanted) if each.domain]
    taken = {topic: asyncio.run(judge(topic, domains, dns_)) for topic in TOPICS}
    for topic in sorted(TOPICS, key=lambda topic: -taken[topic])[:SHOWN]:
        what = f"to judge a domain's {topic.label or topic.id}, all answers at hand"
        yield Figure(what, taken[topic] * 1000, "ms of CPU", most=WHOLE * 100)
    yield Figure("to judge all of a domain", sum(taken.values()) * 1000, "ms of CPU")


if __name__ == "__main__":
    run(figures())

"""Measures what it takes to judge a domain, topic by topic, with all answers at hand.

`python -m tests.benchmarks.judging`. Exits with 1 where one of them takes more than a tenth of what
a domain takes in a whole check (`thousand`).
"""

import asyncio
import sys
import time

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import TOPICS, subjects
from tests.benchmarks.thousand import setup
from tests.memory_dns import MemoryDns, good_zone

WHOLE = 0.05
"""Seconds of CPU that a domain takes in a check, with its questions."""
DOMAINS = 100


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


def main() -> int:
    wanted = setup(DOMAINS)
    dns_ = Remembering(good_zone(wanted))
    domains = [each for each in subjects(wanted) if each.domain]
    taken = {topic: asyncio.run(judge(topic, domains, dns_)) for topic in TOPICS}
    for topic, seconds in sorted(taken.items(), key=lambda item: -item[1]):
        print(f"{type(topic).__name__:22} {seconds * 1000:6.2f} ms  {seconds / WHOLE:4.0%}")
    print(f"{'together':22} {sum(taken.values()) * 1000:6.2f} ms")
    return int(max(taken.values()) > WHOLE / 10)


if __name__ == "__main__":
    sys.exit(main())

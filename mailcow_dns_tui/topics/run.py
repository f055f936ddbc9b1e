"""All topics of all subjects at once."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.registry import TOPICS


def subjects(setup: Setup) -> Iterator[Subject]:
    """The server, then each mail domain once."""
    yield Subject(setup)
    first_of = {domain.apex: domain for domain in reversed(setup.domains)}
    for apex in dict.fromkeys(setup.apexes):
        yield Subject(setup, first_of[apex])


def plan(setup: Setup) -> tuple[Record, ...]:
    """Every record that the valid answers ask for: the server's first, then domain by domain."""
    wanted = (topic.wanted(subject) for subject in subjects(setup) for topic in TOPICS)
    return tuple(record for records in wanted for record in records)


async def check(setup: Setup, dns: Dns) -> AsyncGenerator[Finding, None]:
    """Judge everything; findings come as they are ready, in no order."""
    checks = [
        asyncio.ensure_future(topic.check(subject, dns))
        for subject in subjects(setup)
        for topic in TOPICS
    ]
    try:
        for next_done in asyncio.as_completed(checks):
            for finding in await next_done:
                yield finding
    finally:
        for task in checks:
            task.cancel()
        await asyncio.gather(*checks, return_exceptions=True)

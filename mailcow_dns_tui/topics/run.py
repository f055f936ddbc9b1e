"""All topics of all subjects at once."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence

from dns.name import Name

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import TOPICS


def subjects(setup: Setup, zones: Collection[Name] | None = None) -> tuple[Subject, ...]:
    """The server, then each mail domain once; or those of them whose zone is among these."""
    first_of = {domain.apex: domain for domain in reversed(setup.domains)}
    domains = (Subject(setup, first_of[apex]) for apex in dict.fromkeys(setup.apexes))
    everyone = (Subject(setup), *domains)
    return everyone if zones is None else tuple(s for s in everyone if s.zone in zones)


def plan(setup: Setup, zones: Collection[Name] | None = None) -> tuple[Record, ...]:
    """Every record that the valid answers ask for: the server's first, then domain by domain."""
    wanted = (topic.wanted(subject) for subject in subjects(setup, zones) for topic in TOPICS)
    return tuple(record for records in wanted for record in records)


async def check_topic(
    setup: Setup, dns: Dns, topic_id: str, domain: Name | None
) -> Sequence[Finding]:
    """Judge one topic of the server (None) or of a mail domain."""
    mine = (s for s in subjects(setup) if (s.domain and s.domain.apex) == domain)
    checks = [topic.check(s, dns) for s in mine for topic in TOPICS if topic.id == topic_id]
    return [finding for findings in await asyncio.gather(*checks) for finding in findings]


async def check(
    setup: Setup,
    dns: Dns,
    zones: Collection[Name] | None = None,
    topics: Sequence[Topic] = TOPICS,
) -> AsyncGenerator[Sequence[Finding], None]:
    """Judge everything; the findings of each topic and subject come as they are ready."""
    checks = [
        asyncio.ensure_future(topic.check(subject, dns))
        for subject in subjects(setup, zones)
        for topic in topics
    ]
    try:
        for next_done in asyncio.as_completed(checks):
            if findings := await next_done:
                yield findings
    finally:
        for task in checks:
            task.cancel()
        await asyncio.gather(*checks, return_exceptions=True)

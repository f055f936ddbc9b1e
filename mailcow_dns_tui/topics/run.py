"""All topics of all subjects at once."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from dns.name import Name

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dmarc import report_zones
from mailcow_dns_tui.topics.registry import TOPICS


def subjects(setup: Setup, zones: Collection[Name] | None = None) -> tuple[Subject, ...]:
    """The server, then each mail domain once; or those of them whose zone is among these."""
    first_of = {domain.apex: domain for domain in reversed(setup.domains)}
    domains = (Subject(setup, first_of[apex]) for apex in dict.fromkeys(setup.apexes))
    everyone = (Subject(setup), *domains)
    return everyone if zones is None else tuple(s for s in everyone if s.zone in zones)


def plan(setup: Setup, zones: Collection[Name] | None = None) -> tuple[Record, ...]:
    """Every record that the valid answers ask for: the server's first, then domain by domain."""
    return tuple(record for records in plan_parts(setup, zones) for record in records)


def plan_parts(setup: Setup, zones: Collection[Name] | None = None) -> Iterator[tuple[Record, ...]]:
    """The same, one subject at a time; what an edit does not concern is not planned again."""
    common = replace(setup, domains=())
    for subject in subjects(setup, zones):
        if subject.domain is None:
            yield _wanted(subject)
        else:
            yield _of_domain(common, subject.domain, report_zones(setup, subject.domain))


@lru_cache(maxsize=4096)
def _of_domain(common: Setup, domain: Domain, zones: tuple[Name, ...]) -> tuple[Record, ...]:
    """What one domain wants; of the other domains only those that reports go to matter."""
    others = tuple(Domain(ascii_form(zone)) for zone in zones)
    return _wanted(Subject(replace(common, domains=(domain, *others)), domain))


def _wanted(subject: Subject) -> tuple[Record, ...]:
    return tuple(record for topic in TOPICS for record in topic.wanted(subject))


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

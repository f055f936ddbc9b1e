"""All topics, in the order in which their records are shown; and what they plan and find.

Also what a record's own topic makes of the answers of one single viewer.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup, Security
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.code import MISSING, WORKS_DIFFERENTLY
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import REMEMBERED, ascii_form
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.caa.topic import CaaTopic
from mailcow_dns_tui.topics.clients import AutodiscoveryTopic, ServicesTopic
from mailcow_dns_tui.topics.delegation import DelegationTopic, DnssecTopic
from mailcow_dns_tui.topics.dkim import topic as dkim
from mailcow_dns_tui.topics.dmarc import topic as dmarc
from mailcow_dns_tui.topics.host.topic import HostTopic
from mailcow_dns_tui.topics.mta_sts.topic import MtaStsTopic
from mailcow_dns_tui.topics.mx.topic import MxTopic
from mailcow_dns_tui.topics.ptr import PtrTopic
from mailcow_dns_tui.topics.spf.topic import SpfTopic
from mailcow_dns_tui.topics.tls_reports import TlsReportsTopic
from mailcow_dns_tui.topics.tlsa.topic import TlsaTopic
from mailcow_dns_tui.topics.together import few_at_once
from mailcow_dns_tui.topics.verification import VerificationTopic

WITH_RECORDS: tuple[Topic, ...] = (
    HostTopic(),
    PtrTopic(),
    TlsaTopic(),
    CaaTopic(),
    AutodiscoveryTopic(),
    MxTopic(),
    SpfTopic(),
    dkim.DkimTopic(),
    dmarc.DmarcTopic(),
    ServicesTopic(),
    MtaStsTopic(),
    TlsReportsTopic(),
    VerificationTopic(),
)
TOPICS = (*WITH_RECORDS, DelegationTopic(WITH_RECORDS), DnssecTopic())


def with_days(setup: Setup, findings: Sequence[Finding], today: date) -> Setup:
    """The setup with since when p=none and the DKIM keys are published, as these findings tell."""
    return dkim.noted(dmarc.noted(setup, findings, today), findings, today)


def topics_of_step(step: str) -> frozenset[str]:
    """The ids of the topics whose questions are in a step of the wizard."""
    return frozenset(topic.id for topic in TOPICS if topic.asked_in == step)


@cache
def columns() -> Mapping[str, str]:
    """The head of each topic that has a column among all mail domains, by its id."""
    return {topic.id: topic.column for topic in TOPICS if topic.column}


def columns_meanings() -> Iterator[str]:
    """What those heads stand for that are not plain, each with its head."""
    return (f"{t.column} {t.column_means}" for t in TOPICS if t.column_means)


def guidance_of(topic_id: str) -> Guidance:
    """How the guide deals with what a topic finds; as with any other where it is not known."""
    return next((topic.guidance for topic in TOPICS if topic.id == topic_id), Guidance())


def subjects(setup: Setup, zones: Collection[Name] | None = None) -> tuple[Subject, ...]:
    """The server, then each mail domain once; or those of them whose zone is among these."""
    domains = (Subject(setup, setup.domains[place]) for place in setup.domain_index.values())
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
            yield planned(subject)
        else:
            yield _of_domain(common, subject.domain, dmarc.report_zones(setup, subject.domain))


@lru_cache(maxsize=REMEMBERED)
def _of_domain(common: Setup, domain: Domain, zones: tuple[Name, ...]) -> tuple[Record, ...]:
    """What one domain wants; of the other domains only those that reports go to matter."""
    others = tuple(Domain(ascii_form(zone)) for zone in zones)
    return planned(Subject(replace(common, domains=(domain, *others)), domain))


def planned(subject: Subject) -> tuple[Record, ...]:
    """Every record that is wanted for one subject."""
    return tuple(record for topic in TOPICS for record in topic.plan(subject))


async def check_topic(
    setup: Setup, dns: Dns, topic_id: str, domain: Name | None
) -> Sequence[Finding]:
    """Judge one topic of the server (None) or of a mail domain."""
    mine = (s for s in subjects(setup) if (s.domain and s.domain.apex) == domain)
    checks = [topic.check(s, dns) for s in mine for topic in TOPICS if topic.id == topic_id]
    return [finding for findings in await asyncio.gather(*checks) for finding in findings]


async def check_subject(
    subject: Subject, dns: Dns, topics: Sequence[Topic] = TOPICS
) -> list[Finding]:
    """Judge all of the server or of one mail domain."""
    found = await asyncio.gather(*(topic.check(subject, dns) for topic in topics))
    return [finding for findings in found for finding in findings]


AT_ONCE = 16
"""Subjects: enough to keep the network busy; more would only wait, and take memory."""


async def check(
    setup: Setup, dns: Dns, zones: Collection[Name] | None = None, topics: Sequence[Topic] = TOPICS
) -> AsyncGenerator[Sequence[Finding], None]:
    """Judge everything; the findings of each topic and subject come as they are ready."""
    checks = ((topic.check(s, dns) for topic in topics) for s in subjects(setup, zones))
    async with aclosing(few_at_once(checks, AT_ONCE)) as judged:
        async for findings in judged:
            if findings:
                yield findings


Answers = Mapping[RdataType, Answer]


@dataclass(frozen=True)
class Judge:
    """A judgement of what a viewer sees.

    Attributes:
        wanted: the record, in any form that has its meaning.
        missing: no such record, though others may stand at the name.
        found: what there is of its kind, as people read it.
    """

    wanted: bool
    missing: bool
    found: tuple[str, ...]


def asked_types(record: Record) -> tuple[RdataType, ...]:
    """What to ask a viewer for: an alias is as good as the addresses that it leads to."""
    if record.rdtype == RdataType.CNAME:
        return RdataType.A, RdataType.AAAA
    return (record.rdtype,)


async def judge_observation(record: Record, setup: Setup, answers: Answers, dns: Dns) -> Judge:
    """Judge as the topic does where these answers, none a failure, are all known of the name."""
    place = _place(record, setup)
    if place is None:
        answer = next(iter(answers.values()))
        return Judge(record.rdata in answer.rdatas, answer.absent, ())
    found = await _judged(record, place, _Viewed(record.owner, answers, dns))
    published = any(record.rdata in answer.rdatas for answer in answers.values())
    wanted = _is_good(found, published=published)
    if published and not wanted:
        wanted = await _is_like_the_ideal(record, place, answers, found, dns)
    return Judge(wanted, found.code == MISSING, found.found)


Placement = tuple[Topic, Subject]


def _place(record: Record, setup: Setup) -> Placement | None:
    """The topic and the subject that want the record; None where the setup has changed since."""
    for subject in subjects(setup):
        if (subject.domain.apex if subject.domain else None) != record.domain:
            continue
        for topic in TOPICS:
            if topic.id == record.topic and record in topic.wanted(subject):
                return topic, subject
    return None


async def _judged(record: Record, place: Placement, dns: Dns) -> Finding:
    topic, subject = place
    return (await topic.look_up_all(record, subject, dns))[0]


def _is_good(found: Finding, *, published: bool) -> bool:
    """An INFO may also be about a record that is missing."""
    good = found.status is Status.OK or found.code == WORKS_DIFFERENTLY
    return good or (found.status is Status.INFO and published)


async def _is_like_the_ideal(
    record: Record, place: Placement, answers: Answers, found: Finding, dns: Dns
) -> bool:
    """Whether the plan itself is what the topic objects to, as with a weak policy."""
    answer = answers[record.rdtype]
    alone = {**answers, record.rdtype: replace(answer, rdatas=(record.rdata,), malformed=())}
    ideal = await _judged(record, place, _Viewed(record.owner, alone, dns))
    return (ideal.status, ideal.code) == (found.status, found.code)


class _Viewed:
    """A DNS in which one name is as a viewer sees it, and all others are as they are."""

    def __init__(self, name: Name, answers: Answers, others: Dns) -> None:
        self._name = name
        self._answers = answers
        self._others = others

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        return self._viewed(name, rdtype) or await self._others.ask(name, rdtype)

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        return self._viewed(name, rdtype) or await self._others.ask_servers(name, rdtype)

    def _viewed(self, name: Name, rdtype: RdataType) -> Lookup | None:
        answer = self._answers.get(rdtype) if name == self._name else None
        return None if answer is None else Lookup(name, rdtype, (answer,))

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        return await self._others.security(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        return await self._others.fetch_policy(domain)

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        return await self._others.present(host, addresses)

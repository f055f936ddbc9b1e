"""What a record's own topic makes of the answers of one single viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.security import Security
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import TOPICS
from mailcow_dns_tui.topics.run import subjects

Answers = Mapping[RdataType, Answer]


@dataclass(frozen=True)
class Sees:
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


async def sees(record: Record, setup: Setup, answers: Answers, dns: Dns) -> Sees:
    """Judge as the topic does where these answers are all that is known of the name.

    Args:
        record: one that the setup wants.
        setup: the operator's answers.
        answers: by type; none of them a failure.
        dns: asked for all other names.
    """
    place = _place(record, setup)
    if place is None:
        answer = next(iter(answers.values()))
        return Sees(record.rdata in answer.rdatas, answer.absent, ())
    found = await _judged(record, place, _Viewed(record.owner, answers, dns))
    published = any(record.rdata in answer.rdatas for answer in answers.values())
    wanted = _is_good(found, published=published)
    if published and not wanted:
        wanted = await _is_like_the_ideal(record, place, answers, found, dns)
    return Sees(wanted, found.code == "missing", found.found)


Place = tuple[Topic, Subject]


def _place(record: Record, setup: Setup) -> Place | None:
    """The topic and the subject that want the record; None where the setup has changed since."""
    for subject in subjects(setup):
        if (subject.domain.apex if subject.domain else None) != record.domain:
            continue
        for topic in TOPICS:
            if topic.id == record.topic and record in topic.wanted(subject):
                return topic, subject
    return None


async def _judged(record: Record, place: Place, dns: Dns) -> Finding:
    topic, subject = place
    return (await topic.look_up_all(record, subject, dns))[0]


def _is_good(found: Finding, *, published: bool) -> bool:
    """An INFO may also be about a record that is missing."""
    good = found.status is Status.OK or found.code == "works-differently"
    return good or (found.status is Status.INFO and published)


async def _is_like_the_ideal(
    record: Record, place: Place, answers: Answers, found: Finding, dns: Dns
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

"""Which hosts may send mail for a domain (RFC 7208)."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup, Security
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.code import AS_WANTED, COULD_NOT_ASK
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.text import brief, safe, txt_rdata
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.judge import ASK_AGAIN, Verdict, finding_about, judge_all
from mailcow_dns_tui.topics.misplaced import Slips
from mailcow_dns_tui.topics.moving import further_steps
from mailcow_dns_tui.topics.phrases import reasons
from mailcow_dns_tui.topics.spf.judge import judge_answer, telling_what_was_meant
from mailcow_dns_tui.topics.spf.record import (
    is_plain,
    lacking_words,
    only_valid,
    published,
    syntax_fault,
)
from mailcow_dns_tui.topics.spf.result import (
    EHLO_NOT_ALLOWED,
    NO_EHLO_SPF,
    Evaluation,
    spf_record_text,
)
from mailcow_dns_tui.topics.spf.steps import (
    ehlo_record,
    ehlo_step,
    spf_locks,
    spf_phase,
    spf_step,
    texts_of,
)
from mailcow_dns_tui.topics.wildcard import wildcard_of

WHY = "It tells receivers that this server may send the domain's mail."
EHLO_RECORD = "v=spf1 a -all"
ADDRESSES = (RdataType.A, RdataType.AAAA)
REFUSED = frozenset({"fail", "softfail", "permerror"})
"""A neutral result counts as none (RFC 7208 8.2)."""


class SpfTopic(Topic):
    """SPF of each mail domain, and of the hostname where receivers check bounces by it."""

    id = "spf"
    # SPF had a type of its own once (RFC 7208 3.1).
    slips = Slips(types={RdataType.TXT: RdataType.SPF})
    label = "SPF"
    lacking = "Gmail refuses mail that passes neither SPF nor DKIM (5.7.26)"
    asked_in = "policy"
    column = "SPF"
    guidance = Guidance(
        60,
        step=spf_step,
        unplanned=ehlo_step,
        further=further_steps,
        locks=spf_locks,
        phase=spf_phase,
    )
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """One TXT at the domain, by its own policy or the common one."""
        if subject.domain is None or subject.apex is None:
            return
        text = spf_record_text(subject.setup.spf_of(subject.domain))
        if text is not None:
            yield self.record(subject, "@", txt_rdata(text), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the domain's record; of the server only what is published at the hostname."""
        if subject.domain is not None:
            return await super().check(subject, dns)
        return await _ehlo_findings(subject, dns)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Evaluate for the server's addresses what each name server has."""
        heard = RecordingDns(dns)
        lookup, known = await asyncio.gather(
            dns.ask(record.owner, record.rdtype), _on_servers(record, subject, heard)
        )
        # A resolver may still have another text.
        evaluations = await _evaluations(lookup, subject, heard, known)
        found = judge_all(
            record, lookup, lambda record, answer: judge_answer(record, answer, evaluations)
        )
        whole = (replace(each, other_lookups=heard.lookups) for each in found)
        return [telling_what_was_meant(each, subject.setup.server.name) for each in whole]


async def _on_servers(record: Record, subject: Subject, dns: Dns) -> Mapping[str, Evaluation]:
    lookup = await dns.ask_servers(record.owner, record.rdtype)
    return await _evaluations(lookup, subject, dns, {})


async def _evaluations(
    lookup: Lookup, subject: Subject, dns: Dns, known: Mapping[str, Evaluation]
) -> Mapping[str, Evaluation]:
    """Of each text that some server has as the domain's only record, if it is one."""
    from mailcow_dns_tui.topics.spf.evaluate import evaluate

    valid = dict.fromkeys(filter(None, map(only_valid, lookup.views)))
    texts = [text for text in valid if text not in known]
    jobs = [evaluate(text, lookup.name, subject.setup.server, dns) for text in texts]
    return {**known, **dict(zip(texts, await asyncio.gather(*jobs), strict=True))}


async def _ehlo_findings(subject: Subject, dns: Dns) -> Sequence[Finding]:
    """How the record of the server's own name stands (RFC 7208 2.4).

    A hostname that is a mail domain has that domain's record.
    """
    name, addresses = subject.setup.server.name, subject.setup.server.addresses
    if name is None or not addresses or name in subject.setup.domain_index:
        return []
    lookup = await dns.ask(name, RdataType.TXT)
    if lookup.representative is None:
        return [_unheard(name, lookup)]
    heard = RecordingDns(dns)
    different = {answer.data: answer for answer in reversed(lookup.answered)}
    judged = [await _judged(name, each, subject, heard) for each in different.values()]
    # Where a name server has none, receivers that ask it don't check bounces by one.
    there = [each for each in judged if each.code != NO_EHLO_SPF]
    verdict = min(there or judged, key=lambda each: each.status.rank)
    found = replace(finding_about("spf", lookup, verdict), tier=Tier.OPTIONAL)
    found = replace(found, other_lookups=heard.lookups)
    if verdict.good:
        return [replace(found, found=tuple(map(safe, texts_of(found))))]
    zone = lookup.zone or subject.setup.host_zone or name
    if verdict.code == NO_EHLO_SPF:
        hosts = await asyncio.gather(*(dns.ask(name, rdtype) for rdtype in ADDRESSES))
        wildcards = await asyncio.gather(*(wildcard_of(each, zone, dns) for each in hosts))
        wildcard = next(filter(None, wildcards), None)
        if wildcard is None and not lookup.representative.aliases:
            remedy = ehlo_record(
                name, zone, txt_rdata(EHLO_RECORD), subject.setup.server.usable_ttl
            )
            found = replace(found, remedy=remedy)
        return [_after_the_addresses(found, wildcard)]
    return [replace(found, wildcard=await wildcard_of(lookup, zone, dns))]


def _unheard(name: Name, lookup: Lookup) -> Finding:
    """Nobody said anything, so a record that was proposed may be there or not."""
    message = (
        f"Whether {unicode_form(name)} has an SPF record of its own is not known: "
        f"{reasons(lookup.failed)}."
    )
    verdict = Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
    return replace(finding_about("spf", lookup, verdict), tier=Tier.OPTIONAL)


def _after_the_addresses(found: Finding, wildcard: Name | None) -> Finding:
    """A record that is published at a name ends what a wildcard answers for it."""
    if wildcard is None:
        return found
    first = (
        "First add the A and AAAA records of that name itself: so far only "
        f"{unicode_form(wildcard)} answers for it."
    )
    return replace(found, fix=f"{first} {found.fix}")


async def _judged(name: Name, answer: Answer, subject: Subject, dns: Dns) -> Verdict:
    from mailcow_dns_tui.topics.spf.evaluate import evaluate

    counted = [each.text for each in published(answer) if each.counts]
    if not counted:
        return _without(name, answer)
    if len(counted) > 1:
        return _unfit(name, f"there are {len(counted)} of them")
    fault = syntax_fault(counted[0])
    if fault:
        return _unfit(name, fault)
    evaluation = await evaluate(counted[0], name, subject.setup.server, dns)
    refused = [o for o in evaluation.outcomes if o.verdict in REFUSED]
    if not refused:
        message = f"The SPF record of {unicode_form(name)} does not refuse the server's bounces."
        return Verdict(Status.OK, AS_WANTED, message)
    told = " and ".join(f"{outcome.address} gets {outcome.verdict}" for outcome in refused)
    verdict = _unfit(name, told)
    if evaluation.met or not is_plain(counted[0]) or lacking_words(counted[0], EHLO_RECORD, name):
        return verdict
    first = f"Publish the addresses of {unicode_form(name)} first: it refers to them."
    return replace(verdict, fix=first)


def _without(name: Name, answer: Answer) -> Verdict:
    host = unicode_form(name)
    # Beside a CNAME no other record can be.
    place = unicode_form(answer.aliases[-1]) if answer.aliases else host
    message = f"{host} has no SPF record of its own, by which receivers check the server's bounces."
    return Verdict(Status.INFO, NO_EHLO_SPF, message, f"Add a TXT record {EHLO_RECORD} at {place}.")


def _unfit(name: Name, reason: str) -> Verdict:
    host = unicode_form(name)
    message = f"The SPF record of {host} speaks against the server's bounces: {brief(reason, 300)}."
    fix = f"Make it one TXT record at {host} with a right after v=spf1, as in {EHLO_RECORD}."
    return Verdict(Status.WARNING, EHLO_NOT_ALLOWED, message, fix)


class RecordingDns:
    """Passes every question on; the lookups are those it has led to, each question once."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._lookups: dict[tuple[Name, RdataType], Lookup] = {}

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """What was asked, in the order of the first time."""
        return tuple(self._lookups.values())

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """As `Dns.ask`, and kept."""
        return self._kept(await self._dns.ask(name, rdtype))

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        """As `Dns.ask_servers`, and kept."""
        return self._kept(await self._dns.ask_servers(name, rdtype))

    def _kept(self, lookup: Lookup) -> Lookup:
        self._lookups[lookup.name, lookup.rdtype] = lookup
        return lookup

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        return await self._dns.security(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        return await self._dns.fetch_policy(domain)

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        return await self._dns.present(host, addresses)

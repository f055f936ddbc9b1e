"""Encrypted delivery by policy (RFC 8461): the host of the policy, and its TXT record."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.code import (
    DIFFERENT,
    NOT_VALID,
    SEVERAL_RECORDS,
    WORKS_DIFFERENTLY,
    Act,
    Code,
)
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage, policy_host
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.text import brief, txt_rdata
from mailcow_dns_tui.topics import judge, rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judge import Verdict
from mailcow_dns_tui.topics.mta_sts.certificate import certificate_verdict
from mailcow_dns_tui.topics.mta_sts.policy import binds, keeping_away, page_verdicts, serves_policy
from mailcow_dns_tui.topics.mta_sts.record import KIND, fault, in_effect, policy_id
from mailcow_dns_tui.topics.mta_sts.steps import GUIDANCE
from mailcow_dns_tui.topics.targets import exchanges, look_up_alias
from mailcow_dns_tui.topics.text_record import wanted_text

OTHER_ID = Code("other-id", "MTA-STS with another id than planned", Act.CHANGE, symptom=True)


ANNOUNCES = "It tells senders that there is a policy, and when it changed."
ORDER = "Add this record {where} last, when the mta-sts host, its certificate and policy work."


class MtaStsTopic(Topic):
    """The host of each domain's policy, and the TXT record that announces it."""

    id = "mta-sts"
    label = "MTA-STS"
    asked_in = "domains"
    column = "STS"
    column_means = "MTA-STS"
    guidance = GUIDANCE

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """A CNAME to the hostname, and the TXT record; none without an id in the plan."""
        domain, host = subject.domain, subject.setup.server.name
        if domain is None or subject.apex is None or host is None or not domain.mta_sts_id:
            return
        if validators.mta_sts_id(domain.mta_sts_id):
            return
        why = "Senders fetch the policy from this name."
        alias = self.record(subject, "mta-sts", rdatas.cname(host), why)
        if alias.owner != host:
            yield alias
        # mailcow's own page compares byte by byte with this form.
        text = f"v=STSv1;id={domain.mta_sts_id};"
        yield self.record(subject, "_mta-sts", txt_rdata(text), ANNOUNCES)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the wanted records, or a policy that is published all the same."""
        if self.plan(subject):
            return await super().check(subject, dns)
        apex, server = subject.apex, subject.setup.server
        if apex is None or server.name is None:
            return ()
        record = self.record(subject, "_mta-sts", txt_rdata("v=STSv1;"), ANNOUNCES)
        found = await self._unplanned(record, apex, server, dns)
        return [replace(each, record=None, expected=()) for each in found]

    async def _unplanned(
        self, record: Record, apex: Name, server: Server, dns: Dns
    ) -> Sequence[Finding]:
        """Only what may keep senders away; how good such a policy is otherwise, nobody asked."""
        lookup = await dns.ask(record.owner, record.rdtype)
        if lookup.unknown:
            return [judge.finding(record, lookup, judge.could_not_ask(record, lookup))]
        if not any(map(in_effect, lookup.answered)):
            return []
        page, mx = await asyncio.gather(dns.fetch_policy(apex), dns.ask(apex, RdataType.MX))
        verdicts = await _verdicts(apex, page, mx, server, dns)
        if on_its_way := await _on_its_way(apex, page, server, dns):
            verdicts = [replace(each, status=Status.INFO, fix="") for each in verdicts]
        else:
            verdicts = keeping_away(verdicts)
        found = (judge.finding(record, lookup, each) for each in verdicts)
        return [replace(each, other_lookups=on_its_way) for each in found]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge where the host leads, or the TXT record and the policy that is served."""
        apex, server = subject.apex, subject.setup.server
        if apex is None or server.name is None:
            return ()
        if isinstance(record.rdata, CNAME):
            return [await self._look_up_host(record, apex, server, dns)]
        fetching = asyncio.gather(dns.fetch_policy(apex), dns.ask(apex, RdataType.MX))
        try:
            lookup = await dns.ask(record.owner, record.rdtype)
            text = judge.judge(record, lookup, self.judge_answer)
            if not any(map(in_effect, lookup.answered)):
                return [text]
            page, mx = await fetching
        finally:
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)
        verdicts = await _verdicts(apex, page, mx, server, dns)
        on_its_way = await _on_its_way(apex, page, server, dns)
        said = (judge.finding(record, lookup, verdict) for verdict in verdicts)
        further = [replace(each, other_lookups=on_its_way) for each in said]
        return worst_first([text, *further] if text.status is not Status.OK else further or [text])

    async def _look_up_host(self, record: Record, apex: Name, server: Server, dns: Dns) -> Finding:
        """The host may be anybody's, as long as senders get the policy there."""
        judged = await look_up_alias(record, server, dns)
        if judged.code != DIFFERENT or not serves_policy(await dns.fetch_policy(apex)):
            return judged
        message = f"{judged.message.removesuffix('.')}, and a policy is served there."
        return replace(judged, code=WORKS_DIFFERENTLY, status=Status.INFO, message=message, fix="")

    def judge_answer(self, record: Record, answer: Answer) -> judge.Verdict:
        """Judge the TXT record that announces the policy."""
        texts = KIND.texts(answer)
        name = record.owner_text
        if not texts:
            return replace(judge.missing(record), fix=ORDER.format(where=judge.where(record)))
        if len(texts) > 1:
            message = f"{name} has {len(texts)} MTA-STS records: senders ignore them all."
            fix = f"Leave only the wanted one {judge.where(record)}."
            return judge.Verdict(Status.WARNING, SEVERAL_RECORDS, message, fix)
        fix = f"Change it to the wanted value {judge.where(record)}."
        if why := fault(texts[0]):
            message = f"The record of {name} is not valid, so there is no MTA-STS: {brief(why)}."
            return judge.Verdict(Status.WARNING, NOT_VALID, message, fix)
        found = policy_id(texts[0])
        if found == policy_id(wanted_text(record)):
            return judge.as_wanted(record)
        message = f"{name} has the id {found}, not the planned one: senders may keep an old policy."
        return judge.Verdict(Status.WARNING, OTHER_ID, message, fix)


async def _verdicts(
    domain: Name, page: PolicyPage, mx: Lookup, server: Server, dns: Dns
) -> Sequence[Verdict]:
    """All that is to be said of the policy, and of whether mail arrives by it."""
    hosts = exchanges(mx)
    if server.name is None:
        return []
    said = page_verdicts(domain, page, server.name, hosts)
    if server.name not in hosts or not binds(page, server.name):
        return said
    certificate = await certificate_verdict(domain, server.name, server, dns)
    return [*said, *([certificate] if certificate else [])]


async def _on_its_way(
    domain: Name, page: PolicyPage, server: Server, dns: Dns
) -> tuple[Lookup, ...]:
    """Where the policy's host leads if all that it lacks are the mail host's addresses."""
    if page.failure is not FetchFailure.NO_ADDRESS:
        return ()
    lookup = await dns.ask_servers(policy_host(domain), RdataType.A)
    return (lookup,) if server.name in lookup.aliases and lookup.absent else ()

"""Encrypted delivery by policy (RFC 8461): the host of the policy, and its TXT record."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.txt import brief, txt_rdata, txt_value
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.aliases import look_up_alias
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    could_not_ask,
    finding,
    judge,
    missing,
    where,
)
from mailcow_dns_tui.topics.mta_sts_judgement import keeping_away, page_verdicts, serves_policy
from mailcow_dns_tui.topics.mta_sts_record import KIND, fault, policy_id
from mailcow_dns_tui.topics.mx_targets import exchanges

ANNOUNCES = "It tells senders that there is a policy, and when it changed."
ORDER = "Add this record {where} last, when the mta-sts host, its certificate and policy work."


class MtaSts(Topic):
    id = "mta-sts"

    def wanted(self, subject: Subject) -> Iterable[Record]:
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
        if tuple(self.wanted(subject)):
            return await super().check(subject, dns)
        apex, host = subject.apex, subject.setup.server.name
        if apex is None or host is None:
            return ()
        record = self.record(subject, "_mta-sts", txt_rdata("v=STSv1;"), ANNOUNCES)
        found = await self._unplanned(record, apex, host, dns)
        return [replace(each, record=None, expected=()) for each in found]

    async def _unplanned(
        self, record: Record, apex: Name, host: Name, dns: Dns
    ) -> Sequence[Finding]:
        """Only what may keep senders away; how good such a policy is otherwise, nobody asked."""
        lookup = await dns.ask(record.owner, record.rdtype)
        if lookup.unknown:
            return [finding(record, lookup, could_not_ask(record, lookup))]
        if not any(map(in_effect, lookup.heard)):
            return []
        page, mx = await asyncio.gather(dns.fetch_policy(apex), dns.ask(apex, RdataType.MX))
        verdicts = page_verdicts(apex, page, host, exchanges(mx))
        return [finding(record, lookup, each) for each in keeping_away(verdicts)]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        apex, server = subject.apex, subject.setup.server
        if apex is None or server.name is None:
            return ()
        if isinstance(record.rdata, CNAME):
            return [await self._look_up_host(record, apex, server, dns)]
        fetching = asyncio.gather(dns.fetch_policy(apex), dns.ask(apex, RdataType.MX))
        try:
            lookup = await dns.ask(record.owner, record.rdtype)
            text = judge(record, lookup, self.opinion)
            if not any(map(in_effect, lookup.heard)):
                return [text]
            page, mx = await fetching
        finally:
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)
        verdicts = page_verdicts(apex, page, server.name, exchanges(mx))
        further = [finding(record, lookup, verdict) for verdict in verdicts]
        return worst_first([text, *further] if text.status is not Status.OK else further or [text])

    async def _look_up_host(self, record: Record, apex: Name, server: Server, dns: Dns) -> Finding:
        """The host may be anybody's, as long as senders get the policy there."""
        judged = await look_up_alias(record, server, dns)
        if judged.code != "different" or judged.lookup is None:
            return judged
        if not serves_policy(await dns.fetch_policy(apex)):
            return judged
        message = f"{judged.message.removesuffix('.')}, and a policy is served there."
        return replace(
            judged, code="works-differently", status=Status.INFO, message=message, fix=""
        )

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        texts = KIND.texts(answer)
        name = unicode_form(record.owner)
        if not texts:
            return replace(missing(record), fix=ORDER.format(where=where(record)))
        if len(texts) > 1:
            message = f"{name} has {len(texts)} MTA-STS records: senders ignore them all."
            fix = f"Leave only the wanted one {where(record)}."
            return Verdict(Status.WARNING, "several-records", message, fix)
        fix = f"Change it to the wanted value {where(record)}."
        if why := fault(texts[0]):
            message = f"The record of {name} is not valid, so there is no MTA-STS: {brief(why)}."
            return Verdict(Status.WARNING, "not-valid", message, fix)
        found = policy_id(texts[0])
        if found == policy_id(_text(record)):
            return as_wanted(record)
        message = f"{name} has the id {found}, not the planned one: senders may keep an old policy."
        return Verdict(Status.WARNING, "other-id", message, fix)


def in_effect(answer: Answer) -> bool:
    """Senders that hear this look for the policy."""
    texts = KIND.texts(answer)
    return len(texts) == 1 and not fault(texts[0])


def _text(record: Record) -> str:
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""

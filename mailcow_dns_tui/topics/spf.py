"""Which hosts may send mail for a domain (RFC 7208)."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Spf as Policy
from mailcow_dns_tui.model.txt import txt_rdata
from mailcow_dns_tui.model.validators import spf_all, spf_mechanism
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.heard import Heard
from mailcow_dns_tui.topics.judgement import judge_all
from mailcow_dns_tui.topics.spf_result import Evaluation

WHY = "It tells receivers that this server may send the domain's mail."


class Spf(Topic):
    id = "spf"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        text = record_text(subject.setup.spf_of(subject.domain))
        if text is not None:
            yield self.record(subject, "@", txt_rdata(text), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        if subject.domain is not None:
            return await super().check(subject, dns)
        from mailcow_dns_tui.topics.spf_ehlo import ehlo_findings

        return await ehlo_findings(subject, dns)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        # spftrace takes as long to load as all topics together, and planning needs none of it.
        from mailcow_dns_tui.topics.spf_verdicts import opinions, telling_what_was_meant

        heard = Heard(dns)
        lookup, known = await asyncio.gather(
            dns.ask(record.owner, record.rdtype), _on_servers(record, subject, heard)
        )
        # A resolver may still have another text.
        evaluations = await _evaluations(lookup, subject, heard, known)
        found = judge_all(
            record, lookup, lambda record, answer: opinions(record, answer, evaluations)
        )
        whole = (replace(each, beside=heard.lookups) for each in found)
        return [telling_what_was_meant(each, subject.setup.server.name) for each in whole]


async def _on_servers(record: Record, subject: Subject, dns: Dns) -> Mapping[str, Evaluation]:
    lookup = await dns.ask_servers(record.owner, record.rdtype)
    return await _evaluations(lookup, subject, dns, {})


async def _evaluations(
    lookup: Lookup, subject: Subject, dns: Dns, known: Mapping[str, Evaluation]
) -> Mapping[str, Evaluation]:
    """Of each text that some server has as the domain's only record, if it is one."""
    from mailcow_dns_tui.topics.spf_evaluation import evaluate
    from mailcow_dns_tui.topics.spf_record import only_valid

    seen = (*lookup.heard, *filter(None, [lookup.resolver]))
    valid = dict.fromkeys(filter(None, map(only_valid, seen)))
    texts = [text for text in valid if text not in known]
    domain, addresses = ascii_form(lookup.name), subject.setup.server.addresses
    jobs = [evaluate(text, domain, addresses, dns) for text in texts]
    return {**known, **dict(zip(texts, await asyncio.gather(*jobs), strict=True))}


def record_text(policy: Policy) -> str | None:
    """The record of a policy; None while a part of it is wrong."""
    if spf_all(policy.all) or any(map(spf_mechanism, policy.mechanisms)):
        return None
    return " ".join(("v=spf1", *policy.mechanisms, policy.all))

"""Which hosts may send mail for a domain (RFC 7208)."""

import asyncio
from collections.abc import Iterable, Mapping

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Spf as Policy
from mailcow_dns_tui.model.txt import safe, txt_rdata, txt_value
from mailcow_dns_tui.model.validators import spf_all, spf_mechanism
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    judge,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.spf_result import PASSED, Evaluation
from mailcow_dns_tui.topics.txt import counted, starting

WHY = "It tells receivers that this server may send the domain's mail."
VERSION = r"(?i)v=spf1( |$)"


class Spf(Topic):
    id = "spf"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        text = record_text(subject.setup.spf_of(subject.domain))
        if text is not None:
            yield self.record(subject, "@", txt_rdata(text), WHY)

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        # spftrace takes as long to load as all topics together, and planning needs none of it.
        from mailcow_dns_tui.topics.spf_evaluation import evaluate

        lookup = await dns.ask(record.owner, record.rdtype)
        seen = (*lookup.heard, *filter(None, [lookup.resolver]))
        domain, addresses = ascii_form(record.owner), subject.setup.server.addresses
        published = {text for answer in seen for text in starting(answer, "v=spf1")}
        texts = tuple(published) if addresses else ()
        jobs = [evaluate(text, domain, addresses, dns) for text in texts]
        results = dict(zip(texts, await asyncio.gather(*jobs), strict=True))
        return judge(record, lookup, lambda record, answer: _opinion(record, answer, results))


def record_text(policy: Policy) -> str | None:
    """The record of a policy; None while a part of it is wrong."""
    if spf_all(policy.all) or any(map(spf_mechanism, policy.mechanisms)):
        return None
    return " ".join(("v=spf1", *policy.mechanisms, policy.all))


def _opinion(record: Record, answer: Answer, results: Mapping[str, Evaluation]) -> Verdict:
    texts = counted(answer, "v=spf1", VERSION)
    if not texts:
        return missing(record)
    name = unicode_form(record.owner)
    if len(texts) > 1:
        message = f"{name} has {len(texts)} SPF records: receivers ignore them all."
        return Verdict(Status.ERROR, "several-records", message, "Leave one of them, as wanted.")
    if not results:
        message = f"The plan has no address, so the SPF record of {name} can't be checked."
        return Verdict(Status.UNKNOWN, "no-address", message, "Give the server's address.")
    return _of_result(record, texts[0], results[texts[0]])


def _of_result(record: Record, text: str, result: Evaluation) -> Verdict:
    name = unicode_form(record.owner)
    if result.verdict == "temperror":
        message = f"Could not look up all that the SPF record of {name} refers to."
        return Verdict(Status.UNKNOWN, "could-not-ask", message, "Check again later.")
    if result.verdict != PASSED:
        return _not_passing(record, text, result)
    if result.open_to_all:
        message = f"The SPF record of {name} lets every server in the world send its mail."
        return Verdict(Status.WARNING, "open-to-all", message, f"End it with -all {where(record)}.")
    return as_wanted(record) if _is_wanted(record, text) else works_differently(record)


def _is_wanted(record: Record, text: str) -> bool:
    return isinstance(record.rdata, TXT) and _folded(text) == _folded(txt_value(record.rdata))


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _not_passing(record: Record, text: str, result: Evaluation) -> Verdict:
    name = unicode_form(record.owner)
    fix = f"Change it to the wanted value {where(record)}."
    if result.verdict in {"permerror", "none"}:
        message = f"The SPF record of {name} is not valid: {safe(result.reason)}."
        return Verdict(Status.ERROR, "not-valid", message, fix)
    if _is_wanted(record, text):
        fix = "Publish what it refers to: the MX and the address records."
    message = f"The SPF record of {name} does not allow {result.address} ({result.verdict})."
    return Verdict(Status.ERROR, "not-allowed", message, fix)

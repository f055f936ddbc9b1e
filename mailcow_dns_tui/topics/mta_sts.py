"""Encrypted delivery by policy (RFC 8461): the host of the policy, and its TXT record."""

import re
from collections.abc import Iterable

from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.aliases import look_up_alias
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, missing, where
from mailcow_dns_tui.topics.txt import counted, tags

VERSION = r"v=STSv1[ \t]*;"


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
        why = "It tells senders that there is a policy, and when it changed."
        yield self.record(subject, "_mta-sts", txt_rdata(text), why)

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        if isinstance(record.rdata, CNAME):
            return await look_up_alias(record, subject.setup.server, dns)
        return await super().look_up(record, subject, dns)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        texts = counted(answer, "v=stsv1", VERSION)
        name = unicode_form(record.owner)
        if not texts:
            return missing(record)
        if len(texts) > 1:
            message = f"{name} has {len(texts)} MTA-STS records: none counts."
            return Verdict(Status.WARNING, "several-records", message, "Leave only the wanted one.")
        found, wanted = _policy_id(texts[0]), _policy_id(_text(record))
        fix = f"Change it to the wanted value {where(record)}."
        if found is None:
            message = f"The record of {name} is not valid, so there is no MTA-STS."
            return Verdict(Status.WARNING, "not-valid", message, fix)
        if found == wanted:
            return as_wanted(record)
        message = f"The id is {found}: senders may keep an old policy."
        return Verdict(Status.WARNING, "other-id", message, fix)


def _policy_id(text: str) -> str | None:
    if not re.match(VERSION, text):
        return None
    policy_id = tags(text).get("id", "")
    return policy_id if policy_id and not validators.mta_sts_id(policy_id) else None


def _text(record: Record) -> str:
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""

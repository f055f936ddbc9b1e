"""Where senders report trouble with encryption (RFC 8460)."""

import re
from collections.abc import Iterable, Mapping

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.model.validators import tls_report_uri
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    different,
    missing,
    works_differently,
)
from mailcow_dns_tui.topics.txt import counted, tags

WHY = "Senders report there when they could not encrypt mail to the domain."
VERSION = "v=TLSRPTv1;"


class TlsReports(Topic):
    id = "tls-rpt"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        reports = subject.setup.tls_reports_of(subject.domain)
        if reports is None or not reports.rua or any(map(tls_report_uri, reports.rua)):
            return
        name = ascii_form(subject.apex)
        rua = ",".join(uri.replace("{domain}", name) for uri in reports.rua)
        yield self.record(subject, "_smtp._tls", txt_rdata(f"v=TLSRPTv1; rua={rua}"), WHY)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        texts = counted(answer, "v=tlsrptv1", VERSION)
        if not texts:
            return missing(record)
        name = unicode_form(record.owner)
        if len(texts) > 1:
            message = f"{name} has {len(texts)} records for TLS reports: none counts."
            return Verdict(Status.WARNING, "several-records", message, "Leave only the wanted one.")
        found, wanted = tags(texts[0]), tags(_text(record))
        if not re.match(VERSION, texts[0]) or not _has_address(found):
            return different(record, f"The record of {name} is not valid: no reports are sent.")
        return as_wanted(record) if found == wanted else works_differently(record)


def _has_address(found: Mapping[str, str]) -> bool:
    return any(tls_report_uri(uri.strip()) is None for uri in found.get("rua", "").split(","))


def _text(record: Record) -> str:
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""

"""Where senders report trouble with encryption (RFC 8460)."""

from collections.abc import Iterable, Iterator, Sequence

from dns.name import from_text
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief, txt_rdata, txt_value
from mailcow_dns_tui.model.validators import tls_report_uri
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    different,
    finding,
    judge_all,
    missing,
    where,
)
from mailcow_dns_tui.topics.report_addresses import meanings
from mailcow_dns_tui.topics.strayed import strayed
from mailcow_dns_tui.topics.tls_reports_record import KIND, TlsReportsRecord, read
from mailcow_dns_tui.topics.words import listed

WHY = "Senders report there when they could not encrypt mail to the domain."


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

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        lookup = await dns.ask(record.owner, record.rdtype)
        found = judge_all(record, lookup, opinions)
        if found[0].code != "missing":
            return found
        turned_round = from_text("_tls._smtp", record.zone)
        elsewhere = await strayed(record.in_zone(lookup.zone), KIND, dns, (turned_round,))
        return found if elsewhere is None else (finding(record, lookup, elsewhere),)


def opinions(record: Record, answer: Answer) -> Sequence[Verdict]:
    """All that is to be said of what one server has."""
    texts = KIND.texts(answer)
    if not texts:
        return (missing(record),)
    if not KIND.reads(texts[0]):
        fault, remedy = KIND.fault(texts[0])
        return (_not_valid(record, fault, f"Enter the wanted value {where(record)} {remedy}."),)
    if len(texts) > 1:
        name = unicode_form(record.owner)
        message = f"{name} has {len(texts)} records for TLS reports: senders ignore them all."
        fix = f"Leave only the wanted one {where(record)}."
        return (Verdict(Status.WARNING, "several-records", message, fix),)
    return tuple(_compared(record, read(texts[0]), read(_text(record))))


def _compared(
    record: Record, found: TlsReportsRecord, wanted: TlsReportsRecord
) -> Iterator[Verdict]:
    faults = tuple(found.faults())
    if faults:
        yield _not_valid(record, "; ".join(faults[:3]))
    elif found.is_doubled:
        message = (
            "rua stands twice in the record for TLS reports: some senders read only the first."
        )
        fix = f"Write all addresses in one rua, with commas between, {where(record)}."
        yield Verdict(Status.WARNING, "duplicate-tag", message, fix)
    if not faults and meanings(found.addresses) == meanings(wanted.addresses):
        yield as_wanted(record)
    elif not faults:
        addresses = listed(list(map(brief, found.addresses)))
        message = f"TLS reports go to other addresses than planned: {addresses}."
        yield Verdict(Status.INFO, "works-differently", message)


def _not_valid(record: Record, fault: str, fix: str = "") -> Verdict:
    name = unicode_form(record.owner)
    message = f"The record of {name} is not valid, so no reports are sent: {fault}."
    return different(record, message, fix)


def _text(record: Record) -> str:
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""

"""Where senders report trouble with encryption (RFC 8460)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dns.name import from_text

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.code import AS_WANTED, MISSING, SEVERAL_RECORDS, WORKS_DIFFERENTLY
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, txt_rdata
from mailcow_dns_tui.model.validators import tls_report_uri
from mailcow_dns_tui.topics import judge, text_record
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.context import Context, alias
from mailcow_dns_tui.topics.misplaced import at_wrong_owner
from mailcow_dns_tui.topics.phrases import described, listed_texts
from mailcow_dns_tui.topics.steps import single_step

KIND = text_record.TxtProtocol(
    "v=TLSRPTv1",
    re.compile("v=TLSRPTv1;"),
    re.compile(r"v\W*tls-?rpt|tls-?rpt\W*v\W*1|\brua=\W*(mailto|https)"),
)
FIELD = re.compile(r"(rua)=(.*)|([A-Za-z0-9][A-Za-z0-9_.-]{0,31})=([!-:<>-~]+)", re.DOTALL)


@dataclass(frozen=True)
class TlsReportsRecord:
    """The fields after the version.

    Attributes:
        fields: names and values as written, in the order of the record.
        unread: the parts that are no fields; senders discard a record that has any.
    """

    fields: tuple[tuple[str, str], ...]
    unread: tuple[str, ...] = ()

    @property
    def addresses(self) -> Sequence[str]:
        """All of them; who reads only one `rua` takes those of the first."""
        return [uri for value in self._values for uri in text_record.report_uris(value)]

    @property
    def is_doubled(self) -> bool:
        """Whether `rua` stands there more than once."""
        return len(self._values) > 1

    @property
    def _values(self) -> Sequence[str]:
        return [value for name, value in self.fields if name == "rua"]

    def faults(self) -> Iterator[str]:
        """What breaks the grammar, each as the end of a sentence."""
        if not self.addresses:
            yield "it has no rua with an address"
        elif any(map(text_record.has_idle_comma, self._values)):
            yield "a comma in its rua has no address beside it"
        for uri in self.addresses:
            if text_record.mail_host(uri) is None and not text_record.is_https(uri):
                yield text_record.uri_fault(uri)
        for part in self.unread:
            yield f"{brief(part)} is not name=value" if part else "it has two semicolons in a row"


def read(text: str) -> TlsReportsRecord:
    """Read what begins with the version."""
    rest = text.partition(";")[2].strip(" \t")
    parts = [part.strip(" \t") for part in rest.removesuffix(";").split(";")] if rest else []
    matches = [(part, FIELD.fullmatch(part)) for part in parts]
    fields = tuple((m[1] or m[3], m[2] or m[4] or "") for _, m in matches if m is not None)
    return TlsReportsRecord(fields, tuple(part for part, m in matches if m is None))


WHY = "Senders report there when they could not encrypt mail to the domain."


def _addresses(text: str) -> Iterator[str]:
    """The valid ones of a record's text."""
    found = read(text).addresses
    return (u for u in found if text_record.mail_host(u) or text_record.is_https(u))


REPORTS = text_record.Reports(KIND, _addresses)


def tls_reports_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """The record, with the addresses that others rely on."""
    step = single_step(record, found, context, now=REPORTS.keeping(record, found))
    return step if alias(found) else REPORTS.told(step, record)


class TlsReportsTopic(Topic):
    """Where senders report failed encryption to a mail domain."""

    id = "tls-rpt"
    label = "TLS-RPT"
    asked_in = "policy"
    column = "RPT"
    column_means = "TLS reports"
    guidance = Guidance(110, step=tls_reports_step)

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """One TXT a domain; none where the plan has no address for reports."""
        if subject.domain is None or subject.apex is None:
            return
        reports = subject.setup.tls_reports_of(subject.domain)
        if reports is None or not reports.rua or any(map(tls_report_uri, reports.rua)):
            return
        name = ascii_form(subject.apex)
        rua = ",".join(uri.replace("{domain}", name) for uri in reports.rua)
        yield self.record(subject, "_smtp._tls", txt_rdata(f"v=TLSRPTv1; rua={rua}"), WHY)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the record; one that is missing is looked for at `_tls._smtp` as well."""
        lookup = await dns.ask(record.owner, record.rdtype)
        found = judge.judge_all(record, lookup, judge_answer)
        if found[0].code != MISSING:
            return found
        turned_round = from_text("_tls._smtp", record.zone)
        elsewhere = await at_wrong_owner(record.with_zone(lookup.zone), KIND, dns, (turned_round,))
        return found if elsewhere is None else (judge.finding(record, lookup, elsewhere),)


def judge_answer(record: Record, answer: Answer) -> Sequence[judge.Verdict]:
    """All that is to be said of what one server has."""
    texts = KIND.texts(answer)
    if not texts:
        return (judge.missing(record),)
    if not KIND.reads(texts[0]):
        fault, remedy = KIND.fault(texts[0])
        return (
            _not_valid(record, fault, f"Enter the wanted value {judge.where(record)} {remedy}."),
        )
    if len(texts) > 1:
        name = record.owner_text
        message = f"{name} has {len(texts)} records for TLS reports: senders ignore them all."
        fix = f"Leave only the wanted one {judge.where(record)}."
        return (judge.Verdict(Status.WARNING, SEVERAL_RECORDS, message, fix),)
    return tuple(_compared(record, read(texts[0]), read(text_record.wanted_text(record))))


def _compared(
    record: Record, found: TlsReportsRecord, wanted: TlsReportsRecord
) -> Iterator[judge.Verdict]:
    faults = tuple(found.faults())
    if faults:
        yield _not_valid(record, "; ".join(faults[:3]))
    elif found.is_doubled:
        message = (
            "rua stands twice in the record for TLS reports: some senders read only the first."
        )
        fix = f"Write all addresses in one rua, with commas between, {judge.where(record)}."
        yield judge.Verdict(Status.WARNING, text_record.DUPLICATE_TAG, message, fix)
    if not faults and text_record.uri_meanings(found.addresses) == text_record.uri_meanings(
        wanted.addresses
    ):
        yield judge.as_wanted(record)
    elif not faults:
        yield _at_others(record, found.addresses, wanted.addresses)


def _at_others(record: Record, theirs: Sequence[str], ours: Sequence[str]) -> judge.Verdict:
    """Who else gets reports may, as the guide proposes it, where the plan's address is there."""
    planned = text_record.uri_meanings(ours)
    more = listed_texts([u for u in theirs if text_record.uri_meaning(u) not in planned])
    if planned <= text_record.uri_meanings(theirs):
        message = f"{described(record)} is published as wanted; reports also go to {more}."
        return judge.Verdict(Status.OK, AS_WANTED, message)
    message = f"TLS reports go to other addresses than planned: {more or listed_texts(theirs)}."
    return judge.Verdict(Status.INFO, WORKS_DIFFERENTLY, message)


def _not_valid(record: Record, fault: str, fix: str = "") -> judge.Verdict:
    message = f"The record of {record.owner_text} is not valid, so no reports are sent: {fault}."
    return judge.different(record, message, fix)

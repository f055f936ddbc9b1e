"""Addresses for reports that others rely on: they stay beside the plan's own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief, txt_rdata, txt_value
from mailcow_dns_tui.topics import dmarc_record, report_addresses, tls_reports_record
from mailcow_dns_tui.topics.words import listed

KEPT = (
    "Reports also go to {addresses}, as before. If nobody reads them there, leave that out, and "
    "the rest works as well."
)
LOST = "No reports go to {addresses} any more, which has not agreed to take them."


def keeping(record: Record, found: Finding) -> Record:
    """The record with the addresses that are published beside its own."""
    more = () if found.code == "reports-not-authorised" else tuple(others(record, found))
    if not more:
        return record
    return replace(record, rdata=txt_rdata(_with(_text(record), more)))


def told(step: GuideStep, record: Record) -> GuideStep:
    """The step with what becomes of the addresses that the plan's record lacks."""
    addresses = tuple(others(record, step.finding))
    if not addresses or step.record is None:
        return step
    said = LOST if step.finding.code == "reports-not-authorised" else KEPT
    warning = said.format(addresses=listed(list(map(brief, addresses))))
    return replace(step, warnings=(*step.warnings, warning))


def others(record: Record, found: Finding) -> Iterator[str]:
    """The valid addresses of what is published that the record does not have, each once."""
    ours, seen = report_addresses.meanings(_addresses(record, _text(record))), set[str]()
    best = found.lookup.best if found.lookup else None
    kind = tls_reports_record.KIND if record.topic == "tls-rpt" else dmarc_record.KIND
    texts = kind.texts(best) if best and found.code != "wildcard-answers" else ()
    for uri in (uri for text in texts for uri in _addresses(record, text)):
        meaning = report_addresses.meaning(uri)
        if meaning not in ours and meaning not in seen:
            seen.add(meaning)
            yield uri


def _addresses(record: Record, text: str) -> Iterable[str]:
    if record.topic == "tls-rpt":
        found = tls_reports_record.read(text).addresses
        return (u for u in found if report_addresses.mail_host(u) or report_addresses.is_https(u))
    return (u for u in dmarc_record.read(text).addresses("rua") if report_addresses.mail_host(u))


def _with(text: str, more: Sequence[str]) -> str:
    """The text of a record, with further addresses in its rua."""
    parts = list(filter(None, (part.strip() for part in text.split(";"))))
    rua = next((part for part in parts if part.startswith("rua=")), None)
    if rua is None:
        return "; ".join([*parts, f"rua={','.join(more)}"])
    return "; ".join(",".join([part, *more]) if part is rua else part for part in parts)


def _text(record: Record) -> str:
    return txt_value(record.rdata) if isinstance(record.rdata, TXT) else ""

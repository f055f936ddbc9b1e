"""Services that clients find by SRV records (RFC 6186, RFC 6764, RFC 8314)."""

from collections.abc import Iterable, Iterator

import dns.name
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.services import DAV_SERVICES, DESCRIPTIONS, Offer, Service
from mailcow_dns_tui.model.txt import txt_rdata, txt_value
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing
from mailcow_dns_tui.topics.txt import values

PATH_TAG = "path="


class Services(Topic):
    id = "clients"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.apex is None or subject.is_alias:
            return
        for service in subject.setup.services.offers:
            if service.offer is Offer.NOT_PROVIDED:
                why = f"It tells clients not to look for a service: {DESCRIPTIONS[service.key]}."
                yield self.record(subject, service.label, rdatas.srv(0, 0, 0, dns.name.root), why)
            elif service.offer is Offer.PROVIDED:
                yield from self._provided(subject, service)

    def _provided(self, subject: Subject, service: Service) -> Iterator[Record]:
        host = subject.setup.server.name
        if host is None or validators.port(service.port):
            return
        why = f"Clients find the service by it: {DESCRIPTIONS[service.key]}."
        yield self.record(subject, service.label, rdatas.srv(0, 1, service.port, host), why)
        path = subject.setup.services.dav_path
        if service.key in DAV_SERVICES and path and not validators.dav_path(path):
            why = "It tells clients the path of their calendars and contacts."
            yield self.record(subject, service.label, txt_rdata(f"{PATH_TAG}{path}"), why)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        if isinstance(record.rdata, TXT):
            return _path_opinion(record, txt_value(record.rdata), values(answer))
        if not answer.rdatas:
            return missing(record)
        published = {_place(rdata) for rdata in answer.rdatas if isinstance(rdata, SRV)}
        if isinstance(record.rdata, SRV) and published == {_place(record.rdata)}:
            return as_wanted(record)
        leads = " and ".join(
            sorted(f"{unicode_form(host)} port {port}" for host, port in published)
        )
        return different(record, f"{unicode_form(record.owner)} leads to {leads}.")


def _place(rdata: SRV) -> tuple[dns.name.Name, int]:
    """What a client gets from a record; the numbers that weigh it against others are its own."""
    return rdata.target, 0 if rdata.target == dns.name.root else rdata.port


def _path_opinion(record: Record, wanted: str, published: Iterable[str]) -> Verdict:
    paths = [text for text in published if text.startswith(PATH_TAG)]
    if not paths:
        return missing(record)
    if paths == [wanted]:
        return as_wanted(record)
    return different(record, f"{unicode_form(record.owner)} has another path than planned.")

"""Services that clients find by SRV records (RFC 6186, RFC 6764, RFC 8314)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import dns.name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.services import DAV_SERVICES, DESCRIPTIONS, Offer, Service
from mailcow_dns_tui.model.txt import txt_rdata
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dav_path import KEY, has_path, path_alone, path_opinion
from mailcow_dns_tui.topics.judgement import Verdict, judge, judge_all
from mailcow_dns_tui.topics.srv_opinion import Seen, opinions
from mailcow_dns_tui.topics.srv_target import targets_of
from mailcow_dns_tui.topics.wildcard import wildcard_of


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
            yield self.record(subject, service.label, txt_rdata(f"{KEY}={path}"), why)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        lookup = await dns.ask(record.owner, record.rdtype)
        if record.rdtype == RdataType.TXT:
            has_srv = lookup.absent and (await dns.ask(record.owner, RdataType.SRV)).found
            return [judge(record, lookup, partial(path_opinion, has_srv=has_srv))]
        targets = await targets_of(lookup, subject.setup.server, dns)
        instead = await _instead(record, dns) if lookup.absent else None
        return judge_all(record, lookup, partial(opinions, seen=Seen(targets, instead)))


async def _instead(record: Record, dns: Dns) -> Verdict | None:
    """What there is of a missing SRV record: its path alone."""
    paired = {f"_{key}".encode() for key in DAV_SERVICES}
    if record.owner.labels[0] not in paired:
        return None
    beside = await dns.ask(record.owner, RdataType.TXT)
    if not any(map(has_path, beside.heard)):
        return None
    zone = beside.zone or record.zone
    return None if await wildcard_of(beside, zone, dns) else path_alone(record)

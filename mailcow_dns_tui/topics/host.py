"""The mail host's own addresses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.host_opinion import opinions, unplanned
from mailcow_dns_tui.topics.judgement import Verdict, finding_about, judge_all
from mailcow_dns_tui.topics.owners import owners_of

OTHER_FAMILY = {RdataType.A: RdataType.AAAA, RdataType.AAAA: RdataType.A}


class Host(Topic):
    id = "host"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        server = subject.setup.server
        if subject.domain is not None or server.name is None:
            return
        for address in server.addresses:
            why = "Other servers deliver mail to this address, and clients connect to it."
            yield self.record(subject, server.name, rdatas.address(address), why)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the planned addresses, those of a family that is not planned, and the name."""
        findings = await super().check(subject, dns)
        records = tuple(self.wanted(subject))
        shared = [_shared_name(subject, record) for record in records[:1]]
        found = [*findings, *(each for each in shared if each)]
        if len(records) != 1:
            return found
        other = await dns.ask(records[0].owner, OTHER_FAMILY[records[0].rdtype])
        if not other.found:
            return [*found, *_without_ipv4(records[0], other)]
        owners = await owners_of(other.rdatas, {records[0].owner}, dns)
        return [*found, _about(other, unplanned(other.name, other.rdatas, owners))]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        lookup = await dns.ask(record.owner, record.rdtype)
        published = {rdata for answer in lookup.heard for rdata in answer.rdatas}
        owners = await owners_of(published - {record.rdata}, {record.owner}, dns)
        return judge_all(record, lookup, partial(opinions, owners=owners))


def _shared_name(subject: Subject, record: Record) -> Finding | None:
    if record.owner not in subject.setup.apexes:
        return None
    host = unicode_form(record.owner)
    return Finding(
        topic=Host.id,
        code="host-is-domain",
        status=Status.INFO,
        domain=None,
        name=record.owner,
        rdtype=record.type_text,
        message=f"{host} is the server's hostname and a mail domain: its web site is on this "
        "server too.",
    )


def _without_ipv4(record: Record, other: Lookup) -> Iterator[Finding]:
    if record.rdtype == RdataType.AAAA:
        message = (
            f"{unicode_form(record.owner)} is planned without an IPv4 address: senders that have "
            "no IPv6, still many, can't deliver mail to it."
        )
        yield _about(other, Verdict(Status.INFO, "one-family", message))


def _about(lookup: Lookup, verdict: Verdict) -> Finding:
    found = finding_about(Host.id, lookup, verdict)
    return replace(found, found=tuple(map(shown, lookup.rdatas)))

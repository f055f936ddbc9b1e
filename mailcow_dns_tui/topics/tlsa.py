"""The mail certificate's key, pinned for senders that use DANE (RFC 7672)."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.security import Security
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic, has_room
from mailcow_dns_tui.topics.judgement import finding, judge
from mailcow_dns_tui.topics.tlsa_match import Pin, PlannedKey, Reference, pins, presented_chain
from mailcow_dns_tui.topics.tlsa_opinion import chain, opinion
from mailcow_dns_tui.topics.tlsa_unplanned import (
    OWNER,
    WHY,
    idle,
    key_not_in_plan,
    opinion_beside,
    own_names,
    planned_digest,
    record_at,
)


class Tlsa(Topic):
    id = "tlsa"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        host, digest = subject.setup.server.name, planned_digest(subject.setup.server)
        if subject.domain is None and host is not None and digest and has_room(OWNER, host):
            owner = dns.name.from_text(OWNER, host)
            yield self.record(subject, owner, rdatas.tlsa(3, 1, 1, digest), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the planned record, and those of the server's names without one."""
        names = () if tuple(self.wanted(subject)) else await own_names(subject, dns)
        others = (self._unplanned(name, subject, dns) for name in names if has_room(OWNER, name))
        found, *further = await asyncio.gather(super().check(subject, dns), *others)
        return [*found, *(replace(f, record=None, expected=()) for each in further for f in each)]

    async def _unplanned(self, host: Name, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Nothing where there is no record, and nothing of one that holds the server's key."""
        unknown = record_at(host, subject, b"")
        lookup = await dns.ask(unknown.owner, unknown.rdtype)
        if lookup.absent:
            return ()
        security = await _security(unknown, lookup, dns)
        if security is Security.INSECURE:
            # Senders do not ask for it there.
            return [finding(unknown, lookup, idle(unknown))] if lookup.found else ()
        reference = await _reference(host, lookup, subject, dns)
        if lookup.found and not reference.digest:
            verdict = key_not_in_plan(unknown.owner, lookup.rdatas, reference)
            return [finding(unknown, lookup, verdict)]
        record = record_at(host, subject, reference.digest)
        beside = partial(opinion_beside, security=security, reference=reference)
        judged = judge(record, lookup, beside)
        return () if judged.status is Status.OK else [replace(judged, remedy=record)]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        lookup = await dns.ask(record.owner, record.rdtype)
        here = record.in_zone(lookup.zone)
        if lookup.unknown:
            return [judge(record, lookup, self.opinion)]
        security = await _security(here, lookup, dns)
        reference: Reference = PlannedKey(planned_digest(subject.setup.server) or b"")
        if security is not Security.INSECURE:
            reference = await _reference(record.owner.parent().parent(), lookup, subject, dns)
        judged = judge(record, lookup, partial(opinion, security=security, reference=reference))
        further = chain(here, security) if lookup.found else None
        return worst_first([judged, *([finding(record, lookup, further)] if further else [])])


async def _reference(host: Name, lookup: Lookup, subject: Subject, dns: Dns) -> Reference:
    """What the host's mail server presents; where that is not known, the planned key."""
    server = subject.setup.server
    addresses = tuple(map(str, server.addresses))
    presented = await dns.present(host, addresses) if addresses else None
    note, chain = presented.sentence if presented else "", presented_chain(presented, host)
    if chain is not None and (chain.is_of_host or Pin.MATCHES in pins(lookup.rdatas, chain)):
        return chain
    if chain is not None:
        note = chain.doubt
    return PlannedKey(planned_digest(server) or b"", note)


async def _security(record: Record, lookup: Lookup, dns: Dns) -> Security:
    """Of the record where the resolver has it, else of the zone that it belongs in."""
    seen = lookup.resolver or next((a for a in lookup.heard if not a.authoritative), None)
    if seen is not None and seen.found:
        return await dns.security(record.owner, record.rdtype)
    return await dns.security(record.zone, RdataType.SOA)

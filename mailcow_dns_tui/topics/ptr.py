"""Reverse DNS: from the server's addresses back to its name."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import dns.reversename
from dns.name import Name
from dns.rdtypes.ANY.PTR import PTR

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.aliases import Leading, could_not_tell, leading_to
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, judge, missing, where

HOST_LABELS = {4: 1, 6: 16}
"""Labels below the zone that is likely delegated: a /24 for IPv4, a /64 for IPv6."""


class Ptr(Topic):
    id = "ptr"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        server = subject.setup.server
        if subject.domain is not None or server.name is None:
            return
        for address in server.addresses:
            owner = dns.reversename.from_address(str(address))
            why = "Gmail and others refuse mail from an address that names no host."
            record = self.record(subject, owner, rdatas.ptr(server.name), why)
            zone = Name(owner.labels[HOST_LABELS[address.version] :])
            yield replace(record, zone=zone, foreign=True)

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        lookup = await dns.ask(record.owner, record.rdtype)
        named = {r.target for answer in lookup.heard for r in answer.rdatas if isinstance(r, PTR)}
        others = named - {subject.setup.server.name}
        leading = await leading_to(others, subject.setup.server, dns)
        return judge(record, lookup, partial(_opinion, leading=leading))


def _opinion(record: Record, answer: Answer, leading: Leading) -> Verdict:
    published = set(answer.rdatas)
    address = dns.reversename.to_address(record.owner)
    if not published:
        return replace(missing(record), message=f"{address} has no reverse DNS.")
    if published == {record.rdata}:
        return as_wanted(record)
    targets = {r.target for r in published if isinstance(r, PTR)}
    message = f"Reverse DNS of {address} names {', '.join(sorted(map(unicode_form, targets)))}."
    if record.rdata in published:
        fix = "Leave only the hostname of the mail server."
        return Verdict(Status.WARNING, "several-ptr", message, fix)
    if targets & leading.unknown:
        return could_not_tell(targets & leading.unknown)
    if targets <= leading.ours:
        fix = f"Change it to the wanted value {where(record)}: some receivers compare the names."
        return Verdict(Status.WARNING, "other-name", message, fix)
    return different(record, message)

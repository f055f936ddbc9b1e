"""Reverse DNS: from the server's addresses back to its name."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import dns.reversename
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.PTR import PTR

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import judge_all
from mailcow_dns_tui.topics.ptr_opinion import NAMED_WRONG, Forward, address_of, opinions
from mailcow_dns_tui.topics.words import in_plan

HOST_LABELS = {4: 1, 6: 16}
"""Labels below the zone that is likely delegated: a /24 for IPv4, a /64 for IPv6."""
WITHOUT_IPV6 = (
    "If the provider can't set it for IPv6, send over IPv4 only: set ENABLE_IPV6=false in "
    f"mailcow.conf, restart mailcow, delete the IPv6 address {in_plan('ipv6')}, and delete its "
    "AAAA record in the DNS settings."
)
FORWARD_TYPE = {4: RdataType.A, 6: RdataType.AAAA}


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

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        rdtype = FORWARD_TYPE[address_of(record).version]
        host = (subject.setup.server.name,) if subject.setup.server.name else ()
        lookup, forward = await asyncio.gather(
            dns.ask(record.owner, record.rdtype), _forward(host, rdtype, dns)
        )
        named = {r.target for answer in lookup.heard for r in answer.rdatas if isinstance(r, PTR)}
        others = await _forward(named.difference(host), rdtype, dns)
        judged = judge_all(record, lookup, partial(opinions, forward={**forward, **others}))
        if not is_dispensable(record, subject.setup.server):
            return judged
        return [
            replace(each, fix=f"{each.fix} {WITHOUT_IPV6}") if each.code in NAMED_WRONG else each
            for each in judged
        ]


def is_dispensable(record: Record, server: Server) -> bool:
    """Whether it is about IPv6, without which mail still goes out over IPv4."""
    versions = {address.version for address in server.addresses}
    return address_of(record).version == 6 and 4 in versions


async def _forward(names: Iterable[Name], rdtype: RdataType, dns: Dns) -> Forward:
    asked = tuple(names)
    return dict(
        zip(asked, await asyncio.gather(*(dns.ask(name, rdtype) for name in asked)), strict=True)
    )

"""The names where mail programs look for their set-up."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.aliases import look_up_alias
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.doubled import is_doubled
from mailcow_dns_tui.topics.judgement import Verdict, finding, where
from mailcow_dns_tui.topics.words import listed

WHY = {
    "autodiscover": "Outlook and phones find their settings through it.",
    "autoconfig": "Thunderbird and others find their settings through it.",
}


class Autodiscovery(Topic):
    id = "clients"
    tier = Tier.RECOMMENDED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        host = subject.setup.server.name
        # mailcow gets no certificate for these names of an alias domain.
        if subject.apex is None or host is None or subject.is_alias:
            return
        for owner, why in WHY.items():
            record = self.record(subject, owner, rdatas.cname(host), why)
            if record.owner != host:
                yield record

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        found = await look_up_alias(record, subject.setup.server, dns)
        if found.code != "different" or found.lookup is None:
            return found
        types = (RdataType.A, RdataType.AAAA)
        lookups = await asyncio.gather(*(dns.ask(record.owner, rdtype) for rdtype in types))
        target = next(iter(found.lookup.aliases[-1:]), None)
        addresses = {rdata for lookup in lookups for rdata in lookup.rdatas}
        if target is not None and all(lookup.absent for lookup in lookups):
            return _dangling(found, record, target)
        inside = target is None or any(map(target.is_subdomain, subject.setup.zones))
        ours = set(map(rdatas.address, subject.setup.server.addresses))
        if not inside or not addresses or addresses & ours:
            return found
        verdict = _perhaps_proxy(record.in_zone(found.lookup.zone), found, addresses)
        return replace(finding(record, found.lookup, verdict), beside=found.beside)


def _perhaps_proxy(record: Record, found: Finding, addresses: Iterable[Rdata]) -> Verdict:
    """Of what is the operator's own name: a machine before mailcow answers as well as mailcow."""
    fix = (
        f"Is {listed(sorted(map(shown, addresses)))} your own reverse proxy, which passes requests "
        "on to mailcow? Then leave it, and mute this (key m); else delete it, and add the wanted "
        f"CNAME {where(record)}."
    )
    return Verdict(found.status, "perhaps-proxy", found.message, fix)


def _dangling(found: Finding, record: Record, target: Name) -> Finding:
    name, host = unicode_form(record.owner), record.rdata.to_text()
    if isinstance(record.rdata, CNAME) and is_doubled(target, record.rdata.target, record.owner):
        message = f"{name} leads to {unicode_form(target)}: the panel appended the domain."
        fix = f"Write the target as {host}, with the final dot, {where(record)}."
        return replace(found, message=message, fix=fix)
    message = f"{name} leads to {unicode_form(target)}, which has no address."
    return replace(found, message=message)

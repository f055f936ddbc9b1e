"""Where other servers deliver mail for a domain."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.destinations import destinations
from mailcow_dns_tui.topics.judgement import judge_all
from mailcow_dns_tui.topics.mx_opinion import opinions
from mailcow_dns_tui.topics.mx_targets import Kind, Targets, senders_look_up
from mailcow_dns_tui.topics.owners import owners_of

PREFERENCE = 10


class Mx(Topic):
    id = "mx"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        host = subject.setup.server.name
        if subject.apex is None or host is None:
            return
        why = "It tells other servers which host takes the domain's mail."
        yield self.record(subject, "@", rdatas.mx(PREFERENCE, host), why)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        server = subject.setup.server
        lookup = await dns.ask(record.owner, record.rdtype)
        found = await destinations(senders_look_up(lookup, server.name), dns)
        addresses = frozenset(map(rdatas.address, server.addresses))
        targets = Targets(server.name, record.zone, addresses, found)
        known = await _with_owners(targets, dns)
        judged = judge_all(record, lookup, partial(opinions, targets=known))
        itself = targets.of(record.owner).lookups
        return [replace(each, beside=itself) for each in judged]


async def _with_owners(targets: Targets, dns: Dns) -> Targets:
    """With whose the addresses are that hosts have beside the server's."""
    partly = [name for name in targets.found if targets.kind(name) is Kind.PARTLY]
    others = {rdata for name in partly for rdata in targets.others(name)}
    hosts = {*partly, *([targets.host] if targets.host else [])}
    return replace(targets, owners=await owners_of(others, hosts, dns))

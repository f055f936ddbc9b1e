"""Where other servers deliver mail for a domain."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import dns.name
from dns.name import Name
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.destinations import destinations
from mailcow_dns_tui.topics.judgement import judge_all
from mailcow_dns_tui.topics.mx_opinion import opinions
from mailcow_dns_tui.topics.mx_targets import Kind, Targets
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
        found = await destinations(_senders_look_up(lookup, server.name), dns)
        addresses = frozenset(map(rdatas.address, server.addresses))
        targets = Targets(server.name, record.zone, addresses, found)
        known = await _with_owners(targets, dns)
        return judge_all(record, lookup, partial(opinions, targets=known))


async def _with_owners(targets: Targets, dns: Dns) -> Targets:
    """With whose the addresses are that hosts have beside the server's."""
    partly = [name for name in targets.found if targets.kind(name) is Kind.PARTLY]
    others = {rdata for name in partly for rdata in targets.others(name)}
    hosts = {*partly, *([targets.host] if targets.host else [])}
    return replace(targets, owners=await owners_of(others, hosts, dns))


def _senders_look_up(lookup: Lookup, host: Name | None) -> Iterator[Name]:
    """The hosts that the MX records name; without any, the domain itself (RFC 5321 5.1).

    Where the planned host leads is another topic's to judge.
    """
    for answer in lookup.heard:
        exchanges = [rdata.exchange for rdata in answer.rdatas if isinstance(rdata, MX)]
        yield from (name for name in exchanges if name not in {dns.name.root, host})
        if not exchanges:
            yield lookup.name

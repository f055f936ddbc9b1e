"""Where other servers deliver mail for a domain."""

from collections.abc import Iterable, Sequence
from functools import partial

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.destinations import destinations
from mailcow_dns_tui.topics.judgement import judge_all
from mailcow_dns_tui.topics.mx_opinion import opinions
from mailcow_dns_tui.topics.mx_targets import Targets, senders_look_up

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
        names = (name for name in senders_look_up(lookup) if name != server.name)
        found = await destinations(names, dns)
        addresses = frozenset(map(rdatas.address, server.addresses))
        targets = Targets(server.name, record.zone, addresses, found)
        return judge_all(record, lookup, partial(opinions, targets=targets))

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
from mailcow_dns_tui.topics.mx_targets import Targets

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
        names = (name for name in _senders_look_up(lookup) if name != server.name)
        found = await destinations(names, dns)
        addresses = frozenset(map(rdatas.address, server.addresses))
        targets = Targets(server.name, record.zone, addresses, found)
        judged = judge_all(record, lookup, partial(opinions, targets=targets))
        itself = targets.of(record.owner).lookups
        return [replace(each, beside=itself) for each in judged]


def _senders_look_up(lookup: Lookup) -> Iterator[Name]:
    """The hosts that the MX records name; without any, the domain itself (RFC 5321 5.1).

    The domain itself as well where it is a CNAME, which brings more than the MX.
    """
    for answer in lookup.heard:
        exchanges = [rdata.exchange for rdata in answer.rdatas if isinstance(rdata, MX)]
        yield from (name for name in exchanges if name != dns.name.root)
        if not exchanges or answer.aliases:
            yield lookup.name

"""Where other servers deliver mail for a domain."""

from collections.abc import Iterable, Iterator
from functools import partial

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.aliases import Leading, could_not_tell, leading_to
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    different,
    judge,
    missing,
    works_differently,
)

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

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        lookup = await dns.ask(record.owner, record.rdtype)
        host = frozenset(_exchanges((record.rdata,)))
        published = {name for answer in lookup.heard for name in _exchanges(answer.rdatas)}
        leading = await leading_to(published - host, subject.setup.server, dns)
        return judge(record, lookup, partial(_opinion, host=host, leading=leading))


def _exchanges(rdatas: Iterable[Rdata]) -> Iterator[Name]:
    """The hosts that MX records name; a null MX (RFC 7505) names none."""
    exchanges = (rdata.exchange for rdata in rdatas if isinstance(rdata, MX))
    return (exchange for exchange in exchanges if exchange != dns.name.root)


def _opinion(record: Record, answer: Answer, host: frozenset[Name], leading: Leading) -> Verdict:
    published = [rdata for rdata in answer.rdatas if isinstance(rdata, MX)]
    ours = [rdata for rdata in published if rdata.exchange in host | leading.ours]
    others = [rdata for rdata in published if rdata.exchange not in host | leading.ours]
    if not published:
        return missing(record)
    unknown = {rdata.exchange for rdata in others} & leading.unknown
    if unknown:
        return could_not_tell(unknown)
    if not ours:
        return different(record, f"Mail for {unicode_form(record.owner)} {_goes(others)}.")
    if others:
        return _beside(record, min(rdata.preference for rdata in ours), others)
    exact = any(rdata.exchange in host for rdata in ours)
    return as_wanted(record) if exact else works_differently(record)


def _goes(others: list[MX]) -> str:
    names = [unicode_form(rdata.exchange) for rdata in others if rdata.exchange != dns.name.root]
    return f"goes to {', '.join(sorted(names))}" if names else "is refused by a null MX"


def _beside(record: Record, ours: int, others: list[MX]) -> Verdict:
    first = min(rdata.preference for rdata in others) <= ours
    return Verdict(
        Status.ERROR if first else Status.WARNING,
        "foreign-mx-first" if first else "foreign-mx",
        f"Mail for {unicode_form(record.owner)} also {_goes(others)}.",
        "Delete the other MX records, unless they are your own backup servers.",
    )

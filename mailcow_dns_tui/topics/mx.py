"""Where other servers deliver mail for a domain."""

from collections.abc import Iterable

import dns.name
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing

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

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        published = [rdata for rdata in answer.rdatas if isinstance(rdata, MX)]
        host = record.rdata.exchange if isinstance(record.rdata, MX) else dns.name.root
        ours = [rdata.preference for rdata in published if rdata.exchange == host]
        others = [rdata for rdata in published if rdata.exchange != host]
        if not published:
            return missing(record)
        if not ours:
            return different(record, f"Mail for {unicode_form(record.owner)} {_goes(others)}.")
        return _beside(record, min(ours), others) if others else as_wanted(record)


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

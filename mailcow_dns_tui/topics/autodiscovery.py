"""The names where mail programs look for their set-up."""

from collections.abc import Iterable

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.aliases import look_up_alias
from mailcow_dns_tui.topics.base import Subject, Topic

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
        return await look_up_alias(record, subject.setup.server, dns)

"""The mail host's own addresses."""

from collections.abc import Iterable

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing


class Host(Topic):
    id = "host"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        server = subject.setup.server
        if subject.domain is not None or server.name is None:
            return
        for address in server.addresses:
            why = "Other servers deliver mail to this address, and clients connect to it."
            yield self.record(subject, server.name, rdatas.address(address), why)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        published = set(answer.rdatas)
        host = unicode_form(record.owner)
        if answer.aliases:
            message = f"{host} is a CNAME; mail servers may refuse an MX that points to one."
            return different(record, message, "Replace the CNAME by the address record.")
        if not published:
            return missing(record)
        if published == {record.rdata}:
            return as_wanted(record)
        others = ", ".join(sorted(shown(rdata) for rdata in published - {record.rdata}))
        if record.rdata not in published:
            return different(record, f"{host} points to {others}, not to this server.")
        return Verdict(
            Status.WARNING,
            "extra-address",
            f"{host} also points to {others}: some mail and some clients go there.",
            "Remove that address unless it reaches this server as well.",
        )

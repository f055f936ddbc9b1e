"""The mail host's own addresses."""

from collections.abc import Iterable, Sequence

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing

OTHER_FAMILY = {RdataType.A: RdataType.AAAA, RdataType.AAAA: RdataType.A}


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

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the planned addresses, and an address of the family that is not planned."""
        findings = await super().check(subject, dns)
        records = tuple(self.wanted(subject))
        if len(records) != 1:
            return findings
        other = await dns.ask(records[0].owner, OTHER_FAMILY[records[0].rdtype])
        return [*findings, _unplanned(other)] if other.found else findings

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


def _unplanned(lookup: Lookup) -> Finding:
    addresses = ", ".join(map(shown, lookup.rdatas))
    return Finding(
        topic=Host.id,
        code="unplanned-address",
        status=Status.WARNING,
        domain=None,
        name=lookup.name,
        rdtype=lookup.rdtype.name,
        message=f"{unicode_form(lookup.name)} also has the address {addresses}: not in the plan.",
        fix="Add it to the plan if it reaches this server; else delete the record.",
        found=tuple(map(shown, lookup.rdatas)),
        lookup=lookup,
    )

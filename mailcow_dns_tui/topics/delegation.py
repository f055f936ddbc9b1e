"""The name servers of each zone."""

from collections.abc import Iterable, Sequence

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Failure, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, reasons


class Delegation(Topic):
    id = "delegation"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        zone = subject.zone
        # The zone of the host is judged with its mail domain where it is one.
        if zone is None or (subject.domain is None and zone in subject.setup.apexes):
            return []
        lookup = await dns.ask(zone, RdataType.SOA)
        verdict = _opinion(zone, lookup)
        return [
            Finding(
                topic=self.id,
                code=verdict.code,
                status=verdict.status,
                domain=subject.apex,
                name=zone,
                rdtype="SOA",
                message=verdict.message,
                fix=verdict.fix,
                lookup=lookup,
            )
        ]


def _opinion(zone: Name, lookup: Lookup) -> Verdict:
    name = unicode_form(zone)
    dead = tuple(a for a in lookup.failed if a.failure is not Failure.NO_ROUTE)
    if lookup.unknown:
        message = f"Could not ask any name server of {name}: {reasons(lookup.failed)}."
        return Verdict(Status.UNKNOWN, "could-not-ask", message, "Check the network; check again.")
    without = tuple(answer for answer in lookup.heard if answer.nxdomain)
    if len(without) == len(lookup.heard):
        message = f"{name} does not exist in DNS."
        return Verdict(Status.ERROR, "no-such-domain", message, "Register or delegate the domain.")
    if without:
        servers = ", ".join(safe(str(answer.source)) for answer in without)
        message = f"Some name servers know nothing of {name}: {servers}."
        fix = "Tell whoever runs them, or take them out of the delegation."
        return Verdict(Status.ERROR, "zone-not-served", message, fix)
    if dead:
        message = f"Not all name servers of {name} answer: {reasons(dead)}."
        fix = "Tell whoever runs them, or take them out of the delegation."
        return Verdict(Status.WARNING, "dead-server", message, fix)
    return Verdict(Status.OK, "all-answer", f"All name servers of {name} answer.")

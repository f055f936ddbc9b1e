"""Whether each zone's signatures hold, where it has any."""

import asyncio
from collections.abc import Iterable, Sequence

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Failure, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.security import Security
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, finding_about


class Dnssec(Topic):
    id = "dnssec"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        zone = subject.judged_zone
        if zone is None:
            return []
        lookup, security = await asyncio.gather(
            dns.ask(zone, RdataType.SOA), dns.security(zone, RdataType.SOA)
        )
        if lookup.absent:
            return []
        verdict = _verdict(zone, security if _may_be_judged(lookup) else Security.UNKNOWN)
        return [finding_about(self.id, lookup, verdict, subject.apex)]


def _may_be_judged(lookup: Lookup) -> bool:
    """Whether there is an answer, or one may have been disbelieved."""
    return lookup.found or any(answer.failure is Failure.SERVFAIL for answer in lookup.failed)


def _verdict(zone: Name, security: Security) -> Verdict:
    name = unicode_form(zone)
    match security:
        case Security.SECURE:
            message = f"{name} is signed with DNSSEC, and the resolver finds its signatures valid."
            return Verdict(Status.OK, "secure", message)
        case Security.INSECURE:
            message = f"{name} does not use DNSSEC, which is optional."
            return Verdict(Status.OK, "insecure", message)
        case Security.BOGUS:
            message = (
                f"The DNSSEC signatures of {name} do not hold: "
                "many receivers and Let's Encrypt can't resolve it."
            )
            fix = (
                "Compare the DS record at the registrar with the zone's key at the DNS provider: "
                "correct it, or delete it to switch DNSSEC off."
            )
            return Verdict(Status.ERROR, "bogus", message, fix)
        case Security.UNVALIDATED:
            message = (
                f"Whether DNSSEC is right in {name} can't be told: the resolver does not check it."
            )
            fix = "To find out, check again with a resolver that validates, such as 9.9.9.9."
            return Verdict(Status.INFO, "cannot-validate", message, fix)
        case Security.UNKNOWN:
            message = f"Whether DNSSEC is right in {name} is not known: no resolver could tell."
            return Verdict(Status.UNKNOWN, "could-not-ask", message, "Check again later.")

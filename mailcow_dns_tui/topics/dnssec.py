"""Whether each zone's signatures hold, where it has any."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Failure, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.security import DISBELIEVED, Security
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import ASK_AGAIN, Verdict, finding_about


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
        if verdict.code == "bogus" and (cause := _cause(lookup)):
            verdict = replace(verdict, message=f"{verdict.message} The resolver says: {cause}.")
        return [finding_about(self.id, lookup, verdict, subject.apex)]


def _may_be_judged(lookup: Lookup) -> bool:
    """Whether there is an answer, or one may have been disbelieved."""
    return lookup.found or any(answer.failure is Failure.SERVFAIL for answer in lookup.failed)


def _cause(lookup: Lookup) -> str:
    """What it is that the resolver does not believe, where it says more than that."""
    notes = (answer.note for answer in (lookup.resolver, *lookup.failed) if answer)
    return next((safe(note) for note in notes if note not in {"", DISBELIEVED}), "")


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
                f"The DNSSEC signatures of {name} are wrong: "
                "Let's Encrypt and many receivers can't look it up."
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
            fix = "To find out, check again with a resolver that does, such as 9.9.9.9."
            return Verdict(Status.INFO, "cannot-validate", message, fix)
        case Security.UNKNOWN:
            message = f"Whether DNSSEC is right in {name} is not known: no resolver could tell."
            return Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)

"""The SPF record of the server's own name, which receivers check bounces by (RFC 7208 2.4)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.heard import Heard
from mailcow_dns_tui.topics.judgement import Verdict, finding_about
from mailcow_dns_tui.topics.spf_evaluation import evaluate
from mailcow_dns_tui.topics.spf_record import is_plain, lacking_words, published
from mailcow_dns_tui.topics.spf_syntax import syntax_fault
from mailcow_dns_tui.topics.wildcard import wildcard_of

RECORD = "v=spf1 a -all"
ADDRESSES = (RdataType.A, RdataType.AAAA)
REFUSED = frozenset({"fail", "softfail", "permerror"})
"""A neutral result counts as none (RFC 7208 8.2)."""


async def ehlo_findings(subject: Subject, dns: Dns) -> Sequence[Finding]:
    """What is wrong with it; a hostname that is a mail domain has that domain's record."""
    name, addresses = subject.setup.server.name, subject.setup.server.addresses
    if name is None or not addresses or name in subject.setup.apexes:
        return []
    lookup = await dns.ask(name, RdataType.TXT)
    if lookup.best is None:
        return []
    heard = Heard(dns)
    verdict = await _judged(name, lookup.best, subject, heard)
    if verdict is None:
        return []
    found = replace(finding_about("spf", lookup, verdict), tier=Tier.OPTIONAL)
    found = replace(found, beside=heard.lookups)
    zone = lookup.zone or subject.setup.host_zone or name
    if verdict.code == "no-ehlo-spf":
        wildcards = await asyncio.gather(*(_wildcard(name, zone, t, dns) for t in ADDRESSES))
        return [_after_the_addresses(found, next(filter(None, wildcards), None))]
    return [replace(found, wildcard=await wildcard_of(lookup, zone, dns))]


async def _wildcard(name: Name, zone: Name, rdtype: RdataType, dns: Dns) -> Name | None:
    return await wildcard_of(await dns.ask(name, rdtype), zone, dns)


def _after_the_addresses(found: Finding, wildcard: Name | None) -> Finding:
    """A record that is published at a name ends what a wildcard answers for it."""
    if wildcard is None:
        return found
    first = (
        "First add the A and AAAA records of that name itself: so far only "
        f"{unicode_form(wildcard)} answers for it."
    )
    return replace(found, fix=f"{first} {found.fix}")


async def _judged(name: Name, answer: Answer, subject: Subject, dns: Dns) -> Verdict | None:
    counted = [each.text for each in published(answer) if each.counts]
    if not counted:
        return _without(name, answer)
    if len(counted) > 1:
        return _unfit(name, f"there are {len(counted)} of them")
    fault = syntax_fault(counted[0])
    if fault:
        return _unfit(name, fault)
    addresses = subject.setup.server.addresses
    evaluation = await evaluate(counted[0], ascii_form(name), addresses, dns)
    refused = [o for o in evaluation.outcomes if o.verdict in REFUSED]
    if not refused:
        return None
    told = " and ".join(f"{outcome.address} gets {outcome.verdict}" for outcome in refused)
    verdict = _unfit(name, told)
    if evaluation.met or not is_plain(counted[0]) or lacking_words(counted[0], RECORD, name):
        return verdict
    first = f"Publish the addresses of {unicode_form(name)} first: it refers to them."
    return replace(verdict, fix=first)


def _without(name: Name, answer: Answer) -> Verdict:
    host = unicode_form(name)
    # Beside a CNAME no other record can be.
    place = unicode_form(answer.aliases[-1]) if answer.aliases else host
    message = f"{host} has no SPF record of its own, by which receivers check the server's bounces."
    return Verdict(Status.INFO, "no-ehlo-spf", message, f"Add a TXT record {RECORD} at {place}.")


def _unfit(name: Name, reason: str) -> Verdict:
    host = unicode_form(name)
    message = f"The SPF record of {host} speaks against the server's bounces: {brief(reason, 300)}."
    fix = f"Make it one TXT record at {host} with a right after v=spf1, as in {RECORD}."
    return Verdict(Status.WARNING, "ehlo-not-allowed", message, fix)

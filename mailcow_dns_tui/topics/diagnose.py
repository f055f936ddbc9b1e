"""Why a record is not as wanted, where its name, a wildcard or a CNAME explains it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup, Security
from mailcow_dns_tui.model.code import (
    CNAME_IN_THE_WAY,
    MISSING,
    NOT_YET_VISIBLE,
    RESOLVER_FAILS,
    SERVERS_DISAGREE,
    WILDCARD_ANSWERS,
)
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.topics.judge import IF_DIFFERENT, Verdict, finding, where
from mailcow_dns_tui.topics.misplaced import Neighbours, misplaced
from mailcow_dns_tui.topics.phrases import described, kind, servers
from mailcow_dns_tui.topics.together import together
from mailcow_dns_tui.topics.wildcard import wildcard_answers, wildcard_of

ALIAS_TYPES = frozenset({RdataType.CNAME, RdataType.A, RdataType.AAAA, RdataType.PTR})
"""Types for which a CNAME is judged by where it leads; of a PTR by RFC 2317."""


def in_its_place(record: Record) -> str:
    """What to do about a CNAME at the record's name: nothing can stand beside it."""
    return f"Delete the CNAME of {record.owner_text}, and add the {kind(record)} in its place"


def cname_in_the_way(record: Record, answer: Answer) -> Verdict | None:
    """Tell of a CNAME at the owner name: no other data counts there (RFC 1034 3.6.2)."""
    if record.rdtype in ALIAS_TYPES or not answer.aliases or answer.rdatas:
        return None
    name, target = record.owner_text, unicode_form(answer.aliases[0])
    message = f"{name} is a CNAME to {target}, which hides every other record of this name."
    return Verdict(IF_DIFFERENT[record.tier], CNAME_IN_THE_WAY, message, _fix(record, target))


def with_cname_beside(lookup: Lookup, cname: Lookup) -> Lookup:
    """The lookup of a record, and with what servers answer that also have a CNAME at its name.

    Resolvers that know the CNAME follow it, whatever else they ask for (RFC 1034 3.6.2).
    """
    having = {a.source: _targets(a) for a in cname.answered if a.authoritative and _targets(a)}
    answers = (replace(a, aliases=having.get(a.source, ())) for a in lookup.answers)
    return replace(lookup, answers=tuple(sorted(answers, key=lambda a: not a.aliases)))


def _targets(answer: Answer) -> tuple[Name, ...]:
    return tuple(rdata.target for rdata in answer.rdatas if isinstance(rdata, CNAME))


def cname_beside(record: Record, lookup: Lookup) -> Verdict:
    """Tell of a CNAME that stands beside the record, on those servers that answer with both."""
    name, target = record.owner_text, unicode_form(lookup.aliases[0])
    both = servers(answer for answer in lookup.answered if answer.aliases)
    message = (
        f"{name} is also a CNAME to {target} on {both}: resolvers follow it, and then see what "
        f"stands there in place of the {kind(record)}."
    )
    return Verdict(IF_DIFFERENT[record.tier], CNAME_IN_THE_WAY, message, _fix(record, target))


def _fix(record: Record, target: str) -> str:
    fix = f"{in_its_place(record)}, {where(record)}."
    if record.owner != record.domain:
        return fix
    return (
        f"{fix} In the same go, add what else is wanted for this name, and the A and AAAA records "
        f"of {target}, or the web site is lost."
    )


async def with_cause(findings: Sequence[Finding], near: Neighbours, dns: Dns) -> Sequence[Finding]:
    """The findings about one record, each with its cause where that can be told."""
    told = await together(_explained(each, near, dns) for each in findings)
    return [each for place, each in enumerate(told) if each not in told[:place]]


async def _explained(found: Finding, near: Neighbours, dns: Dns) -> Finding:
    record, lookup = found.record, found.lookup
    if record is None:
        return found
    here = record.with_zone(lookup.zone)
    if found.code == NOT_YET_VISIBLE:
        return await _with_cname(found, here, lookup, dns)
    if found.code == RESOLVER_FAILS:
        return await _disbelieved(found, here, dns)
    verdict = await _cause(found, here, near, dns) if found.code.symptom else None
    if verdict is None and lookup.representative and found.code.symptom:
        verdict = cname_in_the_way(here, lookup.representative)
    if verdict is None:
        return await _by_cname(found, here, dns)
    status = min(verdict.status, found.status, key=lambda status: status.rank)
    told = finding(record, lookup, replace(verdict, status=status))
    return replace(told, other_lookups=found.other_lookups)


async def _with_cname(found: Finding, here: Record, lookup: Lookup, dns: Dns) -> Finding:
    """Where a resolver followed a CNAME that no server told of: it may stand there nevertheless."""
    followed = lookup.resolver is not None and bool(lookup.resolver.aliases)
    if not followed or lookup.aliases or lookup.name != here.owner:
        return found
    both = with_cname_beside(lookup, await dns.ask_servers(here.owner, RdataType.CNAME))
    if not both.aliases:
        return found
    return replace(finding(here, both, cname_beside(here, both)), other_lookups=found.other_lookups)


BINDING = frozenset({RdataType.CAA, RdataType.TLSA})
"""What may be absent, but stops an authority, or senders, where it can't be validated."""


async def _disbelieved(found: Finding, here: Record, dns: Dns) -> Finding:
    """Where its own signature is what is wrong; that all of the zone are is told of the zone."""
    lookup = found.lookup
    if await dns.security(lookup.name, lookup.rdtype) is not Security.BOGUS:
        return found
    if not here.external and await dns.security(here.zone, RdataType.SOA) is not Security.SECURE:
        return found
    note = safe(lookup.resolver.note) if lookup.resolver else ""
    of_target = f", or that of {unicode_form(lookup.aliases[-1])}," if lookup.aliases else ""
    message = (
        f"{described(here)} is on the name servers, but its DNSSEC signature{of_target} is wrong"
        f"{f' ({note})' if note else ''}: whoever checks that can't look it up."
    )
    fix = f"Have it signed anew {where(here)}, or DNSSEC switched off at the registrar."
    status = Status.ERROR if here.rdtype in BINDING else IF_DIFFERENT[here.tier]
    return replace(found, status=status, message=message, fix=fix)


async def _cause(found: Finding, here: Record, near: Neighbours, dns: Dns) -> Verdict | None:
    if here.external:
        return None
    if found.code != MISSING:
        return await wildcard_answers(here, found, dns)
    elsewhere, wild = await asyncio.gather(
        misplaced(here, near, dns),
        wildcard_answers(here, found, dns),
    )
    if elsewhere is None or wild is None:
        return elsewhere or wild
    message = f"{wild.message} {elsewhere.message}"
    return replace(wild, message=message, fix=elsewhere.fix, misplaced=elsewhere.misplaced)


async def _by_cname(found: Finding, here: Record, dns: Dns) -> Finding:
    """Of a mail domain all that is wrong is told as the CNAME's; elsewhere what has no cause.

    What stands at the CNAME's target is for others, too.
    """
    lookup = found.lookup
    concerns = found.code.symptom or here.owner == here.domain
    wrong = found.status in {Status.ERROR, Status.WARNING} and found.code != SERVERS_DISAGREE
    at_its_name = lookup.name == here.owner and bool(lookup.aliases)
    if not (concerns and wrong and at_its_name) or here.rdtype in ALIAS_TYPES:
        return found
    if await wildcard_of(lookup, here.zone, dns) is not None:
        return found
    name, target = here.owner_text, unicode_form(lookup.aliases[0])
    message = f"{name} is a CNAME to {target}, so what stands there counts for it. {found.message}"
    return replace(found, message=message, fix=_fix(here, target))


async def with_wildcard(found: Finding, dns: Dns) -> Finding:
    """The finding, and whether its name would lose the record if something else came to it."""
    record, lookup = found.record, found.lookup
    if record is None or lookup.name != record.owner:
        return found
    wildcard = await wildcard_of(lookup, record.with_zone(lookup.zone).zone, dns)
    if wildcard is None or found.code == WILDCARD_ANSWERS:
        return replace(found, wildcard=wildcard)
    name = record.owner_text
    only = (
        f"It comes from the wildcard {unicode_form(wildcard)}, which stops answering for {name} "
        "once anything else is published there or below it: add this record there first."
    )
    return replace(found, wildcard=wildcard, message=f"{found.message} {only}")

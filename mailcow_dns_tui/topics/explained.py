"""Why a record is not as wanted, where its name, a wildcard or a CNAME explains it."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.hidden import (
    cname_beside,
    cname_in_the_way,
    is_through_cname,
    through_cname,
    with_cname_beside,
)
from mailcow_dns_tui.topics.judgement import Verdict, finding
from mailcow_dns_tui.topics.misplaced import misplaced
from mailcow_dns_tui.topics.wildcard import wildcard_answers, wildcard_of

UNEXPLAINED = frozenset(
    {
        "cut-off",
        "different",
        "malformed",
        "missing",
        "not-allowed",
        "not-valid",
        "other-id",
        "other-key",
        "perhaps-proxy",
        "revoked",
        "several-records",
        "unknown-policy",
    }
)
"""Codes that say what is wrong and leave open how it came about."""


@dataclass(frozen=True)
class Neighbours:
    """What may stand near a record.

    Attributes:
        zones: the operator's own; nothing is asked about a name outside them.
        taken: gives what is wanted at other names, and is nobody's slip there.
    """

    zones: Collection[Name]
    taken: Callable[[], Collection[tuple[Name, Rdata]]]


async def explained(findings: Sequence[Finding], near: Neighbours, dns: Dns) -> Sequence[Finding]:
    """The findings about one record, each with its cause where that can be told.

    Args:
        findings: those of the topic.
        near: where else the record is looked for.
        dns: asked only about a record that is not as wanted.
    """
    told = await asyncio.gather(*(_explained(each, near, dns) for each in findings))
    return [each for place, each in enumerate(told) if each not in told[:place]]


async def _explained(found: Finding, near: Neighbours, dns: Dns) -> Finding:
    record, lookup = found.record, found.lookup
    if record is None or lookup is None:
        return found
    here = record.in_zone(lookup.zone)
    if found.code == "not-yet-visible":
        return await _with_cname(found, here, lookup, dns)
    verdict = await _cause(found, here, near, dns) if found.code in UNEXPLAINED else None
    if verdict is None and lookup.best and found.code in UNEXPLAINED:
        verdict = cname_in_the_way(here, lookup.best)
    if verdict is None:
        return await _by_cname(found, here, dns)
    status = min(verdict.status, found.status, key=WORST_FIRST.index)
    told = finding(record, lookup, replace(verdict, status=status))
    return replace(told, beside=found.beside)


async def _with_cname(found: Finding, here: Record, lookup: Lookup, dns: Dns) -> Finding:
    """Where a resolver followed a CNAME that no server told of: it may stand there nevertheless."""
    followed = lookup.resolver is not None and bool(lookup.resolver.aliases)
    if not followed or lookup.aliases or lookup.name != here.owner:
        return found
    both = with_cname_beside(lookup, await dns.ask_servers(here.owner, RdataType.CNAME))
    if not both.aliases:
        return found
    return replace(finding(here, both, cname_beside(here, both)), beside=found.beside)


async def _cause(found: Finding, here: Record, near: Neighbours, dns: Dns) -> Verdict | None:
    if here.foreign:
        return None
    if found.code != "missing":
        return await wildcard_answers(here, found, dns)
    elsewhere, wild = await asyncio.gather(
        misplaced(here, near.zones, near.taken(), dns), wildcard_answers(here, found, dns)
    )
    if elsewhere is None or wild is None:
        return elsewhere or wild
    message = f"{wild.message} {elsewhere.message}"
    return replace(wild, message=message, fix=elsewhere.fix, strays=elsewhere.strays)


async def _by_cname(found: Finding, here: Record, dns: Dns) -> Finding:
    """Of a mail domain all that is wrong is told as the CNAME's; elsewhere what has no cause."""
    concerns = found.code in UNEXPLAINED or here.owner == here.domain
    if not concerns or found.lookup is None or not is_through_cname(found, here):
        return found
    is_wildcards = await wildcard_of(found.lookup, here.zone, dns) is not None
    return found if is_wildcards else through_cname(found, here)


async def with_wildcard(found: Finding, dns: Dns) -> Finding:
    """The finding, and whether its name would lose the record if something else came to it."""
    record, lookup = found.record, found.lookup
    if record is None or lookup is None or lookup.name != record.owner:
        return found
    wildcard = await wildcard_of(lookup, record.in_zone(lookup.zone).zone, dns)
    if wildcard is None or found.code == "wildcard-answers":
        return replace(found, wildcard=wildcard)
    name = unicode_form(record.owner)
    only = (
        f"It comes from the wildcard {unicode_form(wildcard)}, which stops answering for {name} "
        "once anything else is published there or below it: add this record there first."
    )
    return replace(found, wildcard=wildcard, message=f"{found.message} {only}")

"""Why a record is not as wanted, where its name, a wildcard or a CNAME explains it."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dns.name import Name

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.hidden import cname_in_the_way, is_through_cname, through_cname
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
        "revoked",
        "several-records",
        "unknown-policy",
    }
)
"""Codes that say what is wrong and leave open how it came about."""


async def explained(
    findings: Sequence[Finding], zones: Collection[Name], dns: Dns
) -> Sequence[Finding]:
    """The findings about one record, each with its cause where that can be told.

    Args:
        findings: those of the topic.
        zones: the operator's own; nothing is asked about a name outside them.
        dns: asked only about a record that is not as wanted.
    """
    told = await asyncio.gather(*(_explained(each, zones, dns) for each in findings))
    return [each for place, each in enumerate(told) if each not in told[:place]]


async def _explained(found: Finding, zones: Collection[Name], dns: Dns) -> Finding:
    record, lookup = found.record, found.lookup
    if record is None or lookup is None:
        return found
    here = record.in_zone(lookup.zone)
    verdict = await _cause(found, here, lookup, zones, dns) if found.code in UNEXPLAINED else None
    if verdict is not None:
        status = min(verdict.status, found.status, key=WORST_FIRST.index)
        told = finding(record, lookup, replace(verdict, status=status))
        return replace(told, beside=found.beside)
    return await _by_cname(found, here, dns)


async def _cause(
    found: Finding, here: Record, lookup: Lookup, zones: Collection[Name], dns: Dns
) -> Verdict | None:
    verdict = None
    if not here.foreign:
        causes = [wildcard_answers(here, found, dns)]
        if found.code == "missing":
            causes.insert(0, misplaced(here, zones, dns))
        verdict = _first(await asyncio.gather(*causes))
    if verdict is None and lookup.best:
        verdict = cname_in_the_way(here, lookup.best)
    return verdict


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
        f"Only the wildcard {unicode_form(wildcard)} has it: before you publish anything else at "
        f"{name} or below it, add it to that name."
    )
    return replace(found, wildcard=wildcard, message=f"{found.message} {only}")


def _first(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    return next((verdict for verdict in verdicts if verdict), None)

"""Whether an answer is that of a wildcard (RFC 4592)."""

from collections.abc import Mapping

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.code import MISSING, WILDCARD_ANSWERS
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import LONGEST_NAME, octets, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.judge import IF_MISSING, Verdict, where
from mailcow_dns_tui.topics.phrases import kind
from mailcow_dns_tui.topics.together import together

IMPROBABLE = b"does-a-wildcard-answer-here"
"""A label that nobody has; it tells what is asked, to whoever reads the server's log."""
WILDCARD = dns.name.from_text("*", None)


async def wildcard_answers(record: Record, found: Finding, dns: Dns) -> Verdict | None:
    """Tell of a wildcard that has the answer that is not the wanted record."""
    wildcard = await wildcard_of(found.lookup, record.zone, dns)
    if wildcard is None:
        return None
    name, answers = record.owner_text, f"the wildcard {unicode_form(wildcard)} answers"
    message = f"{name} has no record of its own: {answers} for it. {found.message}"
    if found.code == MISSING:
        message = f"{name} has no {kind(record)}: {answers} for it, with something else."
    fix = f"Add this record {where(record)}; it then counts in place of the wildcard."
    return Verdict(IF_MISSING[record.tier], WILDCARD_ANSWERS, message, fix)


async def ask_beside(record: Record, dns: Dns) -> None:
    """Ask what `wildcard_of` will ask, which then need not wait for the record's own answer."""
    siblings = _siblings(record.owner, record.zone).values()
    await together(dns.ask(sibling, record.rdtype) for sibling in siblings)


async def wildcard_of(lookup: Lookup, zone: Name, dns: Dns) -> Name | None:
    """The wildcard in the zone that answers, since nothing stands at the name or below it.

    None also where the name has the same of its own (RFC 4592 2.2.2).
    """
    best = lookup.representative
    if best is None or not (best.found or best.aliases):
        return None
    siblings = _siblings(lookup.name, zone)
    asked = await together(dns.ask(each, lookup.rdtype) for each in siblings.values())
    found = None
    for parent, sibling in zip(siblings, asked, strict=True):
        if not _is_same(best, sibling):
            break
        found = WILDCARD.concatenate(parent)
    return found if found and not await _has_its_own(lookup, best, dns) else None


async def _has_its_own(lookup: Lookup, best: Answer, dns: Dns) -> bool:
    """Whether a wildcard above is cut off here: below what exists, nothing of it is got.

    A wildcard right below the name is no concern: it answers for nothing below itself.
    """
    if octets(lookup.name) + len("*.") > LONGEST_NAME:
        return False
    below = _unused(WILDCARD.concatenate(lookup.name))
    return below is not None and not _is_same(best, await dns.ask(below, lookup.rdtype))


def _siblings(name: Name, zone: Name) -> Mapping[Name, Name]:
    """By each name above, as far up as the zone, one right below it that nobody has."""
    found = {}
    while name != zone and name.is_subdomain(zone):
        name = name.parent()
        if sibling := _unused(name):
            found[name] = sibling
    return found


def _unused(parent: Name) -> Name | None:
    """The improbable label below the name, cut to the room that is left."""
    label = IMPROBABLE[: max(0, LONGEST_NAME - octets(parent) - 1)]
    return Name((label, *parent.labels)) if label else None


def _is_same(answer: Answer, sibling: Lookup) -> bool:
    return sibling.representative is not None and sibling.representative.data == answer.data

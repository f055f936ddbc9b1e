"""Whether an answer is that of a wildcard (RFC 4592)."""

import asyncio
from collections.abc import Iterator

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.judgement import MISSING, Verdict, where

IMPROBABLE = dns.name.from_text("does-a-wildcard-answer-here", None)
"""A label that nobody has; it tells what is asked, to whoever reads the server's log."""
WILDCARD = dns.name.from_text("*", None)


async def wildcard_answers(record: Record, lookup: Lookup, dns: Dns) -> Verdict | None:
    """Tell of a wildcard that has the answer that is not the wanted record."""
    wildcard = await wildcard_of(lookup, record.zone, dns)
    if wildcard is None:
        return None
    name = unicode_form(record.owner)
    message = (
        f"{name} has no record of its own: the wildcard {unicode_form(wildcard)} answers for it."
    )
    fix = f"Add this record {where(record)}; it then counts in place of the wildcard."
    return Verdict(MISSING[record.tier], "wildcard-answers", message, fix)


async def ask_beside(record: Record, dns: Dns) -> None:
    """Ask what `wildcard_of` will ask, which then need not wait for the record's own answer."""
    parents = _parents(record.owner, record.zone)
    await asyncio.gather(*(dns.ask(IMPROBABLE.concatenate(p), record.rdtype) for p in parents))


async def wildcard_of(lookup: Lookup, zone: Name, dns: Dns) -> Name | None:
    """The wildcard in the zone that answers, since nothing stands at the name or below it.

    None also where the name has the same of its own (RFC 4592 2.2.2).
    """
    best = lookup.best
    if best is None or not (best.found or best.aliases):
        return None
    parents = list(_parents(lookup.name, zone))
    siblings = await asyncio.gather(
        *(dns.ask(IMPROBABLE.concatenate(parent), lookup.rdtype) for parent in parents)
    )
    found = None
    for parent, sibling in zip(parents, siblings, strict=True):
        if not _is_same(best, sibling):
            break
        found = WILDCARD.concatenate(parent)
    return found if found and not await _has_its_own(lookup, best, dns) else None


async def _has_its_own(lookup: Lookup, best: Answer, dns: Dns) -> bool:
    """Whether a wildcard above is cut off here: below what exists, nothing of it is got.

    A wildcard right below the name is no concern: it answers for nothing below itself.
    """
    below = _joined((*IMPROBABLE.labels, *WILDCARD.labels), lookup.name)
    return below is not None and not _is_same(best, await dns.ask(below, lookup.rdtype))


def _parents(name: Name, zone: Name) -> Iterator[Name]:
    """The names above as far up as the zone, without those that leave no room below them."""
    while name != zone and name.is_subdomain(zone):
        name = name.parent()
        if _joined(IMPROBABLE.labels, name):
            yield name


def _joined(labels: tuple[bytes, ...], name: Name) -> Name | None:
    try:
        return Name((*labels, *name.labels))
    except dns.name.NameTooLong:
        return None


def _is_same(answer: Answer, sibling: Lookup) -> bool:
    return sibling.best is not None and sibling.best.content == answer.content

"""Whether other organisations take reports about a domain (RFC 9990 4)."""

import asyncio
from collections.abc import Iterable, Sequence
from enum import Enum

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.bounds import MOST_HOSTS
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.base import has_room
from mailcow_dns_tui.topics.dmarc_discovery import same_organisation
from mailcow_dns_tui.topics.dmarc_record import KIND
from mailcow_dns_tui.topics.judgement import (
    ASK_AGAIN,
    Verdict,
    as_wanted,
    different,
    finding,
    judge,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.words import listed


class Consent(Enum):
    GIVEN = "given"
    LACKING = "lacking"
    UNKNOWN = "unknown"


def owner_name(apex: Name, host: Name) -> Name | None:
    """Where the host publishes that it takes reports about the domain; None if that is too long."""
    prefix = f"{ascii_form(apex)}._report._dmarc"
    return dns.name.from_text(prefix, host) if has_room(prefix, host) else None


async def without_consent(apex: Name, hosts: Iterable[Name], dns: Dns) -> Sequence[Verdict]:
    """What is to be said of report hosts outside the domain; one verdict of each code."""
    named = tuple(host for host in dict.fromkeys(hosts) if not host.is_subdomain(apex))
    outside, left_out = named[:MOST_HOSTS], named[MOST_HOSTS:]
    consents = await asyncio.gather(*(_consent(apex, host, dns) for host in outside))
    said = tuple(zip(outside, consents, strict=True))
    lacking = [host for host, consent in said if consent is Consent.LACKING]
    unknown = [host for host, consent in said if consent is Consent.UNKNOWN]
    unknown += left_out
    verdicts = (_lacking(apex, lacking), _not_told(apex, unknown))
    return [verdict for verdict in verdicts if verdict is not None]


async def _consent(apex: Name, host: Name, dns: Dns) -> Consent:
    owner = owner_name(apex, host)
    if owner is None:
        return Consent.LACKING
    lookup = await dns.ask(owner, RdataType.TXT)
    if any(_authorises(answer) for answer in lookup.heard):
        return Consent.GIVEN
    same = await same_organisation(apex, host, dns)
    if same:
        return Consent.GIVEN
    return Consent.UNKNOWN if lookup.unknown or same is None else Consent.LACKING


def _authorises(answer: Answer) -> bool:
    """One record that is valid is enough, whatever is beside it."""
    return any(map(KIND.reads, KIND.texts(answer)))


def _lacking(apex: Name, hosts: Sequence[Name]) -> Verdict | None:
    if not hosts:
        return None
    named = listed(list(map(unicode_form, hosts)))
    owner = f"{ascii_form(apex)}._report._dmarc.{ascii_form(hosts[0])}"
    message = f"{named} has not agreed to take reports about {unicode_form(apex)}: none are sent."
    fix = f"Ask {named} to publish a TXT v=DMARC1 at {owner}, or use an address of your own."
    return Verdict(Status.WARNING, "reports-not-authorised", message, fix)


def _not_told(apex: Name, hosts: Sequence[Name]) -> Verdict | None:
    if not hosts:
        return None
    named = listed(list(map(unicode_form, hosts)))
    message = f"Whether {named} takes reports about {unicode_form(apex)} could not be looked up."
    return Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)


async def look_up_authorisation(record: Record, apex: Name, host: Name, dns: Dns) -> Finding:
    """Judge an authorisation that the plan wants; within one organisation none is needed."""
    lookup = await dns.ask(record.owner, record.rdtype)
    main = judge(record, lookup, opinion)
    if main.code not in {"missing", "different"} or not await same_organisation(apex, host, dns):
        return main
    return finding(record, lookup, works_differently(record))


def opinion(record: Record, answer: Answer) -> Verdict:
    """Judge an authorisation; without it, the planned address gets no reports."""
    if not KIND.texts(answer):
        fix = f"Add this record {where(record)}, or delete the address from the DMARC record."
        message = f"{unicode_form(record.owner)} has no TXT record, so no reports are sent there."
        return Verdict(Status.WARNING, "missing", message, fix)
    if _authorises(answer):
        return as_wanted(record)
    message = f"The TXT of {unicode_form(record.owner)} is not v=DMARC1: no reports are sent there."
    return different(record, message)

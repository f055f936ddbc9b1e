"""A record that stands where nobody looks for it."""

import asyncio
from collections.abc import Iterable, Sequence

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics.judgement import DIFFERENT, Verdict, where
from mailcow_dns_tui.topics.misplaced import HOSTS, joined
from mailcow_dns_tui.topics.near_miss import Kind
from mailcow_dns_tui.topics.wildcard import wildcard_of


async def strayed(
    record: Record, kind: Kind, dns: Dns, others: Iterable[Name] = ()
) -> Verdict | None:
    """What is to be said where a missing record is found at a place it was put by mistake.

    Args:
        record: a mail domain's, in the zone where its name was found.
        kind: any record of it counts, since it does nothing at such a place.
        dns: asked at the domain, at its usual hosts, and at the other places.
        others: further places.
    """
    domain = record.domain or record.zone
    hosts = (name for label in HOSTS for name in joined((label,), domain))
    places = dict.fromkeys((*others, domain, *hosts))
    lookups = await asyncio.gather(*(dns.ask(place, RdataType.TXT) for place in places))
    for lookup in lookups:
        strays = [
            rdata
            for answer in lookup.heard
            for rdata in answer.rdatas
            if isinstance(rdata, TXT) and kind.reads(txt_value(rdata))
        ]
        if strays and not await wildcard_of(lookup, lookup.zone or record.zone, dns):
            return _verdict(record, kind, lookup.name, strays)
    return None


def _verdict(record: Record, kind: Kind, place: Name, strays: Sequence[Rdata]) -> Verdict:
    message = (
        f"The {kind.version} record stands at {unicode_form(place)}, where nobody looks for it;"
        f" {unicode_form(record.owner)} has none."
    )
    fix = f"Delete it there and add the wanted one with the name {record.name} {where(record)}."
    places = tuple((place, stray) for stray in dict.fromkeys(strays))
    return Verdict(DIFFERENT[record.tier], "misplaced", message, fix, strays=places)

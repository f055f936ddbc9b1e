"""SRV records at names where no client looks, as panels and pasting make them."""

import asyncio
from collections.abc import Iterator

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.doubled import doubled
from mailcow_dns_tui.topics.judgement import MISSING, Verdict, where


async def misplaced(record: Record, dns: Dns) -> Verdict | None:
    """Tell where an SRV record is that is missing at its own name."""
    names = tuple(_near(record))
    lookups = await asyncio.gather(*(dns.ask(name, record.rdtype) for name in names))
    at = next((lookup.name for lookup in lookups if lookup.found), None)
    if at is None:
        return None
    message = f"The SRV record stands at {unicode_form(at)}, where no client looks."
    fix = f"Rename it to {record.name} {where(record)}."
    return Verdict(MISSING[record.tier], "misplaced", message, fix)


def _near(record: Record) -> Iterator[Name]:
    """Without underscores, turned round, and with the zone appended twice."""
    service, protocol, *_ = (label.decode("latin-1") for label in record.owner.labels)
    bare_service, bare_protocol = service.removeprefix("_"), protocol.removeprefix("_")
    labels = (
        f"{bare_service}.{protocol}",
        f"{service}.{bare_protocol}",
        f"{bare_service}.{bare_protocol}",
        f"{protocol}.{service}",
    )
    yield from (dns.name.from_text(each, record.zone) for each in labels)
    if (twice := doubled(record.owner, record.zone)) is not None:
        yield twice

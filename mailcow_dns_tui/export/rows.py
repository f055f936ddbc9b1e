"""What the formats for programs tell of a record."""

from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record

COLUMNS = (
    "zone",
    "name",
    "owner",
    "type",
    "ttl",
    "value",
    "data",
    "tier",
    "domain",
    "topic",
    "foreign",
    "why",
)


def row(record: Record) -> dict[str, str | int | bool | None]:
    """A record by column.

    `name` is the owner name inside its zone, `owner` the whole of it with the final dot; `value`
    has a TXT without quotes, `data` the rdata as in a zone file; `domain` is None for what is set
    once for the server.
    """
    return {
        "zone": str(record.zone),
        "name": record.name,
        "owner": str(record.owner),
        "type": record.type_text,
        "ttl": record.ttl,
        "value": record.value,
        "data": record.rdata.to_text(),
        "tier": record.tier.value,
        "domain": None if record.domain is None else ascii_form(record.domain),
        "topic": record.topic,
        "foreign": record.foreign,
        "why": record.why,
    }

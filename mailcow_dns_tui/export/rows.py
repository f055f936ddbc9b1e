"""What the formats for programs tell of a record."""

from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record

COLUMNS = (
    "zone",
    "zone_known",
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

    `zone_known` is false where the zone is a guess, and `name` may be another inside the right one.
    `name` is the owner name inside its zone, `owner` the whole of it with the final dot; `value`
    has a TXT without quotes, `data` the rdata as in a zone file; `domain` is None for what is set
    once for the server.
    """
    return {
        "zone": str(record.zone),
        "zone_known": not (record.guessed or record.foreign),
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

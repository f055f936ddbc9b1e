"""A row a record: CSV for spreadsheets, JSON for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from mailcow_dns_tui.export.format import Format, one_file
from mailcow_dns_tui.model.names import ascii_form, dotted
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
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def row(record: Record) -> dict[str, str | int | bool | None]:
    """A record by column.

    `zone_known` is false where the zone is a guess, and `name` may be another inside the right one.
    `name` is the owner name inside its zone, `owner` the whole of it with the final dot; `value`
    has a TXT without quotes, `data` the rdata as in a zone file; `domain` is None for what is set
    once for the server.
    """
    return {
        "zone": dotted(record.zone),
        "zone_known": not (record.guessed or record.external),
        "name": record.name,
        "owner": dotted(record.owner),
        "type": record.type_text,
        "ttl": record.ttl,
        "value": record.value,
        "data": record.data,
        "tier": record.tier.value,
        "domain": None if record.domain is None else ascii_form(record.domain),
        "topic": record.topic,
        "foreign": record.external,
        "why": record.why,
    }


def csv_text(records: Sequence[Record]) -> str:
    """A header, then one line a record.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which it hides.
    The apex is such a cell as `name`; `owner` has it without.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _cell(v) for k, v in row(record).items()} for record in records)
    return text.getvalue()


def _cell(value: str | int | bool | None) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


_CELLS = json.JSONEncoder(separators=(",\n      ", ": "))


def json_text(records: Sequence[Record]) -> str:
    """`{"version": 1, "records": […]}`, each record with the columns of `row`."""
    # In one, with an object for each cell, those of thousands of domains would take a gigabyte.
    rows = ",\n".join(map(_json_row, records))
    whole = json.dumps({"version": 1, "records": []}, indent=2)
    return whole.replace("[]", f"[\n{rows}\n  ]" if rows else "[]") + "\n"


def _json_row(record: Record) -> str:
    return f"    {{\n      {_CELLS.encode(row(record))[1:-1]}\n    }}"


FORMATS: Mapping[str, Format] = {
    "json": one_file("records.json", json_text, "every record with all that is known of it"),
    "csv": one_file("records.csv", csv_text, "the same for spreadsheets"),
}

"""The formats by name; a new one is a file of its own and a line here."""

from collections.abc import Callable, Mapping, Sequence

from mailcow_dns_tui.export.csv_format import csv_text
from mailcow_dns_tui.export.json_format import json_text
from mailcow_dns_tui.export.zone import zone_text
from mailcow_dns_tui.model.record import Record

FORMATS: Mapping[str, Callable[[Sequence[Record]], str]] = {
    "zone": zone_text,
    "json": json_text,
    "csv": csv_text,
}
